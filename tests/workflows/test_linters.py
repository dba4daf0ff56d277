"""The workflows of the template and of its projects: seen by the linters of others, and by rules of our own."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import documents
from tests.rendered import FOLDER, ROOT, Render
from tests.workflows import rules

NAMES = [path.relative_to(ROOT).as_posix().replace(FOLDER, "project") for path in rules.PATHS]
each_workflow = pytest.mark.parametrize("path", rules.PATHS, ids=NAMES)


def lint(program: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
    """Run a linter of this environment."""
    found = shutil.which(program, path=str(Path(sys.executable).parent))
    assert found, f"{program} is not installed"
    return subprocess.run([found, *map(str, arguments)], capture_output=True, text=True, check=False, cwd=ROOT)


def test_both_repositories_have_their_workflows() -> None:
    """What is not there passes every linter."""
    found = {name.removesuffix(".yml").replace(".github/workflows/", "") for name in NAMES}
    projects = {f"project/{name}" for name in ("ci", "pr-report", "release", "promote", "monitor", "retrain", "weekly")}
    assert found == {"ci", "canary", "release"} | projects


def test_zizmor_finds_nothing() -> None:
    """Neither its pedantic persona has a finding, in workflows or in Dependabot's."""
    done = lint("zizmor", "--offline", "--no-progress", "--persona", "pedantic", ".github", f"{FOLDER}/.github")
    assert done.returncode == 0, done.stdout


def test_one_finding_is_exempt() -> None:
    """The trigger of pr-report.yml is dangerous, and explained there; nothing else is waved through."""
    exempt = [(path.name, line) for path in rules.PATHS for line in path.read_text().splitlines() if "zizmor:" in line]
    assert [name for name, _ in exempt] == ["pr-report.yml"]
    assert exempt[0][1].strip().startswith("workflow_run: # zizmor: ignore[dangerous-triggers] ")
    settings = [*ROOT.glob(".github/zizmor*"), *ROOT.glob("zizmor*"), *(ROOT / FOLDER).rglob("zizmor*")]
    assert settings == []


