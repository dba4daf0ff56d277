"""What GitHub would allow, refuse and remember."""

import json
from pathlib import Path

import pytest

from tests.runner import environments, events, tokens, triggers, workflow
from tests.runner.hub import Hub
from tests.runner.refusal import HttpError
from tests.runner.rest import pulls
from tests.runner.runner import NotStartedError, Runner
from tests.runner_tests.conftest import Try
from tests.runner_tests.conftest import workflow as text

UPLOAD = "actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a"
DOWNLOAD = "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c"
CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"
ATTEST = "actions/attest@1e69f48acb82d1966a394da916b4c1698aa569d6"
COMMANDS = [
    ("issues: write", "gh label create drift && gh issue create --title T --body B --label drift", "403"),
    ("issues: read", "gh issue list --json number --jq '.[0].number // empty'", "403"),
    ("deployments: read", "gh api --method GET repos/acme/churn/deployments -f environment=production", "HTTP 403"),
    (
        "deployments: write",
        'echo \'{"ref":"main","required_contexts":[]}\' | gh api repos/acme/churn/deployments --input -',
        "403",
    ),
    ("contents: write", "gh api repos/acme/churn/git/refs -f ref=refs/heads/new -f sha=$GITHUB_SHA", "HTTP 403"),
    (
        "contents: write",
        "echo x > f; gh release create v1 --notes n --draft f && gh release edit v1 --draft=false",
        "403",
    ),
    ("pull-requests: write", "gh api repos/acme/churn/pulls -f head=b -f base=main -f title=T", "HTTP 403"),
    ("actions: read", "gh run list --workflow ci.yml --json status --jq '.[0].status' | grep in_progress", "403"),
    ("actions: write", "gh workflow run ci.yml", "HTTP 403"),
]


@pytest.mark.parametrize(("right", "command", "refusal"), COMMANDS, ids=[command[:40] for _, command, _ in COMMANDS])
def test_a_token_can_do_what_was_declared_and_nothing_else(
    hub: Hub, attempt: Try, right: str, command: str, refusal: str
) -> None:
    """With its right a command works, with the next lower one GitHub refuses; what was used is written down."""
    hub.configure(can_approve_pull_request_reviews=True)
    hub.repository.commit({"a": "1"}, "b")
    env = "env: {GH_TOKEN: '${{ github.token }}', GH_REPO: '${{ github.repository }}'}\npermissions: {%s}"
    scope, level = right.split(": ")
    lower = f"{scope}: {'none' if level == 'read' else 'read'}"
    jobs = f"a: {{runs-on: ubuntu-24.04, steps: [{{run: {json.dumps(command)}}}]}}"
    less, run = attempt(jobs, env % lower), attempt(jobs, env % right)
    assert less.conclusion == "failure"
    assert refusal in less.log, less.log
    assert run.conclusion == "success", run.log
    assert tokens.used(hub, run.id, "a") == {scope: level}


def test_without_the_right_to_read_there_is_no_repository(attempt: Try) -> None:
    """Checkout is refused as on a private repository."""
    run = attempt(f"a: {{runs-on: ubuntu-24.04, permissions: {{}}, steps: [{{uses: {CHECKOUT}}}]}}")
    assert "Repository not found" in run.log


def test_a_token_ends_with_its_job(attempt: Try) -> None:
    """What a job carries away is of no use."""
    run = attempt("""
        a:
          runs-on: ubuntu-24.04
          outputs: {t: "${{ steps.s.outputs.t }}"}
          steps: [{id: s, run: 'echo "t=$(echo $T | rev)" >> "$GITHUB_OUTPUT"', env: {T: "${{ github.token }}"}}]
        b:
          needs: a
          runs-on: ubuntu-24.04
          env: {T: "${{ needs.a.outputs.t }}"}
          steps: [{run: 'GH_TOKEN=$(echo $T | rev) gh api repos/acme/churn'}]
    """)
    assert "HTTP 401: Bad credentials" in run.jobs["b"].log


