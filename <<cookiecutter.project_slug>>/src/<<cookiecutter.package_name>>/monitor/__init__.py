"""Recent rows against the summaries in a bundle: which columns, and whether the predictions, have drifted."""

from .drift import LEAST, PREDICTIONS, Drift, drift
from .promises import kept
from .reference import reference, summary, typical
from .watch import Watch, joined, joint, logged, strange, volume

__all__ = [
    "LEAST",
    "PREDICTIONS",
    "Drift",
    "Watch",
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
]
