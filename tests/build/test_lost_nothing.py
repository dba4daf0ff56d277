"""A full disk or a killed step loses nothing of an earlier run."""

import os
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import project
import pytest

from tests import projects
from tests.refusals import contents, refused

LAST_STEPS = ["train", "evaluate", "gate", "package"]


@pytest.mark.parametrize("step", LAST_STEPS)
def test_full_disk_loses_nothing(churn: projects.Project, place: Path, step: str) -> None:
    """A step that cannot write says so and leaves the files of an earlier run whole."""
    before = contents(place)
    done = subprocess.run(
        [str(churn.folder / ".venv" / "bin" / "ml"), step],
        cwd=place,
        env=project.environment(churn.python),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512)),
        capture_output=True,
        text=True,
        check=False,
    )
    refused(done)
    assert contents(place) == before


@pytest.fixture
def tiny_disk(place: Path) -> Iterator[Path]:
    """Move the outputs to a file system of their own that has no block left."""
    if os.geteuid() != 0:
        pytest.skip("mounting a tiny disk needs root")
    held = place / "build.held"
    (place / "build").rename(held)
    (place / "build").mkdir()
    kilobytes = sum(path.stat().st_size // 4096 + 2 for path in held.rglob("*")) * 4
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(place / "build")]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a tiny disk")
    subprocess.run(["cp", "-r", f"{held}/.", str(place / "build")], check=True)
    with (place / "build" / "filler").open("wb", buffering=0) as filler:
        while _fits(filler.write):
            pass
    yield place
    subprocess.run(["umount", str(place / "build")], check=True)


def _fits(write: Callable[[bytes], int]) -> bool:
    try:
        return write(b"\0" * 4096) > 0
    except OSError:
        return False


@pytest.mark.parametrize("step", LAST_STEPS)
def test_disk_without_a_free_block_loses_nothing(churn: projects.Project, tiny_disk: Path, step: str) -> None:
    """What a real full disk answers is one sentence as well."""
    before = contents(tiny_disk)
    refused(churn.run("ml", step, cwd=tiny_disk))
    assert contents(tiny_disk) == before


@pytest.mark.parametrize("seconds", [2, 4])
def test_killed_training_loses_nothing(churn: projects.Project, place: Path, seconds: int) -> None:
    """Whenever the training is killed, the model of the run before is there, whole."""
    before = contents(place)
    command = [str(churn.folder / ".venv" / "bin" / "ml"), "train"]
    with subprocess.Popen(command, cwd=place, env=project.environment(churn.python), stdout=subprocess.DEVNULL) as run:
        time.sleep(seconds)
        run.send_signal(signal.SIGKILL)
    after = contents(place)
    # Whoever was quick enough to finish wrote a record and a file for people whose bytes differ from run to run.
    kept = [name for name in before if name not in ("build/model/model.skops", "build/model/training.json")]
    assert {name: after.get(name) for name in kept} == {name: before[name] for name in kept}
    assert churn.run("ml", "evaluate", cwd=place).returncode == 0
