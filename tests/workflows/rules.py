"""What every workflow of both repositories keeps to: the rules that a project brings, and those of its pins."""

import json
import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.rendered import FOLDER, ROOT

ACTIONS: dict[str, Any] = json.loads(Path(__file__).with_name("inputs.json").read_text(encoding="utf-8"))
OURS = (ROOT / ".github" / "workflows", ROOT / FOLDER / ".github" / "workflows")
PATHS = sorted(path for folder in OURS for path in folder.glob("*.yml"))
# Run and not imported, so that no bytecode is left in the template.
PROJECT = SimpleNamespace(**runpy.run_path(str(ROOT / FOLDER / "tests" / "workflows" / "test_workflows.py")))


def known(text: str) -> Iterator[str]:
    """Say which actions are not GitHub's own, or not pinned as inputs.json knows them."""
    for line in text.splitlines():
        if found := re.match(r"\s*(?:- )?uses: (.*)", line):
            action = found[1].partition("@")[0]
            pin = ACTIONS.get(action)
            if pin is None or found[1] != f"{action}@{pin['sha']} # {pin['version']}":
                yield f"{line.strip()}: not one of the pins in inputs.json"


def inputs(text: str) -> Iterator[str]:
    """Say which `with:` keys the pinned action does not have; GitHub only warns of them."""
    for where, step in PROJECT.steps(text):
        taken = ACTIONS.get(step.get("uses", "").partition("@")[0], {"inputs": []})["inputs"]
        yield from (f"{where}: no input {key}" for key in step.get("with", {}) if key not in taken)


def complaints(text: str) -> list[str]:
    """Return what all rules say."""
    return [said for rule in (*PROJECT.RULES, known, inputs) for said in rule(text)]
