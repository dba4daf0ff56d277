"""How charts place values and write numbers."""

import math
from collections.abc import Callable
from itertools import pairwise

import hypothesis
import hypothesis.strategies as st
import pytest

from << cookiecutter.package_name >>.report import chart, drawings, figures, readable

NUMBERS = st.floats(-1e9, 1e9).map(lambda number: round(number, 6))


@hypothesis.given(st.lists(NUMBERS, min_size=1, max_size=20))
def test_scale_holds_every_value_between_round_ticks(values: list[float]) -> None:
    """Whatever the numbers, the axis begins and ends at a tick, and has some, and not too many."""
    found = chart.scale(values, 10, 110)
    ticks = found.ticks()
    slack = 1e-6 * max(1.0, abs(found.low), abs(found.high))
    assert found.low - slack <= min(values) <= max(values) <= found.high + slack
    assert 2 <= len(ticks) <= 12
    assert ticks[0] == pytest.approx(found.low, abs=slack)
    assert ticks[-1] == pytest.approx(found.high, abs=slack)
    assert all(10 <= found(value) <= 110 for value in values)
    assert all(a < b for a, b in pairwise(map(found, ticks)))


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (1234567, "1,234,567"), (0.12345, "0.123"), (1234.5, "1,234"), (1e-7, "1e-07"), (math.nan, "-")],
)
def test_numbers_are_short(value: float, said: str) -> None:
    """Three digits that count, or a whole number."""
    assert readable.short(value) == said


def test_numbers_that_belong_together_have_as_many_decimals() -> None:
    """A value and the ends of its interval can be compared at a glance; a rounded zero has no sign."""
    assert readable.scores(12.4, 8.1, 16.52) == ["12.4", "8.1", "16.5"]
    assert readable.scores(0.5, None, -0.0004) == ["0.500", "-", "0.000"]


def test_long_names_are_cut_to_their_room() -> None:
    """What is cut says so; the whole name stands in the table."""
    assert chart.cut("short", 100) == "short"
    assert chart.cut("a very long name indeed", 62) == "a very lo…"


@pytest.mark.parametrize(
    "drawn",
    [
        lambda name: figures.bars("", [(name, 0.5)], ""),
        lambda name: figures.whiskers("", [{"name": name, "value": 0.5, "low": 0.4, "high": 0.6}], ""),
        lambda name: figures.pairs("", [(name, 0.5, 0.4)], ("then", "now")),
        lambda name: drawings.cells("", [name, "b", "c"], {}, ""),
    ],
    ids=["bars", "whiskers", "pairs", "cells"],
)
def test_names_of_rows_are_whole_where_there_is_room(drawn: Callable[[str], chart.Chart]) -> None:
    """A derived column has a longer name than most, and the plot gives it room; half is left to what is drawn."""
    assert ">order_date_weekday<" in drawn("order_date_weekday").__html__().replace(">1 ", ">")
    assert "…<" in drawn("a" * 60).__html__()
    assert chart.beside(["a" * 60]) < chart.WIDTH * 0.51
