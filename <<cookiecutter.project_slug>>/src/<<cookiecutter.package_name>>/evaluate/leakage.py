"""What single columns and pairs of columns tell of the target on their own."""

from typing import Any

import pandas as pd
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from .. import features
from ..contract import Contract
from ..contract import classes as values_of
from . import pairs, separation
from .known import Known

ROWS = 5000  # more only make it slower: what tells almost everything shows in few
RARE = 50  # rows of each class, where there are so many: a fold without one tells nothing
LEAVES = 64
STRONGEST = 10  # reported
PENALTIES = (0.1, 1.0, 10.0, 100.0, 1000.0)


def alone(contract: Contract, table: pd.DataFrame, suspect: float) -> dict[str, Any]:
    """Return what the strongest columns and pairs reach alone, out of fold, in ROC AUC or R2.

    A column is asked by a small tree, so that no shape of relation hides; a pair by its best weighted sum, which covers
    sum and difference, and by that of its logarithms, which covers product and ratio. `rest` is what random trees
    or a line reach without the columns that reach `suspect`.
    """
    rows = table if len(table) <= ROWS else _drawn(contract, table)
    classes = 0 if contract.problem.task == "regression" else len(values_of(contract.target))
    known = Known(features.inputs(contract, rows), features.target(contract, rows), contract.numbers, classes)
    single: dict[tuple[str, ...], float] = {(str(name),): _column(known, str(name)) for name in known.inputs}
    suspected = {name for (name,), score in single.items() if score >= suspect}
    double = {pair: score for pair, score in pairs.scored(known) if not suspected & set(pair)}
    # A pair that is little better than the better of the two, as far as so many rows can tell, says nothing new.
    error = {pair: max(1 - s, known.resolved) for pair, s in double.items()}
    double = {pair: s for pair, s in double.items() if error[pair] < (1 - max(single[one,] for one in pair)) / 2}
    ranked = sorted((single | double).items(), key=lambda item: -item[1])[:STRONGEST]
    rests: dict[frozenset[str], float] = {}
    strongest = []
    for columns, score in ranked:
        without = frozenset(suspected | set(columns))
        if score >= suspect and without not in rests:
            rests[without] = _rest(known, without)
        strongest.append({"columns": list(columns), "score": score, "rest": rests.get(without)})
    return {"measure": "ROC AUC" if classes else "R2", "rows": len(rows), "strongest": strongest}


def _drawn(contract: Contract, table: pd.DataFrame) -> pd.DataFrame:
    """Return some rows, and of a class that has hardly any among them as many as there are, up to RARE."""
    drawn = table.sample(ROWS, random_state=0)
    if contract.problem.task == "regression":
        return drawn
    counts = drawn[contract.target.name].value_counts()
    every = [rows for value, rows in table.groupby(contract.target.name) if counts.get(value, 0) < RARE]
    more = [rows.sample(min(len(rows), RARE), random_state=0) for rows in every]
    return pd.concat([drawn, *(rows[~rows.index.isin(drawn.index)] for rows in more)])


def _column(known: Known, name: str) -> float:
    values = known.inputs[name]
    if name not in known.numbers:
        return known.told(known.target, [_means(known, values, *fold) for fold in known.folds])
    tree = (DecisionTreeClassifier if known.classes else DecisionTreeRegressor)(
        max_leaf_nodes=LEAVES, min_samples_leaf=5, random_state=0
    )
    # A copy with noise is told better by a line than by steps.
    line = values.fillna(values.median()).fillna(0.0)
    return max(known.score(tree, values.to_frame()), known.score(known.line, line.to_frame()))


def _means(known: Known, values: "pd.Series[Any]", train: Any, test: Any) -> Any:
    """Return the mean of the target in the category of each row, as the other folds know it."""
    target = known.target
    if known.several:
        named = values.to_numpy()
        return separation.shares(named[train], target[train], named[test], known.classes)
    means = pd.Series(target[train]).groupby(values.to_numpy()[train]).mean()
    return values.iloc[test].map(means).fillna(target[train].mean()).to_numpy()


def _rest(known: Known, without: frozenset[str]) -> float:
    """Return what all other columns reach together; without any, what is reached by knowing nothing."""
    others = known.inputs[[name for name in known.inputs if name not in without]]
    if others.empty or not len(others.columns):
        return 0.5 if known.classes else 0.0
    coded = others.apply(lambda values: values if values.name in known.numbers else values.astype("category").cat.codes)
    trees = (ExtraTreesClassifier if known.classes else ExtraTreesRegressor)(50, random_state=0)
    told = separation.shrunk() if known.several else make_pipeline(StandardScaler(), RidgeCV(PENALTIES))
    line = make_pipeline(SimpleImputer(keep_empty_features=True), told)
    # The better of the two: a weak rest would make an honest column stand out.
    return max(known.score(trees, coded), known.score(line, coded))