ARTIFACTS = f"""
    a:
      runs-on: ubuntu-24.04
      steps:
        - run: mkdir -p out/deep && echo 1 > out/deep/f && echo 2 > out/.hidden && echo 3 > other
        - {{uses: "{UPLOAD}", with: {{name: one, path: out}}}}
        - {{uses: "{UPLOAD}", with: {{name: two, path: "out/deep\\nother"}}}}
        - {{uses: "{UPLOAD}", with: {{name: one, path: other}}, continue-on-error: true, id: again}}
        - {{uses: "{UPLOAD}", with: {{name: none, path: absent, if-no-files-found: error}}, continue-on-error: true}}
    b:
      needs: a
      runs-on: ubuntu-24.04
      permissions: {{}}
      steps:
        - {{uses: "{DOWNLOAD}", with: {{name: one, path: x}}}}
        - {{uses: "{DOWNLOAD}", with: {{path: y}}}}
        - run: find . -type f | sort | tr '\\n' ' '
        - {{uses: "{DOWNLOAD}", with: {{name: none}}}}
"""


def test_artifacts_go_from_job_to_job(attempt: Try, hub: Hub) -> None:
    """Names are taken once, hidden files stay behind, and bytes that changed on the way are refused."""
    run = attempt(ARTIFACTS)
    assert "./x/deep/f ./y/one/deep/f ./y/two/other ./y/two/out/deep/f" in run.jobs["b"].log
    assert "already exists on this run" in run.jobs["a"].log
    assert "No files were found with the provided path: absent" in run.jobs["a"].log
    assert "Artifact not found for name: none" in run.jobs["b"].log
    for file in (hub.folder / "artifacts").iterdir():
        file.write_bytes(file.read_bytes() + b"x")
    again = Runner(hub, hub.folder.parent / "again").run("ci.yml", events.push(hub), again=run.id, jobs=["b"])
    assert again.results == {"a": "success", "b": "failure"}
    assert "Digest validation failed" in again.jobs["b"].log


SIGN = f"""
    a:
      runs-on: ubuntu-24.04
      permissions: {{id-token: write, attestations: write}}
      env: {{GH_TOKEN: "${{{{ github.token }}}}", GH_REPO: acme/churn}}
      steps:
        - run: echo 1 > f; echo 2 > g
        - {{uses: "{ATTEST}", with: {{subject-path: f}}}}
        - run: |
            gh attestation verify f -R acme/churn --signer-workflow $GH_REPO/.github/workflows/ci.yml \\
              --source-ref refs/heads/main
        - run: if gh attestation verify f -R acme/churn --source-ref refs/tags/v1; then exit 1; fi
        - run: if gh attestation verify g -R acme/churn; then exit 1; fi
"""


@pytest.mark.parametrize("visibility", ["public", "private"])
def test_only_a_public_repository_signs(tmp_path: Path, visibility: str) -> None:
    """A signature names its workflow and reference; a free private repository has none."""
    hub = Hub.create(tmp_path / "hub", visibility=visibility)
    hub.repository.commit({".github/workflows/ci.yml": text(SIGN)})
    run = Runner(hub, tmp_path / "jobs").run("ci.yml", events.push(hub))
    assert (run.conclusion == "success") is (visibility == "public"), run.log
    assert ("Feature not available" in run.log) is (visibility == "private")


def test_an_environment_waits_for_its_reviewer(hub: Hub, attempt: Try, runner: Runner) -> None:
    """Approved, it leaves a deployment; rejected, the job fails; a free private repository cannot ask."""
    environments.protect(hub, "promote", reviewers=["ada"])
    jobs = "a: {runs-on: ubuntu-24.04, environment: promote, steps: [{run: 'true'}]}"
    assert attempt(jobs).conclusion == "success"
    assert runner.run("ci.yml", events.push(hub), rejected=["promote"]).conclusion == "failure"
    assert [one["environment"] for one in hub.read()["deployments"]] == ["promote"]
    with pytest.raises(HttpError, match="billing plan"):
        environments.protect(Hub.create(hub.folder.parent / "p", visibility="private"), "promote", reviewers=["ada"])


