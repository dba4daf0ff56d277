"""What pre_gen says to answers, asked as a function."""

import json
from pathlib import Path

import pytest

from hooks import pre_gen_project

COOKIECUTTER = Path(__file__).resolve().parents[2] / "cookiecutter.json"


def test_right_answers_pass(right: dict[str, str]) -> None:
    """Nothing is said to answers that work."""
    assert pre_gen_project.problems(right) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Größe & Maß, größer als 日本語", id="accents-and-cjk"),
        pytest.param("Trains 🚂 by a 👨‍👩‍👧 family", id="emoji"),
        pytest.param("L'heure: 'tard'", id="apostrophes"),
        pytest.param("a: b # x", id="colon-and-hash"),
        pytest.param("- $(x) `y` %s {z} <b> [c] *d* yes", id="marks-of-other-languages"),
    ],
)
@pytest.mark.parametrize("key", ["project_name", "description", "author_name"])
def test_unusual_text_passes(right: dict[str, str], key: str, text: str) -> None:
    """Texts that mean nothing inside double quotes are nobody's business."""
    assert pre_gen_project.problems(right | {key: text}) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("   ", id="blank"),
        pytest.param(" a", id="outer-space"),
        pytest.param('say "hi"', id="double-quote"),
        pytest.param("a\\b", id="backslash"),
        pytest.param("a\nb", id="newline"),
        pytest.param("a\0b", id="nul"),
        pytest.param("a\x85b", id="next-line"),
        pytest.param("a\u2028b", id="line-separator"),
        pytest.param("a\u202eb", id="turned-direction"),
        pytest.param("a\ud800b", id="lone-surrogate"),
        pytest.param("a {" + "{ b", id="jinja"),
        pytest.param("a {" + "% b", id="jinja-block"),
        pytest.param("a ${" + "{ secrets.X }}", id="workflow-expression"),
        pytest.param("see <" + "<EOF", id="own-tag"),
        pytest.param("a <" + "% b", id="own-block"),
        pytest.param("# :" + ": endif", id="own-statement"),
        pytest.param("x" * 301, id="too-long"),
    ],
)
@pytest.mark.parametrize("key", ["project_name", "description", "author_name"])
def test_text_that_would_break_files_is_refused(right: dict[str, str], key: str, text: str) -> None:
    """One sentence names the answer and ends like a sentence."""
    assert [said for said in pre_gen_project.problems(right | {key: text}) if said.startswith(key) and said[-1] == "."]


NO_NAME = [
    pytest.param("", id="empty"),
    pytest.param("9lives", id="digit-first"),
    pytest.param("Late", id="capital"),
    pytest.param("a b", id="space"),
    pytest.param("größe", id="not-ascii"),
    pytest.param("../up", id="path"),
    pytest.param("-rf", id="option"),
    pytest.param("a\n", id="newline"),
    pytest.param("a" * 41, id="41-characters"),
    pytest.param("class", id="keyword"),
    pytest.param("json", id="standard-library"),
    pytest.param("test", id="python's-own-tests"),
    pytest.param("numpy", id="dependency"),
    pytest.param("sklearn", id="import-name-of-a-dependency"),
    pytest.param("nul", id="windows-device"),
    pytest.param("lpt9", id="windows-port"),
    pytest.param("tests", id="folder-of-the-project"),
    pytest.param("<" + "< cookiecutter.project_name >>", id="unrendered"),
]


@pytest.mark.parametrize("name", [*NO_NAME, "a--b", "a-", "a_b", "scikit-learn"])
def test_slug_that_cannot_be_a_distribution_is_refused(right: dict[str, str], name: str) -> None:
    """A slug is a folder, a repository, an image and a distribution at once."""
    assert [
        said for said in pre_gen_project.problems(right | {"project_slug": name}) if said.startswith("project_slug")
    ]


@pytest.mark.parametrize("name", [*NO_NAME, "a-b", "_a", "scikit_learn"])
def test_package_that_cannot_be_imported_is_refused(right: dict[str, str], name: str) -> None:
    """A package must not hide what Python or the project imports."""
    assert [
        said for said in pre_gen_project.problems(right | {"package_name": name}) if said.startswith("package_name")
    ]


@pytest.mark.parametrize(
    "email", ["", "ada", "a@b", "a b@c.de", "a..b@c.de", "a@c.de.", "ä@c.de", "a@b@c.de", "a@-.de"]
)
def test_no_email_address_is_refused(right: dict[str, str], email: str) -> None:
    """Whoever reports a weakness must reach somebody."""
    assert [
        said for said in pre_gen_project.problems(right | {"author_email": email}) if said.startswith("author_email")
    ]


@pytest.mark.parametrize("email", ["o'brien@example.com", "1+ada@users.noreply.example.com", "a.b@sub.xn--p1ai"])
def test_unusual_email_addresses_pass(right: dict[str, str], email: str) -> None:
    """What mail accepts is accepted."""
    assert pre_gen_project.problems(right | {"author_email": email}) == []


@pytest.mark.parametrize("owner", ["", "a b", "-a", "a-", "a--b", "@a", "a/b", "x" * 40, "\u017f"])
def test_no_github_account_is_refused(right: dict[str, str], owner: str) -> None:
    """CODEOWNERS and the image's name need a real account."""
    assert [
        said for said in pre_gen_project.problems(right | {"github_owner": owner}) if said.startswith("github_owner")
    ]


@pytest.mark.parametrize("owner", ["a", "A-1", "x" * 39, "ada_firm"])
def test_github_accounts_pass(right: dict[str, str], owner: str) -> None:
    """Also the longest one and one that a firm manages."""
    assert pre_gen_project.problems(right | {"github_owner": owner}) == []


@pytest.mark.parametrize("key", ["license", "python_version", "task"])
def test_the_hook_knows_every_choice(right: dict[str, str], key: str) -> None:
    """A replayed answer that is not offered is refused, each that is offered passes."""
    offered = json.loads(COOKIECUTTER.read_text(encoding="utf-8"))[key]
    assert tuple(offered) == pre_gen_project.CHOICES[key]
    assert pre_gen_project.problems(right | {key: "other"})


def test_all_reasons_are_given_at_once(right: dict[str, str]) -> None:
    """Nobody answers ten questions ten times."""
    wrong = dict.fromkeys(right, '"')
    named = {said.split()[0] for said in pre_gen_project.problems(wrong)}
    assert named == set(right)
