"""A fresh project is green, and says why."""

import re
from pathlib import Path

import pytest

from tests.runner.records import JobRun
from tests.slow import life

JOBS = ["changes", "lint", "unit", "data", "model", "gates", "image", "ci-ok", "provenance"]


def test_the_first_push_of_a_fresh_project_is_green(begun: life.Stage) -> None:
    """Every job runs and succeeds, with no edit; only a Python that this machine lacks is left out."""
    assert begun.results == dict.fromkeys(JOBS, "success"), begun.told["log"]
    assert all("is not on this machine" in line for line in begun.told["not_run"].splitlines())


def test_the_first_push_of_a_regression_project_is_green(session_folder: Path, template: Path) -> None:
    """Gates and sabotage suite judge numbers through the same workflow; code and its tests are those of any project."""
    given = {name: JobRun(name, "success") for name in ("lint", "unit")}
    stage = life.kept(session_folder / "numbers", life.first_push(template, "regression", given))
    assert stage.results == dict.fromkeys(JOBS, "success"), stage.told["log"]


def test_every_job_writes_a_summary(begun: life.Stage, released: life.Stage, live: life.Stage) -> None:
    """Of a push, a release and a promotion; GitHub's own action that signs writes its own."""
    assert [stage.told["silent"] for stage in (begun, released, live)] == ["provenance", "", ""]


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"TOTAL .* 9\d%", id="coverage"),
        pytest.param(r"\| quality \| pass \| \S+ \S+ \[0\.\d+, 0\.\d+\] on \d+ rows \|", id="verdict-with-interval"),
        pytest.param(r"\| roc_auc \| 0\.\d+ \| 0\.\d+ to 0\.\d+ \|", id="metric-with-interval"),
        pytest.param(r"\| champion \| not asked \| .* nothing is in production", id="champion"),
        pytest.param(r"candidate \(\d+ MB\) answers the golden rows", id="image-size"),
        pytest.param(r"^- model: success$", id="jobs"),
    ],
)
def test_summaries_tell_what_one_decides_from(begun: life.Stage, pattern: str) -> None:
    """Whoever reads the page of the run need not open a log."""
    assert re.search(pattern, begun.told["summary"], re.MULTILINE), begun.told["summary"]
