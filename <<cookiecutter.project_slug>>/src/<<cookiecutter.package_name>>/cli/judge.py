"""`ml gate` and `package`: from measurements to verdicts, and to the packed model; all must speak of one model."""

import json
import math
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .. import atomic, bundle, config, contract, gates, model, report
from ..contract import InputError, Refusal
from .basis import promised
from .trained import IDENTITY, MODEL, about, as_trained, last_trained, written

METRICS = Path("build/metrics.json")
VERDICTS = Path("build/verdicts.json")
REPORT = Path("build/report")
CURVES = REPORT / "curves.json"
BUNDLE = Path("build/bundle")


def do_gate(_: Namespace) -> int:
    """Judge the measurements, write the verdicts and the report, and print them, also when refused."""
    promises = config.gates(Path("gates.toml"))
    training, _content = last_trained(MODEL)
    measured, agreed = about(METRICS, training, "ml evaluate"), contract.of(training["contract"])
    # Violations are those of the table that stands here now, and refuse it.
    if not measured.get("contract", {}).get("violations"):
        as_trained(training, "make model")
        promised(promises, agreed)
    _cleared(promises, agreed)
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


def _cleared(promises: config.Gates, agreed: contract.Contract) -> None:
    """Refuse names that clear nothing."""
    known = {*(column.name for column in agreed.inputs), *agreed.numbers}
    for name in promises.leakage.cleared if promises.leakage else ():
        if name not in known:
            raise InputError(f"gates.toml, [leakage]: cleared names {name!r}, which is no input of the model; mend it")


def do_package(_: Namespace) -> int:
    """Pack the model that the verdicts let through, write `build/bundle`."""
    training, content = last_trained(MODEL)
    judged = about(VERDICTS, training, "ml gate")
    if not judged["passed"]:
        raise Refusal(f"{VERDICTS}: the gates refuse this model; see {REPORT}. {_older()}".rstrip())
    as_trained(training, "make model")
    measured = about(METRICS, training, "ml evaluate")
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
    return f"{BUNDLE} still holds the model that was packed before." if BUNDLE.exists() else ""


def _curves(training: Mapping[str, Any]) -> dict[str, Any]:
    """Return the curves of this model; where its table broke the contract none were drawn, or only an older model's."""
    found = written(CURVES, "ml evaluate") if CURVES.exists() else {}
    return found if all(found.get(name) == training[name] for name in IDENTITY) else {}


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
