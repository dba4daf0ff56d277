"""A fresh project is green."""

from tests.slow import life

JOBS = ["changes", "lint", "unit", "data", "model", "gates", "image", "ci-ok", "provenance"]


def test_the_first_push_of_a_fresh_project_is_green(begun: life.Stage) -> None:
    """Every job runs and succeeds, with no edit; only a Python that this machine lacks is left out."""
    assert begun.results == dict.fromkeys(JOBS, "success"), begun.told["log"]
    assert all("is not on this machine" in line for line in begun.told["not_run"].splitlines())
