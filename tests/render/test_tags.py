"""What stands between our delimiters, in every body, name, hook and default: read by cookiecutter's own environment."""

import fnmatch
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cookiecutter.utils import create_env_with_context
from jinja2 import Environment, TemplateSyntaxError, nodes

from tests.rendered import FOLDER, files, questions

QUESTIONS = questions()
ASKED = [key for key in QUESTIONS if not key.startswith("_")]
Source = tuple[str, str]


@pytest.fixture(scope="module")
def environment() -> Environment:
    """Return the environment that cookiecutter renders with."""
    made: Environment = create_env_with_context({"cookiecutter": QUESTIONS})
    return made


def bodies(template: Path) -> Iterator[Source]:
    """Yield every body that is rendered, by its path in the project."""
    copied = QUESTIONS["_copy_without_render"]
    for name, path in files(template / FOLDER).items():
        if not any(fnmatch.fnmatch(name, pattern) for pattern in copied):
            yield name, path.read_text(encoding="utf-8")


def sources(template: Path) -> Iterator[Source]:
    """Yield all that cookiecutter renders: bodies, names, hooks and defaults."""
    yield from bodies(template)
    yield from ((f"name of {name}", name) for name in files(template / FOLDER))
    yield from ((name, path.read_text(encoding="utf-8")) for name, path in files(template / "hooks").items())
    yield from ((f"default of {key}", json.dumps(QUESTIONS[key])) for key in ASKED)


def misread(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Say which tags are misspelt or an accident, with their lines."""
    for found in tree.find_all(nodes.Name):
        if found.name != "cookiecutter":
            yield found.lineno, f"no variable {found.name}"
    for answer in tree.find_all(nodes.Getattr):
        if answer.attr not in ASKED:
            yield answer.lineno, f"no answer cookiecutter.{answer.attr}"
    for output in tree.find_all(nodes.Output):
        for tag in output.nodes:
            if not isinstance(tag, nodes.TemplateData | nodes.Name) and tag.find(nodes.Name) is None:
                yield tag.lineno, "a tag that names no variable"


def complaints(environment: Environment, name: str, text: str) -> list[str]:
    """Say what is broken, misspelt or an accident in a text, with its name and line."""
    try:
        found = list(misread(environment.parse(text)))
    except TemplateSyntaxError as error:
        return [f"{name}:{error.lineno}: {error.message}"]
    comments = [line for line, kind, _ in environment.lex(text) if kind == "comment_begin"]
    found += [(line, "a comment of the template, which vanishes") for line in comments]
    return [f"{name}:{line}: {said}" for line, said in found]


def conditions(environment: Environment, text: str) -> int:
    """Count the `if` and `for` tags of a text."""
    tokens: list[Any] = [token for token in environment.lex(text) if token[1] != "whitespace"]
    pairs = itertools.pairwise(tokens)
    begins = ("block_begin", "linestatement_begin")
    return sum(first[1] in begins and second[2] in {"if", "for"} for first, second in pairs)


def test_every_tag_means_what_it_says(environment: Environment, template: Path) -> None:
    """No heredoc, shift or merge key is taken for a tag, and no answer is misspelt."""
    found = [said for name, text in sources(template) for said in complaints(environment, name, text)]
    assert found == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("\n<" + "< cookiecutter.projet_name >>", "a:2: no answer cookiecutter.projet_name", id="misspelt"),
        pytest.param("<" + "< name >>", "a:1: no variable name", id="unknown"),
        pytest.param("cat <" + "<'EOF' >> x", "a:1: a tag that names no variable", id="heredoc"),
        pytest.param("1 <" + "< 2 >> 3", "a:1: a tag that names no variable", id="shift"),
        pytest.param("<" + "# note #>", "a:1: a comment of the template, which vanishes", id="comment"),
        pytest.param("a\n<" + "<: *x", "a:2: unexpected ':'", id="merge-key"),
    ],
)
def test_accidents_are_seen(environment: Environment, text: str, said: str) -> None:
    """What a shell, YAML or PowerShell writes with our delimiters is found, with its line."""
    assert complaints(environment, "a", text) == [said]


def test_hardly_any_text_depends_on_an_answer(environment: Environment, template: Path) -> None:
    """At most four conditions in all bodies, none in Python or workflows."""
    counted = {name: conditions(environment, text) for name, text in bodies(template)}
    assert conditions(environment, "# :" + ": if cookiecutter.task\na\n# :" + ": endif\n") == 1
    assert sum(counted.values()) <= 4
    assert [name for name, count in counted.items() if count and name.endswith((".py", ".yml"))] == []


def test_only_file_names_are_conditional(template: Path) -> None:
    """A folder whose name comes out empty writes files outside the project; Windows knows no double quote."""
    for name in files(template / FOLDER):
        assert "%" not in str(Path(name).parent), name
        assert '"' not in name


def test_each_default_uses_answers_above_it() -> None:
    """Cookiecutter asks in order, and a default sees what was answered before."""
    above: set[str] = set()
    for key in ASKED:
        used = {other for other in ASKED if f"cookiecutter.{other}" in json.dumps(QUESTIONS[key])}
        assert used <= above, key
        above.add(key)


def test_every_question_is_put_to_people() -> None:
    """Each of the ten questions, and each choice, has a sentence of its own."""
    prompts = QUESTIONS["__prompts__"]
    assert list(prompts) == ASKED
    for key, prompt in prompts.items():
        offered = QUESTIONS[key]
        assert isinstance(prompt, str) if isinstance(offered, str) else set(prompt) == {"__prompt__", *offered}
