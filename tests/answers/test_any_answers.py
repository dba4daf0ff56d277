"""Answers nobody thought of, typed as they are: a project that works, or none."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from cookiecutter.exceptions import CookiecutterException
from cookiecutter.main import cookiecutter
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from hooks import pre_gen_project
from tests.rendered import documents, files, questions, strings

# To render takes a fifth of a second: many examples, or shrinking one, would take minutes.
FEW = settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
WILD = st.text(max_size=120) | st.sampled_from(
    ["''' + x", "null", "#", "é: 'ü'", "%s{0}$HOME", "🚂", "a\u00a0b", "yes", "0123"]
)
TAME = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters='"\\'), min_size=1)
FREE = ("project_name", "description", "author_name")
NAMES = {
    "project_slug": st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,5}){0,3}", fullmatch=True),
    "package_name": st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True),
    "github_owner": st.from_regex(r"[a-zA-Z0-9]{1,9}(-[a-z0-9]{1,9})?", fullmatch=True),
    "author_email": st.sampled_from(["you@example.com", "o'brien@example.com", "1+a@b.example.org"]),
    **{key: st.sampled_from(choices) for key, choices in pre_gen_project.CHOICES.items()},
}
ANSWERS = st.fixed_dictionaries({**dict.fromkeys(FREE, TAME | WILD), **NAMES})
ANYTHING = st.fixed_dictionaries(dict.fromkeys([*FREE, *NAMES], WILD))


@settings(deadline=None)
@given(answers=ANYTHING)
def test_every_answer_is_judged_in_sentences(answers: dict[str, str]) -> None:
    """Whatever is typed, the reasons are printable and each ends like a sentence."""
    said = pre_gen_project.problems(answers)
    assert all(reason.isprintable() and reason.endswith(".") for reason in said)


def typed(answers: dict[str, str], template: Path, configuration: Path, out: Path) -> Path:
    """Render as if the answers had been typed: a replayed answer is not rendered itself."""
    kept = {key: value for key, value in questions().items() if key.startswith("_") and key != "__prompts__"}
    replay = out / "answers.json"
    replay.write_text(json.dumps({"cookiecutter": {**answers, **kept}}), encoding="utf-8")
    return Path(
        cookiecutter(str(template), replay=str(replay), config_file=str(configuration), output_dir=str(out / "made"))
    )


def holds(document: Any, answers: dict[str, str]) -> bool:  # noqa: ANN401 (whatever the document holds)
    """Say whether a parsed document holds every one of these answers, unchanged."""
    return set(answers.values()) <= set(strings(document))


@FEW
@given(answers=ANSWERS)
@example(answers=dict.fromkeys([*FREE, *NAMES], "a"))
def test_any_answers_render_unchanged_or_not_at_all(
    answers: dict[str, str], template: Path, configuration: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A project's documents all parse and give the answers back; refused answers leave no file."""
    monkeypatch.setenv("ML_CICD_NO_LOCK", "1")
    monkeypatch.setattr(tempfile, "tempdir", str(configuration.parent))
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        if pre_gen_project.problems(answers):
            with pytest.raises(CookiecutterException):
                typed(answers, template, configuration, out)
            assert list(files(out)) == ["answers.json"]
        else:
            read = documents(typed(answers, template, configuration, out))
            assert holds(read[".cookiecutter.yaml"], answers)
            assert read["pyproject.toml"]["project"]["description"] == answers["description"]
            assert answers["author_name"] in set(strings(read["pyproject.toml"]["project"]["authors"]))
