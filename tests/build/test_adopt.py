"""The sample that a project begins with is nobody's work: adopting another table may replace it."""

from pathlib import Path

import pytest

from tests import projects


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_sample_is_known_as_nobodys_work(template: Path, task: str) -> None:
    """A project that was just made may be adopted without --force: adopt knows its files by their digest."""
    built = projects.build(template, task)
    code = "import sys; from pathlib import Path; from built_project.adopt import placing, texts;"
    code += "found = placing.edited(Path.cwd(), [*placing.SAMPLES]);"
    code += "sys.exit(', '.join(f'{name} {texts.digest(Path(name).read_text())}' for name in found) or 0)"
    ran = built.run("python", "-c", code)
    assert ran.returncode == 0, f"adopt/placing.py, SAMPLES: not the digest of {ran.stderr}"
