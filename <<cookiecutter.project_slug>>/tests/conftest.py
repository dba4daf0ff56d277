"""What several tests need: where the project and its command are, and the same random cases in every run."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest

# Named as no package of a project can be.
pytest_plugins = ["_served", "_small_project"]

# A busy machine draws slowly, which says nothing about a test.
slow = [hypothesis.HealthCheck.too_slow]
hypothesis.settings.register_profile(
    "steady", deadline=None, derandomize=True, database=None, suppress_health_check=slow, max_examples=50
)
hypothesis.settings.load_profile("steady")


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the project."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def ml() -> str:
    """Return the console script of the environment that runs the tests."""
    found = shutil.which("ml", path=str(Path(sys.executable).parent))
    assert found, "the project is not installed; run make setup"
    return found


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def blind() -> Callable[[pytest.MonkeyPatch], None]:
    """Return what leaves out what only the report shows and no gate asks for: it takes half of the time."""
    from << cookiecutter.package_name >> import evaluate  # noqa: PLC0415 (tests of the data train nothing)

    def left_out(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(evaluate, "importance", lambda *_: {})
        patch.setattr(evaluate, "learning", lambda *_: {"metric": "", "points": []})

    return left_out


@pytest.fixture(scope="session")
def packed(root: Path) -> Path:
    """Return the packed model of the project itself."""
    path = root / "build" / "bundle" / "model.tar.gz"
    if not path.is_file():
        pytest.fail("build/bundle/model.tar.gz is missing; run make model first", pytrace=False)
    return path
