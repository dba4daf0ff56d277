"""Which scorers of scikit-learn say something of a task: their names, and what a mistyped one may mean."""

import difflib

from sklearn.metrics import get_scorer_names

from ..contract import InputError

# Of numbers; all others but those of clusters are of classes.
NUMBERS = ("r2", "explained_variance", "d2_absolute_error_score", "neg_max_error", "neg_mean", "neg_median", "neg_root")
CLUSTERS = ("adjusted_", "completeness", "fowlkes", "homogeneity", "mutual", "normalized_mutual", "rand_", "v_measure")


def fitting(name: str, task: str, where: str) -> str:
    """Return the name of a scorer that the task allows, or raise an InputError that says what may be meant."""
    known = sorted(each for each in get_scorer_names() if _allowed(each, task))
    if name in known:
        return name
    kind = "numbers" if task == "regression" else "classes"
    near = difflib.get_close_matches(name, known, 3)
    meant = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(known)}"
    raise InputError(f"{where}: metric {name!r} is no scorer of scikit-learn for {kind}; {meant}")


def _allowed(name: str, task: str) -> bool:
    return not name.startswith(CLUSTERS) and name.startswith(NUMBERS) == (task == "regression")
