"""`ml monitor`: do recent rows look like those that the model was trained on, and are its promises still kept?"""

import dataclasses
from argparse import Namespace
from pathlib import Path
from typing import Any

import pandas as pd

from .. import atomic, bundle, config, data, evaluate, features, gates, model, monitor, tensors
from ..bundle import Bundle
from ..contract import Contract, InputError
from ..evaluate import calibration
from ..monitor import Watch, page
from .basis import promised
from .judge import REPORT


def do_monitor(given: Namespace) -> int:
    """Compare recent rows with the reference of the bundle, write the report, and say whether anything drifted."""
    params = config.params(Path("params.toml"))
    watched = given.input or params.monitor.source
    if not watched:
        said = "There is nothing to monitor: params.toml names no [monitor] source."
        atomic.write(REPORT / "monitor.md", f"### {said}\n".encode())
        print(said)
        return 0
    opened = bundle.open_file(given.bundle)
    if given.labels and not given.labels.is_file():
        raise InputError(f"{given.labels}: no such file; name a table of labels, or leave --labels out")
    found = _watch(_raw(str(watched)), opened, str(given.bundle), given.labels, params)
    atomic.write(REPORT / "monitor.json", bundle.dumps(found.as_dict()))
    atomic.write(REPORT / "monitor.md", page.markdown(found).encode())
    atomic.write(REPORT / "monitor.html", page.page(found).encode())
    if found.unjudged and not found.alarms:
        # Calm is no answer to who asked for the promises; what has drifted is one all the same.
        raise InputError(found.unjudged)
    print(found.headline)
    if found.labelled:
        kept = ", ".join(f"{verdict.gate} {verdict.verdict}" for verdict in found.promises)
        left = f" {found.shared} labels were left out: they share key and time." if found.shared else ""
        print(f"Labels of {found.labelled} rows came back: {kept}.{left}")
    print(f"Each column, and what its effect means: {REPORT / 'monitor.html'}")
    return 3 if found.alarms else 0


def _raw(source: str) -> pd.DataFrame:
    """Read recent rows: a table, or a log of the service, rotated ones too."""
    path = data.fetch(source, Path.cwd())
    return monitor.logged(path) if ".jsonl" in path.suffixes else data.read(path)


def _watch(raw: pd.DataFrame, opened: Bundle, where: str, labels: Path | None, params: config.Params) -> Watch:
    loaded = model.load(opened, where)
    version, volume = str(opened.manifest["version"]), monitor.volume(len(raw), params.monitor.rows)
    if volume and len(raw) < monitor.LEAST:
        # Too few to say more, but that they are too few is an answer.
        return Watch(version, len(raw), (), (), volume, 0, ())
    serving = _serving(loaded.contract)
    for column in serving.inputs:
        if column.name not in raw and serving.demands(column):
            raise InputError(f"the rows to monitor have no column {column.name}; the model needs it")
    asked = [column.name for column in serving.inputs]
    table, broken = data.typed(raw.reindex(columns=asked), dataclasses.replace(serving, columns=serving.inputs))
    scores = _scores(loaded, table)
    inputs, then = features.inputs(serving, table), opened.json("reference.json")
    drifts = monitor.drift(inputs, loaded.told(scores), then, serving)
    watch = Watch(version, len(raw), drifts, monitor.strange(broken, serving), volume, 0, ())
    return _labelled(watch, loaded, table, labels, params) if labels else watch


def _labelled(watch: Watch, loaded: model.Model, table: pd.DataFrame, path: Path, params: config.Params) -> Watch:
    """Judge the promises too; labels that cannot be judged hide nothing that was found without them."""
    try:
        labelled, shared, promises = _promises(loaded, table, path, params)
    except InputError as error:
        return dataclasses.replace(watch, unjudged=str(error))
    return dataclasses.replace(watch, labelled=labelled, shared=shared, promises=promises)


def _serving(agreed: Contract) -> Contract:
    """Return what is asked of the rows of a request: neither unique keys nor columns that the model does not read."""
    columns = tuple(
        dataclasses.replace(column, unique=False, required=agreed.demands(column)) for column in agreed.inputs
    )
    return dataclasses.replace(agreed, columns=(*columns, agreed.target))


def _scores(loaded: model.Model, table: pd.DataFrame) -> tensors.Array:
    return loaded.scores(tensors.stacked(loaded.contract, features.arrays(loaded.contract, table)))


def _promises(
    loaded: model.Model, table: pd.DataFrame, path: Path, params: config.Params
) -> tuple[int, int, list[gates.Verdict]]:
    """Judge the promises that labels can tell of, with their intervals, on the rows whose label came back.

    Says how many those are, and how many labels nothing tells apart.
    """
    agreed = loaded.contract
    raw = data.read(path)
    joint = monitor.joint(table, raw, agreed)
    names = (*joint, agreed.target.name)
    wanted = tuple(dataclasses.replace(c, unique=False) for c in agreed.columns if c.name in names)
    if agreed.target.name in raw:
        # A label that is not known yet is none.
        told = tensors.clean(agreed.target, [*raw[agreed.target.name]])
        raw = raw[pd.Series(told, raw.index, dtype=object).notna()]
    known = raw[[column.name for column in wanted if column.name in raw]]
    labels, broken = data.typed(known, dataclasses.replace(agreed, columns=wanted, derive=()))
    rows = monitor.joined(table, labels, agreed, str(path), joint)
    if any(each.rows for each in broken):
        raise InputError(f"{path}: {next(str(each) for each in broken if each.rows)}; mend the labels")
    promises = config.gates(Path("gates.toml"))
    measured = _measured(loaded, rows, promised(promises, agreed), params)
    return len(rows), int(labels.duplicated(joint, keep=False).sum()), monitor.kept(measured, promises)


def _measured(loaded: model.Model, rows: pd.DataFrame, metric: str, params: config.Params) -> dict[str, Any]:
    """Measure the model on labelled rows, and against the best that always saying the same reaches there."""
    said = evaluate.predicted(loaded, rows)
    if len(set(said.truth)) < 2:
        raise InputError(f"all {len(rows)} labels that came back are the same; wait for more of them")
    same = evaluate.always(metric, said.truth, said)
    return {
        "quality": {"metric": metric, **evaluate.measured(metric, said, params.evaluate.resamples)},
        "baseline": {"metric": metric, **evaluate.gain(metric, said, same, params.evaluate.resamples)},
        "calibration": calibration.measure(said, params.evaluate.resamples),
    }
