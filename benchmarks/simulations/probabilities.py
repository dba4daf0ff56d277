"""The calibration gate: what it says of perfect probabilities, and of bent ones."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import worlds
from measured import config, gates
from measured.config.promised import CalibrationGate
from measured.evaluate import calibration
from tables import Rate

TITLE = f"Calibration: base rate {worlds.BASE:.0%}, ROC AUC {worlds.AUC}, limit 0.05"
PROMISE = config.Gates(calibration=CalibrationGate(0.05))


def rates(draws: int) -> Iterator[Rate]:
    """Yield how often a perfect model fails or is left open, and how often bent probabilities are found."""
    for n in (200, 1000, 2000):
        found = _verdicts(draws, n, 1.0)
        yield Rate(f"perfect, {n} rows: fails", found[gates.FAIL], draws, most=0.05)
        yield Rate(f"perfect, {n} rows: inconclusive", found[gates.INCONCLUSIVE], draws)
    for n in (200, 1000, 2000):
        for power, said in ((2.0, "squared"), (0.5, "rooted")):
            found = _verdicts(draws, n, power)
            least = 0.95 if power > 1 and n >= 1000 else 0.0
            yield Rate(f"{said}, {n} rows: fails", found[gates.FAIL], draws, least=least)


def _verdicts(draws: int, n: int, power: float) -> Counter[str]:
    rng, found = np.random.default_rng(0), Counter[str]()
    for _ in range(draws):
        rows = worlds.told(rng, n)
        measured = calibration.measure(replace(rows, scores=rows.scores**power), 100)
        verdicts = gates.judge({"calibration": measured}, PROMISE)
        found[next(each.verdict for each in verdicts if each.gate == "calibration")] += 1
    return found
