"""What is tried (`params.toml`) and what is promised (`gates.toml`), read strictly."""

from .keepable import best
from .promised import FEWEST, RARER, Gates, gates
from .tried import Costs, Evaluate, Family, Params, Source, Split, Train, params

__all__ = [
    "FEWEST",
    "RARER",
    "Costs",
    "Evaluate",
    "Family",
    "Gates",
    "Params",
    "Source",
    "Split",
    "Train",
    "best",
    "gates",
    "params",
]
