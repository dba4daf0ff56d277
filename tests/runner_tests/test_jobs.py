"""Jobs, steps, matrices and concurrency behave as on GitHub."""

import pytest

from tests.runner import events
from tests.runner.hub import Hub
from tests.runner.runner import Runner
from tests.runner_tests.conftest import Try, workflow

GRAPH = """
    a: {runs-on: ubuntu-24.04, steps: [{run: exit A}]}
    b: {needs: a, runs-on: ubuntu-24.04, steps: [{run: exit 0}]}
    c: {needs: b, if: "!cancelled()", runs-on: ubuntu-24.04, steps: [{run: exit 0}]}
    d: {needs: c, runs-on: ubuntu-24.04, steps: [{run: exit 0}]}
    e: {needs: [a, b, c], if: always(), runs-on: ubuntu-24.04, steps: [{run: "echo '${{ toJSON(needs.*.result) }}'"}]}
    f: {needs: [a], if: failure(), runs-on: ubuntu-24.04, steps: [{run: exit 0}]}
"""


@pytest.mark.parametrize(
    ("code", "results", "conclusion"),
    [
        ("0", ["success"] * 5 + ["skipped"], "success"),
        ("1", ["failure", "skipped", "success", "skipped", "success", "success"], "failure"),
    ],
    ids=["all-well", "first-fails"],
)
def test_results_travel_along_needs(attempt: Try, code: str, results: list[str], conclusion: str) -> None:
    """A job whose ancestor failed or was skipped is skipped, however far, unless its own condition says otherwise."""
    run = attempt(GRAPH.replace("exit A", f"exit {code}"))
    assert (list(run.results.values()), run.conclusion) == (results, conclusion)


def test_given_results_stand_for_jobs_that_do_not_run(hub: Hub, runner: Runner) -> None:
    """A scenario breaks one job and asks only what follows."""
    hub.repository.commit({".github/workflows/ci.yml": workflow(GRAPH)})
    given = {"a": "cancelled", "b": "success", "c": "skipped"}
    run = runner.run("ci.yml", events.push(hub), given=given)
    assert run.results == {**given, "d": "skipped", "e": "success", "f": "skipped"}


STEPS = """
    a:
      runs-on: ubuntu-24.04
      env: {LEVEL: job, JOB: "${{ github.ref_name }}"}
      defaults: {run: {working-directory: sub}}
      outputs: {lines: "${{ steps.out.outputs.lines }}", hidden: "${{ steps.out.outputs.token }}"}
      steps:
        - run: mkdir sub
          working-directory: .
        - name: levels
          env: {LEVEL: step}
          run: echo "$LEVEL $TOP $JOB $(basename "$PWD") ${{ env.LEVEL }} ${LEAK-none}"
        - id: out
          env: {TOKEN: "${{ github.token }}"}
          run: |
            printf 'lines<<END\\none\\ntwo=2\\nEND\\ntoken=%s\\n' "$TOKEN" >> "$GITHUB_OUTPUT"
            echo 'LEVEL=file' >> "$GITHUB_ENV"; echo "$PWD/bin" >> "$GITHUB_PATH";
            echo "# Hello" >> "$GITHUB_STEP_SUMMARY"
            mkdir bin; printf '#!/bin/sh\\necho mine\\n' > bin/mine; chmod +x bin/mine
            echo "::error title=T::a%0Ab"; echo "$TOKEN"
        - name: later
          run: echo "$LEVEL $(mine)"
        - id: bad
          run: exit 3
          continue-on-error: true
        - name: forgiven
          run: echo "${{ steps.bad.outcome }} ${{ steps.bad.conclusion }} ${{ job.status }}"
        - name: wrong
          run: echo nonsense >> "$GITHUB_OUTPUT"
        - name: never
          run: exit 0
        - name: after
          if: failure() && steps.bad.outcome == 'failure'
          run: echo cleaning
"""


