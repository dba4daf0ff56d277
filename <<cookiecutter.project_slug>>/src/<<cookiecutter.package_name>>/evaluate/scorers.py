"""Which scorers of scikit-learn say something of a task: their names, and what a mistyped one may mean."""

import difflib

from sklearn.metrics import get_scorer_names

from ..contract import InputError

# Of two classes always saying the same reaches their best, so that no model is better.
REACHED = ("recall", "top_k_accuracy")
# Of two classes alone.
TWO = ("f1", "jaccard", "precision", "recall", "roc_auc", "positive_likelihood_ratio", "neg_negative_likelihood_ratio")
# Of numbers; all others but those of clusters are of classes.
NUMBERS = ("r2", "explained_variance", "d2_absolute_error_score", "neg_max_error", "neg_mean", "neg_median", "neg_root")
CLUSTERS = ("adjusted_", "completeness", "fowlkes", "homogeneity", "mutual", "normalized_mutual", "rand_", "v_measure")


def fitting(name: str, task: str, where: str) -> None:
    """Raise an InputError that says what may be meant by a name that is no scorer of the task.

    `where` is the file, the table and the key that hold it.
    """
    known = sorted(each for each in get_scorer_names() if _allowed(each, task))
    if name in known:
        return
    kind = "numbers" if task == "regression" else "classes"
    if task == "classification" and name in REACHED:
        raise InputError(f"{where} {name!r} is best where the answer is always the same; take f1 or roc_auc")
    near = [each for each in known if each.startswith(f"{name}_")] or difflib.get_close_matches(name, known, 3)
    meant = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(known)}"
    raise InputError(f"{where} {name!r} is no scorer of scikit-learn for {kind}; {meant}")


def _allowed(name: str, task: str) -> bool:
    other = {"classification": REACHED, "multiclass": TWO, "regression": ()}[task]
    if name in other or name.endswith("_samples") or name.startswith(CLUSTERS):
        return False
    return name.startswith(NUMBERS) == (task == "regression")
