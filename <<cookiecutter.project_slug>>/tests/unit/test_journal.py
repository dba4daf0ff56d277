"""The prediction log: it rotates, and a full disk or a slow one costs lines, never requests."""

import json
import time
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import Any

import pytest

from << cookiecutter.package_name >> import contract
from << cookiecutter.package_name >>.service import journal, log

NAMED = {"version": "1", "digest": "d"}


def test_files_rotate_and_the_oldest_falls_away(
    agreed: contract.Contract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept is the newest, in whole lines, and no file is larger than it may be."""
    monkeypatch.setattr(journal, "LARGEST", 400)
    written = journal.Journal(tmp_path / "log", agreed, NAMED, keys=True)
    for number in range(50):
        written.write([{"parcel": number}], [{"label": "no"}])
    written.close()
    files = [tmp_path / "log", *(tmp_path / f"log.{i}" for i in range(1, journal.KEPT + 1))]
    assert sorted(tmp_path.iterdir()) == sorted(files)
    assert all(file.stat().st_size <= 400 for file in files)
    kept = [json.loads(line)["row"]["parcel"] for file in reversed(files) for line in file.read_text().splitlines()]
    assert kept == list(range(kept[0], 50))
    assert written.dropped == 0


def test_broken_disk_costs_lines_and_is_told_once(
    agreed: contract.Contract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be written is counted, and writing goes on when it can."""
    told: list[str] = []
    monkeypatch.setattr(log, "event", lambda name, **_: told.append(name))
    monkeypatch.setattr(journal, "LARGEST", 1)
    (tmp_path / f"log.{journal.KEPT}" / "taken").mkdir(parents=True)
    (tmp_path / f"log.{journal.KEPT - 1}").write_text("older")
    written = journal.Journal(tmp_path / "log", agreed, NAMED, keys=False)
    for number in range(3):
        written.write([{"parcel": number}], [{"label": "no"}])
    written.close()
    assert written.dropped == 2
    assert told == ["the prediction log cannot be written"]
    assert [json.loads(line)["row"] for line in (tmp_path / "log").read_text().splitlines()] == [{}]


def test_slow_disk_costs_lines_not_memory(
    agreed: contract.Contract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many rows wait; more are dropped and counted."""
    monkeypatch.setattr(journal, "WAITING", 10)
    monkeypatch.setattr(journal.Journal, "_run", lambda _: None)
    written = journal.Journal(tmp_path / "log", agreed, NAMED, keys=False)
    rows: list[Any] = [{}] * 4
    for _ in range(10):
        written.write(rows, rows)
    assert written.dropped == 28


class Full(FileIO):
    """A file on a disk that takes ten bytes of each further line."""

    full = False

    def write(self, lines: Any) -> int:
        """Write a part, and say so."""
        return super().write(lines[:10] if self.full else lines)


def test_full_disk_leaves_whole_lines(
    agreed: contract.Contract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines of which only a part fits are taken back, one after the other, and what comes later follows whole."""
    monkeypatch.setattr(journal.Journal, "_opened", lambda _: Full(tmp_path / "log", "ab"))
    written = journal.Journal(tmp_path / "log", agreed, NAMED, keys=True)
    for number, full in enumerate((False, True, True, True, False)):
        monkeypatch.setattr(Full, "full", full)
        dropped, size = written.dropped, (tmp_path / "log").stat().st_size
        written.write([{"parcel": number}], [{"label": "no"}])
        wait(lambda: written.dropped > dropped or (not full and (tmp_path / "log").stat().st_size > size))  # noqa: B023
    written.close()
    assert [json.loads(line)["row"]["parcel"] for line in (tmp_path / "log").read_bytes().splitlines()] == [0, 4]


def wait(done: Callable[[], bool]) -> None:
    """Wait for the thread that writes."""
    deadline = time.monotonic() + 60
    while not done() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert done()
