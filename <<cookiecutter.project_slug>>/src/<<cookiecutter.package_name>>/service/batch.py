"""Requests that come in one round of the event loop are predicted together: sixteen cost little more than one."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from ..model import Model
from ..tensors import Array
from .metrics import Tally

Rows = Sequence[Mapping[str, Any]]
Inputs = Mapping[str, Array]
Predictions = Sequence[Mapping[str, Any]]
# More rows at once would keep the others waiting.
LARGEST = 256


class Batch:
    """Gathers rows until the round ends, or until there are enough."""

    def __init__(self, loaded: Model, tally: Tally) -> None:
        self._model, self._tally = loaded, tally
        self._rows: list[Mapping[str, Any]] = []
        self._waiting: list[tuple[asyncio.Future[Predictions], int]] = []

    def now(self, rows: Rows) -> Predictions:
        """Predict these rows, and count them."""
        inputs, predictions = predicted(self._model, rows)
        self._tally.predicted(inputs, predictions)
        return predictions

    def add(self, rows: Rows) -> "asyncio.Future[Predictions]":
        """Promise the predictions of these rows."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._end)
        promise: asyncio.Future[Predictions] = loop.create_future()
        self._waiting.append((promise, len(rows)))
        self._rows.extend(rows)
        if len(self._rows) >= LARGEST:
            self._end()
        return promise

    def _end(self) -> None:
        if not self._waiting:
            return
        (rows, self._rows), (waiting, self._waiting) = (self._rows, []), (self._waiting, [])
        try:
            predictions = self.now(rows)
        except Exception as error:  # noqa: BLE001 (each of them gets it, and answers 500)
            for promise, _ in waiting:
                if not promise.cancelled():
                    promise.set_exception(error)
            return
        begin = 0
        for promise, count in waiting:
            if not promise.cancelled():
                promise.set_result(predictions[begin : begin + count])
            begin += count


def predicted(loaded: Model, rows: Rows) -> tuple[Inputs, Predictions]:
    """Return what the model is given for rows, and what it says."""
    inputs = loaded.inputs(rows)
    return inputs, loaded.predictions(loaded.scores(inputs))
