"""What each step writes down for the next, and the checks that all speak of one model."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .. import bundle
from ..contract import InputError

MODEL = Path("build/model")
METRICS = Path("build/metrics.json")
VERDICTS = Path("build/verdicts.json")
REPORT = Path("build/report")
BUNDLE = Path("build/bundle")


def model(folder: Path) -> tuple[dict[str, Any], bytes]:
    """Return the record and the bytes of the trained model."""
    kept = _json(folder / "training.json", "ml train")
    onnx = (folder / "model.onnx").read_bytes()
    if bundle.sha256(onnx) != kept["model_sha256"]:
        raise InputError(f"{folder}/model.onnx: is not the model that was trained; run ml train again")
    return kept, onnx


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
