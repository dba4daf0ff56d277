"""Columns that know the answer: found, named by the user, or cleared by somebody who knows better."""

import io
import sys
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from _adopting import adopt, everything

from << cookiecutter.package_name >> import contract

pytestmark = pytest.mark.long


def test_column_that_knows_the_answer_is_no_feature(
    project: Path, table: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where nobody can be asked it is taken to be a leak, and told."""
    revenue = np.where(table["sold"] == "yes", table["price"], 0.0)
    assert adopt(table.assign(revenue=revenue), "--force") == 0
    assert not contract.read(project / "contract.toml")[0]["revenue"].available
    assert "revenue" in capsys.readouterr().out


def test_columns_missing_where_a_leak_is_became_known_with_it(
    project: Path, table: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is missing elsewhere too, or nowhere, was there before."""
    rng = np.random.default_rng(4)
    unknown = (table["sold"] == "no") & (rng.random(len(table)) < 0.5)
    revenue = pd.Series(np.where(table["sold"] == "yes", table["price"], 0.0)).mask(unknown)
    days = pd.Series(rng.normal(size=len(table)))
    leaky = table.assign(revenue=revenue, paid_in=days.mask(unknown), visits=days.mask(rng.random(len(table)) < 0.2))
    assert adopt(leaky, "--force") == 0
    agreed = contract.read(project / "contract.toml")[0]
    assert [column.name for column in agreed.columns if not column.available] == ["revenue", "paid_in"]
    assert "is missing where revenue is" in capsys.readouterr().out


def test_rows_without_any_feature_hide_no_column(project: Path, table: pd.DataFrame) -> None:
    """A customer without an order has neither a price nor a leak; that the one is missing says nothing of the other."""
    revenue = pd.Series(np.where(table["sold"] == "yes", table["price"], 0.0))
    blank = (table["sold"] == "no") & (np.random.default_rng(4).random(len(table)) < 0.3)
    features = [name for name in table if name != "sold"]
    assert adopt(table.assign(revenue=revenue, **{str(n): table[n].mask(blank) for n in features}), "--force") == 0
    agreed = contract.read(project / "contract.toml")[0]
    assert [column.name for column in agreed.columns if not column.available] == ["revenue"]


@pytest.mark.usefixtures("project")
def test_part_of_a_moment_that_knows_the_answer_is_refused_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """It is no column of the table, and nothing can be missing with it."""
    at = pd.Series(pd.date_range("2026-01-01", periods=400, freq="7h"))
    sold = np.where(at.dt.day_of_week >= 5, "yes", "no")
    price = np.random.default_rng(0).normal(size=400).round(3)
    assert adopt(pd.DataFrame({"at": at, "price": price, "sold": sold}), "--force") == 3
    assert capsys.readouterr().err.startswith("ml: ")


def test_what_the_user_calls_unavailable_takes_along_what_is_missing_with_it(
    project: Path, table: pd.DataFrame
) -> None:
    """As a leak does that adopt found itself."""
    rng = np.random.default_rng(4)
    unknown = rng.random(len(table)) < 0.3
    days, tip, visits, weight = (pd.Series(rng.normal(size=len(table))) for _ in range(4))
    known = table.assign(weight=weight, days=days.mask(unknown), tip=tip.mask(unknown), visits=visits)
    assert adopt(known, "--force", "--unavailable", "tip") == 0
    agreed = contract.read(project / "contract.toml")[0]
    assert [column.name for column in agreed.columns if not column.available] == ["days", "tip"]


def test_column_that_the_user_calls_unavailable_is_no_feature(
    project: Path, table: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    """What tells the most is named; who knows that it comes later says so, and the promises are made without it."""
    later = np.random.default_rng(2).normal(2.0 * (table["sold"] == "yes"))
    assert adopt(table.assign(later=later), "--force") == 0
    assert "--unavailable" in next(line for line in capsys.readouterr().out.splitlines() if "tells the most" in line)
    known = tomllib.loads((project / "gates.toml").read_text("utf-8"))["quality"]["floor"]
    day = (pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(len(table)) % 40, "D")).strftime("%Y-%m-%d")
    again = table.assign(later=later, day=day)
    assert adopt(again, "--force", "--unavailable", "later", "--unavailable", "day") == 0
    assert "day gives" not in " ".join(capsys.readouterr().out.split())
    agreed = contract.read(project / "contract.toml")[0]
    assert [column.name for column in agreed.columns if not column.available] == ["later", "day"]
    assert tomllib.loads((project / "gates.toml").read_text("utf-8"))["quality"]["floor"] < known


@pytest.mark.parametrize(("name", "said"), [("sold", "it is the target"), ("Prize", "did you mean 'price'")])
def test_wrong_unavailable_column_is_refused(
    project: Path, table: pd.DataFrame, capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    """And nothing is written."""
    before = everything(project)
    assert adopt(table, "--force", "--unavailable", name) == 2
    assert said in capsys.readouterr().err
    assert everything(project) == before


class Terminal(io.StringIO):
    """Somebody who answers."""

    def isatty(self) -> bool:
        """Be one."""
        return True


@pytest.mark.parametrize("answer", ["y\n", "n\n", ""], ids=["yes", "no", "nobody"])
def test_who_knows_the_column_is_asked(
    project: Path, table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    """On a terminal; what is cleared stays a feature, and gates.toml says by name that somebody vouched for it."""
    monkeypatch.setattr(sys, "stdin", Terminal(answer * 9))
    revenue = np.where(table["sold"] == "yes", table["price"], 0.0)
    assert adopt(table.assign(revenue=revenue), "--force") == 0
    assert contract.read(project / "contract.toml")[0]["revenue"].available == (answer == "y\n")
    leakage = tomllib.loads((project / "gates.toml").read_text("utf-8"))["leakage"]
    assert leakage.get("cleared", []) == (["revenue"] if answer == "y\n" else [])
