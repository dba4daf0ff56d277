"""Which scorers of scikit-learn say something of a task: their names, and what a mistyped one may mean."""

import difflib

from sklearn.metrics import get_scorer_names

from ..contract import InputError

# What cannot be judged, and why. Of two classes alone:
TWO_NEVER = {
    **dict.fromkeys(("recall", "top_k_accuracy"), "is best where the answer is always the same"),
    "positive_likelihood_ratio": "is not defined where there is no mistake",
    "neg_negative_likelihood_ratio": "is best where almost every answer is the same",
}
NEVER = {
    "classification": (TWO_NEVER, "f1 or roc_auc"),
    "multiclass": ({}, ""),
    "regression": ({"neg_max_error": "is the error of one row, which no interval covers"}, "neg_mean_absolute_error"),
}
# Of the labels nothing is said by these, but by the probabilities.
OF_PROBABILITIES = ("roc_auc", "average_precision", "neg_log_loss", "neg_brier_score", "d2_", "top_k_accuracy")
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
    never, better = NEVER[task]
    if name in never:
        raise InputError(f"{where} {name!r} {never[name]}; take {better}")
    near = [each for each in known if each.startswith(f"{name}_")] or difflib.get_close_matches(name, known, 3)
    meant = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(known)}"
    raise InputError(f"{where} {name!r} is no scorer of scikit-learn for {kind}; {meant}")


def of_labels(name: str) -> bool:
    """Tell whether a scorer of classes reads the labels alone."""
    return not name.startswith(OF_PROBABILITIES)


def _allowed(name: str, task: str) -> bool:
    if name in NEVER[task][0] or (task == "multiclass" and name in TWO):
        return False
    if name.endswith("_samples") or name.startswith(CLUSTERS):
        return False
    return name.startswith(NUMBERS) == (task == "regression")
