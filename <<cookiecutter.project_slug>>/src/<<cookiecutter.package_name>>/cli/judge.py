"""`ml gate` and `package`: from measurements to verdicts, and to the packed model; all must speak of one model."""

import json
import math
import tomllib
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .. import atomic, bundle, config, contract, gates, model, report
from ..contract import InputError, Refusal

MODEL = Path("build/model")
METRICS = Path("build/metrics.json")
VERDICTS = Path("build/verdicts.json")
REPORT = Path("build/report")
CURVES = REPORT / "curves.json"
BUNDLE = Path("build/bundle")
# What measurements and verdicts name, so that none of another model is taken for theirs.
IDENTITY = ("model_sha256", "training_sha256")


def do_gate(_: Namespace) -> int:
    """Judge the measurements, write the verdicts and the report, and print them, also when refused."""
    promises = config.gates(Path("gates.toml"))
    training, _content = last_trained(MODEL)
    measured = _about(METRICS, training, "ml evaluate")
    # Violations are those of the table that stands here now, and refuse it.
    if not measured.get("contract", {}).get("violations"):
        _as_trained(training)
    _cleared(promises, training)
    verdicts = gates.judge(measured, promises)
    kept = all(verdict.kept for verdict in verdicts)
    document = {
        **{name: training[name] for name in IDENTITY},
        "passed": kept,
        "verdicts": [verdict.as_dict() for verdict in verdicts],
    }
    atomic.write(REPORT / "report.md", report.markdown(verdicts, measured).encode())
    page = report.page(verdicts, measured, training, _curves(training), promises)
    atomic.write(REPORT / "index.html", page.encode())
    atomic.write(VERDICTS, bundle.dumps(document))
    print(report.terminal(verdicts))
    if not kept and (older := _older()):
        print(older)
    return 0 if kept else 3


def _cleared(promises: config.Gates, training: Mapping[str, Any]) -> None:
    """Refuse names that clear nothing."""
    agreed = contract.of(training["contract"])
    known = {*(column.name for column in agreed.inputs), *agreed.numbers}
    for name in promises.leakage.cleared if promises.leakage else ():
        if name not in known:
            raise InputError(f"gates.toml, [leakage]: cleared names {name!r}, which is no input of the model; mend it")


def do_package(_: Namespace) -> int:
    """Pack the model that the verdicts let through, write `build/bundle`."""
    training, content = last_trained(MODEL)
    judged = _about(VERDICTS, training, "ml gate")
    if not judged["passed"]:
        raise Refusal(f"{VERDICTS}: the gates refuse this model; see {REPORT}. {_older()}".rstrip())
    _as_trained(training)
    measured = _about(METRICS, training, "ml evaluate")
    agreed = contract.of(training["contract"])
    verdicts = gates.judge(measured, config.gates(Path("gates.toml")))
    if judged["verdicts"] != [verdict.as_dict() for verdict in verdicts]:
        raise InputError(f"{VERDICTS}: is not what the gates say of these measurements; run ml gate again")
    members = _members(training, content, measured)
    members["MODEL_CARD.md"] = report.card(agreed, training, measured, verdicts).encode()
    packed = bundle.pack(members, _manifest(training))
    opened = bundle.unpack(packed)
    model.load(opened)
    files = {
        "model.tar.gz": packed,
        "model.skops": (MODEL / "model.skops").read_bytes(),
        "metrics.json": METRICS.read_bytes(),
        "verdicts.json": bundle.dumps({**judged, "bundle_sha256": opened.digest}),
        "MODEL_CARD.md": members["MODEL_CARD.md"],
    }
    sums = "".join(f"{bundle.sha256(files[name])}  {name}\n" for name in sorted(files))
    atomic.write_folder(BUNDLE, {**files, "SHA256SUMS": sums.encode()})
    print(json.dumps({"bundle": str(BUNDLE / "model.tar.gz"), "digest": opened.digest}))
    return 0


def _older() -> str:
    """Return that the bundle is not of the refused model, where there is one."""
    return f"{BUNDLE} still holds the model before it." if BUNDLE.exists() else ""


def unchanged(step: str, *compared: tuple[str, object, object]) -> None:
    """Refuse what is another now than when the model was trained: its name, what it is, and what it was."""
    for name, now, then in compared:
        if now != then:
            raise InputError(f"{name}: has changed since the model was trained; run {step} again")


def _as_trained(training: Mapping[str, Any]) -> None:
    """Refuse to judge or pack a model of another contract or other data than those that stand here."""
    _, document = contract.read(Path("contract.toml"))
    locked = tomllib.loads(Path("data/data.lock").read_text("utf-8"))
    unchanged(
        "make model",
        ("contract.toml", bundle.dumps(document), bundle.dumps(training["contract"])),
        ("data/data.lock", locked.get("sha256"), training["data"]["sha256"]),
    )


def last_trained(folder: Path) -> tuple[dict[str, Any], bytes]:
    """Return the record and the bytes of the trained model."""
    kept = _json(folder / "training.json", "ml train")
    path = folder / bundle.MODELS[kept["backend"]]
    content = path.read_bytes()
    if bundle.sha256(content) != kept["model_sha256"]:
        raise InputError(f"{path}: is not the model that was trained; run ml train again")
    # The file alone does not make the model: its threshold, its contract and its data belong to it.
    return {**kept, "training_sha256": bundle.sha256((folder / "training.json").read_bytes())}, content


def _about(path: Path, training: Mapping[str, Any], step: str) -> dict[str, Any]:
    """Return what a step wrote down, if it is about this training."""
    found = _json(path, step)
    if any(found.get(name) != training[name] for name in IDENTITY):
        raise InputError(f"{path}: is about another model than build/model; run {step} again")
    return found


def _curves(training: Mapping[str, Any]) -> dict[str, Any]:
    """Return the curves of this model; where its table broke the contract none were drawn, or only an older model's."""
    found = _json(CURVES, "ml evaluate") if CURVES.exists() else {}
    return found if all(found.get(name) == training[name] for name in IDENTITY) else {}


def _json(path: Path, step: str) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; run {step} first") from error
    except ValueError as error:
        raise InputError(f"{path}: is damaged ({error}); run {step} again") from error


def _members(kept: Mapping[str, Any], content: bytes, found: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the members of the bundle but the card; nothing in them is measured by the clock."""
    return {
        "contract.json": bundle.dumps(kept["contract"]),
        "golden.json": bundle.dumps(kept["golden"]),
        "metrics.json": bundle.dumps(_finite({name: value for name, value in found.items() if name != "budget"})),
        bundle.MODELS[kept["backend"]]: content,
        "reference.json": bundle.dumps(kept["reference"]),
    }


def _finite(found: Any) -> Any:
    """Return measurements with null for what is no number: JSON has no NaN, and what serves the model refuses it."""
    if isinstance(found, dict):
        return {name: _finite(value) for name, value in found.items()}
    if isinstance(found, list):
        return [_finite(value) for value in found]
    return None if isinstance(found, float) and not math.isfinite(found) else found


def _manifest(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return where the model comes from."""
    told = (
        "project",
        "version",
        "commit",
        "data",
        "split",
        "threshold",
        "costs",
        "spread",
        "backend",
        "libraries",
        "python",
    )
    return {name: kept[name] for name in told}
