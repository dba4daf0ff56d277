"""Measure the model: metrics with intervals, on the test part that nothing else reads."""

from .describe import importance, reference
from .measure import measure, predicted
from .metrics import Rows, interval, score

__all__ = ["Rows", "importance", "interval", "measure", "predicted", "reference", "score"]
