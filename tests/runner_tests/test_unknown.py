"""What the runner does not model it refuses; it never skips."""

import pytest

from tests.runner.refusal import UnknownError
from tests.runner_tests.conftest import Try

JOB = "a: {runs-on: ubuntu-24.04, %s}"
STEP = "a: {runs-on: ubuntu-24.04, steps: [{%s}]}"
CHECKOUT = "uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"


@pytest.mark.parametrize(
    ("jobs", "top", "said"),
    [
        pytest.param(STEP % "run: 'true'", "permission: {}", "permission", id="workflow-key"),
        pytest.param(JOB % "container: x, steps: [{run: 'true'}]", "", "container", id="job-key"),
        pytest.param(JOB % "permissions: {content: read}, steps: [{run: 'true'}]", "", "content", id="permission"),
        pytest.param(JOB % "needs: b, steps: [{run: 'true'}]", "", "'b'", id="need"),
        pytest.param(JOB % "needs: a, steps: [{run: 'true'}]", "", "wait for each other", id="cycle"),
        pytest.param("a: {runs-on: amiga, steps: [{run: 'true'}]}", "", "amiga", id="machine"),
        pytest.param(STEP % "run: 'true', timeout: 3", "", "timeout", id="step-key"),
        pytest.param(STEP % "run: 'true', uses: x", "", "either", id="run-and-uses"),
        pytest.param(STEP % "run: 'true', shell: fish", "", "fish", id="shell"),
        pytest.param(STEP % "uses: actions/checkout@v7", "", "v7", id="tag-instead-of-commit"),
        pytest.param(STEP % f"{CHECKOUT}, with: {{fetch-dept: 2}}", "", "fetch-dept", id="input-of-action"),
        pytest.param(STEP % "run: 'echo ${{ steps.x.outputs.y }}'", "", "steps.x", id="step-id"),
        pytest.param(STEP % "run: 'echo ${{ secrets.KEY }}'", "", "KEY", id="secret"),
        pytest.param(STEP % "run: 'echo ::set-output name=x::1'", "", "took away", id="removed-command"),
        pytest.param(STEP % "run: gh alias list, env: {GH_TOKEN: '${{ github.token }}'}", "", "alias", id="gh-command"),
        pytest.param(STEP % "run: docker swarm init || true", "", "swarm", id="docker-command-even-when-forgiven"),
        pytest.param(JOB % "steps: [{run: 'true'}], env: {GITHUB_SHA: x}", "", "GITHUB_SHA", id="reserved-name"),
        pytest.param(STEP % "run: 'true', run: 'false'", "", "twice", id="key-twice"),
    ],
)
def test_what_is_not_modelled_is_refused(attempt: Try, jobs: str, top: str, said: str) -> None:
    """One sentence says what."""
    with pytest.raises(UnknownError, match=said):
        attempt(jobs, top)


def test_an_unknown_event_is_refused(attempt: Try) -> None:
    """Even where another event started the run."""
    with pytest.raises(UnknownError, match="issue_comment"):
        attempt(STEP % "run: 'true'", "on: [push, issue_comment]")
