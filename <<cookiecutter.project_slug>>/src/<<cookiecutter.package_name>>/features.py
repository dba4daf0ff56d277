"""The unfitted preprocessing, derived from the contract, as one scikit-learn object."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from . import model, pipeline
from .contract import NUMERIC, Contract

# The model's inputs in the form that the scikit-learn pipeline is fitted on.
frame = pipeline.frame


def preprocessing(contract: Contract) -> ColumnTransformer:
    """Impute and scale the numbers, encode the categories; this is the place for features of your own.

    Whatever you add must export to ONNX: `ml train` refuses what does not, by name.
    """
    numbers = make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler())
    # An unseen category is all zeros, in training as in the service; a missing one is the category "".
    categories = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    steps = [("num", numbers, list(contract.numbers)), ("cat", categories, list(contract.categories))]
    return ColumnTransformer([step for step in steps if step[2]])


def arrays(contract: Contract, table: pd.DataFrame) -> dict[str, model.Array]:
    """Turn a typed table into the columns that `model.tensors` takes."""
    columns = {}
    for column in contract.inputs:
        values = table[column.name]
        if column.type == "datetime" or column.type in NUMERIC:
            columns[column.name] = values.to_numpy()
        else:
            columns[column.name] = values.where(values.notna(), "").to_numpy(object)
    return columns


def inputs(contract: Contract, table: pd.DataFrame) -> pd.DataFrame:
    """Return the model's inputs of a typed table, derived columns included."""
    return frame(contract, model.tensors(contract, arrays(contract, table)))


def target(contract: Contract, table: pd.DataFrame) -> model.Array:
    """Return what is predicted: 1 for the positive class and 0 for the other, the class by its place, or the number."""
    values = table[contract.target.name]
    if contract.problem.task == "multiclass":
        return pd.Index(contract.target.values).get_indexer(pd.Index(values)).astype(np.int64)
    if contract.problem.task == "regression":
        return np.asarray(values, np.float64)
    positive: Any = contract.problem.positive
    return np.asarray(values == positive, np.int64)
