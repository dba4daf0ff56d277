"""The test part drawn many times from rows that the first model did not see: what a promise is asked of."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from .. import data, evaluate, features
from ..config import FEWEST
from ..evaluate import Rows
from .honest import Run

DRAWS = 40
LARGEST = 4000  # rows: more tell no more, and take long
KEYS = 4 * FEWEST  # so many are drawn if they are tested, however many rows they have
RESAMPLES = 200


@dataclass(frozen=True)
class Draw:
    """Rows drawn from those that the model did not see."""

    table: pd.DataFrame
    rows: Rows


@dataclass(frozen=True)
class Promising:
    """The first run, drawn from many times."""

    run: Run

    @cached_property
    def draws(self) -> list[Draw]:
        """As many rows as will be tested, many times; whole groups where a key repeats."""
        return [*self.drawn()]

    def drawn(self, times: int = 1) -> Iterator[Draw]:
        """Yield draws of that many times the rows that will be tested."""
        return _drawn(self.run, times)

    @cached_property
    def values(self) -> list[dict[str, Any]]:
        """The metric of each draw, with its interval."""
        return [evaluate.measured(self.run.metric, draw.rows, RESAMPLES) for draw in self.draws]

    @cached_property
    def base(self) -> float:
        """What always saying the same reaches."""
        rows = self.run.rows
        return evaluate.score(self.run.metric, evaluate.always(self.run.metric, rows.truth, rows))


def _drawn(run: Run, times: int) -> Iterator[Draw]:
    rng, rows, size = np.random.default_rng(0), run.rows, times * min(run.test, LARGEST)
    if rows.groups is None:
        strata = _strata(run, size)
        for _ in range(DRAWS):
            place = np.concatenate([rng.choice(inside, count) for inside, count in strata])
            table = run.table.iloc[place].reset_index(drop=True)
            yield Draw(table, Rows(rows.truth[place], rows.scores[place], rows.rule))
        return
    members = [*pd.Series(range(len(rows.groups))).groupby(rows.groups).indices.values()]
    sizes = np.array([len(member) for member in members])
    tested = len(np.unique(data.groups(run.parts.test, run.contract)))
    each = max(round(size / sizes.mean()), times * min(KEYS, tested))
    for _ in range(DRAWS):
        picked = rng.integers(0, len(members), each)
        place = np.concatenate([members[number] for number in picked])
        # A group drawn twice counts as two.
        again = np.repeat(np.arange(each), sizes[picked])
        # Of many rows some tell nearly as much, and each is as likely to be among them; about one a key at least.
        most = max(times * LARGEST, round(len(place) / np.median(sizes[picked])))
        if len(place) > most:
            some = np.sort(rng.choice(len(place), most, replace=False))
            place, again = place[some], again[some]
        table = run.table.iloc[place].reset_index(drop=True)
        yield Draw(table, Rows(rows.truth[place], rows.scores[place], rows.rule, again))


def _strata(run: Run, size: int) -> list[tuple[Any, int]]:
    """Return the rows of each class, and how many of them are tested: that is counted, and nothing else of the test."""
    truth = run.rows.truth
    if run.rows.rule is None:
        return [(np.arange(len(truth)), size)]
    tested = np.bincount(features.target(run.contract, run.parts.test), minlength=run.rows.classes)
    return [(np.flatnonzero(truth == one), round(many * size / run.test)) for one, many in enumerate(tested)]
