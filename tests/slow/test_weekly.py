"""What pyproject.toml says a project works with, it works with: the newest of everything, and the oldest."""

from pathlib import Path

from tests.runner import events
from tests.runner.hub import Hub
from tests.runner.records import JobRun
from tests.runner.runner import Runner


def test_a_project_is_green_at_both_ends_of_its_bounds(hub: Hub, tmp_path: Path) -> None:
    """Unit tests, data and model, each locked anew; the audit needs the network, so it is given."""
    run = Runner(hub, tmp_path / "jobs").run(
        "weekly.yml", events.dispatch(hub), given={"audit": JobRun("audit", "success")}
    )
    assert run.results == {"audit": "success", "bounds": "success", "issue": "skipped"}, run.log
    assert len(run.jobs["bounds"].legs) == 2
