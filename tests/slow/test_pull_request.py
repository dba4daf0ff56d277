"""A pull request meets the model in production, on a main that is protected."""

import hashlib
import re
from collections.abc import Mapping
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

# A tree that asks one question, and nothing else to choose from.
WORSE = """[train.families.stump]
estimator = "sklearn.tree.DecisionTreeClassifier"
fixed = { max_leaf_nodes = 2 }

[costs]"""
# Promises that even the tree keeps, beside those that no project can do without.
LOWER = """
[quality]
metric = "roc_auc"
floor = 0.5

[baseline]
margin = 0.0
"""
DEMANDED = ("contract", "leakage", "parity")
# What has nothing to do with the model ended well, and runs on the first push.
OTHERS = dict.fromkeys(("lint", "unit", "gates"), "success")


def worse(text: str) -> str:
    """Return params.toml with nothing to choose from but the tree."""
    begin, end = text.index("[train.families"), re.search(r"^\[costs\]", text, re.MULTILINE)
    assert end
    return text[:begin] + WORSE + text[end.end() :]


def propose(hub: Hub, jobs: Path, branch: str, files: Mapping[str, str | None], **others: str) -> Run:
    """Open a pull request with these files and return the run of ci.yml; what it is not about ended well."""
    hub.repository.commit(files, branch, start="main")
    number = pulls.open_pull(hub, branch, title=f"A model of {branch}")["number"]
    return Runner(hub, jobs).run("ci.yml", events.pull_request(hub, number), given={**OTHERS, **others})


def told(hub: Hub, jobs: Path, run: Run) -> str:
    """Let what follows a run follow, and return the one comment."""
    (after,) = Runner(hub, jobs).deliver(events.workflow_run(hub, history.find(hub, run.id)))
    assert after.conclusion == "success", after.log
    (comment,) = hub.read()["comments"]
    return str(comment["body"])


def weaken(hub: Hub, jobs: Path) -> None:
    """Put a worse model in the place of the one in production, as if nothing better had been promised then."""
    files: dict[str, str | None] = {"params.toml": worse(hub.repository.file("main", "params.toml"))}
    gates = re.split(r"(?m)^(?=\[)", hub.repository.file("main", "gates.toml"))
    kept = "".join(table for table in gates if table.startswith(tuple(f"[{name}]" for name in DEMANDED)))
    files |= {"gates.toml": kept + LOWER, "tests/model/test_direction.py": None}
    run = propose(hub, jobs, "weak", files, image="success")
    assert run.results["model"] == "success", run.log
    published, content = life.assets(hub), life.artifact(hub, run.id, "bundle")["model.tar.gz"]
    (published / "model.tar.gz").write_bytes(content)
    life.sign_off(published)
    with hub.change() as state:
        made = next(one for one in state["deployments"] if one["environment"] == "production")
        made["payload"]["bundle"] = hashlib.sha256(content).hexdigest()


@pytest.fixture
def protected_hub(live_hub: Hub, tmp_path: Path) -> Hub:
    """Return the repository with its first release in production, and the settings of the project applied."""
    applied = settings.script(live_hub, tmp_path / "settings", "--apply")
    assert applied.code == 0, applied.output
    return live_hub


def test_a_worse_model_is_red_and_told_why(protected_hub: Hub, tmp_path: Path) -> None:
    """Report, summary and comment name the gate and by how much; the image is not built, and nobody can merge it."""
    text = protected_hub.repository.file("main", "params.toml")
    run = propose(protected_hub, tmp_path / "jobs", "worse", {"params.toml": worse(text)})
    assert (run.results["model"], run.results["image"], run.results["ci-ok"]) == ("failure", "skipped", "failure")
    report = life.artifact(protected_hub, run.id, "report")["report.md"].decode()
    row = re.search(r"\| champion \| fail \| (.*) \| (.*) \|", report)
    assert row, run.log
    assert "against 0.1.0" in row[1]
    assert row[0] in run.jobs["model"].summary
    comment = told(protected_hub, tmp_path / "after", run)
    assert re.search(r"### Refused by: .*champion", comment)
    assert f"| champion | fail | `{row[1]}`" in comment
    with pytest.raises(HttpError, match='"ci-ok" is failure'):
        protection.merge(protected_hub, protected_hub.read()["pulls"][-1]["number"])


@pytest.mark.parametrize("whole", [False, True], ids=["bundle", "bundle-and-checksums"])
def test_a_champion_that_was_tampered_with_judges_nobody(live_hub: Hub, tmp_path: Path, whole: bool) -> None:  # noqa: FBT001
    """The model in production is fetched, found to be other bytes than were released or promoted, and not used."""
    with (life.assets(live_hub) / "model.tar.gz").open("ab") as file:
        file.write(b"x")
    if whole:
        life.sign_off(life.assets(live_hub))
    text = live_hub.repository.file("main", "params.toml")
    run = propose(live_hub, tmp_path / "jobs", "any", {"params.toml": f"{text}# any\n"}, data="success")
    assert run.jobs["model"].failed_step == "Fetch the champion"
    said = "the one that was promoted" if whole else "what its checksums say"
    assert f"the bundle of v0.1.0 is not {said}" in run.jobs["model"].log
    assert run.results["ci-ok"] == "failure"


def test_a_better_model_is_green_and_merged(protected_hub: Hub, tmp_path: Path) -> None:
    """It is trained, judged against a weaker champion, packed, built and started; ci-ok is all that merging needs."""
    weaken(protected_hub, tmp_path / "weak")
    text = protected_hub.repository.file("main", "params.toml")
    run = propose(protected_hub, tmp_path / "jobs", "better", {"params.toml": f"{text}# better\n"})
    assert run.conclusion == "success", run.log
    comment = told(protected_hub, tmp_path / "after", run)
    assert re.search(r"\| champion \| pass \| `[^|`]* against 0\.1\.0: 0\.\d+ \[0\.", comment), comment
    assert "### Accepted" in comment
    made = protection.merge(protected_hub, protected_hub.read()["pulls"][-1]["number"])
    assert protected_hub.repository.head("main") == made
