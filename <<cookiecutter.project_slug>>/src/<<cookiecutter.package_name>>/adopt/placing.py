"""Put the files of an adopted table in place: all or none, and never over the edits of somebody's hand."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import atomic, bundle, data
from ..contract import InputError
from . import texts

BACKUP = Path("build/before-adopt")
# What the samples of the template say: files that still say it are nobody's work.
SAMPLES = {
    "contract.toml": ("0c3de70695312a6b", "af410637b11cbcd3"),
    "params.toml": ("8f47ec9663bc3cc4", "806087a620818835"),
    "gates.toml": ("d96a38c5ff2f56fc", "f28604e0d80e7653"),
    "data/README.md": ("a74ebe75c42e9a04", "f153ad6352382ac7"),
}
SAMPLE = "data/sample.csv"
# They speak of the sample alone.
SAMPLE_ONLY = (SAMPLE, "tests/model/test_direction.py")
TABLES = ("data/table.csv", "data/table.parquet", "data/unlabelled.csv", "data/unlabelled.parquet")


@dataclass(frozen=True)
class Change:
    """Files that are to be written, by their path in the project, and those that go."""

    written: Mapping[str, bytes | Path]
    gone: Sequence[str]


def change(root: Path, wanted: Mapping[str, bytes | Path]) -> Change:
    """Return what differs from what is there."""
    written = {name: content for name, content in wanted.items() if not _there(root / name, content)}
    before = _locked(root)
    gone = [] if before != SAMPLE else [name for name in SAMPLE_ONLY if (root / name).exists() and name not in wanted]
    gone += [name for name in TABLES if (root / name).exists() and name not in wanted]
    return Change(written, gone)


def _there(path: Path, content: bytes | Path) -> bool:
    if not path.is_file():
        return False
    return data.digest(path) == (data.digest(content) if isinstance(content, Path) else bundle.sha256(content))


def _locked(root: Path) -> str:
    path = root / "data" / "data.lock"
    return data.read_lock(path).source if path.is_file() else ""


def edited(root: Path, names: Sequence[str]) -> list[str]:
    """Return which of these files somebody has edited by hand."""
    found = []
    for name in names:
        path = root / name
        if name in SAMPLES and path.is_file():
            text = path.read_text("utf-8")
            said = texts.digest(text) if name.endswith(".toml") else texts.hashed(text)
            if not texts.signed(text) and said not in SAMPLES[name]:
                found.append(name)
    return found


def unedited(root: Path, names: Sequence[str]) -> None:
    """Refuse to write over what somebody has edited by hand."""
    if mine := edited(root, names):
        said = f"{', '.join(mine)}: edited by hand, and adopt would write over it"
        raise InputError(f"{said}; say --force, which keeps a copy below {BACKUP}")


def temporary(root: Path) -> "tempfile.TemporaryDirectory[str]":
    """Return a folder for what is made on the way."""
    (root / "build").mkdir(exist_ok=True)
    return tempfile.TemporaryDirectory(dir=root / "build", prefix=".adopt.")


def place(root: Path, change: Change, *, force: bool) -> list[str]:
    """Write what differs; return the files that were kept as a backup: edited ones, tables, and all that goes."""
    if not force:
        unedited(root, [*change.written])
    mine = edited(root, [*change.written])
    # A table may be the only copy of its rows, and a test the work of an afternoon.
    kept = [*mine, *change.gone, *(name for name in TABLES if name in change.written and (root / name).is_file())]
    for name in kept:
        atomic.write(root / BACKUP / name, (root / name).read_bytes())
    with temporary(root) as work:
        fresh = Path(work, "new")
        for name, content in change.written.items():
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Path):
                shutil.copyfile(content, fresh / name)
            else:
                (fresh / name).write_bytes(content)
        atomic.swap(root, fresh, change.gone)
    return kept
