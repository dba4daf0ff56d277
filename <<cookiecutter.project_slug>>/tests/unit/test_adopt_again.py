"""A project that adopted a table and adopts one again: what goes is kept, and what becomes otherwise is told."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest
from _adopting import adopt, everything

from << cookiecutter.package_name >> import cli, data

pytestmark = pytest.mark.long


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
    was = f"{len(first)} rows of data/table.csv were pinned before"
    for other, wishes, change in (
        (table, ("--dry-run",), "20 more now"),
        (first.iloc[::-1], ("--dry-run",), "as many now, of other bytes"),
        (table.iloc[:-50], (), "30 fewer now"),
    ):
        assert data.read_lock(project / "data" / "data.lock").rows == len(first)
        assert adopt(other, *wishes) == 0
        told = lines(capsys)
        assert f"[data.lock] pins {len(other)} rows {was}: {change}" in told
    assert "before: floor" in " ".join(told)


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
    assert "| `sold` | category | target | 2 values |" in card
    assert "**Set apart**: 9 rows without `sold`, in `data/unlabelled.csv`" in card
    assert cli.main(["data", "check"]) == 0


def promise(project: Path, gate: str, floor: float) -> float:
    """Promise another floor of a gate, and return what it was."""
    path = project / "gates.toml"
    text = path.read_text("utf-8")
    before = float(tomllib.loads(text)[gate]["floor"])
    path.write_text(text.replace(f"floor = {before}", f"floor = {floor}"), "utf-8")
    return before


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return what was printed since, without the spaces of its columns."""
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_wish_that_is_not_said_again_is_told(
    project: Path, table: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was kept out becomes a feature before the eyes of whoever said so; nobody asks of slices that are none."""
    assert adopt(table, "--force", "--unavailable", "weight") == 0
    promise(project, "slices", 0.001)
    capsys.readouterr()
    assert adopt(table, "--dry-run") == 0
    told = lines(capsys)
    assert "weight is a feature now it was unavailable before; --unavailable keeps it out" in told
    assert [line for line in told if line.startswith("[slices] promises")] == []
    assert adopt(table, "--unavailable", "weight", "--dry-run") == 0
    assert "is a feature now" not in capsys.readouterr().out


def test_split_and_promises_that_become_others_are_told(
    project: Path, table: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody's promise falls in silence, and no comparison with older models ends so."""
    assert adopt(table, "--force") == 0
    params = project / "params.toml"
    params.write_text(params.read_text("utf-8").replace("[split]\n", '[split]\nkey = ["size"]\n'), "utf-8")
    floor = promise(project, "quality", 0.999)
    capsys.readouterr()
    assert adopt(table, "--force") == 0
    told = lines(capsys)
    assert "[split] was by hash of size no model can be compared with those of before" in told
    assert f"[quality] promises floor {floor:g} before: floor 0.999" in told
