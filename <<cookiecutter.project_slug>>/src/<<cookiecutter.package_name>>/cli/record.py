"""What each step writes down for the next, and the checks that all speak of one model."""

import importlib.metadata
import json
import platform
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .. import PROJECT, bundle, data, evaluate, export, train
from .. import model as exported
from ..contract import InputError, of

LIBRARIES = ("numpy", "onnxruntime", "pandas", "scikit-learn", "skl2onnx")


def training(
    lock: data.Lock, parts: data.Parts, document: Any, trained: train.Trained, spread: float, onnx: bytes
) -> dict[str, Any]:
    """Return everything about one training that later steps and the bundle tell."""
    agreed = of(document)
    rows = export.golden(agreed)
    estimator = trained.pipeline["model"]
    return {
        **trained.record,
        "project": PROJECT,
        "version": importlib.metadata.version(PROJECT),
        "commit": _commit(),
        "contract": document,
        "data": {"source": lock.source, "rows": lock.rows, "sha256": lock.sha256},
        "split": parts.record,
        "threshold": trained.threshold,
        "spread": spread,
        "estimator": type(estimator).__name__,
        "reference": evaluate.reference(agreed, parts.train),
        "libraries": {name: importlib.metadata.version(name) for name in LIBRARIES},
        "python": platform.python_version(),
        "golden": {"rows": rows, "predictions": exported.Model(agreed, onnx, trained.threshold).predict(rows)},
        "model_sha256": bundle.sha256(onnx),
    }


def _commit() -> str | None:
    """Return the commit that is checked out, marked where the work tree differs from it."""
    try:
        asked = ["git", "describe", "--always", "--abbrev=40", "--dirty", "--exclude=*"]
        return subprocess.run(  # noqa: S603 (these words alone)
            asked, capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def model(folder: Path) -> tuple[dict[str, Any], bytes]:
    """Return the record and the bytes of the trained model."""
    kept = _json(folder / "training.json", "ml train")
    onnx = (folder / "model.onnx").read_bytes()
    if bundle.sha256(onnx) != kept["model_sha256"]:
        raise InputError(f"{folder}/model.onnx: is not the model that was trained; run ml train again")
    return kept, onnx


def same_work(kept: Mapping[str, Any], lock: data.Lock, parts: data.Parts, document: Any) -> None:
    """Refuse to judge a model by other data, another contract or another split than it was trained on."""
    for what, now, then in (
        ("data/data.lock", lock.sha256, kept["data"]["sha256"]),
        ("contract.toml", bundle.dumps(document), bundle.dumps(kept["contract"])),
        ("params.toml, [split]", parts.record, kept["split"]),
    ):
        if now != then:
            raise InputError(f"{what}: has changed since the model was trained; run ml train again")


def measured(path: Path, sha256: str) -> dict[str, Any]:
    """Return the measurements, if they are of this model."""
    return _about(path, sha256, "ml evaluate")


def judged(path: Path, sha256: str) -> dict[str, Any]:
    """Return the verdicts, if they are about this model."""
    return _about(path, sha256, "ml gate")


def _about(path: Path, sha256: str, step: str) -> dict[str, Any]:
    found = _json(path, step)
    if found.get("model_sha256") != sha256:
        raise InputError(f"{path}: is about another model than build/model; run {step} again")
    return found


def _json(path: Path, step: str) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; run {step} first") from error
    except ValueError as error:
        raise InputError(f"{path}: is damaged ({error}); run {step} again") from error


def members(kept: Mapping[str, Any], onnx: bytes, found: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the members of the bundle but the card; nothing in them is measured by the clock."""
    return {
        "contract.json": bundle.dumps(kept["contract"]),
        "golden.json": bundle.dumps(kept["golden"]),
        "metrics.json": bundle.dumps({name: value for name, value in found.items() if name != "budget"}),
        "model.onnx": onnx,
        "reference.json": bundle.dumps(kept["reference"]),
    }


def manifest(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return where the model comes from."""
    told = ("project", "version", "commit", "data", "split", "threshold", "spread", "libraries", "python")
    return {name: kept[name] for name in told}
