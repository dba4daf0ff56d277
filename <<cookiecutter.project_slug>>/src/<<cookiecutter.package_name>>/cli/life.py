"""`ml compare` and `ml monitor`: what happens to a model after its release."""

import dataclasses
from argparse import Namespace
from pathlib import Path

import pandas as pd

from .. import bundle, config, contract, data, evaluate, features, model, monitor
from ..bundle import Bundle
from ..contract import InputError
from .data import LOCK, conforming
from .judge import REPORT


def do_compare(given: Namespace) -> int:
    """Tell whether the challenger is better than the champion, surely, on rows that neither trained on."""
    agreed, _ = contract.read(Path("contract.toml"))
    params, gate = config.params(Path("params.toml")), config.gates(Path("gates.toml")).quality
    metric = gate.metric if gate else params.train.scoring
    lock = data.read_lock(LOCK)
    parts = data.split(conforming(data.locked(lock, Path.cwd()), lock.source), agreed, params.split)
    champion, challenger = bundle.open_file(given.champion), bundle.open_file(given.challenger)
    loaded = model.load(challenger, str(given.challenger))
    reason = evaluate.incomparable(parts.record, challenger.manifest["split"], agreed, loaded.contract)
    if reason:
        raise InputError(f"{given.challenger}: cannot be compared on these data: {reason}")
    rows = evaluate.predicted(loaded, parts.test)
    found = evaluate.against(rows, parts.test, agreed, parts.record, champion, metric, params.evaluate)
    if "incomparable" in found:
        raise InputError(f"{given.champion}: cannot be compared on these data: {found['incomparable']}")
    better = found["low"] > 0
    said = (
        f"{'Better' if better else 'Not surely better'} than {found['version']}: {metric} {found['value']:+.3f} "
        f"[{found['low']:+.3f}, {found['high']:+.3f}] on {found['rows']} rows that neither trained on."
    )
    bundle.write(REPORT / "compare.md", f"### {said}\n".encode())
    print(said)
    return 0 if better else 3


def do_monitor(given: Namespace) -> int:
    """Tell whether recent rows still look like those that the model was trained on."""
    watched = given.input or config.params(Path("params.toml")).monitor.source
    if not watched:
        said = "There is nothing to monitor: params.toml names no [monitor] source."
        bundle.write(REPORT / "monitor.md", f"### {said}\n".encode())
        print(said)
        return 0
    opened = bundle.open_file(given.bundle)
    raw = data.read(data.fetch(str(watched), Path.cwd()))
    found, broken = _drift(raw, opened, str(given.bundle))
    drifted = [drift.column for drift in found if drift.drifted]
    lines = [f"| {d.column} | {d.effect:.3f} | {d.p:.2g} | {'**drifted**' if d.drifted else 'calm'} |" for d in found]
    said = f"Drifted: {', '.join(drifted)}." if drifted else "Calm: no column has drifted."
    said += f" {len(broken)} rules of the contract are broken." if broken else ""
    head = "| column | effect (debiased PSI) | p | verdict |\n|---|---|---|---|"
    listed = "".join(f"\n- `{violation.column}` {violation.rule}: {violation.count} rows" for violation in broken)
    text = f"### {said}\n\n{len(raw)} rows against {opened.manifest['version']}.\n\n{head}\n" + "\n".join(lines)
    bundle.write(REPORT / "monitor.md", f"{text}\n{listed}\n".encode())
    print(said)
    return 3 if drifted or broken else 0


def _drift(raw: pd.DataFrame, opened: Bundle, where: str) -> tuple[list[monitor.Drift], list[data.Violation]]:
    """Return the drift of every column, and the rules that rows of a request would break."""
    loaded = model.load(opened, where)
    asked = tuple(dataclasses.replace(column, unique=False) for column in loaded.contract.inputs)
    for column in asked:
        if column.name not in raw and loaded.contract.demands(column):
            raise InputError(f"the rows to monitor have no column {column.name}; the model needs it")
    serving = dataclasses.replace(loaded.contract, columns=(*asked, loaded.contract.target))
    raw = raw.reindex(columns=[column.name for column in asked])
    table, broken = data.typed(raw, dataclasses.replace(serving, columns=asked))
    inputs = features.inputs(serving, table)
    scores = loaded.scores(model.tensors(serving, features.arrays(serving, table)))
    return monitor.drift(inputs, scores, opened.json("reference.json")), broken
