"""Rates and what was promised of them, as tables; a promise is broken only where chance does not explain it."""

from collections.abc import Iterable
from dataclasses import dataclass

from scipy.stats import binom

CHANCE = 0.01


@dataclass(frozen=True)
class Rate:
    """How often something happened in so many draws, and between which shares it was promised to happen."""

    name: str
    count: int
    draws: int
    least: float = 0.0
    most: float = 1.0

    @property
    def held(self) -> bool:
        """Tell whether the promise is inside the binomial 99 % bound: both ways where it has two ends."""
        low = binom.ppf(CHANCE, self.draws, self.least) if self.least > 0 else 0
        high = binom.isf(CHANCE, self.draws, self.most) if self.most < 1 else self.draws
        return bool(low <= self.count <= high)

    def __str__(self) -> str:
        promised = " to ".join(f"{end:.0%}" for end in (self.least, self.most))
        told = "" if (self.least, self.most) == (0, 1) else f"  promised {promised}"
        return f"  {self.name:76} {self.count / self.draws:6.1%} of {self.draws}{told}{'' if self.held else '  BROKEN'}"


def printed(title: str, rates: Iterable[Rate]) -> bool:
    """Print a table as its rows come, and tell whether every promise held."""
    print(f"\n{title}", flush=True)
    held = True
    for rate in rates:
        print(rate, flush=True)
        held = held and rate.held
    return held
