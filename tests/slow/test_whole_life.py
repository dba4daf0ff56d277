"""One project from its first release to a rollback, by its workflows alone."""

import re
from pathlib import Path

from tests.runner import events, history, protection
from tests.runner.hub import Hub
from tests.runner.records import Run
from tests.runner.runner import Runner
from tests.service import conftest as images
from tests.slow import life, traffic

LOG = "data/recent.jsonl"
# What has nothing to do with the model, and runs on the first push.
OTHERS = dict.fromkeys(("lint", "unit", "gates", "image"), "success")


def published(hub: Hub, version: str) -> Path:
    """Return the bundle of a release."""
    release = next(one for one in hub.read()["releases"] if one["tag_name"] == f"v{version}")
    return hub.folder / "assets" / str(release["id"]) / "model.tar.gz"


def watch(hub: Hub, jobs: Path, log: str) -> Run:
    """Put a log where the monitor looks, and let it look."""
    params = hub.repository.file("main", "params.toml")
    params = re.sub(r'(\[monitor\]\nsource = )"[^"]*"', rf'\1"{LOG}"', params)
    hub.repository.commit({LOG: log, "params.toml": f"{params}\n"}, message="What the model met")
    run = Runner(hub, jobs).run("monitor.yml", events.schedule(hub, "23 5 * * *"))
    assert run.conclusion == "success", run.log
    return run


def issues(hub: Hub) -> list[tuple[str, str]]:
    """Return title and state of each issue."""
    return [(one["title"], one["state"]) for one in hub.read()["issues"]]


def started(hub: Hub, jobs: Path, workflow: str, **options: object) -> Run:
    """Run the workflow that a token has started."""
    waiting = history.next_dispatch(hub)
    assert waiting
    assert waiting["workflow"] == workflow
    event = events.dispatch(hub, waiting["inputs"], waiting["ref"], waiting["actor"])
    run = Runner(hub, jobs).run(workflow, event, **options)
    assert run.conclusion == "success", run.log
    return run


def release_retrained(hub: Hub, jobs: Path) -> None:
    """Retrain on what lies on main, judge the proposal, merge it by hand, and release it."""
    run = started(hub, jobs, "retrain.yml")
    assert f"proposed as version {life.NEXT}" in run.summary, run.log
    (pull,) = hub.read()["pulls"]
    assert "### Better than 0.1.0" in pull["body"]
    assert set(hub.repository.changed(hub.repository.head("main"), pull["head"]["sha"])) == {
        *("pyproject.toml", "uv.lock", "CHANGELOG.md")
    }
    judged = started(hub, jobs, "ci.yml", given=OTHERS)
    verdicts = life.artifact(hub, judged.id, "report")["report.md"].decode()
    assert re.search(r"\| champion \| pass \| .*against 0\.1\.0", verdicts), verdicts
    protection.merge(hub, pull["number"])
    merged = Runner(hub, jobs).run("ci.yml", events.push(hub), given=OTHERS)
    assert merged.conclusion == "success", merged.log
    hub.repository.tag(f"v{life.NEXT}")
    released = Runner(hub, jobs, haste=100).run("release.yml", events.tag(hub, f"v{life.NEXT}"))
    assert released.conclusion == "success", released.log


def answered(hub: Hub, log: Path, asked: list[traffic.Row]) -> tuple[bytes, bytes]:
    """Return what production answers, and the bundle that it answers by."""
    with traffic.serving(hub, log) as container:
        said = traffic.ask(container, asked)
        images.docker("cp", f"{container}:/app/model.tar.gz", str(log / "model.tar.gz"))
    return said, (log / "model.tar.gz").read_bytes()


def promoted(hub: Hub, jobs: Path, version: str, reason: str) -> None:
    """Put a version into production."""
    run = life.promote(hub, jobs, version, reason=reason)
    assert run.conclusion == "success", run.log


def test_a_model_is_released_drifts_is_retrained_replaced_and_rolled_back(live_hub: Hub, tmp_path: Path) -> None:
    """A survey turns its scale around and, a release later, back again: each time production follows, and says so."""
    hub, jobs = live_hub, tmp_path / "jobs"
    hub.configure(can_approve_pull_request_reviews=True)
    hub.variable("AUTO_RETRAIN", "true")
    ada = traffic.Person(hub, tmp_path)
    assert ada.status().startswith("v0.1.0 is in production of acme/churn since TIME, by ada. why first image sha256:")
    assert ada.status().endswith("monitor has not run since")

    golden = traffic.member(published(hub, "0.1.0"), "golden.json")["rows"]
    example = {name: value for row in golden for name, value in row.items() if value is not None}
    before, changed = hub.repository.file("main", traffic.TABLE), traffic.turned(hub)
    old, new = (traffic.rows(str(table), example) for table in (before, changed[traffic.TABLE]))
    first = answered(hub, tmp_path / "first", golden)
    assert first[1] == published(hub, "0.1.0").read_bytes()

    # The survey turns its scale around: what the model meets has drifted, and it is told and acted on.
    assert "Drifted: satisfaction" in watch(hub, jobs, traffic.met(hub, tmp_path / "drifted", new)).summary
    assert issues(hub) == [("The model in production: drift", "open")]
    assert ada.status().endswith("monitor drift (issue 1; last run TIME)")
    hub.repository.commit(changed, message="The survey counts from the other end")
    release_retrained(hub, jobs)
    assert ada.status().startswith("v0.1.0 is in production")
    promoted(hub, jobs, life.NEXT, "knows the new scale")
    assert "v0.1.1 is in production" in ada.status()
    assert "why knows the new scale" in ada.status()
    assert "before v0.1.0 gates pass: contract, " in ada.status()
    second = answered(hub, tmp_path / "second", golden)
    assert second[1] == published(hub, life.NEXT).read_bytes() != first[1]
    assert second[0] != first[0]
    watch(hub, jobs, traffic.met(hub, tmp_path / "known", new))
    assert issues(hub) == [("The model in production: drift", "closed")]
    assert ada.status().endswith("monitor calm (last run TIME)")

    # It turns back: the newer model is the wrong one now, and the older one is still there.
    hub.variable("AUTO_RETRAIN", "")
    watch(hub, jobs, traffic.met(hub, tmp_path / "back", old))
    assert [state for _, state in issues(hub)] == ["open", "closed"]  # the newest first
    promoted(hub, jobs, "0.1.0", "rollback")
    assert "v0.1.0 is in production of acme/churn since TIME, by ada. why rollback" in ada.status()
    assert "before v0.1.1" in ada.status()
    assert answered(hub, tmp_path / "again", golden) == first
    watch(hub, jobs, traffic.met(hub, tmp_path / "calm", old))
    assert [state for _, state in issues(hub)] == ["closed", "closed"]
    assert ada.status().endswith("monitor calm (last run TIME)")
