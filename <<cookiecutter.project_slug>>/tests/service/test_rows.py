"""Rows that nobody thought of: the service answers each legal one as the pipeline does that was trained."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from << cookiecutter.package_name >> import bundle, contract, export, features, model, tensors

Serve = Callable[..., AbstractContextManager[Any]]
FEW = st.integers(1, 80)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)


def value(column: contract.Column, *, needed: bool) -> st.SearchStrategy[Any]:
    """Return any value that the contract allows; unseen categories are allowed too."""
    low, high = column.bounds
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "number": st.floats(low, high),
        "integer": st.integers(int(np.ceil(low)), int(np.floor(high))),
        "boolean": st.booleans(),
        "datetime": st.datetimes().map(lambda moment: moment.isoformat()),
    }
    kind = kinds.get(column.type, TEXT.filter(lambda text: text not in column.missing))
    if column.values:
        kind = st.sampled_from(column.values) | kind if column.type == "category" else st.sampled_from(column.values)
    return kind if needed else kind | st.none()


def row(agreed: contract.Contract) -> st.SearchStrategy[dict[str, Any]]:
    """Return any legal row; what may be left out sometimes is."""
    columns = {column.name: value(column, needed=agreed.demands(column)) for column in agreed.inputs}
    needed = {column.name for column in agreed.inputs if agreed.demands(column)}
    return st.fixed_dictionaries(
        {name: each for name, each in columns.items() if name in needed},
        optional={name: each for name, each in columns.items() if name not in needed},
    )


def test_every_legal_row_is_answered_as_the_pipeline_does(
    client: httpx.Client, opened: bundle.Bundle, agreed: contract.Contract, packed: Path
) -> None:
    """Over HTTP and through ONNX, one row or many: the number that the trained pipeline says, to 1e-5."""
    pipeline = export.loads(packed.with_name("model.skops").read_bytes())
    spread = opened.manifest["spread"]

    @settings(max_examples=100)
    @given(rows=FEW.flatmap(lambda count: st.lists(row(agreed), min_size=1, max_size=count)))
    def answered(rows: list[dict[str, Any]]) -> None:
        answer = client.post("/predict", json={"rows": rows})
        assert answer.status_code == 200, answer.text
        said = answer.json()["predictions"]
        frame = features.frame(agreed, tensors.inputs(agreed, rows))
        if agreed.problem.task == "regression":
            wanted = pipeline.predict(frame)[:, None]
        else:
            wanted = pipeline.predict_proba(frame)[:, 1 if agreed.problem.task == "classification" else 0 :]
        found = [[*model.numbers(each).values()] for each in said]
        assert np.abs(np.array(found) - wanted).max() <= model.TOLERANCE * spread

    answered()
