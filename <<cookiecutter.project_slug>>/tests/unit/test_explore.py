"""What the page about the data says before anything is modelled."""

import dataclasses
import datetime as dt
import itertools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, contingency

from << cookiecutter.package_name >> import cli, config, contract, data, report
from << cookiecutter.package_name >>.report import (
    associations,
    chart,
    columns,
    distribution,
    explore,
    findings,
    ranges,
)

pytestmark = pytest.mark.long

LOCK = data.Lock("data/parcels.csv", 1500, "0" * 64)
HOSTILE = "</svg><script>alert(1)</script>"


def seen(raw: pd.DataFrame, document: dict[str, Any], small: Path, **changes: Any) -> dict[str, Any]:
    """Return what is seen in a table that keeps this contract; `changes` replace parts after the split."""
    agreed = contract.of(document)
    table, broken = data.typed(raw, agreed)
    assert broken == []
    parts = data.split(table, agreed, config.params(small / "params.toml").split)
    return explore.described(raw, dataclasses.replace(parts, **changes), agreed, LOCK)


def said(found: dict[str, Any], column: str) -> str:
    """Return all findings about a column."""
    return " ".join(each.said for each in found["findings"] if each.column == column)


def test_explore_writes_a_page_that_loads_nothing(untrained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One command from the locked table to the page, and a second time to the same bytes."""
    path = untrained / "build" / "report" / "data.html"
    pages = []
    for _ in range(2):
        assert cli.main(["data", "explore"]) == 0
        pages.append(path.read_bytes())
    assert "rows of the train part" in capsys.readouterr().out
    assert pages[0] == pages[1]
    assert b"<script" not in pages[0]
    assert pages[0].count(b"<svg") == pages[0].count(b"</desc>") > 5


@pytest.mark.usefixtures("untrained")
@pytest.mark.parametrize(
    ("count", "told"), [(0, ", 0 findings worth"), (1, ", 1 finding worth"), (2, ", 2 findings worth")]
)
def test_findings_are_counted_in_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, count: int, told: str
) -> None:
    """One is a finding, and no findings."""
    described = explore.described
    look = findings.Finding("look", "size", "is odd")
    monkeypatch.setattr(explore, "described", lambda *given: described(*given) | {"findings": [look] * count})
    assert cli.main(["data", "explore"]) == 0
    assert told in capsys.readouterr().out


def test_validation_and_test_stay_unseen(raw: pd.DataFrame, document: dict[str, Any], small: Path) -> None:
    """Whatever they hold, the page is the same."""
    agreed = contract.of(document)
    parts = data.split(data.typed(raw, agreed)[0], agreed, config.params(small / "params.toml").split)
    other = {name: getattr(parts, name).assign(size=1.0, colour="red") for name in ("validation", "test")}
    pages = [report.data_page(seen(raw, document, small, **changes), "a table") for changes in ({}, other)]
    assert pages[0] == pages[1]


PLANTED: dict[str, tuple[str, Callable[[pd.DataFrame], pd.DataFrame], str]] = {
    "constant": ("express", lambda t: t.assign(express="true"), "is always 1"),
    "never-missing": ("ordered", lambda t: t, "may be missing and never is"),
    "promised-and-never-there": ("colour", lambda t: t.assign(colour="red"), "green, blue are promised and never"),
    "few-rows-each": (
        "colour",
        lambda t: t.assign(colour=["red", "green", "blue", *["red"] * 37] * 37 + ["red"] * 20),
        "2 of 3 values (green, blue) have fewer than 30 rows each",
    ),
    "afterwards": ("refund", lambda t: t, "only after the outcome"),
    "unused-spelling": ("shape", lambda t: t.assign(shape="box"), "the spelling '?' that the contract cleans"),
    "far-out": ("weight", lambda t: t.assign(weight=["49.9"] + ["1.0", "1.1", "1.2"] * 499 + ["1.0", "49.9"]), "unit"),
    "hardly-varies": ("express", lambda t: t.assign(express=["false"] * 5 + ["true"] * 1495), "is 1 in"),
    "text": ("note", lambda t: t, "is text, which the model does not use"),
    "rare-class": ("returned", lambda t: t.assign(returned=["yes", *["no"] * 49] * 30), "rare classes need many rows"),
    "mostly-missing": ("weight", lambda t: t.assign(weight=t["weight"].where(t.index % 3 == 0)), "values are missing"),
    "not-missing-by-chance": (
        "weight",
        lambda t: t.assign(weight=t["weight"].where(t["returned"] == "no", None)),
        "is not missing by chance",
    ),
    "tells-the-target": (
        "express",
        lambda t: t.assign(express=np.where(t["returned"] == "yes", "true", "false")),
        "nearly tells the target",
    ),
    "twins": ("size", lambda t: t.assign(weight=(t["size"].astype(float) / 2).map(str)), "say nearly the same"),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_what_is_odd_is_found(raw: pd.DataFrame, document: dict[str, Any], small: Path, planted: str) -> None:
    """Each oddity is told of its column, in one sentence."""
    column, change, told = PLANTED[planted]
    document["columns"]["note"]["role"] = "feature"
    assert told in said(seen(change(raw.copy()), document, small), column)


def test_honest_columns_are_left_alone(raw: pd.DataFrame, document: dict[str, Any], small: Path) -> None:
    """Nothing about size, express or colour is worth a word."""
    found = seen(raw, document, small)
    assert [said(found, name) for name in ("size", "express", "colour")] == ["", "", ""]


def test_rows_that_repeat_are_counted(raw: pd.DataFrame, document: dict[str, Any], small: Path) -> None:
    """Twice the same parcel under another key is a repeated row; with another target it is a contradiction."""
    document["columns"]["parcel"]["unique"] = False
    document["columns"]["parcel"]["role"] = "ignore"
    params = small / "params.toml"
    assert 'key = ["parcel"]' in params.read_text("utf-8")
    opposite = np.where(raw["returned"] == "yes", "no", "yes")
    twice = pd.concat([raw, raw.assign(returned=opposite)], ignore_index=True)
    told = dict(seen(twice, document, small)["repeated"])
    rows = len(data.split(data.typed(twice, a := contract.of(document))[0], a, config.params(params).split).train)
    assert told["rows that share all their features with another"] == f"{rows:,}"
    assert told["of these, with different targets: no model can get all of them right"] == f"{rows:,}"


def test_rows_at_other_hours_are_not_alike(raw: pd.DataFrame, document: dict[str, Any], small: Path) -> None:
    """What the model tells apart by a derived column is no repeated row."""
    same = {name: raw[name].iloc[0] for name in ("size", "weight", "visits", "express", "colour", "shape", "ordered")}
    alike = "rows that share all their features with another"
    assert dict(seen(raw.head(24 * 20).assign(**same), document, small)["repeated"])[alike] == "0"


def test_hostile_names_and_values_are_shown_and_not_run(
    raw: pd.DataFrame, document: dict[str, Any], small: Path
) -> None:
    """A table may come from anybody."""
    columns = document["columns"]
    columns["colour"] |= {"values": [HOSTILE, "green", "blue"], "aliases": {}, "description": HOSTILE}
    columns[HOSTILE] = {"type": "number", "unit": HOSTILE, "min": 0, "max": 100}
    columns["note"]["role"] = "feature"
    hostile = raw.assign(colour=raw["colour"].str.lower().replace("red", HOSTILE), note=HOSTILE)
    hostile[HOSTILE] = raw["size"]
    page = report.data_page(seen(hostile, document, small), HOSTILE)
    assert "<script" not in page
    assert page.count("&lt;script") > 5


def test_a_wide_table_is_listed_whole_and_drawn_in_part(
    raw: pd.DataFrame, document: dict[str, Any], small: Path
) -> None:
    """A page of thousands of charts could not be opened."""
    rng = np.random.default_rng(0)
    more = {f"extra_{i}": rng.normal(size=len(raw)).round(3).astype(str) for i in range(100)}
    document["columns"] |= {name: {"type": "number"} for name in more}
    found = seen(pd.concat([raw, pd.DataFrame(more)], axis=1), document, small)
    assert len(found["columns"]) > 100
    assert sum(each["chart"] is not None for each in found["columns"]) <= columns.DRAWN
    assert len(report.data_page(found, "wide")) < 1_500_000


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
