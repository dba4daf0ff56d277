"""`ml train`: from the table to a model."""

import importlib.metadata
import platform
import subprocess
from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from tqdm import tqdm

from .. import PROJECT, atomic, bundle, cluster, data, evaluate, export, features, model, monitor, train
from ..contract import Contract, InputError
from ..rule import CostMatrix, unit
from .basis import Basis, begin
from .trained import MODEL, made_of

LIBRARIES = ("numpy", "onnxruntime", "pandas", "scikit-learn", "skl2onnx")


def do_train(given: Namespace) -> int:
    """Search, choose, export, prove parity, write `build/model`."""
    basis = begin()
    trained = _fitted(basis, given.scheduler)
    backend, skops = basis.params.serving.backend, export.dumps(trained.pipeline)
    content = export.to_onnx(trained.pipeline, basis.contract) if backend == "onnx" else skops
    exported = model.Model(basis.contract, content, trained.rule, backend)
    truth = features.target(basis.contract, basis.parts.validation)
    spread = unit(truth, trained.rule)
    proof = export.proof(trained.pipeline, exported, basis.parts.validation, spread)
    if not export.equal(proof):
        raise InputError(
            f"the exported {trained.record['family']} differs from the pipeline by {proof['largest']:.2g} and in "
            f"{proof['labels']} labels; take another estimator in params.toml"
        )
    kept = _training(basis, trained, spread, exported) | {
        "backend": backend,
        "model_sha256": bundle.sha256(content),
    }
    files = {bundle.MODELS[backend]: content, "model.skops": skops, "training.json": bundle.dumps(kept)}
    atomic.write_folder(MODEL, files)
    some, all_ = kept["searched"]["rows"], kept["searched"]["of"]
    how = f" Searched on {some} of {all_} train rows, fitted on all." if some < all_ else ""
    print(f"{MODEL}: {kept['family']} {kept['choice']}, {kept['scoring']} {kept['validation']:.3f} on validation.{how}")
    return 0


def _fitted(basis: Basis, scheduler: str | None) -> train.Trained:
    """Search here, or one candidate a task on a cluster; the choice is the same."""
    if not scheduler:
        return train.fit(basis.parts, basis.contract, basis.params)
    with cluster.connected(scheduler) as client:

        def search(candidates: Sequence[train.Candidate], on: train.Work) -> list[float]:
            places = range(len(candidates))
            found = cluster.gathered(
                client, train.numbered, places, candidates, on, named=lambda place: str(candidates[place].choice)
            )
            scores = dict(tqdm(found, desc="train", unit="candidate", total=len(candidates), disable=None))
            return [scores[place] for place in places]

        return train.fit(basis.parts, basis.contract, basis.params, search)


def _training(basis: Basis, trained: train.Trained, spread: float, exported: model.Model) -> dict[str, Any]:
    """Return everything about one training that later steps and the bundle tell."""
    agreed, parts, lock = basis.contract, basis.parts, basis.lock
    said = exported.told(evaluate.predicted(exported, parts.train).scores)
    listed = {column.name for column in agreed.columns if column.values}
    known = monitor.reference(features.inputs(agreed, parts.train), said, listed)
    first, *others = export.golden(agreed)
    # One row that looks like any other, for people to begin with.
    rows = [first | monitor.typical(agreed.inputs, known), *others]
    estimator = trained.pipeline["model"]
    return {
        **trained.record,
        "project": PROJECT,
        "version": importlib.metadata.version(PROJECT),
        "commit": _commit(),
        "contract": basis.document,
        "data": {"source": lock.source, "rows": lock.rows, "sha256": lock.sha256},
        "split": parts.record,
        "parts": _sizes(parts, agreed),
        "threshold": None if isinstance(trained.rule, CostMatrix) else trained.rule,
        "costs": trained.rule.named if isinstance(trained.rule, CostMatrix) else None,
        "made_of": made_of(lock.sha256, basis.document, basis.params),
        "spread": spread,
        "estimator": type(estimator).__name__,
        "reference": known,
        "libraries": {name: importlib.metadata.version(name) for name in LIBRARIES},
        "python": platform.python_version(),
        "golden": {"rows": rows, "predictions": exported.predict(rows)},
    }


def _sizes(parts: data.Parts, agreed: Contract) -> dict[str, Any]:
    """Return how many rows each part has, and which time they cover."""
    told: dict[str, Any] = {}
    for name in ("train", "validation", "test"):
        table = getattr(parts, name)
        told[name] = {"rows": len(table)}
        if agreed.time:
            times = table[agreed.time.name]
            told[name] |= {"first": f"{times.min():%Y-%m-%d}", "last": f"{times.max():%Y-%m-%d}"}
    return told


def _commit() -> str | None:
    """Return the commit that is checked out, marked where the work tree differs from it."""
    try:
        asked = ["git", "describe", "--always", "--abbrev=40", "--dirty", "--exclude=*"]
        return subprocess.run(  # noqa: S603 (these words alone)
            asked, capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
