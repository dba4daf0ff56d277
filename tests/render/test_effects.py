"""That each answer has an effect, and only its effect."""

from pathlib import Path

import pytest
import yaml

from tests.rendered import PLAIN, UNUSUAL, Render, documents, files, parsed, strings

OTHER = {
    "project_name": "Wet Summers",
    "project_slug": "wet-summers",
    "package_name": "wet_summers",
    "description": "How wet the summer will be.",
    "author_name": "Grace Hopper",
    "author_email": "grace@example.org",
    "github_owner": "compilers",
}
CHOSEN = {
    ("license", "Apache-2.0"): {".cookiecutter.yaml", "LICENSE", "pyproject.toml"},
    ("license", "BSD-3-Clause"): {".cookiecutter.yaml", "LICENSE", "pyproject.toml"},
    ("license", "Proprietary"): {".cookiecutter.yaml", "LICENSE", "pyproject.toml"},
    ("python_version", "3.12"): {".cookiecutter.yaml", ".python-version", "Dockerfile", "README.md"},
    ("python_version", "3.11"): {".cookiecutter.yaml", ".python-version", "Dockerfile", "README.md"},
}


def contents(project: Path) -> dict[str, str]:
    """Return every file's text by its path."""
    return {name: path.read_bytes().decode() for name, path in files(project).items()}


@pytest.mark.parametrize("key", PLAIN)
def test_a_name_or_text_goes_where_it_belongs_and_changes_nothing_else(rendered: Render, key: str) -> None:
    """Put the old answer where the new one stands, and it is the same project."""
    before, after = contents(rendered()), contents(rendered(**{key: OTHER[key]}))
    assert before != after
    undone = {
        name.replace(OTHER[key], PLAIN[key]): text.replace(OTHER[key], PLAIN[key]) for name, text in after.items()
    }
    assert undone == before


@pytest.mark.parametrize(("choice", "changed"), CHOSEN.items(), ids=[choice for _, choice in CHOSEN])
def test_a_choice_changes_these_files_alone(rendered: Render, choice: tuple[str, str], changed: set[str]) -> None:
    """A licence or a version of Python is a fact of few files."""
    before, after = contents(rendered()), contents(rendered(**dict([choice])))
    assert {name for name in after if after[name] != before[name]} == changed


def test_a_task_brings_its_data_contract_and_promises(rendered: Render) -> None:
    """Both tasks run the same code and the same unit tests: only what a person edits differs."""
    before, after = contents(rendered(task="classification")), contents(rendered(task="regression"))
    changed = {name for name in after if after[name] != before[name]}
    assert {"contract.toml", "params.toml", "gates.toml", "data/sample.csv", "data/data.lock"} <= changed
    assert not {name for name in changed if name.startswith(("src/", "tests/unit/"))}


def test_unusual_answers_are_read_back_as_they_were_given(rendered: Render) -> None:
    """Emoji, accents, apostrophes, colons and hashes mean nothing to any document."""
    project = rendered(**UNUSUAL)
    read = documents(project)
    kept = yaml.safe_load((project / ".cookiecutter.yaml").read_text(encoding="utf-8"))["default_context"]
    assert {key: kept[key] for key in UNUSUAL} == UNUSUAL
    assert read["pyproject.toml"]["project"]["description"] == UNUSUAL["description"]
    assert read["pyproject.toml"]["project"]["authors"] == [
        {"name": UNUSUAL["author_name"], "email": UNUSUAL["author_email"]}
    ]
    assert UNUSUAL["author_name"] in set(strings(parsed(project / "contract.toml")))


def test_a_project_made_from_its_kept_answers_is_the_same(rendered: Render, render: Render) -> None:
    """What .cookiecutter.yaml remembers is all that a project was made of."""
    project = rendered(**UNUSUAL)
    kept = yaml.safe_load((project / ".cookiecutter.yaml").read_text(encoding="utf-8"))["default_context"]
    assert contents(render(**kept)) == contents(project)
