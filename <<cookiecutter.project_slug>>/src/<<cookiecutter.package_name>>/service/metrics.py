"""What an operator watches: counted in the event loop as plain numbers, told to Prometheus when it asks."""

import math
import threading
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from ..contract import Contract, classes
from ..tensors import Array
from .answer import GONE
from .histogram import Histogram
from .journal import Journal
from .state import State

Seen = tuple[Mapping[str, Array], Sequence[Mapping[str, Any]]]
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
# So many answers are counted at once: counting one alone takes half as long as predicting it.
TOGETHER = 64
TENTHS = tuple(each / 10 for each in range(1, 11))


class Tally(Collector):
    """Everything that is counted about one model and its server.

    What was predicted waits to be counted, many answers at once or when Prometheus asks: the event loop only puts it
    down, for which it needs no lock.
    """

    def __init__(
        self,
        contract: Contract,
        reference: Mapping[str, Any],
        named: Mapping[str, str],
        state: State,
        journal: Journal | None,
    ) -> None:
        self._named, self._state, self._journal = named, state, journal
        self._numbers, self._categories = contract.numbers, contract.categories
        # Of too many values nobody lists which are known.
        self._known = [None if contract[name].open else {*contract[name].values} for name in self._categories]
        ranges = [_range(reference, name) for name in self._numbers]
        self._low = np.array([low for low, _ in ranges], np.float32)
        self._high = np.array([high for _, high in ranges], np.float32)
        # A rate is seen from the first one on only where the count began at nothing.
        self._missing = _zeros((*self._numbers, *self._categories))
        self._outside = _zeros(self._numbers)
        self._unseen = _zeros(self._categories)
        classified = contract.problem.task != "regression"
        self._labels = _zeros(map(str, classes(contract.target))) if classified else Counter()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._rows = 0
        self._waiting: deque[Seen] = deque()
        self._counting = threading.Lock()
        self._seconds = Histogram(SECONDS)
        self._scores = Histogram(TENTHS if classified else reference["predictions"]["edges"])

    def answered(self, path: str, code: int, seconds: float) -> None:
        """Count one answer."""
        self._requests[path, code] += 1
        if path == "/predict" and code != GONE:
            self._seconds.add(seconds)

    def predicted(self, inputs: Mapping[str, Array], predictions: Sequence[Mapping[str, Any]]) -> None:
        """Take what the model was given, and what it said."""
        self._waiting.append((inputs, predictions))
        if len(self._waiting) >= TOGETHER:
            self._count()

    def _count(self) -> None:
        with self._counting:
            seen = [self._waiting.popleft() for _ in range(len(self._waiting))]
            if not seen:
                return
            self._rows += sum(len(predictions) for _, predictions in seen)
            if self._numbers:
                self._count_numbers(np.concatenate([inputs["num"] for inputs, _ in seen]))
            if self._categories:
                self._count_categories(np.concatenate([inputs["cat"] for inputs, _ in seen]))
            for prediction in chain.from_iterable(predictions for _, predictions in seen):
                if "label" in prediction:
                    self._labels[str(prediction["label"])] += 1
                score = prediction.get("probability", prediction.get("value"))
                if "probabilities" in prediction:
                    score = prediction["probabilities"][prediction["label"]]
                if isinstance(score, float):
                    self._scores.add(score)

    def _count_numbers(self, numbers: Array) -> None:
        inside = (numbers >= self._low) & (numbers <= self._high)
        for row, place in zip(*np.nonzero(~inside), strict=True):
            (self._missing if math.isnan(numbers[row, place]) else self._outside)[self._numbers[place]] += 1

    def _count_categories(self, categories: Array) -> None:
        for name, known, values in zip(self._categories, self._known, categories.T, strict=True):
            for value, count in Counter(values).items():
                if not value:
                    self._missing[name] += count
                elif known is not None and value not in known:
                    self._unseen[name] += count

    def collect(self) -> Iterable[Metric]:
        """Tell everything; called by a thread of the admin port."""
        self._count()
        yield InfoMetricFamily("ml_model", "the model that answers", value=dict(self._named))
        requests = CounterMetricFamily("ml_requests", "answers by path and code", labels=["path", "code"])
        for (path, code), count in self._requests.copy().items():
            requests.add_metric([path, str(code)], count)
        yield requests
        yield self._seconds.told("ml_predict_seconds", "time to answer a request for predictions")
        yield CounterMetricFamily("ml_rows", "rows predicted", value=self._rows)
        yield _by("ml_missing_values", "values that the model got as missing", "column", self._missing)
        yield _by("ml_unseen_categories", "categories that the contract does not list", "column", self._unseen)
        yield _by("ml_out_of_range_values", "numbers beyond those seen in training", "column", self._outside)
        yield _by("ml_predictions", "predictions by label", "label", self._labels)
        yield self._scores.told("ml_prediction_score", "predicted probabilities, or values")
        yield GaugeMetricFamily("ml_loop_lag_seconds", "how late the event loop is", value=self._state.lag)
        yield GaugeMetricFamily("ml_draining", "1 when the server was asked to stop", value=self._state.draining)
        if self._journal:
            yield CounterMetricFamily("ml_log_dropped", "predictions not logged", value=self._journal.dropped)


def exposition(tally: Tally) -> bytes:
    """Return everything that is counted, and what the process uses, in the text format of Prometheus."""
    registry = CollectorRegistry()
    registry.register(tally)
    ProcessCollector(registry=registry)
    return generate_latest(registry)


def _range(reference: Mapping[str, Any], name: str) -> tuple[float, float]:
    """Return the smallest and the largest number seen in training; without any, nothing is out of range."""
    found = reference["columns"].get(name, {}).get("range")
    return (found[0], found[1]) if found else (-math.inf, math.inf)


def _zeros(names: Iterable[str]) -> Counter[str]:
    return Counter(dict.fromkeys(names, 0))


def _by(name: str, text: str, label: str, counts: Counter[str]) -> CounterMetricFamily:
    told = CounterMetricFamily(name, text, labels=[label])
    for value, count in counts.copy().items():
        told.add_metric([value], count)
    return told
