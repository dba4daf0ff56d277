"""`ml train` and `evaluate`: from the table to a model, and to its measurements."""

import importlib.metadata
import os
import platform
import subprocess
from argparse import Namespace
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import tqdm

from .. import PROJECT, bundle, cluster, config, contract, data, evaluate, export, features, model, monitor, train
from ..contract import Contract, InputError, Refusal
from ..report import curves
from ..rule import CostMatrix, unit
from .data import LOCK, conforming
from .judge import CURVES, IDENTITY, METRICS, MODEL, last_trained

LIBRARIES = ("numpy", "onnxruntime", "pandas", "scikit-learn", "skl2onnx")


@dataclass(frozen=True)
class _Work:
    """What training and evaluation both begin with."""

    parts: data.Parts
    raw: pd.DataFrame  # the test part as the source holds it
    lock: data.Lock
    contract: Contract
    document: dict[str, Any]
    params: config.Params


def _work() -> _Work:
    """Read, check and split the table."""
    agreed, document = contract.read(Path("contract.toml"))
    params = config.params(Path("params.toml"))
    lock = data.read_lock(LOCK)
    raw = data.locked(lock, Path.cwd())
    parts = data.split(conforming(raw, lock.source), agreed, params.split)
    return _Work(parts, raw.loc[parts.places], lock, agreed, document, params)


def do_train(given: Namespace) -> int:
    """Search, choose, export, prove parity, write `build/model`."""
    work = _work()
    trained = _fitted(work, given.scheduler)
    backend, skops = work.params.serving.backend, export.dumps(trained.pipeline)
    content = export.to_onnx(trained.pipeline, work.contract) if backend == "onnx" else skops
    exported = model.Model(work.contract, content, trained.rule, backend)
    truth = features.target(work.contract, work.parts.validation)
    spread = unit(truth, trained.rule)
    proof = export.proof(trained.pipeline, exported, work.parts.validation, spread)
    if not export.equal(proof):
        raise InputError(
            f"the exported {trained.record['family']} differs from the pipeline by {proof['largest']:.2g} and in "
            f"{proof['labels']} labels; take another estimator in params.toml"
        )
    kept = _training(work, trained, spread, exported) | {
        "backend": backend,
        "model_sha256": bundle.sha256(content),
    }
    files = {bundle.MODELS[backend]: content, "model.skops": skops, "training.json": bundle.dumps(kept)}
    bundle.write_folder(MODEL, files)
    some, all_ = kept["searched"]["rows"], kept["searched"]["of"]
    how = f" Searched on {some} of {all_} train rows, fitted on all." if some < all_ else ""
    print(f"{MODEL}: {kept['family']} {kept['choice']}, {kept['scoring']} {kept['validation']:.3f} on validation.{how}")
    return 0


def _fitted(work: _Work, scheduler: str | None) -> train.Trained:
    """Search here, or one candidate a task on a cluster; the choice is the same."""
    if not scheduler:
        return train.fit(work.parts, work.contract, work.params)
    with cluster.connected(scheduler) as client:

        def search(candidates: Sequence[train.Candidate], on: train.Work) -> list[float]:
            places = range(len(candidates))
            found = cluster.gathered(
                client, train.numbered, places, candidates, on, named=lambda place: str(candidates[place].choice)
            )
            scores = dict(tqdm(found, desc="train", unit="candidate", total=len(candidates), disable=None))
            return [scores[place] for place in places]

        return train.fit(work.parts, work.contract, work.params, search)


