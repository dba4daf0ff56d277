"""That ruff is content with a project, whatever its names."""

import subprocess
import sys

import pytest

from tests.rendered import UNUSUAL, Render

SHORTEST = {"project_name": "A", "project_slug": "a", "package_name": "a", "description": "a", "author_name": "a"}
LONGEST = {
    "project_name": ("Long Name " * 10).strip(),
    "project_slug": "s" * 40,
    "package_name": "z" * 40,
    "description": ("long word " * 30).strip(),
    "author_name": "A" * 100,
    "github_owner": "o" * 39,
}


@pytest.mark.parametrize("task", ["classification", "regression"])
@pytest.mark.parametrize("answers", [SHORTEST, LONGEST, UNUSUAL], ids=["shortest", "longest", "unusual"])
def test_ruff_is_content(rendered: Render, answers: dict[str, str], task: str) -> None:
    """Neither the linter nor the formatter has anything to change in a fresh project."""
    project = rendered(**answers, task=task)
    for command in (["check"], ["format", "--check", "--diff"]):
        program = [sys.executable, "-m", "ruff", *command, "--no-cache", "."]
        done = subprocess.run(program, cwd=project, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
