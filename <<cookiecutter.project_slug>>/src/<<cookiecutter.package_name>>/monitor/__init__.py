"""Recent rows against the summaries in a bundle: which columns, and whether the predictions, have drifted."""

from .drift import LEAST, PREDICTIONS, Drift, drift
from .promises import kept
from .reference import bins, reference, summary, typical, whole
from .watch import Watch, joined, joint, logged, strange, volume

__all__ = [
    "LEAST",
    "PREDICTIONS",
    "Drift",
    "Watch",
    "bins",
    "drift",
    "joined",
    "joint",
    "kept",
    "logged",
    "reference",
    "strange",
    "summary",
    "typical",
    "volume",
    "whole",
]
