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
# Where what makes a model stands, besides data and contract.
PARAMS = ("split", "train", "costs", "serving")
FEATURES = Path(__file__).parents[1] / "features.py"


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


def made_of(table: str, document: Mapping[str, Any], params: config.Params) -> dict[str, str]:
    """Return what makes a model: the hashes of its table, its contract, its params and its features, by their place."""
    asked = {f"params.toml, [{name}]": asdict(getattr(params, name)) for name in PARAMS}
    places = {"data/data.lock": table, "contract.toml": document, **asked}
    hashes = {place: bundle.sha256(bundle.dumps(each)) for place, each in places.items()}
    return {**hashes, FEATURES.name: bundle.sha256(FEATURES.read_bytes())}


def as_trained(training: Mapping[str, Any], step: str) -> None:
    """Refuse a model that was made of something else than what stands here."""
    _, document = contract.read(Path("contract.toml"))
    locked = tomllib.loads(Path("data/data.lock").read_text("utf-8"))
    if "made_of" not in training:
        raise InputError(f"{MODEL}: was trained by an older version of this code; run {step} again")
    for place, now in made_of(locked.get("sha256", ""), document, config.params(Path("params.toml"))).items():
        if now != training["made_of"].get(place):
            raise InputError(f"{place}: has changed since the model was trained; run {step} again")
