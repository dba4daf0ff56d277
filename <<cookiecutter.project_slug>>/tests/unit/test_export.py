"""The exported model answers like the pipeline, and the rows that prove it."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pandas as pd
import pydantic
import pytest

from << cookiecutter.package_name >> import contract, data, export, features, model, tensors
from << cookiecutter.package_name >>.service import schema


@pytest.fixture(scope="session")
def trained(made: tuple[Path, object]) -> tuple[Any, bytes, float]:
    """Return the small project's pipeline, its export and its threshold."""
    folder = made[0] / "build" / "model"
    threshold = json.loads((folder / "training.json").read_text("utf-8"))["threshold"]
    return export.loads((folder / "model.skops").read_bytes()), (folder / "model.onnx").read_bytes(), threshold


@pytest.fixture(scope="session")
def table(raw: pd.DataFrame, agreed: contract.Contract) -> pd.DataFrame:
    """Return the small project's table, typed."""
    return data.typed(raw, agreed)[0]


def test_export_answers_like_the_pipeline(
    trained: tuple[Any, bytes, float], table: pd.DataFrame, agreed: contract.Contract
) -> None:
    """On ordinary and on edge rows, to 1e-5 and to the label."""
    pipeline, content, threshold = trained
    proof = export.proof(pipeline, model.Model(agreed, content, threshold), table, 1.0)
    assert proof["largest"] <= model.TOLERANCE
    assert proof["labels"] == 0
    assert proof["rows"] > len(table)


def test_one_changed_weight_is_seen(
    trained: tuple[Any, bytes, float], table: pd.DataFrame, agreed: contract.Contract
) -> None:
    """The proof can fail."""
    pipeline, content, threshold = trained
    graph = onnx.load_from_string(content)
    attribute = next(
        attribute for node in graph.graph.node for attribute in node.attribute if attribute.name == "coefficients"
    )
    attribute.floats[-1] += 0.5
    changed = model.Model(agreed, graph.SerializeToString(), threshold)
    assert export.proof(pipeline, changed, table, 1.0)["largest"] > model.TOLERANCE


def test_export_is_deterministic(trained: tuple[Any, bytes, float], agreed: contract.Contract) -> None:
    """The pipeline read from disk exports to the same bytes."""
    assert export.to_onnx(trained[0], agreed) == trained[1]


def test_pipeline_is_read_without_running_code(trained: tuple[Any, bytes, float]) -> None:
    """Reading refuses types that are none of scikit-learn's, numpy's or ours."""
    pipeline = export.loads(export.dumps(trained[0]))
    assert [name for name, _ in pipeline.steps] == ["features", "model"]


def test_golden_rows_are_legal(agreed: contract.Contract, root: Path) -> None:
    """The service takes every one, in the small contract and in the project's own."""
    own, _ = contract.read(root / "contract.toml")
    for each in (agreed, own):
        request = pydantic.TypeAdapter(schema.row_type(each))
        rows = export.golden(each)
        assert len([request.validate_json(json.dumps(row)) for row in rows]) >= 10


def test_first_golden_row_has_every_column_filled(agreed: contract.Contract) -> None:
    """It shows people what a request looks like; later ones leave out what they may."""
    rows = export.golden(agreed)
    assert set(rows[0]) == {column.name for column in agreed.inputs}
    assert None not in rows[0].values()
    assert any(None in row.values() for row in rows[1:])
    assert rows == export.golden(agreed)


@pytest.mark.parametrize("name", ["size", "visits", "parcel"])
def test_golden_numbers_lie_in_their_range(agreed: contract.Contract, name: str) -> None:
    """They are drawn from the contract, never from the data."""
    column = agreed[name]
    assert column.min is not None
    assert column.max is not None
    drawn = [row[name] for row in export.golden(agreed) if row[name] is not None]
    assert all(column.min <= value <= column.max for value in drawn)
    assert len(set(drawn)) > len(drawn) / 2


def test_open_range_still_has_golden_rows(document: dict[str, Any]) -> None:
    """A contract without min and max is a contract."""
    for keys in (("min",), ("max",), ("min", "max")):
        for key in keys:
            document["columns"]["size"].pop(key, None)
        rows = export.golden(contract.of(document))
        assert all(math.isfinite(row["size"]) for row in rows)


def test_edge_rows_hold_what_exports_get_wrong(agreed: contract.Contract) -> None:
    """All missing, each missing alone, an unseen category, smallest and largest."""
    rows = features.frame(agreed, export.edges(agreed))
    assert rows[list(agreed.numbers)].isna().all(axis=1).any()
    assert {"", "ünseen"} <= set(rows["colour"])
    assert {0.0, 100.0} <= set(rows["size"])
    assert all((rows[name].isna() & rows[["size", "weight"]].notna().any(axis=1)).any() for name in ("size", "weight"))
    assert len(rows) >= len(agreed.features) + 4
    assert np.isfinite(rows["express"].dropna()).all()


def test_no_number_is_no_parity(
    trained: tuple[Any, bytes, float], agreed: contract.Contract, table: pd.DataFrame
) -> None:
    """An export that answers NaN on edge rows differs by NaN, which no gate takes for equal."""
    pipeline, onnx_bytes, threshold = trained

    class Silent(model.Model):
        def scores(self, inputs: Any) -> Any:
            answers = super().scores(inputs)
            return answers if len(answers) == len(table) else np.full(len(answers), np.nan)

    assert math.isnan(export.proof(pipeline, Silent(agreed, onnx_bytes, threshold), table, 1.0)["largest"])


def test_overflow_is_missing(agreed: contract.Contract) -> None:
    """What float32 cannot hold is no number, and is answered as a missing one."""
    stacked = tensors.inputs(agreed, [{"size": 1e30, "weight": 1e-30}])
    assert math.isnan(stacked["num"][0, agreed.numbers.index("size_by_weight")])
