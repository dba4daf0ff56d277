"""The model archive: packed deterministically, and opened only when every byte is verified."""

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .contract import InputError

FORMAT = 1
MANIFEST = "manifest.json"
MEMBERS = ("MODEL_CARD.md", "contract.json", "golden.json", "metrics.json", "reference.json")
# And one of these, by what answers: ONNX Runtime, or scikit-learn where a model cannot be exported.
MODELS = {"onnx": "model.onnx", "sklearn": "model.skops"}
# Far above what the budget gate allows, far below what would exhaust a server.
LARGEST_MEMBER = 512 * 2**20
SWAP, GONE = ".swap", ".gone"  # new files on their way, and which others go
# What ends the name of a folder that stands aside while another takes its place.
ASIDE = ".aside"


@dataclass(frozen=True)
class Bundle:
    """An opened archive: its digest (sha256 of the file), its manifest, its verified members."""

    digest: str
    manifest: Mapping[str, Any]
    members: Mapping[str, bytes]

    @property
    def backend(self) -> str:
        """What answers: a key of MODELS."""
        return str(self.manifest.get("backend", "onnx"))

    @property
    def model(self) -> bytes:
        """The model that answers."""
        return self.members[MODELS[self.backend]]

    def json(self, name: str) -> Any:
        """Parse one of the JSON members."""
        return json.loads(self.members[name])


def sha256(content: bytes) -> str:
    """Return the digest of the content in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def dumps(document: object) -> bytes:
    """Return a document as JSON; the order of its keys is kept, for that of the columns means something."""
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


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


def place(fresh: Path, path: Path) -> None:
    """Move a file that is whole to where it belongs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh.replace(path)


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
        place(path, root / path.relative_to(swapped))
    shutil.rmtree(swapped)


def restore(place: Path) -> None:
    """Put back each folder below that a killed `write_folder` took away and did not replace, and end a `swap`."""
    if (place / SWAP / GONE).is_file():
        _finish(place / SWAP, place.parent)
    for aside in sorted(place.glob(f"**/.*{ASIDE}")):
        folder = aside.with_name(aside.name.removeprefix(".").removesuffix(ASIDE))
        if not folder.exists():
            aside.replace(folder)


def pack(members: Mapping[str, bytes], manifest: Mapping[str, Any]) -> bytes:
    """Return the archive: sorted names, no times, no owners, every member's hash in the manifest."""
    listed = {name: sha256(members[name]) for name in sorted(members)}
    everything = {**members, MANIFEST: dumps({**manifest, "format": FORMAT, "members": listed})}
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in sorted(everything):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(everything[name]), 0o644
            archive.addfile(entry, io.BytesIO(everything[name]))
    packed = io.BytesIO()
    # GzipFile writes the same header under every Python; gzip.compress does not.
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as compressed:
        compressed.write(raw.getvalue())
    return packed.getvalue()


def unpack(content: bytes, where: str = "the bundle") -> Bundle:
    """Open an archive, verifying its format, names, sizes and hashes; nothing is unpickled.

    Raises:
        InputError: the archive is damaged, not ours, or of another format.
    """
    try:
        members = _members(content)
        manifest = json.loads(members.pop(MANIFEST))
        version, listed = manifest["format"], manifest["members"]
    except (tarfile.TarError, zlib.error, OSError, EOFError, KeyError, ValueError, TypeError) as error:
        raise InputError(f"{where}: is damaged or no bundle ({error}); fetch it again") from error
    if version != FORMAT:
        raise InputError(f"{where}: has format {version}, this project reads {FORMAT}; use the matching version")
    if (backend := manifest.get("backend", "onnx")) not in MODELS:
        raise InputError(
            f"{where}: is served by {backend!r}, which this project does not know; use the matching version"
        )
    for name in (*MEMBERS, MODELS[backend]):
        if name not in members:
            raise InputError(f"{where}: {name} is missing; fetch it again")
    if listed != {name: sha256(member) for name, member in members.items()}:
        raise InputError(f"{where}: a member does not match its hash in {MANIFEST}; fetch it again")
    return Bundle(sha256(content), manifest, members)


def open_file(path: Path) -> Bundle:
    """Open an archive on disk; see `unpack`."""
    if not path.is_file():
        raise InputError(f"{path}: no such bundle; run make model, or name one that is there")
    return unpack(path.read_bytes(), str(path))


def _members(content: bytes) -> dict[str, bytes]:
    members: dict[str, bytes] = {}
    with gzip.open(io.BytesIO(content)) as inside, tarfile.open(fileobj=inside, mode="r:") as archive:
        for entry in archive:
            if entry.name in members or entry.name not in (*MEMBERS, *MODELS.values(), MANIFEST) or not entry.isreg():
                raise ValueError(f"unexpected member {entry.name!r}")
            if entry.size > LARGEST_MEMBER:
                raise ValueError(f"{entry.name} is larger than {LARGEST_MEMBER} bytes")
            file = archive.extractfile(entry)
            members[entry.name] = file.read() if file else b""
        # The checksum of gzip is compared only where somebody reads to the end, which is padding.
        if inside.read(tarfile.RECORDSIZE).strip(b"\0") or inside.read(1):
            raise ValueError("something follows the last member")
    return members
