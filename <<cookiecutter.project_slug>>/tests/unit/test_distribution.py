"""How a column is drawn, and how far two columns tell each other: for the page about the data."""

import datetime as dt
import itertools
import re

import hypothesis
import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, contingency

from << cookiecutter.package_name >> import contract
from << cookiecutter.package_name >>.report import associations, chart, columns, distribution, ranges

pytestmark = pytest.mark.long


@hypothesis.given(st.lists(st.one_of(st.none(), st.floats(-1e30, 1e30)), min_size=1, max_size=200))
def test_every_row_falls_into_one_bin(values: list[float | None]) -> None:
    """Whatever the numbers: far out, all alike, or missing."""
    column = contract.Column("x", "number")
    found = distribution.of(pd.Series(values, dtype=float), column, None)
    assert sum(each["rows"] for each in found["bins"]) == len(values)


@hypothesis.given(st.lists(st.integers(-(10**6), 10**6), min_size=30, max_size=200))
def test_whole_numbers_share_bins_of_whole_width(values: list[int]) -> None:
    """No bin holds one whole number more than another by the luck of its edges."""
    bins = distribution.of(pd.Series(values, dtype=float), contract.Column("x", "integer"), None)["bins"]
    assert sum(each["rows"] for each in bins) == len(values)
    edges = [float(each["edge"].replace(",", "")) for each in bins if each["edge"] is not None]
    assert all(edge == int(edge) for edge in edges)


@hypothesis.given(st.dates(dt.date(1990, 1, 1), dt.date(2030, 1, 1)), st.integers(4, 5000))
def test_days_are_drawn_from_the_first_row_to_the_last(first: dt.date, days: int) -> None:
    """Every bar but the last lasts as many days, and that one nearly; no axis begins before anything was there."""
    values = pd.Series(pd.date_range(first, periods=days, freq="D")).astype("datetime64[ns]")
    bins = distribution.of(values, contract.Column("at", "datetime"), None)["bins"]
    *whole, last = [each["rows"] for each in bins]
    assert (bins[0]["edge"], bins[-1]["name"][-10:]) == (f"{values.iloc[0]:%Y-%m-%d}", f"{values.iloc[-1]:%Y-%m-%d}")
    assert sum(whole) + last == days
    assert len({*whole}) == 1
    assert whole[0] / 2 <= last <= whole[0]
    assert len(bins) <= ranges.MONTH


def test_hours_of_a_short_time_are_told_apart() -> None:
    """Two days are no two bars, and each says its hours."""
    values = pd.Series(pd.date_range("2024-05-01T06:00", periods=48, freq="h"))
    bins = distribution.of(values, contract.Column("at", "datetime"), None)["bins"]
    assert {each["rows"] for each in bins} == {2}
    assert (bins[0]["name"], bins[-1]["name"]) == ("05-01 06:00 to 05-01 08:00", "05-03 04:00 to 05-03 06:00")


def test_names_of_dates_begin_at_their_edges_and_leave_room() -> None:
    """None reaches out to the left of the axis, or into the next."""
    values = pd.Series(pd.date_range("2024-01-03", periods=500, freq="D"))
    drawn = columns.drawn(values, contract.Column("at", "datetime"), None, "")
    texts = re.findall(r'<text class="small start" x="([\d.]+)"[^>]*>([\d-]{10})</text>', drawn.__html__())
    places = [float(x) for x, _ in texts]
    assert texts[0] == (f"{chart.LEFT:g}", "2024-01-03")
    assert len(texts) >= 3
    assert min(b - a for a, b in itertools.pairwise(places)) >= 10 * 6.8 + 12
    assert places[-1] + 10 * 6.8 <= chart.WIDTH


@pytest.mark.parametrize(
    ("gap", "told"),
    [("1D", "1 day"), ("11D", "11 days"), ("1D 6h", "1 day 06:00:00"), ("2h", "02:00:00")],
)
def test_a_time_between_rows_is_said_without_what_is_none(gap: str, told: str) -> None:
    """One day is no days."""
    assert ranges.lasting(pd.Timedelta(gap)) == told


def test_many_values_share_a_bin() -> None:
    """The commonest are shown one by one, and it is said how many are not."""
    column = contract.Column("x", "category", values=tuple(f"v{i}" for i in range(40)))
    values = pd.Series([f"v{i}" for i in range(40) for _ in range(i + 1)])
    bins = distribution.of(values, column, None)["bins"]
    assert (bins[0]["name"], bins[-1]["name"], len(bins)) == ("v39", "29 others", distribution.FEW)
    assert sum(each["rows"] for each in bins) == len(values)


def test_means_of_bins_cover_the_truth() -> None:
    """The interval of a share where one in four is positive holds a quarter in most bins."""
    rng = np.random.default_rng(0)
    column = contract.Column("x", "number")
    wanted = pd.Series((rng.random(20_000) < 0.25).astype(float))
    bins = distribution.of(pd.Series(rng.random(20_000)), column, wanted)["bins"]
    assert sum(each["low"] <= 0.25 <= each["high"] for each in bins if each["mean"] is not None) >= 17
    first = binomtest(round(bins[0]["mean"] * bins[0]["rows"]), bins[0]["rows"]).proportion_ci(method="wilson")
    assert (bins[0]["low"], bins[0]["high"]) == pytest.approx((first.low, first.high))
    ends = distribution.of(pd.Series([1.0, 2.0] * 20), column, pd.Series([0.0, 1.0] * 20))["bins"]
    assert (ends[0]["low"], ends[1]["high"]) == (0, 1)  # and no 1e-17


def test_measures_know_nothing_from_all() -> None:
    """Independent columns are near 0 whatever their number of values, a copy is 1."""
    rng = np.random.default_rng(0)
    first, second = rng.integers(0, 10, (2, 400))
    ranks = rng.random(400)
    assert associations.cramer(first, first) == pytest.approx(1)
    assert associations.ratio(first, first.astype(float)) == pytest.approx(1)
    assert associations.cramer(first, second) < 0.1 < contingency.association(pd.crosstab(first, second), "cramer")
    assert associations.ratio(first, ranks) < 0.15
    assert associations.ratio(np.zeros(400, int), ranks) == 0


def test_the_measures_of_classes_and_numbers_agree() -> None:
    """For two classes the correlation ratio is Cramer's V, so that columns of all types stand in one list."""
    rng = np.random.default_rng(0)
    kinds = rng.integers(0, 4, 20_000)
    label = (rng.random(20_000) < kinds / 4).astype(int)
    expected = contingency.association(pd.crosstab(kinds, label), "cramer")
    assert associations.ratio(kinds, label.astype(float)) == pytest.approx(expected, abs=1e-3)
    assert associations.cramer(kinds, label) == pytest.approx(expected, abs=1e-3)


def test_what_goes_up_and_down_again_is_seen() -> None:
    """Spearman is blind to it; deciles are not."""
    x = pd.Series(np.linspace(-1, 1, 1000))
    assert associations.ratio(associations.groups(x), (x**2).rank().to_numpy()) > 0.9
