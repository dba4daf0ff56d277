"""`ml train`, `evaluate`, `gate`, `package`: from the table to the packed model."""

import json
import sys
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .. import bundle, config, contract, data, evaluate, export, features, gates, model, report, train
from ..contract import Contract, InputError
from . import record
from .data import LOCK, conforming

MODEL = Path("build/model")
METRICS = Path("build/metrics.json")
VERDICTS = Path("build/verdicts.json")
REPORT = Path("build/report")
BUNDLE = Path("build/bundle")


@dataclass(frozen=True)
class _Work:
    """What training and evaluation both begin with."""

    parts: data.Parts
    lock: data.Lock
    contract: Contract
    document: dict[str, Any]
    params: config.Params


def _work() -> _Work | None:
    """Read, check and split the table; None when it breaks the contract."""
    agreed, document = contract.read(Path("contract.toml"))
    params = config.params(Path("params.toml"))
    lock = data.read_lock(LOCK)
    table = conforming(data.locked(lock, Path.cwd()), lock.source)
    if table is None:
        return None
    return _Work(data.split(table, agreed, params.split), lock, agreed, document, params)


def do_train(_: Namespace) -> int:
    """Search, choose, export, prove parity, write `build/model`."""
    work = _work()
    if work is None:
        return 3
    trained = train.fit(work.parts, work.contract, work.params)
    onnx = export.to_onnx(trained.pipeline, work.contract)
    exported = model.Model(work.contract, onnx, trained.threshold)
    truth = features.target(work.contract, work.parts.validation)
    spread = float(np.std(truth)) if trained.threshold is None else 1.0
    proof = export.proof(trained.pipeline, exported, work.parts.validation, spread)
    if proof["largest"] > model.TOLERANCE or proof["labels"]:
        raise InputError(
            f"the exported {trained.record['family']} differs from the pipeline by {proof['largest']:.1e} and in "
            f"{proof['labels']} labels; take another estimator in params.toml"
        )
    kept = record.training(work.lock, work.parts, work.document, trained, spread, onnx)
    files = {"model.onnx": onnx, "model.skops": export.dumps(trained.pipeline), "training.json": bundle.dumps(kept)}
    bundle.write_folder(MODEL, files)
    print(f"{MODEL}: {kept['family']} {kept['choice']}, {kept['scoring']} {kept['validation']:.3f} on validation.")
    return 0


def do_evaluate(_: Namespace) -> int:
    """Measure the model on the test part, write `build/metrics.json` and the plots."""
    training, onnx = record.model(MODEL)
    work = _work()
    if work is None:
        return 3
    record.same_work(training, work.lock, work.parts, work.document)
    promise = config.gates(Path("gates.toml")).quality
    metric = promise.metric if promise else work.params.train.scoring
    exported = model.Model(work.contract, onnx, training["threshold"])
    pipeline = export.loads((MODEL / "model.skops").read_bytes())
    seed = work.params.train.seed
    found = evaluate.measure(
        work.parts, exported, pipeline, metric, work.params.evaluate, seed, len(onnx), export.golden(work.contract)
    )
    rows = sum(len(part) for part in (work.parts.train, work.parts.validation, work.parts.test))
    measured = {"contract": {"rows": rows, "violations": 0}, **found, "model_sha256": training["model_sha256"]}
    looked = evaluate.importance(pipeline, work.contract, work.parts, work.params.train.scoring, seed)
    drawn = report.plots(evaluate.predicted(exported, work.parts.test), work.contract.target.name, looked)
    bundle.write_folder(REPORT / "plots", {f"{title}.svg": svg.encode() for title, svg in drawn.items()})
    bundle.write(METRICS, bundle.dumps(measured))
    print(f"{METRICS}: {metric} {found['quality']['value']:.3f} on {found['quality']['rows']} test rows.")
    return 0


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
    bundle.write(REPORT / "report.md", report.markdown(verdicts, measured).encode())
    bundle.write(REPORT / "index.html", report.page(verdicts, measured, images, title).encode())
    bundle.write(VERDICTS, bundle.dumps(document))
    print(report.terminal(verdicts))
    return 0 if kept else 3


def do_package(_: Namespace) -> int:
    """Pack the model that the verdicts let through, write `build/bundle`."""
    training, onnx = record.model(MODEL)
    judged = record.judged(VERDICTS, training["model_sha256"])
    if not judged["passed"]:
        print("ml: build/verdicts.json: the gates refuse this model; see build/report.", file=sys.stderr)
        return 3
    measured = record.measured(METRICS, training["model_sha256"])
    agreed = contract.of(training["contract"])
    verdicts = [gates.Verdict(**verdict) for verdict in judged["verdicts"]]
    members = record.members(training, onnx, measured)
    members["MODEL_CARD.md"] = report.card(agreed, training, measured, verdicts).encode()
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
