"""The champion gate: what happens to equal challengers and to worse ones."""

from collections.abc import Iterator

import numpy as np
import worlds
from measured import config, gates
from measured.config.promised import ChampionGate
from measured.evaluate import gains
from tables import Rate

TITLE = (
    f"Champion: base rate {worlds.BASE:.0%}, ROC AUC {worlds.AUC}, where r correlates the two models' scores inside "
    f"each class; and R2 {worlds.R2}, where it correlates their errors"
)
RESAMPLES = 500  # the project takes 1,000, which changes nothing but the time
CORRELATIONS = (0.7, 0.8, 0.9, 0.97)
# Promised of models that were trained on the same table.
USUAL = 0.9
WORSE = 0.04
CASES = ((2000, 0.02), (1000, 0.03))
# What models reach, and how two are drawn that reach so much.
KINDS = {"roc_auc": (worlds.AUC, worlds.two), "r2": (worlds.R2, worlds.pair)}


def rates(asked: int) -> Iterator[Rate]:
    """Yield how often equal ones are promoted and let through, and worse ones stopped."""
    for metric in KINDS:
        for correlation in CORRELATIONS:
            yield from _rates(metric, correlation, asked if correlation == USUAL else asked // 4)


def _rates(metric: str, correlation: float, draws: int) -> Iterator[Rate]:
    usual = correlation == USUAL
    for n, margin in CASES:
        where = f"{metric}, r {correlation}, {n} rows"
        better, let = _passed(metric, draws, n, margin, 0.0, correlation)
        yield Rate(f"equal, {where}: promoted as better", better, draws, most=0.05)
        # Nothing is promised of models that differ as much as these.
        least = 0.90 if usual else 0.0
        yield Rate(f"equal, {where}: passes with margin {margin}", let, draws, least=least)
        _, let = _passed(metric, draws, n, margin, WORSE, correlation)
        stopped = 0.95 if n == CASES[0][0] or usual else 0.0
        yield Rate(f"worse by {WORSE}, {where}: stopped with margin {margin}", draws - let, draws, least=stopped)


def _passed(metric: str, draws: int, n: int, margin: float, worse: float, correlation: float) -> tuple[int, int]:
    """Return how often the challenger is better, and how often not surely worse."""
    rng, rules = np.random.default_rng(0), (ChampionGate(margin, "better"), ChampionGate(margin))
    reached, drawn = KINDS[metric]
    passed = np.zeros(2, int)
    for _ in range(draws):
        ours, theirs = drawn(rng, n, (reached - worse, reached), correlation)
        found = {"metric": metric, "version": "1", **gains.gain(metric, ours, theirs, RESAMPLES)}
        for place, rule in enumerate(rules):
            verdicts = gates.judge({"champion": found}, config.Gates(champion=rule))
            passed[place] += next(each.verdict for each in verdicts if each.gate == "champion") == gates.PASS
    return int(passed[0]), int(passed[1])
