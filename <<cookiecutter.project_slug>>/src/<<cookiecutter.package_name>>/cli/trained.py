"""What the last training left, and whether what stands here is still what it was made of."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .. import bundle, config, contract
from ..contract import InputError

MODEL = Path("build/model")
# What measurements and verdicts name, so that none of another model is taken for theirs.
IDENTITY = ("model_sha256", "training_sha256")


def last_trained(folder: Path) -> tuple[dict[str, Any], bytes]:
    """Return the record and the bytes of the trained model."""
    kept = written(folder / "training.json", "ml train")
    path = folder / bundle.MODELS[kept["backend"]]
    content = path.read_bytes()
    if bundle.sha256(content) != kept["model_sha256"]:
        raise InputError(f"{path}: is not the model that was trained; run ml train again")
    # The file alone does not make the model: its threshold, its contract and its data belong to it.
    return {**kept, "training_sha256": bundle.sha256((folder / "training.json").read_bytes())}, content


def about(path: Path, training: Mapping[str, Any], step: str) -> dict[str, Any]:
    """Return what a step wrote down, if it is about this training."""
    found = written(path, step)
    if any(found.get(name) != training[name] for name in IDENTITY):
        raise InputError(f"{path}: is about another model than build/model; run {step} again")
    return found


def written(path: Path, step: str) -> dict[str, Any]:
    """Return what a step wrote down."""
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; run {step} first") from error
    except ValueError as error:
        raise InputError(f"{path}: is damaged ({error}); run {step} again") from error


def unchanged(step: str, *compared: tuple[str, object, object]) -> None:
    """Refuse what is another now than when the model was trained: its name, what it is, and what it was."""
    for name, now, then in compared:
        if now != then:
            raise InputError(f"{name}: has changed since the model was trained; run {step} again")


def as_trained(training: Mapping[str, Any], step: str) -> None:
    """Refuse a model of other data, another contract or other params than those that stand here."""
    _, document = contract.read(Path("contract.toml"))
    locked = tomllib.loads(Path("data/data.lock").read_text("utf-8"))
    params = config.params(Path("params.toml"))
    unchanged(
        step,
        ("data/data.lock", locked.get("sha256"), training["data"]["sha256"]),
        ("contract.toml", bundle.dumps(document), bundle.dumps(training["contract"])),
        ("params.toml, [costs]", asdict(params.costs), training.get("mistakes")),
        ("params.toml, [train]", bundle.dumps(asdict(params.train)), bundle.dumps(training.get("asked"))),
        ("params.toml, [serving]", params.serving.backend, training["backend"]),
    )
