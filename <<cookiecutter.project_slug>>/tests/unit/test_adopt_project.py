"""What adopt makes of a project: whole, once, over nobody's work, and only of a table that can make a model."""

import io
import json
import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from << cookiecutter.package_name >> import atomic, cli, config, contract, data
from << cookiecutter.package_name >>.adopt import limits, texts

pytestmark = pytest.mark.long

ROWS = 400


@pytest.fixture
def table() -> pd.DataFrame:
    """Return things that are sold or not, mostly for their price."""
    rng = np.random.default_rng(0)
    price, weight = rng.uniform(1, 99, ROWS).round(2), rng.uniform(1, 9, ROWS).round(3)
    odds = (50 - price) / 8 + rng.logistic(size=ROWS)
    kinds = rng.choice(["old", "new"], ROWS)
    return pd.DataFrame({"price": price, "weight": weight, "kind": kinds, "sold": np.where(odds > 0, "yes", "no")})


@pytest.fixture
def project(untrained: Path, hasty: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the small project as the working directory."""
    hasty(monkeypatch)
    return untrained


def adopt(table: pd.DataFrame, *options: str, target: str = "sold") -> int:
    """Adopt a table that lies outside the project."""
    table.to_csv("../mine.csv", index=False)
    return cli.main(["data", "adopt", "../mine.csv", "--target", target, *options])


def everything(folder: Path) -> dict[str, bytes]:
    """Return what lies in the project, but for what can be made again."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(p.relative_to(folder)): p.read_bytes() for p in files if "build" not in p.relative_to(folder).parts}


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
    assert "Nothing changes" in capsys.readouterr().out
    assert everything(project) == once
    assert "| `price` | number |" in once["data/README.md"].decode()
    assert f"As adopted, `data/table.csv` had {ROWS} rows of 4 columns." in once["data/README.md"].decode()
    card = project / "data" / "README.md"
    card.write_text(once["data/README.md"].decode().replace("# The data", "# Sold by CC BY 4.0"), "utf-8")
    assert adopt(table) == 2
    assert "data/README.md: edited by hand" in capsys.readouterr().err
    assert "CC BY 4.0" in card.read_text("utf-8")


def test_three_classes_are_adopted(project: Path, table: pd.DataFrame) -> None:
    """Costs are a matrix, the floor lies above chance, and the first model keeps every gate."""
    kinds = np.select([table["price"] < 30, table["price"] < 60], ["cheap", "fair"], "dear")
    flipped = np.where(np.random.default_rng(2).random(ROWS) < 0.2, "fair", kinds)
    assert adopt(table.assign(sold=flipped), "--force") == 0
    costs = tomllib.loads((project / "params.toml").read_text("utf-8"))["costs"]
    assert costs["matrix"].keys() == {"cheap", "dear", "fair"}
    promised = config.gates(project / "gates.toml")
    assert promised.quality
    assert (promised.quality.metric, promised.quality.floor > 0.52) == ("roc_auc_ovr", True)
    assert cli.main(["data", "check"]) == 0


def test_whatever_is_replaced_or_goes_is_kept(project: Path, table: pd.DataFrame) -> None:
    """The only copy of some rows, and a test that somebody wrote, are no loss."""
    lock = data.Lock("data/sample.csv", 1, "0" * 64)
    (project / "data" / "data.lock").write_bytes(lock.dumps())
    gone = {"data/sample.csv": "mine\n1\n", "tests/model/test_direction.py": "MINE = 1\n"}
    for name, text in gone.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, "utf-8")
    assert adopt(table, "--force") == 0
    first = (project / "data" / "table.csv").read_bytes()
    assert adopt(table.iloc[:-1], "--force") == 0
    kept = project / "build" / "before-adopt"
    assert {name: (kept / name).read_text("utf-8") for name in gone} == gone
    assert not any((project / name).exists() for name in gone)
    assert (kept / "data" / "table.csv").read_bytes() == first


