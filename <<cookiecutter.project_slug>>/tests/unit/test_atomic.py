"""Files and folders: replaced whole, or not at all."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from << cookiecutter.package_name >> import atomic


def test_write_replaces_a_file_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a full disk the old content stays, and nothing temporary."""
    path = tmp_path / "new" / "file"
    atomic.write(path, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        atomic.write(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]
    with pytest.raises(OSError, match="No space"):
        atomic.write_folder(path.parent, {"file": b"new"})
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path.parent]


def test_folder_is_replaced_whole(tmp_path: Path) -> None:
    """No file of the older folder stays behind."""
    atomic.write_folder(tmp_path / "out", {"a": b"1", "b": b"2"})
    atomic.write_folder(tmp_path / "out", {"c": b"3"})
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "c"]


# Ends the process as the kernel would, before it renames anything for the n-th time.
KILLED = """
import os, pathlib, signal, sys
from {package} import atomic
left, replace = int(sys.argv[2]), pathlib.Path.replace
def counted(path, target):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(path, target)
pathlib.Path.replace = counted
atomic.write_folder(pathlib.Path(sys.argv[1]), {{"a": b"new", "b": b"new"}})
"""


def test_writer_that_is_killed_at_any_point_leaves_the_old_folder_or_the_new(tmp_path: Path) -> None:
    """The next step finds one of them whole, wherever the last one ended."""
    code, outcomes = KILLED.format(package=atomic.__package__), []
    for renames in range(5):
        folder = tmp_path / str(renames) / "model"
        atomic.write_folder(folder, {"a": b"old", "c": b"old"})
        command = [sys.executable, "-c", code, str(folder), str(renames)]
        ended = subprocess.run(command, check=False).returncode
        assert ended == (0 if renames == 4 else -signal.SIGKILL)
        atomic.restore(tmp_path)
        outcomes.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert outcomes == [{"a": b"old", "c": b"old"}] * 4 + [{"a": b"new", "b": b"new"}]
    assert [path.name for path in (tmp_path / "4").iterdir()] == ["model"]
