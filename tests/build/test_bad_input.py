"""A bad table gets one sentence and exit 2 or 3, never a traceback, and loses nothing."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import projects
from tests.refusals import contents, refused

TABLE = Path("data", "sample.csv")
Spoil = Callable[[Path], None]


def edited(change: Callable[[list[list[str]]], None]) -> Spoil:
    """Return what edits the table as rows of cells, the header first."""

    def spoil(path: Path) -> None:
        rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
        change(rows)
        path.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")

    return spoil


def rewritten(change: Callable[[str], str]) -> Spoil:
    """Return what edits the table as text."""

    def spoil(path: Path) -> None:
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")

    return spoil


def _one_class(rows: list[list[str]]) -> None:
    for row in rows[1:]:
        row[-1] = "no"


def _text(rows: list[list[str]]) -> None:
    rows[7][rows[0].index("age")] = "forty"


def _extra(rows: list[list[str]]) -> None:
    for number, row in enumerate(rows):
        row.append("shoe_size" if number == 0 else "42")


def _missing(rows: list[list[str]]) -> None:
    where = rows[0].index("tenure_months")
    for row in rows:
        del row[where]


def _header(rows: list[list[str]]) -> None:
    rows[0] = [f"column_{number}" for number in range(len(rows[0]))]


def _shorter(rows: list[list[str]]) -> None:
    rows.pop()


def _few(rows: list[list[str]]) -> None:
    del rows[21:]


TABLES = [
    pytest.param(Path.unlink, id="no-file"),
    pytest.param(lambda path: path.write_bytes(b""), id="empty"),
    pytest.param(lambda path: path.write_bytes(gzip.compress(path.read_bytes())), id="not-text"),
    pytest.param(rewritten(lambda text: text.partition("\n")[0] + "\n"), id="header-alone"),
    pytest.param(rewritten(lambda text: text.replace(",", ";")), id="wrong-delimiter"),
    pytest.param(rewritten(lambda text: text.replace(",yes\n", ",yes,more\n", 1)), id="ragged-row"),
    pytest.param(edited(_header), id="wrong-header"),
    pytest.param(edited(_missing), id="missing-column"),
    pytest.param(edited(_extra), id="extra-column"),
    pytest.param(edited(_text), id="text-in-a-number"),
    pytest.param(edited(_one_class), id="one-class"),
    pytest.param(edited(_few), id="20-rows"),
]


@pytest.mark.parametrize("spoil", TABLES)
def test_bad_table_is_refused_and_nothing_lost(churn: projects.Project, place: Path, spoil: Spoil) -> None:
    """It is not accepted, or not learned from, and what was there before stays as it was."""
    spoil(place / TABLE)
    before = contents(place)
    done = churn.run("ml", "data", "refresh", cwd=place)
    if done.returncode == 0:
        # A table may keep the contract and still be none to learn from.
        before = contents(place)
        done = churn.run("ml", "train", cwd=place)
    refused(done)
    assert contents(place) == before


@pytest.mark.parametrize("spoil", [TABLES[0], TABLES[1], TABLES[7]])
def test_check_of_another_table_is_one_sentence(
    churn: projects.Project, place: Path, tmp_path: Path, spoil: Spoil
) -> None:
    """A table may be asked about before it is put in place."""
    other = tmp_path / "other.csv"
    other.write_bytes((place / TABLE).read_bytes())
    spoil(other)
    refused(churn.run("ml", "data", "check", "--input", str(other), cwd=place))


@pytest.mark.parametrize("spoil", [TABLES[0], TABLES[-1]])
@pytest.mark.parametrize("step", ["train", "evaluate"])
def test_step_on_another_table_than_the_lock_names_is_refused(
    churn: projects.Project, place: Path, spoil: Spoil, step: str
) -> None:
    """Nothing is trained or judged on a table that nobody accepted."""
    spoil(place / TABLE)
    before = contents(place)
    refused(churn.run("ml", step, cwd=place))
    assert contents(place) == before


def test_table_that_differs_from_its_lock_is_refused_until_accepted(churn: projects.Project, place: Path) -> None:
    """An edit is refused by name of the lock, and `ml data refresh` accepts it."""
    edited(_shorter)(place / TABLE)
    done = churn.run("ml", "data", "check", cwd=place)
    refused(done)
    assert "data.lock" in done.stderr
    assert churn.run("ml", "data", "refresh", cwd=place).returncode == 0
    assert churn.run("ml", "data", "check", cwd=place).returncode == 0
