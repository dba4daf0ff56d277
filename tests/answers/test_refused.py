"""What the real command line does with answers that cannot work."""

from pathlib import Path

import pytest

from tests.rendered import Ask, files


def test_refused_answers_leave_nothing_and_hear_every_reason(ask: Ask, tmp_path: Path, right: dict[str, str]) -> None:
    """One run names all that is wrong, ends with an error and writes no file."""
    wrong = {"project_name": 'my "model"', "package_name": "json", "author_email": "nobody", "github_owner": "a b"}
    done = ask(right | wrong)
    reasons = done.stderr.partition("Traceback")[0].splitlines()
    assert done.returncode != 0
    assert [reason.split()[0] for reason in reasons[: len(wrong)]] == [
        "project_name",
        "package_name",
        "author_email",
        "github_owner",
    ]
    assert files(tmp_path) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"project_slug": "../up"}, id="slug-goes-up"),
        pytest.param({"project_slug": "a/b/c"}, id="slug-goes-down"),
        pytest.param({"project_slug": ""}, id="empty-slug"),
        pytest.param({"project_slug": "."}, id="slug-is-here"),
        pytest.param({"description": ""}, id="empty-description"),
        pytest.param({"project_name": "x" * 200}, id="200-characters"),
        pytest.param({"description": "a {" + "{ b }}"}, id="double-brace"),
        pytest.param({"description": "see <" + "<EOF"}, id="own-tag"),
        pytest.param({"task": "ranking"}, id="not-offered"),
    ],
)
def test_no_refused_answer_leaves_a_file(
    ask: Ask, tmp_path: Path, right: dict[str, str], wrong: dict[str, str]
) -> None:
    """Whoever refuses, the hook or cookiecutter itself, nothing stays."""
    done = ask(right | wrong)
    assert done.returncode != 0
    assert files(tmp_path) == {}


def test_accepted_answers_say_what_comes_next(ask: Ask, tmp_path: Path, right: dict[str, str]) -> None:
    """The first commands that one needs stand at the end."""
    done = ask(right)
    assert done.returncode == 0, done.stderr
    assert [line.strip() for line in done.stdout.splitlines() if line.startswith("    ")] == [
        "cd late-trains",
        "git init --initial-branch main",
        "make setup",
        "make all",
    ]
    assert files(tmp_path / "out" / "late-trains")
