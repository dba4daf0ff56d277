"""A damaged bundle is not served, and a model that nobody judged is not packed."""

import gzip
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import projects
from tests.refusals import contents, refused


def _truncated(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-200])


def _flipped(archive: Path) -> None:
    content = bytearray(gzip.decompress(archive.read_bytes()))
    with tarfile.open(archive) as members:
        content[members.getmember("model.onnx").offset_data + 200] ^= 1
    archive.write_bytes(gzip.compress(bytes(content)))


BUNDLES = [
    pytest.param(_truncated, id="truncated"),
    pytest.param(_flipped, id="one-bit"),
    pytest.param(lambda archive: archive.write_bytes(b""), id="empty"),
    pytest.param(lambda archive: archive.write_text("not an archive"), id="not-an-archive"),
    pytest.param(Path.unlink, id="missing"),
]


@pytest.mark.parametrize("spoil", BUNDLES)
def test_damaged_bundle_is_not_served(churn: projects.Project, place: Path, spoil: Callable[[Path], None]) -> None:
    """The service refuses it before it opens its port."""
    spoil(place / "build" / "bundle" / "model.tar.gz")
    refused(churn.run("ml", "serve", "--port", "0", cwd=place))


def test_swapped_model_is_not_packed(churn: projects.Project, place: Path) -> None:
    """Whoever puts another model in the place of the judged one cannot ship it."""
    model = place / "build" / "model" / "model.onnx"
    model.write_bytes(model.read_bytes() + b"\0")
    before = contents(place)
    refused(churn.run("ml", "package", cwd=place))
    assert contents(place) == before
