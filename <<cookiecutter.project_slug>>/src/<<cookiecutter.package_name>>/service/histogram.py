"""Counts of values between edges, as Prometheus wants them told."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from prometheus_client.core import HistogramMetricFamily


class Histogram:
    """Counts of values up to each edge."""

    def __init__(self, edges: Sequence[float]) -> None:
        self._edges = edges
        self._counts = [0] * (len(edges) + 1)
        self._sum = 0.0

    def add(self, value: float) -> None:
        """Count one value."""
        self._counts[bisect_left(self._edges, value)] += 1
        self._sum += value

    def told(self, name: str, text: str) -> HistogramMetricFamily:
        """Return the counts as Prometheus wants them, each with those below it."""
        edges = [*map(str, self._edges), "+Inf"]
        buckets = list(zip(edges, accumulate(self._counts), strict=True))
        return HistogramMetricFamily(name, text, buckets=buckets, sum_value=self._sum)
