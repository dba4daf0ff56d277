"""The image answers as the judged model does, with few rights, and holds little but the model."""

import hashlib
import io
import json
import subprocess
import tarfile
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import projects
from tests.service import conftest as images

# Asked first: without an engine no project needs to be built.
pytestmark = pytest.mark.usefixtures("engine")
UNWANTED = ("scikit-learn", "pandas", "scipy", "skl2onnx", "onnx", "pip", "uv", "pytest")
COMPILERS = ("uv", "uvx", "gcc", "cc", "clang", "make")


@pytest.fixture
def address(container: str) -> str:
    """Return where the container listens on this machine."""
    return "http://" + images.docker("port", container, "8000/tcp").splitlines()[0]


def ask(address: str, rows: list[dict[str, Any]]) -> Any:  # noqa: ANN401 (parsed JSON)
    """Post rows to the service and return its answer."""
    body = json.dumps({"rows": rows}).encode()
    request = urllib.request.Request(f"{address}/predict", body, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.load(answer)


def member(project: projects.Project, name: str) -> Any:  # noqa: ANN401 (parsed JSON)
    """Return one document of the project's bundle."""
    with tarfile.open(project.bundle / "model.tar.gz") as archive:
        file = archive.extractfile(name)
        assert file
        return json.load(file)


def test_container_answers_the_golden_rows(served: projects.Project, address: str) -> None:
    """Read-only, without capabilities, as nobody in particular: it predicts what the bundle recorded."""
    golden = member(served, "golden.json")
    spread = member(served, "manifest.json").get("spread", 1.0)
    answer = ask(address, golden["rows"])
    assert len(answer["predictions"]) == len(golden["predictions"]) > 0
    for found, wanted in zip(answer["predictions"], golden["predictions"], strict=True):
        assert found.keys() == wanted.keys()
        assert found.get("label") == wanted.get("label")
        number = "value" if "value" in wanted else "probability"
        assert found[number] == pytest.approx(wanted[number], abs=1e-5 * spread)


def recording(bundle: Path, change: Callable[[dict[str, Any]], None], out: Path) -> Path:
    """Copy a bundle, with its golden rows changed."""
    with tarfile.open(bundle) as before, tarfile.open(out, "w:gz") as after:
        for found in before:
            file = before.extractfile(found)
            assert file
            content = file.read()
            if found.name == "golden.json":
                golden = json.loads(content)
                change(golden)
                content = json.dumps(golden).encode()
                found.size = len(content)
            after.addfile(found, io.BytesIO(content))
    return out


def nothing(golden: dict[str, Any]) -> None:
    """Leave all as it is."""


def other_number(golden: dict[str, Any]) -> None:
    """Move one answer, by a thousandth of what is left of it."""
    answer = golden["predictions"][-1]
    number = "value" if "value" in answer else "probability"
    answer[number] *= 0.999


def other_label(golden: dict[str, Any]) -> None:
    """Name one answer otherwise."""
    golden["predictions"][0]["label"] = "other"


def one_less(golden: dict[str, Any]) -> None:
    """Forget an answer."""
    golden["predictions"].pop()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param(nothing, 0, id="nothing"),
        pytest.param(other_number, 3, id="other-number"),
        pytest.param(other_label, 3, id="other-label"),
        pytest.param(one_less, 3, id="one-less"),
    ],
)
def test_smoke_refuses_an_image_that_answers_otherwise(
    served: projects.Project, image: str, tmp_path: Path, change: Callable[[dict[str, Any]], None], code: int
) -> None:
    """What the release, the promotion and every pull request ask sees each way to differ."""
    bundle = recording(served.bundle / "model.tar.gz", change, tmp_path / "model.tar.gz")
    command = ["bash", "scripts/smoke.sh", image, str(bundle)]
    ran = subprocess.run(command, cwd=served.folder, capture_output=True, text=True, check=False)
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert ("answers other than" in ran.stderr) == (code == 3)


def test_container_names_the_bundle_it_serves(served: projects.Project, address: str) -> None:
    """Every answer carries the digest of the archive that was packed."""
    answer = ask(address, member(served, "golden.json")["rows"][:1])
    assert answer["model"]["digest"] == hashlib.sha256((served.bundle / "model.tar.gz").read_bytes()).hexdigest()


def test_container_refuses_an_unknown_column(address: str) -> None:
    """A caller's mistake is answered with 422 and the name of the field."""
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(address, [{"shoe_size": 42}])
    assert refused.value.code == 422
    assert "shoe_size" in refused.value.read().decode()


def test_image_adds_at_most_200_megabytes(image: str) -> None:
    """An image that is quick to pull is quick to roll back."""
    whole, base = (int(images.docker("image", "inspect", "--format", "{{.Size}}", i)) for i in (image, images.BASE))
    assert whole - base <= 200e6


def test_image_holds_nothing_to_train_or_build_with(image: str) -> None:
    """What is not there needs no update and helps no attacker."""
    script = (
        "import importlib.metadata as m, json, shutil;"
        f"print(json.dumps([[d.name for d in m.distributions()], [c for c in {COMPILERS!r} if shutil.which(c)]]))"
    )
    installed, programs = json.loads(
        images.docker("run", "--rm", "--entrypoint", "/app/.venv/bin/python", image, "-c", script)
    )
    assert "starlette" in installed
    assert not set(installed) & set(UNWANTED)
    assert programs == []