def do_evaluate(given: Namespace) -> int:
    """Measure the model on the test part, against the champion too, write `build/metrics.json` and the plots."""
    training, content = last_trained(MODEL)
    work = _work_of(training)
    promises = config.gates(Path("gates.toml"))
    metric = promises.quality.metric if promises.quality else work.params.train.scoring
    exported = model.Model(work.contract, content, model.rule(work.contract, training), training["backend"])
    pipeline = export.loads((MODEL / "model.skops").read_bytes())
    found = evaluate.measure(work.parts, exported, content, pipeline, metric, promises, work.params.evaluate)
    found["champion"] = _against(given.champion, exported, work, training, metric)
    found["reproducible"] = _again(training) if given.reproduce else {"not asked": "asked on main and by make gates"}
    found["importance"] = evaluate.importance(pipeline, work.contract, work.parts, work.params.train)
    found["learning"] = evaluate.learning(pipeline, work.contract, work.parts, work.params.train)
    rows = sum(len(part) for part in (work.parts.train, work.parts.validation, work.parts.test))
    whose = {name: training[name] for name in IDENTITY}
    measured = {"contract": {"rows": rows, "violations": 0}, **found, **whose}
    bundle.write(CURVES, bundle.dumps({**curves.of(evaluate.predicted(exported, work.parts.test)), **whose}))
    bundle.write(METRICS, bundle.dumps(measured))
    print(f"{METRICS}: {metric} {found['quality']['value']:.3f} on {found['quality']['rows']} test rows.")
    return 0


def _work_of(training: Mapping[str, Any]) -> _Work:
    """Read, check and split the table that a model was trained on."""
    try:
        work = _work()
    except Refusal as refusal:
        # The gates shall say it too: the contract is broken, and nothing else was measured.
        broken = {"contract": {"rows": data.read_lock(LOCK).rows, "violations": len(refusal.findings)}}
        bundle.write(METRICS, bundle.dumps({**broken, **{name: training[name] for name in IDENTITY}}))
        raise
    _same_work(training, work.lock, work.parts, work.document)
    return work


def _against(
    path: Path | None, exported: model.Model, work: _Work, training: Mapping[str, Any], metric: str
) -> dict[str, Any]:
    if path is None:
        return {"not asked": "nothing is in production, or none was named: make model CHAMPION=BUNDLE"}
    champion = bundle.open_file(path)
    same = bundle.sha256(champion.model) == training["model_sha256"]
    if same and all(champion.manifest.get(name) == training[name] for name in ("threshold", "costs")):
        name = bundle.MODELS[champion.backend]
        return {"not asked": f"the same {name} as {champion.manifest['version']}, which is in production"}
    rows = evaluate.predicted(exported, work.parts.test)
    return evaluate.against(
        rows,
        work.raw,
        work.contract,
        training["split"],
        champion,
        metric,
        work.params.evaluate,
    )


def _again(training: Mapping[str, Any]) -> dict[str, Any]:
    """Train again in a new process, whose sets and hashes are ordered anew, and return both digests."""
    if training["backend"] != "onnx":
        return {"not asked": "a pipeline that scikit-learn serves is written with other bytes each time"}
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return {"first": training["model_sha256"], "second": pool.submit(_digest, str(Path.cwd())).result()}


def _digest(folder: str) -> str:
    """Train on what lies in a folder, and return the digest of the exported model."""
    os.chdir(folder)
    work = _work()
    trained = train.fit(work.parts, work.contract, work.params)
    return bundle.sha256(export.to_onnx(trained.pipeline, work.contract))


def _training(work: _Work, trained: train.Trained, spread: float, exported: model.Model) -> dict[str, Any]:
    """Return everything about one training that later steps and the bundle tell."""
    agreed, parts, lock = work.contract, work.parts, work.lock
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
        "contract": work.document,
        "data": {"source": lock.source, "rows": lock.rows, "sha256": lock.sha256},
        "split": parts.record,
        "parts": _sizes(parts, agreed),
        "threshold": None if isinstance(trained.rule, CostMatrix) else trained.rule,
        "costs": trained.rule.named if isinstance(trained.rule, CostMatrix) else None,
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


def _same_work(kept: Mapping[str, Any], lock: data.Lock, parts: data.Parts, document: Any) -> None:
    """Refuse to judge a model by other data, another contract or another split than it was trained on."""
    for what, now, then in (
        ("data/data.lock", lock.sha256, kept["data"]["sha256"]),
        ("contract.toml", bundle.dumps(document), bundle.dumps(kept["contract"])),
        ("params.toml, [split]", parts.record, kept["split"]),
    ):
        if now != then:
            raise InputError(f"{what}: has changed since the model was trained; run ml train again")
