"""Expressions mean what they mean on GitHub."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.runner import expressions, functions, values
from tests.runner.expressions import Scope
from tests.runner.refusal import UnknownError
from tests.runner.values import Closed, Value

GITHUB = {"ref": "refs/heads/main", "event": {"labels": [{"name": "Bug"}, {"name": "docs"}], "n": 3}, "empty": ""}
SCOPE = Scope({"github": Closed("github", GITHUB), "vars": {}, "matrix": {"python": "3.10"}})

MEANINGS: list[tuple[str, Value]] = [
    ("'A' == 'a'", True),
    ("'1' == 1", True),
    ("'' == 0 && null == 0 && false == ''", True),
    ("'x' == 0", False),
    ("NaN == NaN", False),
    ("null == ''", True),
    ("true == 1 && 'true' != true", True),
    ("github.event.labels == github.event.labels", True),
    ("fromJSON('[1]') == fromJSON('[1]')", False),
    ("'b' > 'A' && 2 >= 2 && !(1 < 1)", True),
    ("'10' > '9'", False),
    ("github.empty || 'other'", "other"),
    ("'' && 'never' || 'last'", "last"),
    ("1 == 1 && 7 || 90", 7.0),
    ("!'' && !null && !0", True),
    ("true || false && false", True),
    ("1 < 2 == true", True),
    ("GITHUB.REF", "refs/heads/main"),
    ("github['event'].labels[1].name", "docs"),
    ("github.event.labels.*.name", ["Bug", "docs"]),
    ("contains(github.event.labels.*.name, 'bug')", True),
    ("contains('Hello', 'ELL')", True),
    ("startsWith(github.ref, 'REFS/') && endsWith('ab', 'B')", True),
    ("format('{0}-{1}-{{0}}', 'a', 1.5)", "a-1.5-{0}"),
    ("join(github.event.labels.*.name, ', ')", "Bug, docs"),
    ("fromJSON('{\"a\": [1, 2]}').a[1]", 2),
    ("toJSON(github.event.labels[0])", '{\n  "name": "Bug"\n}'),
    ("vars.absent.deeper", None),
    ("github.event.labels[9]", None),
    ("'it''s'", "it's"),
    ("0xff == 255 && 1e3 == 1000 && -1 < .5", True),
    ("matrix.python == 3.1", True),
]


@pytest.mark.parametrize(("source", "meaning"), MEANINGS, ids=[source for source, _ in MEANINGS])
def test_an_expression_means_what_it_means_on_github(source: str, meaning: Value) -> None:
    """Coercion, precedence, case, filters and functions."""
    assert expressions.evaluate(source, SCOPE) == meaning


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("secrets.KEY", id="unknown-context"),
        pytest.param("github.reff", id="unknown-name"),
        pytest.param("hashFile('x')", id="unknown-function"),
        pytest.param("always()", id="status-outside-if"),
        pytest.param("contains('a')", id="too-few-arguments"),
        pytest.param("1 +1", id="no-operator"),
        pytest.param('"double"', id="double-quotes"),
        pytest.param("(1", id="open-bracket"),
        pytest.param("1 2", id="two-values"),
        pytest.param("github.", id="open-dot"),
        pytest.param("", id="nothing"),
        pytest.param("format('{1}', 'a')", id="format-beyond"),
        pytest.param("fromJSON('{')", id="no-json"),
    ],
)
def test_what_is_not_known_is_refused(source: str) -> None:
    """A mistyped word never passes for an empty value."""
    with pytest.raises(UnknownError):
        expressions.evaluate(source, SCOPE)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1.0, "1"),
        (1.5, "1.5"),
        (-0.25, "-0.25"),
        (1e21, "1e+21"),
        (math.nan, "NaN"),
        (math.inf, "Infinity"),
        (True, "true"),
    ],
)
def test_numbers_are_written_as_github_writes_them(number: float, text: str) -> None:
    """No `.0` behind whole numbers."""
    assert values.text(number) == text


def test_text_from_outside_is_never_evaluated() -> None:
    """A branch called like an expression stays a name."""
    scope = Scope({"github": {"ref": "${{ github.token }}", "token": "secret"}})
    assert expressions.fill("on ${{ github.ref }}", scope) == "on ${{ github.token }}"


STATUS = functions.status(success=False, failure=True, cancelled=False)


@pytest.mark.parametrize(
    ("condition", "held"),
    [
        (None, False),
        ("true", False),
        ("${{ failure() }}", True),
        ("always() && github.empty == ''", True),
        ("!cancelled()", True),
        ("success() || github.ref != ''", True),
        ("github.ref == 'x' || failure()", True),
        ("contains('success()', 'x') || true", False),
    ],
)
def test_a_condition_without_a_status_function_also_asks_for_success(condition: str | None, held: bool) -> None:  # noqa: FBT001
    """The implicit success() goes away only where the expression itself asks."""
    assert expressions.holds(condition, SCOPE.adding(STATUS)) is held


def test_a_condition_that_is_half_text_is_refused() -> None:
    """GitHub would take it for a text, which always holds."""
    with pytest.raises(UnknownError, match="always holds"):
        expressions.holds("${{ false }} && true", SCOPE.adding(STATUS))


SCALARS = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text()
DOCUMENTS = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@given(DOCUMENTS)
def test_documents_survive_json(document: Value) -> None:
    """What toJSON writes, fromJSON reads."""
    assert json.loads(values.document(document)) == functions.from_json(functions.to_json(document)) == document


@given(SCALARS, SCALARS)
def test_equality_is_symmetric_and_negated_by_unequal(left: Value, right: Value) -> None:
    """Coercion does not depend on the side."""
    scope = Scope({"a": left, "b": right})
    answers = {source: expressions.evaluate(source, scope) for source in ("a == b", "b == a", "a != b")}
    assert answers["a == b"] == answers["b == a"] != answers["a != b"]


@given(SCALARS, SCALARS)
def test_or_and_and_give_one_of_their_operands(left: Value, right: Value) -> None:
    """They choose, they do not convert."""
    scope = Scope({"a": left, "b": right})
    assert expressions.evaluate("a || b", scope) is (left if values.truthy(left) else right)
    assert expressions.evaluate("a && b", scope) is (right if values.truthy(left) else left)


@given(st.text())
def test_any_text_can_be_quoted(text: str) -> None:
    """Doubled quotes are all the escaping there is."""
    assert expressions.fill("${{ '" + text.replace("'", "''") + "' }}", SCOPE) == text