def test_steps_share_what_they_write(attempt: Try, monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables at three levels and from files, paths, outputs, summaries, masks; nothing of the host leaks in."""
    monkeypatch.setenv("LEAK", "seen")
    job = attempt(STEPS, "env: {LEVEL: top, TOP: top}").jobs["a"]
    said = {title: step.log.strip() for title, step in job.steps.items()}
    assert said["levels"] == "step top main sub step none"
    assert said["later"] == "file mine"
    assert said["forgiven"] == "failure success success"
    assert said["after"] == "cleaning"
    assert (job.steps["never"].outcome, job.failed_step) == ("skipped", "wrong")
    assert job.outputs == {"lines": "one\ntwo=2"}
    assert (job.summary, job.errors[0]) == ("# Hello\n", "a\nb")
    assert "ghs_" not in job.log
    assert "***" in job.log


def test_text_from_outside_becomes_shell_only_where_the_workflow_pastes_it(hub: Hub, runner: Runner) -> None:
    """A branch's name in the environment is text; inside ${{ }} in a script it would run."""
    name = "x$(touch${IFS}pwned)"
    jobs = """
        a:
          runs-on: ubuntu-24.04
          env: {REF: "${{ github.ref_name }}"}
          steps: [{run: 'echo "$REF"; ls'}, {run: 'echo "${{ github.ref_name }}"; ls'}]
    """
    hub.repository.commit({".github/workflows/ci.yml": workflow(jobs)}, name)
    safe, pasted = runner.run("ci.yml", events.push(hub, name)).jobs["a"].legs[0].steps
    assert safe.log == f"{name}\n"
    assert "pwned" in pasted.log.split("\n")


def test_a_matrix_has_legs_and_one_that_this_machine_lacks_is_neutral(attempt: Try) -> None:
    """It is listed as not run, and the job judged by the others."""
    job = attempt("""
        a:
          runs-on: ${{ matrix.os }}
          env: {UV_PYTHON: "${{ matrix.python }}"}
          strategy:
            fail-fast: false
            matrix:
              os: [ubuntu-24.04]
              python: ["3.99", ""]
              exclude: [{python: "3.98"}]
              include: [{os: macos-15, python: ""}, {python: "", extra: 1}]
          steps: [{run: "exit ${{ matrix.extra }}"}]
    """).jobs["a"]
    assert job.not_run == [
        "a (ubuntu-24.04, 3.99): Python 3.99 is not on this machine",
        "a (macos-15, ): macos-15 is not this machine",
    ]
    assert [leg.result for leg in job.legs if leg.result != "neutral"] == ["failure"]
    assert job.result == "failure"


def test_the_first_failing_leg_stops_the_others(attempt: Try) -> None:
    """Unless the job says fail-fast: false."""
    job = attempt("""
        a:
          runs-on: ubuntu-24.04
          strategy: {matrix: {seconds: [0, 60]}}
          steps:
            - run: sleep ${{ matrix.seconds }}; exit 1
            - {name: cleaning, if: always(), run: exit 0}
    """).jobs["a"]
    assert {leg.result for leg in job.legs} == {"failure", "cancelled"}
    assert [leg.steps[-1].outcome for leg in job.legs] == ["success", "success"]


def test_time_runs_out(attempt: Try) -> None:
    """A step that takes too long fails; a job that does is cancelled."""
    run = attempt("""
        step: {runs-on: ubuntu-24.04, steps: [{run: sleep 60, timeout-minutes: 0.005}]}
        job: {runs-on: ubuntu-24.04, timeout-minutes: 0.005, steps: [{run: sleep 60}, {run: 'true', if: cancelled()}]}
    """)
    assert run.results == {"step": "failure", "job": "cancelled"}
    assert run.jobs["job"].steps["true"].outcome == "success"


@pytest.mark.parametrize(("cancel", "first"), [("true", "cancelled"), ("false", "success")])
def test_a_group_has_one_member_at_work_and_one_that_waits(hub: Hub, runner: Runner, cancel: str, first: str) -> None:
    """The newest waits; it ends the one at work only where the workflow says so."""
    jobs = "a: {runs-on: ubuntu-24.04, steps: [{run: sleep 1}]}"
    top = f"concurrency: {{group: 'x-${{{{ github.ref }}}}', cancel-in-progress: {cancel}}}"
    hub.repository.commit({".github/workflows/ci.yml": workflow(jobs, top)})
    begun = [runner.start("ci.yml", events.push(hub))]
    begun[0].wait_for("a")
    begun += [runner.start("ci.yml", events.push(hub)) for _ in range(2)]
    assert [one.wait().conclusion for one in begun] == [first, "cancelled", "success"]


def test_a_cancelled_run_still_runs_what_asks_for_it(hub: Hub, runner: Runner) -> None:
    """A job with always() runs, others do not."""
    jobs = """
        a: {runs-on: ubuntu-24.04, steps: [{run: sleep 60}]}
        b: {needs: a, runs-on: ubuntu-24.04, steps: [{run: exit 0}]}
        c: {needs: a, if: always(), runs-on: ubuntu-24.04, steps: [{run: "echo ${{ needs.a.result }}"}]}
    """
    hub.repository.commit({".github/workflows/ci.yml": workflow(jobs)})
    begun = runner.start("ci.yml", events.push(hub))
    begun.wait_for("a")
    begun.cancel()
    run = begun.wait()
    assert (run.conclusion, run.results) == ("cancelled", {"a": "cancelled", "b": "cancelled", "c": "success"})
    assert "cancelled" in run.jobs["c"].log
