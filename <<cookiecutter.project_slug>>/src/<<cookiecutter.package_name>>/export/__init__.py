"""The fitted pipeline to ONNX, with the proof that both answer alike."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import skops.io
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from .. import features, model, tensors
from ..contract import Contract, InputError
from ..pipeline import loads
from ..rule import CostMatrix, differing
from .rows import edges, golden

__all__ = ["dumps", "edges", "equal", "golden", "loads", "parity", "proof", "to_onnx"]
OPSET = {"": 21, "ai.onnx.ml": 3}


def to_onnx(pipeline: Pipeline, contract: Contract) -> bytes:
    """Convert a fitted pipeline into a model of two wide tensors, `num` and `cat`.

    Raises:
        InputError: a step cannot be exported; it is named.
    """
    wide = copy.deepcopy(pipeline)
    columns = [*contract.numbers, *contract.categories]
    # A name-fitted ColumnTransformer wants one input a column; positions let it read two wide tensors.
    prepare = wide["features"]
    prepare.transformers_ = [
        (name, step, [columns.index(column) for column in chosen])
        for name, step, chosen in prepare.transformers_
        if len(chosen) and step != "drop"
    ]
    shapes = {"num": FloatTensorType([None, len(contract.numbers)])} if contract.numbers else {}
    if contract.categories:
        shapes["cat"] = StringTensorType([None, len(contract.categories)])
    # Without "div" the scaler multiplies by a rounded inverse, and trees flip at their boundaries.
    options: dict[Any, Any] = {StandardScaler: {"div": "div"}}
    if hasattr(pipeline, "predict_proba"):
        options[id(wide["model"])] = {"zipmap": False}
    try:
        # Without a name the graph gets a random one, and the same model other bytes.
        onnx = convert_sklearn(
            wide, name="model", initial_types=list(shapes.items()), options=options, target_opset=OPSET
        )
    except Exception as error:  # skl2onnx raises whatever its converters raise
        reason = " ".join(str(error).split())[:200]
        raise InputError(
            f"step {_culprit(pipeline, str(error))} cannot be exported to ONNX ({reason}); choose another, "
            'or serve it by scikit-learn: backend = "sklearn" in [serving] of params.toml'
        ) from error
    # skl2onnx writes them in the order of a set, which changes from process to process.
    imports = sorted(onnx.opset_import, key=lambda each: each.domain)
    del onnx.opset_import[:]
    onnx.opset_import.extend(imports)
    return bytes(onnx.SerializeToString(deterministic=True))


def proof(pipeline: Pipeline, exported: model.Model, table: pd.DataFrame, spread: float) -> dict[str, Any]:
    """Return the parity on the rows of a table and on edge rows; the worse of both counts."""
    contract = exported.contract
    ordinary = tensors.stacked(contract, features.arrays(contract, table))
    both = [parity(pipeline, exported, rows, spread) for rows in (ordinary, edges(contract))]
    return {
        "largest": float(np.max([each["largest"] for each in both])),
        "labels": sum(each["labels"] for each in both),
        "rows": sum(each["rows"] for each in both),
    }


def equal(proof: Mapping[str, Any]) -> bool:
    """Tell whether the export answers as the pipeline does, and with numbers."""
    return bool(proof["largest"] <= model.TOLERANCE) and not proof["labels"]


def parity(pipeline: Pipeline, exported: model.Model, inputs: Mapping[str, Any], spread: float) -> dict[str, Any]:
    """Compare the pipeline with its export on these rows.

    Returns the largest difference (of probabilities, or in `spread`s of the target) and how many labels differ.
    """
    frame = features.frame(exported.contract, inputs)
    answers = exported.scores(inputs)
    if exported.rule is None:
        expected = np.asarray(pipeline.predict(frame), np.float64)
    else:
        told = pipeline.predict_proba(frame)
        expected = told if isinstance(exported.rule, CostMatrix) else told[:, 1]
    largest = float(np.abs(answers - expected).max()) / (spread or 1.0)
    return {"largest": largest, "labels": differing(answers, expected, exported.rule), "rows": len(frame)}


def dumps(pipeline: Pipeline) -> bytes:
    """Return the pipeline in the format of skops, which unlike pickle runs no code when it is read."""
    return bytes(skops.io.dumps(pipeline))


def _culprit(pipeline: Pipeline, message: str) -> str:
    """Return the step whose class the message names, as "name" (Class)."""
    steps = [*_steps("", pipeline)]
    name, step = next((s for s in steps if type(s[1]).__name__ in message), ("model", pipeline["model"]))
    return f"{name!r} ({type(step).__name__})"


def _steps(prefix: str, step: Any) -> Iterator[tuple[str, BaseEstimator]]:
    """Yield every leaf of nested pipelines and column transformers with its full name."""
    inner = getattr(step, "transformers_", None) or getattr(step, "steps", None)
    if inner is None:
        yield prefix, step
        return
    for name, child, *_ in inner:
        if not isinstance(child, str):
            yield from _steps(f"{prefix}.{name}" if prefix else name, child)
