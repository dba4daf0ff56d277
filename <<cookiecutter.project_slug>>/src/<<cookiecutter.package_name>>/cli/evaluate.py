"""`ml evaluate`: from a model to its measurements."""

import os
from argparse import Namespace
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from .. import atomic, bundle, config, data, evaluate, export, model, train
from ..contract import Refusal
from ..evaluate import cost, scorers
from ..report import curves
from .basis import Basis, begin, promised
from .data import LOCK
from .judge import CURVES, METRICS
from .trained import IDENTITY, MODEL, as_trained, last_trained


def do_evaluate(given: Namespace) -> int:
    """Measure the model on the test part, against the champion too, write `build/metrics.json` and the plots."""
    training, content = last_trained(MODEL)
    basis = _basis_of(training)
    promises = config.gates(Path("gates.toml"))
    metric = promised(promises, basis.contract)
    if promises.slices and promises.slices.metric:
        scorers.fitting(promises.slices.metric, basis.contract.problem.task, "gates.toml, [slices]: metric")
    exported = model.Model(basis.contract, content, model.rule(basis.contract, training), training["backend"])
    pipeline = export.loads((MODEL / "model.skops").read_bytes())
    found = evaluate.measure(basis.parts, exported, content, pipeline, metric, promises, basis.params.evaluate)
    tested = evaluate.predicted(exported, basis.parts.test)
    found["cost"] = cost.measure(tested, basis.contract, basis.params.costs)
    found["champion"] = _against(given.champion, exported, basis, training, metric)
    found["reproducible"] = _again(training) if given.reproduce else {"not asked": "asked on main and by make gates"}
    found["importance"] = evaluate.importance(exported, basis.parts, basis.params.train)
    found["learning"] = evaluate.learning(pipeline, basis.contract, basis.parts, basis.params.train)
    rows = sum(len(part) for part in (basis.parts.train, basis.parts.validation, basis.parts.test))
    whose = {name: training[name] for name in IDENTITY}
    measured = {"contract": {"rows": rows, "violations": 0}, **found, **whose}
    atomic.write(CURVES, bundle.dumps({**curves.of(tested), **whose}))
    atomic.write(METRICS, bundle.dumps(measured))
    print(f"{METRICS}: {metric} {found['quality']['value']:.3f} on {found['quality']['rows']} test rows.")
    return 0


def _basis_of(training: Mapping[str, Any]) -> Basis:
    """Read, check and split the table that a model was trained on."""
    try:
        basis = begin()
    except Refusal as refusal:
        # The gates shall say it too: the contract is broken, and nothing else was measured.
        broken = {"contract": {"rows": data.read_lock(LOCK).rows, "violations": len(refusal.findings)}}
        atomic.write(METRICS, bundle.dumps({**broken, **{name: training[name] for name in IDENTITY}}))
        raise
    as_trained(training, "ml train")
    return basis


def _against(
    path: Path | None, exported: model.Model, basis: Basis, training: Mapping[str, Any], metric: str
) -> dict[str, Any]:
    if path is None:
        return {"not asked": "nothing is in production, or none was named: make model CHAMPION=BUNDLE"}
    champion = bundle.open_file(path)
    same = bundle.sha256(champion.model) == training["model_sha256"]
    if same and all(champion.manifest.get(name) == training[name] for name in ("threshold", "costs")):
        name = bundle.MODELS[champion.backend]
        return {"not asked": f"the same {name} as {champion.manifest['version']}, which is in production"}
    rows = evaluate.predicted(exported, basis.parts.test)
    return evaluate.against(
        rows,
        basis.raw,
        basis.contract,
        training["split"],
        champion,
        metric,
        basis.params.evaluate,
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
    basis = begin()
    trained = train.fit(basis.parts, basis.contract, basis.params)
    return bundle.sha256(export.to_onnx(trained.pipeline, basis.contract))
