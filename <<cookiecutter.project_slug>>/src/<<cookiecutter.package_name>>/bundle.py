"""The model archive: packed deterministically, and opened only when every byte is verified."""

import gzip
import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Mapping
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
