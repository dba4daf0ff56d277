"""What adopt makes of a project: whole, once, over nobody's work, and only of a table that can make a model."""

import json
import re
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from _adopting import THINGS, adopt, everything

from << cookiecutter.package_name >> import atomic, cli, config
from << cookiecutter.package_name >>.adopt import limits, texts

pytestmark = pytest.mark.long


def test_adopting_is_whole_and_done_once(
    project: Path, table: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    """Hand-written files are kept back by --force, the new ones pass their check, and again changes nothing."""
    before = everything(project)
    assert cli.main(["data", "adopt", "../unread.csv", "--target", "sold"]) == 2
    assert "edited by hand" in capsys.readouterr().err  # before the table is read
    assert adopt(table) == 2
    assert "edited by hand" in capsys.readouterr().err
    assert adopt(table, "--force", "--dry-run") == 0
    assert everything(project) == before
    assert "need --force" not in capsys.readouterr().out
    assert adopt(table, "--dry-run") == 0
    assert "It would need --force, for these were edited by hand: contract.toml" in capsys.readouterr().out
    assert everything(project) == before
    assert adopt(table, "--force") == 0
    told = capsys.readouterr().out
    assert "price" in told
    assert "floor" in told
    assert (project / "build" / "before-adopt" / "contract.toml").read_bytes() == before["contract.toml"]
    assert cli.main(["data", "check"]) == 0
    once = everything(project)
    assert adopt(table) == 0
    told = capsys.readouterr().out
    assert "Nothing changes" in told
    assert "were pinned before" not in told
    assert everything(project) == once
    assert "| `price` | number |" in once["data/README.md"].decode()
    assert f"As adopted, `data/table.csv` had {THINGS} rows of 4 columns." in once["data/README.md"].decode()
    card = project / "data" / "README.md"
    card.write_text(once["data/README.md"].decode().replace("# The data", "# Sold by CC BY 4.0"), "utf-8")
    assert adopt(table) == 2
    assert "data/README.md: edited by hand" in capsys.readouterr().err
    assert "CC BY 4.0" in card.read_text("utf-8")


@pytest.mark.usefixtures("project")
def test_rows_of_few_kinds_need_a_key(table: pd.DataFrame, capsys: pytest.CaptureFixture[str]) -> None:
    """A hash of all cells would part no more than the kinds."""
    assert adopt(table[["kind", "sold"]].assign(size=table["price"] > 40), "--force") == 3
    assert re.search(r"400 rows are of 4 kinds, .* name it by --key$", capsys.readouterr().err.strip())


def test_three_classes_are_adopted(project: Path, table: pd.DataFrame) -> None:
    """Costs are a matrix, the floor lies above chance, and the first model keeps every gate."""
    kinds = np.select([table["price"] < 30, table["price"] < 60], ["cheap", "fair"], "dear")
    flipped = np.where(np.random.default_rng(2).random(THINGS) < 0.2, "fair", kinds)
    assert adopt(table.assign(sold=flipped), "--force") == 0
    costs = tomllib.loads((project / "params.toml").read_text("utf-8"))["costs"]
    assert costs["matrix"].keys() == {"cheap", "dear", "fair"}
    promised = config.gates(project / "gates.toml")
    assert promised.quality
    assert (promised.quality.metric, promised.quality.floor > 0.52) == ("roc_auc_ovr", True)
    assert cli.main(["data", "check"]) == 0


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("by", ["time", "hash"])
def test_rows_that_would_be_needed_are_more_than_there_are(by: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a signal that is too weak to be promised; by time less is promised, so that more are needed."""
    rng = np.random.default_rng(4)
    size = rng.uniform(0, 10, THINGS).round(2)
    sold = np.where(size + rng.normal(0, 8, THINGS) > 5, "yes", "no")
    table = pd.DataFrame({"size": size, "sold": sold})
    if by == "time":
        table.insert(0, "at", pd.date_range("2026-01-01", periods=THINGS, freq="7h"))
    assert adopt(table, "--force") == 3
    needed = re.search(r"at most about (\d+) rows are needed", capsys.readouterr().err)
    assert needed
    assert THINGS < int(needed[1]) < 10 * THINGS


def test_promises_lie_above_the_baseline(project: Path, table: pd.DataFrame) -> None:
    """The gates that always refuse do, and those that cannot be kept or broken here say why they only report."""
    assert adopt(table, "--force") == 0
    promised = config.gates(project / "gates.toml")
    assert promised.quality
    assert promised.baseline
    assert promised.quality.floor > 0.52
    assert promised.baseline.margin > 0
    gates = tomllib.loads((project / "gates.toml").read_text("utf-8"))
    reasons = [each["report_only"] for each in gates.values() if "report_only" in each]
    assert reasons
    told = r"about \d+( (test )?rows)? would|not? (even|number) .*would|as many would not|more (rows to test )?would"
    assert [each for each in reasons if not re.search(told, each)] == []


def test_gate_with_too_few_rows_says_how_many_it_needs(project: Path) -> None:
    """Of so few rows nobody can tell whether probabilities are squared; the gate reports, and says so."""
    rng = np.random.default_rng(0)
    drawn = rng.normal(size=(THINGS, 2))
    sold = rng.random(THINGS) < 1 / (1 + np.exp(-3 * drawn[:, 0]))
    told = pd.DataFrame({"price": drawn[:, 0], "weight": drawn[:, 1], "sold": np.where(sold, "yes", "no")}).round(3)
    assert adopt(told, "--force") == 0
    reason = tomllib.loads((project / "gates.toml").read_text("utf-8"))["calibration"]["report_only"]
    needs = re.fullmatch(r"as adopted, (\d+) test rows do not tell squared .*; about (\d+) would", reason)
    assert needs, reason
    assert int(needs[2]) > int(needs[1])


@pytest.mark.parametrize(
    ("share", "few", "expected"),
    [
        pytest.param(0.5, 0.02, ("allow", False), id="a-few-missing"),
        pytest.param(0.12, 0.0, ("fail", True), id="the-group-itself-is-small"),
    ],
)
def test_group_too_small_to_tell_is_allowed_where_another_can_be_turned_around(
    project: Path, share: float, few: float, expected: tuple[str, bool]
) -> None:
    """A few people whose sex nobody wrote down are no reason not to look at the others; if these are few, they are."""
    rng, many = np.random.default_rng(3), 4 * THINGS
    price = rng.normal(size=many).round(3)
    sold = np.where(rng.random(many) < 1 / (1 + np.exp(-2 * price)), "yes", "no")
    sex = pd.Series(rng.choice(["f", "m"], many, p=[1 - share, share])).mask(rng.random(many) < few)
    assert adopt(pd.DataFrame({"price": price, "sex": sex, "sold": sold}), "--force") == 0
    promised = config.gates(project / "gates.toml").slices
    assert promised
    assert (promised.inconclusive, bool(promised.report_only)) == expected


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"sold": np.random.default_rng(1).choice(["yes", "no"], THINGS)}, id="no-signal"),
        pytest.param({"sold": ["yes"] * THINGS}, id="one-class"),
        pytest.param({"price": 1.0, "weight": 1.0, "kind": "old"}, id="no-feature"),
    ],
)
def test_table_without_signal_is_refused_and_writes_nothing(
    project: Path, table: pd.DataFrame, change: dict[str, Any]
) -> None:
    """No floor at or below the baseline is ever written."""
    before = everything(project)
    assert adopt(table.assign(**change), "--force") == 3
    assert everything(project) == before


@pytest.mark.parametrize(
    ("size", "columns", "promised"),
    [(2_000, 9, (1.0, 100.0, 5.0)), (20_000_000, 9, (40.0, 400.0, 5.0)), (2_000, 900, (1.0, 100.0, 18.0))],
)
def test_large_or_wide_model_has_its_room(size: int, columns: int, promised: tuple[float, ...]) -> None:
    """Twice its size, the memory and the time that this takes; both alike in every run."""
    agreed = SimpleNamespace(inputs=range(columns))
    budget = limits.of_budget(SimpleNamespace(content=bytes(size), contract=agreed))  # type: ignore[arg-type]
    assert tuple(budget[name] for name in ("megabytes", "memory", "latency")) == promised


def test_table_of_a_publisher_is_what_its_digest_says(
    project: Path, table: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another table is refused before it is read."""
    before = everything(project)
    assert adopt(table, "--force", "--sha256", "0" * 64) == 2
    assert "sha256" in capsys.readouterr().err
    assert everything(project) == before


def test_swap_that_was_killed_is_ended_by_the_next_command(tmp_path: Path) -> None:
    """Between the first file and the last no step reads half of a project."""
    swapped = tmp_path / "build" / ".swap"
    (swapped / "data").mkdir(parents=True)
    (swapped / "data" / "table.csv").write_text("new", "utf-8")
    (swapped / ".gone").write_text("data/old.csv", "utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "old.csv").write_text("old", "utf-8")
    atomic.restore(tmp_path / "build")
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["table.csv"]
    assert not swapped.exists()


def test_adopted_contract_names_an_edit_by_hand() -> None:
    """What adopt signed is known again; another promise is somebody's work, and so is a comment."""
    signed = texts.gates(
        {name: {} for name in ("contract", "leakage", "quality", "baseline", "overfit", "champion")}
        | {name: {} for name in ("slices", "calibration", "parity", "robustness", "budget")}
        | {"reproducible": {}}
    )
    assert texts.signed(signed)
    assert not texts.signed("# ours\n" + signed)
    assert not texts.signed(signed.replace("[quality]\n", "[quality]\nfloor = 0.1\n"))
    assert json.dumps(texts.digest(signed))
