"""Real pairs of models: how far they agree, which decides how many rows the champion gate needs."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from challenger import USUAL
from measured import config, contract, data, features
from measured.train import candidates
from sklearn.base import clone
from tables import Rate

TITLE = (
    "Real pairs: r of two models of a sample on its test rows, of their scores inside each class or of their errors; "
    "two families by the first choice of their grids, or one that learned all of train and then 90 % or half of it"
)
TASKS = ("classification", "regression")
SHARES = (0.9, 0.5)


def rates(_: int) -> Iterator[Rate]:
    """Yield the correlation of each pair; nothing is promised of it, for it is what the champion table supposes."""
    for task in TASKS:
        for name, r in _pairs(Path(task)):
            yield Rate(f"{task}, {name}: r {r:.3f}", r > USUAL, 1)


def _pairs(folder: Path) -> Iterator[tuple[str, float]]:
    """Yield what each pair is, and its correlation."""
    agreed, params = contract.read(folder / "contract.toml")[0], config.params(folder / "params.toml")
    raw = data.locked(data.read_lock(folder / "data" / "data.lock"), folder)
    parts = data.split(data.typed(raw, agreed)[0], agreed, params.split)
    inputs, wanted = features.inputs(agreed, parts.train), features.target(agreed, parts.train)
    tested, truth = features.inputs(agreed, parts.test), features.target(agreed, parts.test)
    first = {family.name: next(candidates.of(family, agreed, params)).pipeline for family in params.train.families}
    whole = {name: _said(pipeline, inputs, wanted, tested, truth) for name, pipeline in first.items()}
    for one, other in combinations(whole, 2):
        yield f"{one} and {other}", _r(whole[one], whole[other])
    drawn = np.random.default_rng(0).random(len(wanted))
    for share in SHARES:
        some = drawn < share
        for name, pipeline in first.items():
            less = _said(pipeline, inputs[some], wanted[some], tested, truth)
            yield f"{name}, of {share:.0%} of train", _r(whole[name], less)


def _said(pipeline: Any, inputs: Any, wanted: Any, tested: Any, truth: Any) -> Any:
    """Return what a model says of the test rows, less what is right of them: of classes the mean of each class."""
    learned = clone(pipeline).fit(inputs, wanted)
    if not hasattr(learned, "predict_proba"):
        return learned.predict(tested) - truth
    scores = learned.predict_proba(tested)[:, 1]
    return scores - np.where(truth == 1, scores[truth == 1].mean(), scores[truth == 0].mean())


def _r(ours: Any, theirs: Any) -> float:
    return float(np.corrcoef(ours, theirs)[0, 1])