WRITES = """
    a:
      runs-on: ubuntu-24.04
      permissions: {issues: write}
      env: {GH_TOKEN: "${{ github.token }}", GH_REPO: acme/churn}
      steps: [{run: gh label create x}]
"""


def test_a_fork_only_reads(hub: Hub, runner: Runner) -> None:
    """Its pull request runs at the merge, with a token that cannot write."""
    hub.repository.commit({".github/workflows/ci.yml": text(WRITES, "on: pull_request")})
    hub.repository.commit({"a": "1"}, "theirs", start="main")
    for fork, conclusion in (("mallory", "failure"), ("", "success")):
        pull = pulls.open_pull(hub, "theirs", fork=fork)
        event = events.pull_request(hub, pull["number"])
        assert runner.run("ci.yml", event).conclusion == conclusion
        assert event.changed == ["a"]


CHAIN = """
on: {workflow_run: {workflows: [ci], types: [completed]}}
jobs:
  a:
    runs-on: ubuntu-24.04
    steps: [{run: "echo ${{ github.event.workflow_run.conclusion }} ${{ github.ref }}"}]
"""
START = """
    a:
      runs-on: ubuntu-24.04
      permissions: {actions: write}
      env: {GH_TOKEN: "${{ github.token }}", GH_REPO: acme/churn}
      steps: [{run: gh workflow run form.yml -f n=3}]
"""
FORM = """
on: {workflow_dispatch: {inputs: {n: {type: number, required: true}, fast: {type: boolean, default: false}}}}
jobs:
  a:
    runs-on: ubuntu-24.04
    steps: [{run: "echo ${{ inputs.n == 3 && !inputs.fast && github.event.inputs.n }}"}]
"""


def test_runs_start_further_runs(hub: Hub, runner: Runner) -> None:
    """The end of a run and a token's request start others; nothing else that a token does starts any."""
    folder = ".github/workflows"
    hub.repository.commit({f"{folder}/ci.yml": text(START), f"{folder}/after.yml": CHAIN, f"{folder}/form.yml": FORM})
    first, *others = runner.deliver(events.push(hub))
    logs = {run.workflow: run.log for run in others}
    assert (first.workflow, set(logs)) == ("ci.yml", {"after.yml", "form.yml"})
    assert "success refs/heads/main" in logs["after.yml"]
    assert "\n3" in logs["form.yml"]
    with pytest.raises(HttpError, match="'n' not provided"):
        runner.run("form.yml", events.dispatch(hub))
    with pytest.raises(NotStartedError):
        runner.run("form.yml", events.push(hub))


@pytest.mark.parametrize(
    ("on", "ref", "fires"),
    [
        ("push: {branches: [main]}", "refs/heads/main", True),
        ("push: {branches: [main]}", "refs/tags/v1", False),
        ("push: {tags: ['v[0-9]*']}", "refs/tags/v1.2", True),
        ("push: {tags: ['v[0-9]*']}", "refs/heads/main", False),
        ("push: {branches: ['release/**', '!release/old']}", "refs/heads/release/a/b", True),
        ("push: {branches: ['release/**', '!release/old']}", "refs/heads/release/old", False),
        ("push: {branches: ['release/*']}", "refs/heads/release/a/b", False),
        ("push: {branches-ignore: [main]}", "refs/heads/main", False),
        ("push: {paths: ['src/**']}", "refs/heads/main", True),
        ("push: {paths-ignore: ['**.md', 'src/**']}", "refs/heads/main", False),
        ("push: {paths-ignore: ['**.md']}", "refs/heads/main", True),
        ("pull_request:", "refs/heads/main", False),
    ],
)
def test_filters_choose_events(on: str, ref: str, fires: bool) -> None:  # noqa: FBT001
    """Branches, tags and paths, with patterns of GitHub's own kind."""
    read = workflow.read("ci.yml", f"on:\n  {on}\njobs: {{}}")
    event = events.Event("push", ref, "0" * 40, {}, ref.split("/", 2)[2], ["src/a.py", "README.md"])
    assert triggers.fires(read, event) is fires
