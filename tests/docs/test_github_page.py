"""What a project's page on GitHub names is there, and all that is there is named."""

import re
from pathlib import Path

import pytest

from tests.rendered import Render


@pytest.fixture(scope="module")
def project(render: Render) -> Path:
    """Return a rendered project."""
    return render()


@pytest.fixture(scope="module")
def page(project: Path) -> str:
    """Return the page."""
    return (project / "docs" / "github.md").read_text(encoding="utf-8")


def test_every_workflow_is_explained(project: Path, page: str) -> None:
    """The table has one row for each workflow, and no other."""
    rows = re.findall(r"^\| `([a-z-]+\.yml)` \|", page, re.MULTILINE)
    assert sorted(rows) == sorted(path.name for path in (project / ".github" / "workflows").iterdir())


def test_every_script_and_target_exists(project: Path, page: str) -> None:
    """Whoever follows the page finds what it calls."""
    for name in re.findall(r"scripts/[\w-]+\.\w+", page):
        assert (project / name).is_file(), name
    makefile = (project / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:`|    )make ([a-z]+)", page):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_variable_is_explained(project: Path, page: str) -> None:
    """What a repository may set to change what a workflow does stands on the page."""
    workflows = "".join(path.read_text() for path in (project / ".github" / "workflows").iterdir())
    for variable in set(re.findall(r"vars\.(\w+)", workflows)):
        assert f"`{variable}" in page, variable


def test_what_was_never_run_is_said(page: str) -> None:
    """Nobody is led to believe more than was tried."""
    assert "## Never run on GitHub itself" in page


def test_what_decides_has_owners(project: Path) -> None:
    """Every path that CODEOWNERS names is there, and gates, contract, data, scripts and workflows are among them."""
    lines = (project / ".github" / "CODEOWNERS").read_text(encoding="utf-8").splitlines()
    owned = dict(line.split() for line in lines if line and not line.startswith("#"))
    assert {"*", "/.github/", "/scripts/", "/contract.toml", "/gates.toml", "/data/"} <= set(owned)
    assert all(owner.startswith("@") for owner in owned.values())
    for path in set(owned) - {"*", "/uv.lock"}:
        assert (project / path.strip("/")).exists(), path


def test_a_pull_request_is_asked_for_its_model(project: Path) -> None:
    """Whoever opens one says what it does to the model, and to the promises."""
    text = (project / ".github" / "pull_request_template.md").read_text(encoding="utf-8")
    assert "## What it does to the model" in text
    assert "`gates.toml`" in text
