"""Every command and path that the documents name exists."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import documents

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
# Folders that commands make, and what is no path of ours.
MADE = {".uv/", "build/demo"}


def text(document: str) -> str:
    """Return what a document says."""
    return (ROOT / document).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def project(render: Callable[..., Path]) -> Path:
    """Return a rendered project."""
    return render()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_exists(document: str, project: Path) -> None:
    """Programs are known, make targets are in a Makefile, and scripts are where they are called."""
    known = documents.targets(ROOT / "Makefile") | documents.targets(project / "Makefile")
    assert [each for each in documents.commands(text(document)) if documents.missing(each, known, ROOT)] == []


def test_every_step_of_ml_exists(project: Path) -> None:
    """What the README says of `ml` is a subcommand of it."""
    source = "".join(path.read_text(encoding="utf-8") for path in sorted((project / "src").glob("*/cli/*.py")))
    for step in re.findall(r"`ml ([a-z ]+)`", text("README.md")):
        for word in step.split():
            assert f'"{word}"' in source, step


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_exists(document: str) -> None:
    """Inline code with a slash or a known ending, and every link within the repository, leads somewhere."""
    projects = ROOT / "<<cookiecutter.project_slug>>"
    for name in documents.paths(text(document)) - MADE:
        assert (ROOT / name).exists() or (projects / name).exists() or named(projects, name), name


def named(folder: Path, name: str) -> bool:
    """Tell whether a file has this name under some condition."""
    return any(name == re.sub(r"<%.*?%>", "", path.name) for path in folder.rglob("<%*"))


def test_readme_of_a_project_names_what_is_there(project: Path) -> None:
    """Its commands are make targets, scripts and steps of `ml`; its paths are files, or outputs that a step makes."""
    said = (project / "README.md").read_text(encoding="utf-8")
    known = documents.targets(project / "Makefile")
    assert [each for each in documents.commands(said) if documents.missing(each, known, project)] == []
    code = sorted((project / "src").rglob("*.py")) + sorted((project / "tests").rglob("*.py"))
    source = "".join(path.read_text(encoding="utf-8") for path in code)
    for name in documents.paths(said):
        made = "/".join(name.split("/")[:2]) in source
        assert made or (project / name).exists() or list((project / "src").rglob(name)), name


def test_tree_is_what_a_project_holds(project: Path) -> None:
    """The README draws what is there, and no more."""
    tree = re.search(r"```text\n(.*?)```", text("README.md"), re.DOTALL)
    assert tree
    package = next(path.name for path in (project / "src").iterdir())
    for line in tree[1].splitlines():
        for name in re.findall(r"[\w./-]+", line.partition("   ")[0]) + re.findall(
            r"\b[A-Za-z_.]+\.(?:md|toml|py|lock|csv)\b", line
        ):
            places = [project, project / "data", project / "src" / package]
            assert any((place / name.replace("PACKAGE", package)).exists() for place in places), name


def test_readme_lists_every_gate() -> None:
    """All twelve gates are named with what breaks them, and both samples ask each."""
    rows = re.findall(r"^\| ([a-z]+) \| [^|]+ \| [^|]+ \|$", text("README.md"), re.MULTILINE)
    named = [row for row in rows if row != "gate"]
    assert len(named) == 12
    for task in ("classification", "regression"):
        promises = (
            ROOT / "<<cookiecutter.project_slug>>" / f"<% if cookiecutter.task == '{task}' %>gates.toml<% endif %>"
        ).read_text()
        assert set(named) == set(re.findall(r"^\[([a-z]+)\]", promises, re.MULTILINE))


def test_readme_counts_the_questions() -> None:
    """Ten questions are promised, and asked."""
    asked = [name for name in json.loads(text("cookiecutter.json")) if not name.startswith("_")]
    assert len(asked) == 10
    assert "Ten questions" in text("README.md")


@pytest.mark.parametrize("path", ["README.md", "<<cookiecutter.project_slug>>/README.md"], ids=["ours", "project"])
def test_readme_is_short(path: str) -> None:
    """One reads it in a sitting: at most 120 lines."""
    assert len(text(path).splitlines()) <= 120


def test_make_alone_lists_every_target() -> None:
    """Whoever types make learns what there is."""
    make = shutil.which("make")
    assert make
    told = subprocess.run([make, "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {line.split()[1] for line in told.splitlines()} == documents.targets(ROOT / "Makefile")