def test_schemas_are_kept() -> None:
    """GitHub would read every workflow."""
    done = lint("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *rules.PATHS)
    assert done.returncode == 0, done.stdout


def test_dependabot_would_read_its_file() -> None:
    """A mistake there is otherwise seen by nobody."""
    file = ROOT / FOLDER / ".github" / "dependabot.yml"
    done = lint("check-jsonschema", "--builtin-schema", "vendor.dependabot", file)
    assert done.returncode == 0, done.stdout


def test_shellcheck_finds_nothing(tmp_path: Path) -> None:
    """Every run block and every script is clean."""
    scripts = [
        *(ROOT / FOLDER / "scripts").glob("*.sh"),
        *(path for path in (ROOT / ".ci").iterdir() if not path.suffix),
    ]
    for path, name in zip(rules.PATHS, NAMES, strict=True):
        for where, script in rules.PROJECT.scripts(path.read_text(encoding="utf-8")):
            block = tmp_path / f"{name.replace('/', '-')}-{where}.sh"
            block.write_text(script, encoding="utf-8")
            scripts.append(block)
    done = lint("shellcheck", *scripts)
    assert done.returncode == 0, done.stdout


def test_hadolint_finds_nothing(render: Render) -> None:
    """The Dockerfile, once rendered, is clean."""
    done = lint("hadolint", render() / "Dockerfile")
    assert done.returncode == 0, done.stdout


@each_workflow
def test_our_own_rules_are_kept(path: Path) -> None:
    """Pins, inputs, timeouts, rights; no job that writes runs our code; no expression becomes part of a script."""
    assert rules.complaints(path.read_text(encoding="utf-8")) == []


@each_workflow
def test_a_run_block_is_short(path: Path) -> None:
    """What is longer is a script; a job that writes brings none, so its blocks may have up to twelve lines."""
    text = path.read_text(encoding="utf-8")
    writing = {name for name, job in rules.PROJECT.jobs(text) if "write" in job["permissions"].values()}
    for where, step in rules.PROJECT.steps(text):
        limit = 12 if where.partition("[")[0] in writing else 5
        assert len(step.get("run", "").splitlines()) <= limit, where


@each_workflow
def test_what_a_workflow_calls_is_there(path: Path) -> None:
    """Scripts, make targets and folders of tests: nobody learns on GitHub that one was renamed."""
    root = path.parents[2]
    targets = documents.targets(root / "Makefile")
    for where, step in rules.PROJECT.steps(path.read_text(encoding="utf-8")):
        run = step.get("run", "")
        for name in re.findall(rf"(?:{FOLDER}/)?\b(?:scripts|tests)/[\w./-]+", run):
            assert (root / name).exists(), f"{where}: {name}"
        for called in re.findall(r"\bmake ((?:[a-z-]+ ?)+)", run):
            assert set(called.split()) <= targets, f"{where}: {called}"


def test_an_action_has_one_pin() -> None:
    """Every mention of an action means the same commit: pinned by its whole hash, with its version beside it."""
    used = re.findall(r"uses: (\S+)", "".join(path.read_text() for path in rules.PATHS))
    assert {action.partition("@")[0] for action in used} == set(rules.ACTIONS)
    assert len(set(used)) == len(rules.ACTIONS)
    assert all(re.fullmatch("[0-9a-f]{40}", action["sha"]) for action in rules.ACTIONS.values())


def test_a_project_gets_the_very_bytes(render: Render) -> None:
    """Workflows and settings hold no answer: what is linted here is what runs there."""
    project = render(project_name="Late Trains")
    for path in (ROOT / FOLDER / ".github" / "settings.json", *(ROOT / FOLDER / ".github" / "workflows").iterdir()):
        text = path.read_bytes()
        assert (project / path.relative_to(ROOT / FOLDER)).read_bytes() == text
        assert re.findall(rb"<%|<<\s*cookiecutter|# ::", text) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("actions/checkout@3d3c", "actions/checkout@3d3d", "not one of the pins", id="another-commit"),
        pytest.param("# v7.0.1", "# v7", "not one of the pins", id="another-comment"),
        pytest.param(" # v7.0.1", "", "not pinned by its commit", id="no-comment"),
        pytest.param("@3d3c42e5aac5ba805825da76410c181273ba90b1", "@v7", "not pinned by its commit", id="no-commit"),
        pytest.param("actions/checkout@", "someone/checkout@", "not one of the pins", id="somebody-elses-action"),
        pytest.param("persist-credentials: false", "fetch-dept: 2", "no input fetch-dept", id="unknown-input"),
        pytest.param("persist-credentials: false", "fetch-depth: 2", "leaves its token", id="token-left-behind"),
        pytest.param("    timeout-minutes: 10\n", "", "no timeout", id="no-timeout"),
        pytest.param("permissions: {}\n", "permissions: read-all\n", "without rights", id="rights-for-all-jobs"),
        pytest.param("contents: read", "contents: write", "writes, and", id="writer-that-runs-code"),
        pytest.param("run: make lint", "run: make ${{ github.head_ref }}", "an expression", id="injection"),
        pytest.param("shell: bash", "shell: sh", "not bash", id="pipes-break-unseen"),
        pytest.param("run: make lint", "run: make\n        env: {A: '${{ secrets.A }}'}", "a secret", id="secret"),
        pytest.param("permissions: {}\n", "permissions: {}\nenv: {A: '${{ secrets.A }}'}\n", "a secret", id="for-all"),
        pytest.param(
            "run: make lint", "run: make\n        env: {A: '${{ toJSON(secrets) }}'}", "a secret", id="secrets"
        ),
    ],
)
def test_each_rule_can_be_broken(old: str, new: str, said: str) -> None:
    """A rule that complains of nothing is no rule."""
    text = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert old in text
    assert any(said in complaint for complaint in rules.complaints(text.replace(old, new, 1)))


def test_the_linters_can_complain(tmp_path: Path) -> None:
    """Each linter is installed, and sees the mistake that it is here for."""
    bad = tmp_path / ".github" / "workflows" / "bad.yml"
    bad.parent.mkdir(parents=True)
    bad.write_text("name: bad\non: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    stepz: []\n")
    (tmp_path / "bad.sh").write_text("#!/bin/bash\nrm $1\n")
    (tmp_path / "Dockerfile").write_text("FROM debian\nRUN cd /tmp\n")
    assert lint("zizmor", "--offline", "--no-progress", "--persona", "pedantic", tmp_path).returncode != 0
    assert lint("check-jsonschema", "--builtin-schema", "vendor.github-workflows", bad).returncode == 1
    assert lint("shellcheck", tmp_path / "bad.sh").returncode == 1
    assert lint("hadolint", tmp_path / "Dockerfile").returncode == 1
