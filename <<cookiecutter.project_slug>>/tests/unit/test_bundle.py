"""The archive: deterministic, and opened only when every byte is as packed."""

import gzip
import io
import re
import tarfile
from pathlib import Path
from typing import Any

import pytest

from << cookiecutter.package_name >> import bundle, contract, model

MEMBERS = {name: f"content of {name}".encode() for name in (*bundle.MEMBERS, bundle.MODELS["onnx"])}
# The header and trailer of gzip hold bytes that mean nothing to us: a time, the kind of system.
UNUSED = {3, 4, 5, 6, 7, 8, 9}


@pytest.fixture(scope="session")
def finished(made: tuple[Path, object]) -> bytes:
    """Return the bytes of the small project's packed model."""
    return (made[0] / "build" / "bundle" / "model.tar.gz").read_bytes()


def archive(members: dict[str, bytes], kind: bytes = tarfile.REGTYPE) -> bytes:
    """Return an archive with these members as they are, without a manifest of our making."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as file:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.type = len(content), kind
            file.addfile(entry, io.BytesIO(content))
    return raw.getvalue()


def test_packing_is_deterministic() -> None:
    """The order of members changes no byte."""
    backwards = dict(reversed(MEMBERS.items()))
    assert bundle.pack(MEMBERS, {"a": 1}) == bundle.pack(backwards, {"a": 1})


def test_opening_returns_what_was_packed() -> None:
    """Members, manifest and digest survive."""
    packed = bundle.pack(MEMBERS, {"version": "1"})
    opened = bundle.unpack(packed)
    assert dict(opened.members) == MEMBERS
    assert opened.manifest["version"] == "1"
    assert opened.digest == bundle.sha256(packed)


@pytest.mark.parametrize("name", [*MEMBERS, bundle.MANIFEST])
def test_flipped_bit_in_any_member_is_refused(name: str) -> None:
    """One bit is enough, in the manifest's list of hashes too."""
    inside = bytearray(gzip.decompress(bundle.pack(MEMBERS, {})))
    inside[inside.index(MEMBERS.get(name, b'"members"')) + 3] ^= 1
    with pytest.raises(contract.InputError, match="fetch it again"):
        bundle.unpack(gzip.compress(bytes(inside)))


def test_flipped_byte_anywhere_is_refused(finished: bytes) -> None:
    """No byte of the file can change what is in it, apart from what gzip itself ignores.

    A compressed file may hold a byte that can be written in two ways: then its digest changes, and nothing else.
    """
    whole, inside, refused = bundle.unpack(finished), gzip.decompress(finished), []
    for place in {*range(0, len(finished), 23), *range(len(finished) - 20, len(finished))} - UNUSED:
        damaged = bytearray(finished)
        damaged[place] ^= 0xFF
        try:
            opened = bundle.unpack(bytes(damaged))
        except contract.InputError as error:
            refused.append(str(error))
        else:
            assert gzip.decompress(bytes(damaged)) == inside
            assert (opened.members, opened.manifest) == (whole.members, whole.manifest)
            assert opened.digest != whole.digest
    assert all(re.search(r"fetch it again|format", reason) for reason in refused)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99], ids=["nothing", "start", "half", "nearly-all"])
def test_truncated_archive_is_refused(finished: bytes, share: float) -> None:
    """A download that broke off is no model."""
    with pytest.raises(contract.InputError, match="fetch it again"):
        bundle.unpack(finished[: int(len(finished) * share)])


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        pytest.param({"extra.txt": b""}, "extra.txt", id="extra-member"),
        pytest.param({"../model.onnx": b""}, "../model.onnx", id="path-outside"),
        pytest.param({"/etc/passwd": b""}, "passwd", id="absolute-path"),
        pytest.param({bundle.MANIFEST: b"{}"}, "format", id="empty-manifest"),
        pytest.param({bundle.MANIFEST: b"[]"}, "no bundle", id="manifest-that-is-no-table"),
        pytest.param({bundle.MANIFEST: b'{"format": 99, "members": {}}'}, "format 99", id="newer-format"),
        pytest.param({bundle.MANIFEST: b'{"format": 1, "members": {}}'}, "hash", id="no-hashes"),
    ],
)
def test_strange_archive_is_refused_by_name(changed: dict[str, bytes], named: str) -> None:
    """What we did not pack we do not open."""
    with pytest.raises(contract.InputError, match=named):
        bundle.unpack(archive({bundle.MANIFEST: b"{}", **MEMBERS, **changed}))


def test_archive_with_something_behind_it_is_refused() -> None:
    """What follows the last member would be shipped and never looked at."""
    inside = gzip.decompress(bundle.pack(MEMBERS, {}))
    for more in (b"hidden", bytes(tarfile.RECORDSIZE)):
        with pytest.raises(contract.InputError, match="follows"):
            bundle.unpack(gzip.compress(inside + more))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE])
def test_link_or_device_is_refused(kind: bytes) -> None:
    """A member is a file."""
    with pytest.raises(contract.InputError, match="unexpected member"):
        bundle.unpack(archive(dict.fromkeys(MEMBERS, b""), kind))


@pytest.mark.parametrize("name", MEMBERS)
def test_missing_member_is_named(name: str) -> None:
    """An incomplete archive says what it lacks."""
    with pytest.raises(contract.InputError, match=name):
        bundle.unpack(bundle.pack({other: b"" for other in MEMBERS if other != name}, {}))


def test_oversized_member_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bomb is refused by its header, before it is read."""
    monkeypatch.setattr(bundle, "LARGEST_MEMBER", 4)
    with pytest.raises(contract.InputError, match="larger than 4 bytes"):
        bundle.unpack(bundle.pack(MEMBERS, {}))


def repacked(finished: bytes, name: str, content: bytes) -> bundle.Bundle:
    """Return the bundle with one member replaced, all hashes right."""
    opened = bundle.unpack(finished)
    return bundle.unpack(bundle.pack({**opened.members, name: content}, opened.manifest))


def test_other_answers_than_the_golden_ones_are_refused(finished: bytes) -> None:
    """A model swapped under right hashes is still found, by what it answers."""
    golden: Any = bundle.unpack(finished).json("golden.json")
    golden["predictions"][0]["probability"] += 0.001
    with pytest.raises(contract.InputError, match="golden rows"):
        model.load(repacked(finished, "golden.json", bundle.dumps(golden)))
    golden["predictions"].pop()
    with pytest.raises(contract.InputError, match="golden rows"):
        model.load(repacked(finished, "golden.json", bundle.dumps(golden)))


def test_model_that_cannot_run_is_refused(finished: bytes) -> None:
    """Damage that nobody hashed gets a sentence, not a trace."""
    with pytest.raises(contract.InputError, match="cannot be run"):
        model.load(repacked(finished, "model.onnx", b"no model"))


def test_missing_bundle_is_named(tmp_path: Path) -> None:
    """The sentence says what makes one."""
    with pytest.raises(contract.InputError, match="make model"):
        bundle.open_file(tmp_path / "model.tar.gz")
