"""`ml gate` and `package`: from measurements to verdicts, and to the packed model."""

import json
import sys
from argparse import Namespace
from pathlib import Path

from .. import bundle, config, contract, gates, model
from ..report import pages
from . import record
from .record import BUNDLE, METRICS, MODEL, REPORT, VERDICTS


def do_gate(_: Namespace) -> int:
    """Judge the measurements, write the verdicts and the report, and print them, also when refused."""
    promises = config.gates(Path("gates.toml"))
    training, _onnx = record.model(MODEL)
    measured = record.measured(METRICS, training["model_sha256"])
    verdicts = gates.judge(measured, promises)
    kept = all(verdict.kept for verdict in verdicts)
    document = {
        "model_sha256": training["model_sha256"],
        "passed": kept,
        "verdicts": [verdict.as_dict() for verdict in verdicts],
    }
    title = f"{training['project']} {training['version']}"
    images = {path.stem: path.read_text("utf-8") for path in sorted((REPORT / "plots").glob("*.svg"))}
    bundle.write(REPORT / "pages.md", pages.markdown(verdicts, measured).encode())
    bundle.write(REPORT / "index.html", pages.page(verdicts, measured, images, title).encode())
    bundle.write(VERDICTS, bundle.dumps(document))
    print(pages.terminal(verdicts))
    return 0 if kept else 3


def do_package(_: Namespace) -> int:
    """Pack the model that the verdicts let through, write `build/bundle`."""
    training, onnx = record.model(MODEL)
    judged = record.judged(VERDICTS, training["model_sha256"])
    if not judged["passed"]:
        print("ml: build/verdicts.json: the gates refuse this model; see build/pages.", file=sys.stderr)
        return 3
    measured = record.measured(METRICS, training["model_sha256"])
    agreed = contract.of(training["contract"])
    verdicts = [gates.Verdict(**verdict) for verdict in judged["verdicts"]]
    members = record.members(training, onnx, measured)
    members["MODEL_CARD.md"] = pages.card(agreed, training, measured, verdicts).encode()
    packed = bundle.pack(members, record.manifest(training))
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
    bundle.write_folder(BUNDLE, {**files, "SHA256SUMS": sums.encode()})
    print(json.dumps({"bundle": str(BUNDLE / "model.tar.gz"), "digest": opened.digest}))
    return 0