def test_table_that_is_adopted_again_is_compared_with_the_one_that_is_pinned(
    project: Path, table: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is written: an older or smaller one would be pinned silently."""
    first = table.iloc[:-20]
    assert adopt(first, "--force") == 0
    capsys.readouterr()
    assert adopt(first) == 0
    assert "were pinned before" not in capsys.readouterr().out
    was = f"{len(first)} rows of data/table.csv were pinned before"
    for other, change in (
        (table.iloc[:-50], "30 fewer now"),
        (table, "20 more now"),
        (first.iloc[::-1], "as many now, of other bytes"),
    ):
        assert adopt(other, "--dry-run") == 0
        told = [line.split("  ") for line in capsys.readouterr().out.splitlines() if line.startswith("[data.lock]")]
        assert [[cell.strip() for cell in line if cell] for line in told] == [
            ["[data.lock]", f"pins {len(other)} rows", f"{was}: {change}"]
        ]
    assert data.read_lock(project / "data" / "data.lock").rows == len(first)
    assert adopt(table.iloc[:-50]) == 0
    assert "before: floor" in capsys.readouterr().out


def test_table_that_adopt_leaves_behind_is_named(
    project: Path, table: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that somebody put below data and pinned, not one that adopt wrote itself."""
    assert adopt(table, "--force") == 0
    (project / "data" / "table.csv").rename(project / "data" / "mine.csv")
    assert cli.main(["data", "refresh", "--source", "data/mine.csv"]) == 0
    capsys.readouterr()
    assert adopt(table.iloc[:-20], "--dry-run") == 0
    assert "data/mine.csv stays" in capsys.readouterr().out
    assert adopt(table) == 0
    capsys.readouterr()
    assert adopt(table.iloc[:-20], "--dry-run") == 0
    assert "stays" not in capsys.readouterr().out
    assert "were pinned before" not in (project / "data" / "README.md").read_text("utf-8")


def test_table_that_adopt_wrote_may_be_adopted_itself(
    project: Path, table: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever has no other copy can change a wish: the table stays, and so do where it came from and what is apart."""
    some = table.assign(sold=table["sold"].mask(table.index < 9))
    assert adopt(some, "--force") == 0
    once = everything(project)
    again = ["data", "adopt", "data/table.csv", "--target", "sold"]
    assert cli.main(again) == 0
    capsys.readouterr()
    assert cli.main(again) == 0
    assert "Nothing changes" in capsys.readouterr().out
    now = everything(project)
    assert {name for name in once.keys() | now.keys() if once.get(name) != now.get(name)} <= {"data/README.md"}
    card = now["data/README.md"].decode()
    assert "**Source**: the table mine.csv." in card
    assert "**Set apart**: 9 rows without `sold`, in `data/unlabelled.csv`" in card
    assert cli.main(["data", "check"]) == 0


def test_split_and_promises_that_become_others_are_told(
    project: Path, table: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody's promise falls in silence, and no comparison with older models ends so."""
    assert adopt(table, "--force") == 0
    params, gates = project / "params.toml", project / "gates.toml"
    params.write_text(params.read_text("utf-8").replace("[split]\n", '[split]\nkey = ["size"]\n'), "utf-8")
    floor = tomllib.loads(gates.read_text("utf-8"))["quality"]["floor"]
    gates.write_text(gates.read_text("utf-8").replace(f"floor = {floor}", "floor = 0.999"), "utf-8")
    capsys.readouterr()
    assert adopt(table, "--force") == 0
    told = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "[split] was by hash of size no model can be compared with those of before" in told
    assert f"[quality] promises floor {floor:g} before: floor 0.999" in told


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
    told = r"about \d+( test rows)? would|no number of rows would|as many would not|more (rows to test )?would"
    assert [each for each in reasons if not re.search(told, each)] == []


def test_gate_with_too_few_rows_says_how_many_it_needs(project: Path) -> None:
    """Of so few rows nobody can tell whether probabilities are squared; the gate reports, and says so."""
    rng = np.random.default_rng(0)
    drawn = rng.normal(size=(ROWS, 2))
    sold = rng.random(ROWS) < 1 / (1 + np.exp(-3 * drawn[:, 0]))
    told = pd.DataFrame({"price": drawn[:, 0], "weight": drawn[:, 1], "sold": np.where(sold, "yes", "no")}).round(3)
    assert adopt(told, "--force") == 0
    reason = tomllib.loads((project / "gates.toml").read_text("utf-8"))["calibration"]["report_only"]
    needs = re.fullmatch(r"(\d+) test rows do not tell squared probabilities .*; about (\d+) would", reason)
    assert needs, reason
    assert int(needs[2]) > int(needs[1])


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"sold": np.random.default_rng(1).choice(["yes", "no"], ROWS)}, id="no-signal"),
        pytest.param({"sold": ["yes"] * ROWS}, id="one-class"),
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


def test_column_that_knows_the_answer_is_no_feature(
    project: Path, table: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where nobody can be asked it is taken to be a leak, and told."""
    revenue = np.where(table["sold"] == "yes", table["price"], 0.0)
    assert adopt(table.assign(revenue=revenue), "--force") == 0
    assert not contract.read(project / "contract.toml")[0]["revenue"].available
    assert "revenue" in capsys.readouterr().out


@pytest.mark.long
def test_column_that_the_user_calls_unavailable_is_no_feature(
    project: Path, table: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    """What tells the most is named; who knows that it comes later says so, and the promises are made without it."""
    later = np.random.default_rng(2).normal(2.0 * (table["sold"] == "yes"))
    assert adopt(table.assign(later=later), "--force") == 0
    assert "--unavailable" in next(line for line in capsys.readouterr().out.splitlines() if "tells the most" in line)
    known = tomllib.loads((project / "gates.toml").read_text("utf-8"))["quality"]["floor"]
    assert adopt(table.assign(later=later), "--force", "--unavailable", "later") == 0
    agreed = contract.read(project / "contract.toml")[0]
    assert [column.name for column in agreed.columns if not column.available] == ["later"]
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
