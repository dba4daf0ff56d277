"""What the plots are drawn from: few numbers that tell what all rows do."""

import json
from collections.abc import Callable

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from << cookiecutter.package_name >> import evaluate
from << cookiecutter.package_name >>.report import curves


@pytest.fixture
def rows() -> Callable[[float | None], evaluate.Rows]:
    """Return a maker of 5,000 test rows."""

    def make(threshold: float | None) -> evaluate.Rows:
        rng = np.random.default_rng(0)
        scores = rng.random(5000)
        truth = (rng.random(5000) < scores).astype(int) if threshold is not None else scores + rng.normal(size=5000)
        return evaluate.Rows(truth, scores, threshold)

    return make


def test_curves_are_few_points_of_the_true_ones(rows: Callable[[float | None], evaluate.Rows]) -> None:
    """What is drawn has the area of all rows, and every row is counted."""
    tested = rows(0.5)
    found = curves.of(tested)
    false, true, _ = zip(*found["roc"], strict=True)
    assert len(false) <= curves.POINTS
    assert np.trapezoid(true, false) == pytest.approx(roc_auc_score(tested.truth, tested.scores), abs=0.002)
    assert sum(found["scores"]["positive"]) == tested.truth.sum()
    assert np.sum(found["confusion"]) == 5000
    json.dumps(found, allow_nan=False)


def test_residuals_are_told_by_tenths(rows: Callable[[float | None], evaluate.Rows]) -> None:
    """No row of anybody's is written down: cells and quantiles are."""
    tested = rows(None)
    found = curves.of(tested)
    assert np.sum(found["cells"]) == 5000
    first = np.sort(tested.scores)[:500]
    assert found["residuals"][0][0] == pytest.approx(first.mean())
    assert [each[4] for each in found["residuals"]] == [500] * 10
