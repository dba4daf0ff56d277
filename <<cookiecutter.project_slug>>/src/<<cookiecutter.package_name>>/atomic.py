"""Files and folders that are replaced whole or not at all, whatever ends the process."""

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

SWAP, GONE = ".swap", ".gone"  # new files on their way, and which others go
# What ends the name of a folder that stands aside while another takes its place.
ASIDE = ".aside"


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: to a temporary file beside it, then rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Replace a folder by one with exactly these files; a writer killed at any point leaves the old one or the new one.

    No system swaps two folders everywhere, so the old one stands aside for a moment; `restore` finds it there.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    restore(folder.parent)
    aside = folder.with_name(f".{folder.name}{ASIDE}")
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as temporary:
        for name, content in files.items():
            write(Path(temporary, "new", name), content)
        shutil.rmtree(aside, ignore_errors=True)
        try:
            if folder.exists():
                folder.replace(aside)
            Path(temporary, "new").replace(folder)
        except BaseException:
            restore(folder.parent)
            raise
    shutil.rmtree(aside, ignore_errors=True)


def swap(root: Path, fresh: Path, gone: Sequence[str]) -> None:
    """Move new files to their places in the project, and remove others: `restore` ends what is killed midway."""
    shutil.rmtree(root / "build" / SWAP, ignore_errors=True)  # what is left of one that had ended, and was killed
    write(fresh / GONE, "\n".join(gone).encode())
    fresh.replace(root / "build" / SWAP)
    _finish(root / "build" / SWAP, root)


def _finish(swapped: Path, root: Path) -> None:
    for name in (swapped / GONE).read_text("utf-8").split("\n"):
        if name:
            (root / name).unlink(missing_ok=True)
    for path in sorted(each for each in swapped.rglob("*") if each.is_file() and each.name != GONE):
        target = root / path.relative_to(swapped)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
    shutil.rmtree(swapped)


def restore(place: Path) -> None:
    """Put back each folder below that a killed `write_folder` took away and did not replace, and end a `swap`."""
    if (place / SWAP / GONE).is_file():
        _finish(place / SWAP, place.parent)
    for aside in sorted(place.glob(f"**/.*{ASIDE}")):
        folder = aside.with_name(aside.name.removeprefix(".").removesuffix(ASIDE))
        if not folder.exists():
            aside.replace(folder)
