"""What takes minutes in a project: every step killed at every moment, and a cluster that loses a worker."""

from pathlib import Path

import project
import pythons

from tests import projects


def test_killed_steps_and_lost_workers_lose_nothing(template: Path, tmp_path: Path) -> None:
    """`make life` is green: what is written is whole or absent, and a search survives one of its workers."""
    version, python = pythons.newest()
    folder = project.render(template, tmp_path, {"project_slug": "long-life", "python_version": version}, python)
    answered = projects.follow(folder, python, ("setup", "life"))
    assert answered["life"]["code"] == 0, str(answered["life"]["output"])[-4000:]
