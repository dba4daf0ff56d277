"""What the page about the data says before anything is modelled."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from << cookiecutter.package_name >> import cli, config, contract, data, report
from << cookiecutter.package_name >>.report import columns, explore, findings

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
