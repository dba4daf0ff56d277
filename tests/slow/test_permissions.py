"""What a job may do is what it does."""

import pytest

from tests.runner import events, tokens
from tests.runner.runner import Runner
from tests.slow import life


@pytest.mark.parametrize(("stage", "file"), [("begun", "ci.yml"), ("released", "release.yml"), ("live", "promote.yml")])
def test_declared_rights_are_used_rights(request: pytest.FixtureRequest, stage: str, file: str) -> None:
    """No job of a whole run holds a right that it did not use, or used one that it did not declare."""
    lived: life.Stage = request.getfixturevalue(stage)
    jobs = Runner(lived.hub, lived.hub.folder / "none").workflow(file, events.push(lived.hub)).jobs
    used = {name: tokens.used(lived.hub, int(lived.told["run"]), name) for name in jobs}
    assert used == {name: dict(job.permissions) for name, job in jobs.items()}
