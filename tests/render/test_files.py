"""Which files a project has, and that each is whole."""

import re
from pathlib import Path

import pytest

from tests.rendered import FOLDER, Render, documents, files, questions

MANIFEST = Path(__file__).with_name("manifest.txt")
COPIED = (".github/workflows/", ".github/settings.json")
UNRENDERED = ["<" * 2, "<" + "%", "# :" + ":", "cookiecutter"]
# The one file that is named so, and the name of this template.
NAMED = re.compile(r"\.cookiecutter\.yaml|cookiecutter-ml-cicd")
CHOICES = [(key, choice) for key in ("task", "license", "python_version") for choice in questions()[key]]
each_choice = pytest.mark.parametrize(("key", "choice"), CHOICES, ids=[choice for _, choice in CHOICES])


@each_choice
def test_a_project_has_exactly_these_files(rendered: Render, key: str, choice: str) -> None:
    """Every choice gives the paths of manifest.txt: nothing is missing, nothing foreign."""
    listed = MANIFEST.read_text(encoding="utf-8").splitlines()
    found = [name.replace("late_trains", "PACKAGE") for name in files(rendered(**{key: choice}))]
    assert sorted(found) == sorted(listed)


def test_a_project_is_small_to_face() -> None:
    """At most 45 files lie outside its code and tests: what one meets stays few; a module may become a package."""
    listed = MANIFEST.read_text(encoding="utf-8").splitlines()
    assert len([name for name in listed if not name.startswith(("src/", "tests/"))]) <= 45


@each_choice
def test_every_document_parses(rendered: Render, key: str, choice: str) -> None:
    """Whatever is chosen, TOML, YAML, JSON and Python files can be read."""
    assert {"pyproject.toml", "contract.toml", ".cookiecutter.yaml"} <= set(documents(rendered(**{key: choice})))


@pytest.mark.parametrize("task", questions()["task"])
def test_nothing_is_empty_or_unrendered(rendered: Render, task: str) -> None:
    """No file is a placeholder, no tag is left, and nothing speaks of the machinery that made it."""
    for name, path in files(rendered(task=task)).items():
        assert path.stat().st_size or path.name in {"__init__.py", "py.typed"}, name
        if not name.startswith(COPIED):
            text = NAMED.sub("", path.read_text(encoding="utf-8"))
            assert [tag for tag in UNRENDERED if tag in text] == [], name


@pytest.mark.parametrize("task", questions()["task"])
def test_sample_data_survives_rendering(rendered: Render, template: Path, task: str) -> None:
    """The sample in a project is byte for byte the one whose digest data.lock names."""
    (source,) = (template / FOLDER / "data").glob(f"*'{task}'*sample.csv*")
    assert (rendered(task=task) / "data" / "sample.csv").read_bytes() == source.read_bytes()
