"""What pyproject.toml says a project works with, it works with: the newest of everything, and the oldest."""

from pathlib import Path

from tests.runner import events
from tests.runner.hub import Hub
from tests.runner.records import JobRun
from tests.runner.runner import Runner

WEEKLY = ".github/workflows/weekly.yml"
ENDS = "resolution: [highest, lowest-direct]"


def test_a_project_is_green_at_the_low_end_of_its_bounds(hub: Hub, tmp_path: Path) -> None:
    """Unit tests, data and model, locked anew; to the high end every other test is locked, to that of today.

    The audit needs the network, so it is given.
    """
    text = hub.repository.file(hub.repository.head("main"), WEEKLY)
    assert text.count(ENDS) == 1
    hub.repository.commit({WEEKLY: f"{text.replace(ENDS, 'resolution: [lowest-direct]')}\n"})
    run = Runner(hub, tmp_path / "jobs").run(
        "weekly.yml", events.dispatch(hub), given={"audit": JobRun("audit", "success")}
    )
    assert run.results == {"audit": "success", "bounds": "success", "issue": "skipped"}, run.log
    assert [leg.title for leg in run.jobs["bounds"].legs] == ["bounds (lowest-direct)"]
