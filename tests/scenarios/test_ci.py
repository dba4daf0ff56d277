"""What ci-ok lets pass, and which jobs a change asks for."""

import pytest

from tests.runner import events
from tests.runner.hub import Hub
from tests.runner.records import JobRun
from tests.runner.rest import pulls
from tests.runner.runner import Runner

HEAVY = ("data", "model", "gates", "image")
JOBS = ("changes", "lint", "unit", *HEAVY)
WRONG = [(job, result) for job in JOBS for result in ("failure", "cancelled", "skipped")]


def given(heavy: str, **results: str) -> dict[str, JobRun]:
    """Return every job as it ended, but for ci-ok; what is not named succeeded."""
    jobs = {name: JobRun(name, results.get(name, "success")) for name in JOBS}
    jobs["changes"].outputs["heavy"] = heavy
    return {**jobs, "provenance": JobRun("provenance", "skipped")}


@pytest.mark.parametrize(("job", "result"), WRONG, ids=[f"{job}-{result}" for job, result in WRONG])
def test_no_job_may_end_otherwise_than_well(hub: Hub, runner: Runner, job: str, result: str) -> None:
    """Where everything was asked for, a job that failed, was cancelled or did not run makes ci-ok red, by name."""
    run = runner.run("ci.yml", events.push(hub), given=given("true", **{job: result}))
    assert run.results["ci-ok"] == "failure"
    assert f"- {job}: {result}" in run.summary


@pytest.mark.parametrize("job", ["changes", "lint", "unit"])
def test_prose_excuses_no_other_job(hub: Hub, runner: Runner, job: str) -> None:
    """The light jobs always run."""
    results = {**dict.fromkeys(HEAVY, "skipped"), job: "skipped"}
    assert runner.run("ci.yml", events.push(hub), given=given("false", **results)).results["ci-ok"] == "failure"


def test_a_heavy_job_that_fails_is_red_even_where_it_was_not_asked_for(hub: Hub, runner: Runner) -> None:
    """To be excused is to be skipped, not to fail."""
    run = runner.run("ci.yml", events.push(hub), given=given("false", model="failure"))
    assert run.results["ci-ok"] == "failure"


@pytest.mark.parametrize(("heavy", "result"), [("true", "success"), ("false", "skipped")], ids=["all", "prose"])
def test_what_ended_well_passes(hub: Hub, runner: Runner, heavy: str, result: str) -> None:
    """All jobs succeeded, or the heavy ones were skipped because nothing but prose changed."""
    run = runner.run("ci.yml", events.push(hub), given=given(heavy, **dict.fromkeys(HEAVY, result)))
    assert run.results["ci-ok"] == "success"


@pytest.mark.parametrize(
    ("paths", "asked"),
    [
        (["README.md", "docs/github.md", "data/README.md", ".github/pull_request_template.md"], False),
        (["README.md", "params.toml"], True),
        (["src/churn/report/card.md"], True),
        (["docs.py"], True),
    ],
    ids=["prose", "prose-and-more", "text-that-is-code", "looks-like-docs"],
)
def test_prose_alone_skips_the_heavy_jobs(hub: Hub, runner: Runner, paths: list[str], asked: bool) -> None:  # noqa: FBT001
    """The heavy jobs are skipped and ci-ok is green; any other change asks for them."""
    hub.repository.commit(dict.fromkeys(paths, "changed\n"), "change", start="main")
    number = pulls.open_pull(hub, "change")["number"]
    others = dict.fromkeys(("lint", "unit", *(HEAVY if asked else ())), "success")
    run = runner.run("ci.yml", events.pull_request(hub, number), given=others)
    assert run.jobs["changes"].outputs == {"heavy": str(asked).lower()}
    assert run.results["model"] == ("success" if asked else "skipped")
    assert run.conclusion == "success", run.log


@pytest.mark.parametrize("branch", ["$(touch${IFS}owned)", "a;exit${IFS}1", "`id`", "--help"])
def test_names_of_branches_and_files_are_data(hub: Hub, runner: Runner, branch: str) -> None:
    """What a change is called decides nothing: prose of the oddest name is prose, and code is code."""
    prose = ["$(touch owned).md", ":(exclude)x.md", "--exit-code.md", "'; exit 1 #.md", "${{ github.token }}.md"]
    for names, heavy in ((prose, "false"), ([*prose, "src/$(id).py"], "true")):
        hub.repository.commit(dict.fromkeys(names, "changed\n"), f"{heavy}/{branch}", start="main")
        number = pulls.open_pull(hub, f"{heavy}/{branch}")["number"]
        others = dict.fromkeys(("lint", "unit", *(HEAVY if heavy == "true" else ())), "success")
        run = runner.run("ci.yml", events.pull_request(hub, number), given=others)
        assert run.jobs["changes"].outputs == {"heavy": heavy}, run.log
        assert run.conclusion == "success", run.log


def test_the_merge_queue_asks_for_everything(hub: Hub, runner: Runner) -> None:
    """What is about to become main is judged whole, even prose."""
    hub.repository.commit({"README.md": "changed\n"}, "change", start="main")
    number = pulls.open_pull(hub, "change")["number"]
    others = dict.fromkeys(("lint", "unit", *HEAVY), "success")
    run = runner.run("ci.yml", events.merge_group(hub, number), given=others)
    assert run.jobs["changes"].outputs == {"heavy": "true"}
    assert run.results["provenance"] == "skipped"
