"""The workflows keep to what no linter asks: pinned actions, bounded jobs, few rights, clean scripts."""

import itertools
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

PATHS = sorted((Path(__file__).parents[2] / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w./-]+@[0-9a-f]{40} # v\d[\w.]*")
# The checkout brings the project's code; these words run it.
RUNS_CODE = re.compile(r"(?<![\w./-])(?:(?:make|uvx?|ml|pytest|python3?|bash|sh|source)(?=\s)|\.?/?scripts/\S+|\./\S+)")
# How bash runs a step, with the variables that its env hands over.
HEAD = "#!/usr/bin/env bash\nset -eo pipefail\nexport {}\n"


def jobs(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the jobs of a workflow by name."""
    yield from yaml.safe_load(text)["jobs"].items()


def steps(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the steps of a workflow, each with a name that says where it stands."""
    for name, job in jobs(text):
        for number, step in enumerate(job["steps"]):
            yield f"{name}[{number}]", step


def pins(text: str) -> Iterator[str]:
    """Say which actions are not pinned by their whole commit, with the version beside it."""
    for line in text.splitlines():
        if (found := re.match(r"\s*(?:- )?uses: (.*)", line)) and not PINNED.fullmatch(found[1]):
            yield f"{line.strip()}: not pinned by its commit with its version as a comment"


def limits(text: str) -> Iterator[str]:
    """Say which job may run for ever, or holds rights that nobody wrote down."""
    document = yaml.safe_load(text)
    if document.get("permissions") != {}:
        yield "the workflow does not begin without rights"
    if "concurrency" not in document:
        yield "the workflow may run beside itself"
    for name, job in jobs(text):
        if not isinstance(job.get("timeout-minutes"), int):
            yield f"{name}: no timeout"
        if not isinstance(job.get("permissions"), dict):
            yield f"{name}: no permissions"


def writers(text: str) -> Iterator[str]:
    """Say which job holds a token that writes and brings or runs code of the repository."""
    for name, job in jobs(text):
        if "write" not in job.get("permissions", {}).values():
            continue
        for step in job["steps"]:
            if "checkout" in step.get("uses", ""):
                yield f"{name}: writes, and checks code out"
            if found := RUNS_CODE.search(step.get("run", "")):
                yield f"{name}: writes, and runs {found[0]}"


def shells(text: str) -> Iterator[str]:
    """Say which step mixes an expression into a script, or does not stop where a pipe breaks."""
    if yaml.safe_load(text).get("defaults", {}).get("run", {}).get("shell") != "bash":
        yield "the shell is not bash, which alone stops where a pipe breaks"
    if re.search(r"\$\{\{[^}]*\bsecrets\b|^\s*secrets:", text, re.MULTILINE):
        yield "a secret; no workflow needs one"
    for where, step in steps(text):
        if "${{" in step.get("run", ""):
            yield f"{where}: an expression inside run; hand it over in env"


def checkouts(text: str) -> Iterator[str]:
    """Say which checkout leaves its token behind for the code that it brought."""
    for where, step in steps(text):
        if "checkout" in step.get("uses", "") and step.get("with", {}).get("persist-credentials") is not False:
            yield f"{where}: leaves its token in .git/config"


RULES = (pins, limits, writers, shells, checkouts)


def scripts(text: str) -> Iterator[tuple[str, str]]:
    """Yield every run block as the script that bash runs, with a name that says where it stands."""
    document = yaml.safe_load(text)
    for where, step in steps(text):
        job = document["jobs"][where.partition("[")[0]]
        given = [document.get("env", {}), job.get("env", {}), step.get("env", {})]
        yield where, HEAD.format(" ".join(itertools.chain("_", *given))) + step.get("run", ":")


@pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
def test_workflow_keeps_the_rules(path: Path) -> None:
    """Pins, timeouts, rights; no job that writes runs our code; no expression becomes part of a script."""
    assert [said for rule in RULES for said in rule(path.read_text("utf-8"))] == []


def test_every_run_block_is_clean(tmp_path: Path) -> None:
    """Shellcheck has nothing to say of what the workflows run."""
    program = shutil.which("shellcheck", path=str(Path(sys.executable).parent))
    assert program, "shellcheck is not installed; run make setup"
    written = []
    for path in PATHS:
        for where, script in scripts(path.read_text("utf-8")):
            written.append(tmp_path / f"{path.stem}-{where}.sh")
            written[-1].write_text(script, "utf-8")
    done = subprocess.run([program, *map(str, written)], capture_output=True, text=True, check=False)
    assert (done.returncode, len(written) > 10) == (0, True), done.stdout
