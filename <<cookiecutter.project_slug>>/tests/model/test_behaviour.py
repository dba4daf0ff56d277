"""How the packed model behaves, whatever its subject; what it must know about that stands in test_direction.py."""

import math
import random
from pathlib import Path
from typing import Any

import pytest

from << cookiecutter.package_name >> import bundle, model

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def opened(packed: Path) -> bundle.Bundle:
    """Return the packed bundle."""
    return bundle.open_file(packed)


@pytest.fixture(scope="module")
def loaded(opened: bundle.Bundle) -> model.Model:
    """Return its model."""
    return model.load(opened)


@pytest.fixture
def rows(opened: bundle.Bundle) -> Rows:
    """Return the golden rows."""
    return list(opened.json("golden.json")["rows"])


def agree(opened: bundle.Bundle, first: Rows, second: Rows) -> bool:
    """Tell whether predictions are the same but for rounding."""
    return model.same(first, second, opened.manifest["spread"])


def test_golden_rows_are_reproduced(opened: bundle.Bundle, loaded: model.Model, rows: Rows) -> None:
    """The model answers here as it did where it was packed."""
    assert agree(opened, loaded.predict(rows), opened.json("golden.json")["predictions"])


def test_row_order_changes_no_prediction(opened: bundle.Bundle, loaded: model.Model, rows: Rows) -> None:
    """No row knows its neighbours."""
    order = random.Random(0).sample(range(len(rows)), len(rows))
    straight = loaded.predict(rows)
    mixed = loaded.predict([rows[i] for i in order])
    assert agree(opened, mixed, [straight[i] for i in order])


def test_column_order_changes_no_prediction(opened: bundle.Bundle, loaded: model.Model, rows: Rows) -> None:
    """Columns are found by name."""
    backwards = [dict(reversed(row.items())) for row in rows]
    assert agree(opened, loaded.predict(backwards), loaded.predict(rows))


def test_batch_size_changes_no_prediction(opened: bundle.Bundle, loaded: model.Model, rows: Rows) -> None:
    """One row, all rows, and many times all rows."""
    alone = [loaded.predict([row])[0] for row in rows]
    assert agree(opened, loaded.predict(rows), alone)
    assert agree(opened, loaded.predict(rows * 50), alone * 50)


def test_columns_that_are_no_feature_change_no_prediction(
    opened: bundle.Bundle, loaded: model.Model, rows: Rows
) -> None:
    """A key or a time that nothing is derived from means nothing."""
    agreed = loaded.contract
    sources = {name for derived in agreed.derive for name in derived.columns}
    read = sources | {column.name for column in agreed.features}
    bare = [{name: value for name, value in row.items() if name in read} for row in rows]
    assert agree(opened, loaded.predict(bare), loaded.predict(rows))


def test_missing_optional_values_are_answered(loaded: model.Model, rows: Rows) -> None:
    """Each alone, and all together."""
    optional = [column.name for column in loaded.contract.inputs if not loaded.contract.demands(column)]
    gaps = [{**rows[0], name: None} for name in optional]
    gaps.append({name: value for name, value in rows[0].items() if name not in optional})
    assert all(finite(answer) for answer in loaded.predict(gaps))


def test_unseen_categories_are_answered(loaded: model.Model, rows: Rows) -> None:
    """The world invents new ones after the training."""
    unseen = [{**rows[0], name: "no such category"} for name in loaded.contract.categories]
    assert all(finite(answer) for answer in loaded.predict([rows[0], *unseen]))


def test_ends_of_every_range_are_answered(loaded: model.Model, rows: Rows) -> None:
    """What the contract allows is answered, also where no training row was."""
    bounds = [(column.name, (column.min, column.max)) for column in loaded.contract.features]
    ends = [{**rows[0], name: end} for name, both in bounds for end in both if end is not None]
    assert all(finite(answer) for answer in loaded.predict([rows[0], *ends]))


def finite(answer: dict[str, Any]) -> bool:
    """Tell whether every number of a prediction is one."""
    return all(map(math.isfinite, model.numbers(answer).values()))
