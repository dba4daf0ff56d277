"""What is tried (`params.toml`) and what is promised (`gates.toml`)."""

from .gates import Gates, gates
from .params import Costs, Evaluate, Family, Params, Split, Train, params

__all__ = ["Costs", "Evaluate", "Family", "Gates", "Params", "Split", "Train", "gates", "params"]
