"""A pull request meets the model in production, on a main that is protected."""

import re
from pathlib import Path

import pytest

from tests.runner import events, history, protection
from tests.runner.hub import Hub
from tests.runner.records import Run
from tests.runner.refusal import HttpError
from tests.runner.rest import pulls
from tests.runner.runner import Runner
from tests.scenarios import settings
from tests.slow import life

# A forest that asks one question of each tree, and nothing else to choose from.
WORSE = """[train.families.stump]
estimator = "sklearn.tree.DecisionTreeClassifier"
fixed = { max_leaf_nodes = 2 }

[costs]"""
# The family that won, searched in finer steps.
BETTER = """[train.families.finer]
estimator = "sklearn.ensemble.HistGradientBoostingClassifier"
fixed = { max_iter = 150, max_leaf_nodes = 6 }
grid = { learning_rate = [0.05] }

[costs]"""
# What has nothing to do with the model ended well, and runs on the first push.
OTHERS = dict.fromkeys(("lint", "unit", "gates"), "success")


def propose(hub: Hub, jobs: Path, families: str) -> tuple[Run, Run]:
    """Open a pull request with other families to choose from, and return the run of ci.yml and what followed."""
    text = hub.repository.file("main", "params.toml")
    begin, end = text.index("[train.families"), re.search(r"^\[costs\]", text, re.MULTILINE)
    assert end
    hub.repository.commit({"params.toml": text[:begin] + families + text[end.end() :]}, "change", start="main")
    number = pulls.open_pull(hub, "change", title="Another model")["number"]
    runner = Runner(hub, jobs)
    run = runner.run("ci.yml", events.pull_request(hub, number), given=OTHERS)
    (told,) = runner.deliver(events.workflow_run(hub, history.find(hub, run.id)))
    return run, told


@pytest.fixture
def protected_hub(live_hub: Hub, tmp_path: Path) -> Hub:
    """Return the repository with its first release in production, and the settings of the project applied."""
    applied = settings.script(live_hub, tmp_path / "settings", "--apply")
    assert applied.code == 0, applied.output
    return live_hub


def test_a_worse_model_is_red_and_told_why(protected_hub: Hub, tmp_path: Path) -> None:
    """Report, summary and comment name the gate and by how much; the image is not built, and nobody can merge it."""
    run, told = propose(protected_hub, tmp_path / "jobs", WORSE)
    assert (run.results["model"], run.results["image"], run.results["ci-ok"]) == ("failure", "skipped", "failure")
    report = life.artifact(protected_hub, run.id, "report")["report.md"].decode()
    row = re.search(r"\| champion \| fail \| (.*) \| (.*) \|", report)
    assert row, run.log
    assert "against 0.1.0" in row[1]
    assert row[0] in run.jobs["model"].summary
    assert told.conclusion == "success", told.log
    (comment,) = protected_hub.read()["comments"]
    assert re.search(r"### Refused by: .*champion", comment["body"])
    assert f"| champion | fail | `{row[1]}`" in comment["body"]
    with pytest.raises(HttpError, match='"ci-ok" is failure'):
        protection.merge(protected_hub, comment["number"])


def test_a_better_model_is_green_and_merged(protected_hub: Hub, tmp_path: Path) -> None:
    """It is trained, judged against the champion, packed, built and started; ci-ok is all that merging needs."""
    run, _ = propose(protected_hub, tmp_path / "jobs", BETTER)
    assert run.conclusion == "success", run.log
    (comment,) = protected_hub.read()["comments"]
    found = re.search(r"\| champion \| pass \| `[^|]* against 0\.1\.0", comment["body"])
    assert found, comment["body"]
    assert "### Accepted" in comment["body"]
    made = protection.merge(protected_hub, comment["number"])
    assert protected_hub.repository.head("main") == made
