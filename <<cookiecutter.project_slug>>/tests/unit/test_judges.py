"""What is weighed before a gate speaks: whether a leak stands out, rows are copies, a slice lags behind by chance."""

import dataclasses
import re

import pytest
from _measured import GOOD, LEAK, SLICE, verdict
from hypothesis import given
from hypothesis import strategies as some

from << cookiecutter.package_name >> import config, gates


def test_cleared_column_is_no_leak(promised: config.Gates) -> None:
    """Somebody looked at the column and signed; a pair is cleared only with both its columns."""
    assert promised.leakage
    cleared = dataclasses.replace(promised, leakage=dataclasses.replace(promised.leakage, cleared=("refund",)))
    for columns, expected in ((["refund"], gates.PASS), (["refund", "size"], gates.FAIL)):
        found = GOOD["leakage"] | {"strongest": [LEAK | {"columns": columns}]}
        assert verdict({**GOOD, "leakage": found}, cleared, "leakage").verdict == expected


def test_easy_problem_holds_no_leak(promised: config.Gates) -> None:
    """Where all other columns tell the target too, none of them knows something that it must not."""
    found = GOOD["leakage"] | {"strongest": [LEAK | {"score": 1.0, "rest": 0.9995}]}
    assert verdict({**GOOD, "leakage": found}, promised, "leakage").verdict == gates.PASS


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (0.0, "at most 1.0% of"),
        (0.01, "at most 3.0% of.*, 3 times what .* make by chance$"),
        (0.5, "at most 100.0% of"),
    ],
)
def test_leakage_promises_what_it_asks_of_twins(promised: config.Gates, chance: float, said: str) -> None:
    """A share of the rows: more of them where columns of few values make twins by chance."""
    found = GOOD["leakage"] | {"twins": {"share": 0.0, "chance": chance, "agree": 1.0}}
    assert re.search(said, verdict({**GOOD, "leakage": found}, promised, "leakage").promised)


def test_twins_of_few_values_are_no_copies(promised: config.Gates) -> None:
    """Rows of a few categories look alike; copies agree in the target too, and are more than chance makes."""
    for twins in ({"share": 0.3, "chance": 0.2, "agree": 1.0}, {"share": 0.3, "chance": 0.0, "agree": 0.7}):
        found = GOOD["leakage"] | {"twins": twins}
        assert verdict({**GOOD, "leakage": found}, promised, "leakage").verdict == gates.PASS


def test_many_equal_slices_are_judged_together(promised: config.Gates) -> None:
    """One slice in twenty lies two errors behind by chance; that is none of its own."""
    slices = [SLICE] * 19 + [SLICE | {"gap": 0.09, "gap_error": 0.045}]
    assert (
        verdict({**GOOD, "slices": {"metric": "roc_auc", "slices": slices}}, promised, "slices").verdict == gates.PASS
    )
    alone = {"metric": "roc_auc", "slices": slices[-1:]}
    assert verdict({**GOOD, "slices": alone}, promised, "slices").verdict == gates.FAIL


@given(some.lists(some.floats(0, 1), min_size=1, max_size=12))
def test_holm_lies_between_bonferroni_and_nothing(ps: list[float]) -> None:
    """What Bonferroni finds is found, what no single test finds is not, and a smaller p is never left out."""
    found = gates.holm(ps, 0.05)
    assert all(sure for p, sure in zip(ps, found, strict=True) if p <= 0.05 / len(ps))
    assert not any(sure for p, sure in zip(ps, found, strict=True) if p > 0.05)
    assert not found.count(True) or max(p for p, s in zip(ps, found, strict=True) if s) <= min(
        [p for p, s in zip(ps, found, strict=True) if not s], default=1.0
    )
