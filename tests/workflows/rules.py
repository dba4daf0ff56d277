"""What every workflow of both repositories keeps to, beside what the linters of others see."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.rendered import FOLDER, ROOT

ACTIONS: dict[str, Any] = json.loads(Path(__file__).with_name("inputs.json").read_text(encoding="utf-8"))
OURS = (ROOT / ".github" / "workflows", ROOT / FOLDER / ".github" / "workflows")
PATHS = sorted(path for folder in OURS for path in folder.glob("*.yml"))
# The checkout brings the project's code; these words run it.
RUNS_CODE = re.compile(r"(?<![\w./-])(?:(?:make|uvx?|ml|pytest|python3?|bash|sh|source)(?=\s)|\.?/?scripts/\S+|\./\S+)")


def jobs(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the jobs of a workflow by name."""
    yield from yaml.safe_load(text)["jobs"].items()


def steps(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the steps of a workflow, each with a name that says where it stands."""
    for name, job in jobs(text):
        for number, step in enumerate(job["steps"]):
            yield f"{name}[{number}]", step


def pins(text: str) -> Iterator[str]:
    """Say which actions are not GitHub's own, or not pinned as inputs.json knows them."""
    for line in text.splitlines():
        if found := re.match(r"\s*(?:- )?uses: (.*)", line):
            action = found[1].partition("@")[0]
            known = ACTIONS.get(action)
            if known is None or found[1] != f"{action}@{known['sha']} # {known['version']}":
                yield f"{line.strip()}: not one of the pins in inputs.json"


def inputs(text: str) -> Iterator[str]:
    """Say which `with:` keys the pinned action does not have; GitHub only warns of them."""
    for where, step in steps(text):
        known = ACTIONS.get(step.get("uses", "").partition("@")[0], {"inputs": []})["inputs"]
        yield from (f"{where}: no input {key}" for key in step.get("with", {}) if key not in known)


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
    if re.search(r"\bsecrets\s*[.\[:]", text):
        yield "a secret; no workflow needs one"
    for where, step in steps(text):
        if "${{" in step.get("run", ""):
            yield f"{where}: an expression inside run; hand it over in env"


def checkouts(text: str) -> Iterator[str]:
    """Say which checkout leaves its token behind for the code that it brought."""
    for where, step in steps(text):
        if "checkout" in step.get("uses", "") and step.get("with", {}).get("persist-credentials") is not False:
            yield f"{where}: leaves its token in .git/config"


RULES = (pins, inputs, limits, writers, shells, checkouts)


def complaints(text: str) -> list[str]:
    """Return what all rules say."""
    return [said for rule in RULES for said in rule(text)]
