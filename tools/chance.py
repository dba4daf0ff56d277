"""Draw from distributions by their textbook formulas, so that no release of Python changes what a seed draws.

Only `random.Random.random` is asked: of its methods it alone has a sequence that Python promises to keep.
"""

import math
import random
from collections.abc import Iterable, Mapping


def clip(value: float, low: float, high: float) -> float:
    """Return the value, or the bound that it passed."""
    return max(low, min(high, value))


class Chance:
    """A seeded source of chance."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed).random

    def normal(self, mean: float, deviation: float) -> float:
        """Draw by Box and Muller."""
        radius = math.sqrt(-2 * math.log(1 - self.random()))
        return mean + deviation * radius * math.cos(2 * math.pi * self.random())

    def exponential(self, mean: float) -> float:
        """Draw by inversion."""
        return -mean * math.log(1 - self.random())

    def poisson(self, mean: float) -> int:
        """Draw by counting arrivals, which is quick for the small means used here."""
        count, left = 0, self.random()
        while left > math.exp(-mean):
            count, left = count + 1, left * self.random()
        return count

    def happens(self, share: float) -> bool:
        """Say yes in that share of the cases."""
        return self.random() < share

    def pick(self, shares: Mapping[str, float]) -> str:
        """Draw a key with the probability that stands beside it."""
        point = self.random()
        for key, share in shares.items():
            point -= share
            if point < 0:
                return key
        return key

    def order(self, items: Iterable[int]) -> list[int]:
        """Return the items in a random order."""
        return [item for _, item in sorted((self.random(), item) for item in items)]
