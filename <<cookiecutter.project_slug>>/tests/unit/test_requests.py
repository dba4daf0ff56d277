"""What the server answers to bad requests: 4xx with the field and the reason, never 5xx."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from << cookiecutter.package_name >> import contract
from << cookiecutter.package_name >>.service import schema

JSON = {"content-type": "application/json"}
ROW = {"sent": "2024-05-01T12:00:00", "size": 10.0, "weight": 2.5, "visits": 3, "express": True, "colour": "red"}

Serve = Callable[..., AbstractContextManager[Any]]


@pytest.fixture(scope="module")
def client(made: tuple[Path, object], serve: Serve) -> Iterator[httpx.Client]:
    """Return a client of the small project's server."""
    with serve(made[0] / "build" / "bundle" / "model.tar.gz") as served:
        yield served.client


def ask(client: httpx.Client, body: str | bytes) -> httpx.Response:
    """Send a body as JSON."""
    return client.post("/predict", content=body, headers=JSON)


def body(**cells: Any) -> str:
    """Return a request of one row, with these cells changed; `...` leaves a cell out."""
    row = {**ROW, **cells}
    return json.dumps({"rows": [{name: value for name, value in row.items() if value is not ...}]})


@pytest.mark.parametrize(
    ("column", "sent"),
    [
        pytest.param("size", ..., id="missing"),
        pytest.param("size", None, id="null-in-required"),
        pytest.param("colour", None, id="null-in-required-category"),
        pytest.param("sent", ..., id="missing-source-of-derived"),
        pytest.param("length", 3, id="extra"),
        pytest.param("refund", 3, id="known-only-afterwards"),
        pytest.param("returned", "no", id="target"),
        pytest.param("size", "large", id="word-for-number"),
        pytest.param("size", "10.0", id="number-as-text"),
        pytest.param("size", True, id="boolean-for-number"),
        pytest.param("size", [10], id="list-for-number"),
        pytest.param("size", {}, id="object-for-number"),
        pytest.param("size", float("nan"), id="nan"),
        pytest.param("size", float("inf"), id="infinity"),
        pytest.param("size", float("-inf"), id="minus-infinity"),
        pytest.param("size", 100.1, id="above"),
        pytest.param("size", -0.1, id="below"),
        pytest.param("visits", 1.5, id="fraction-for-integer"),
        pytest.param("visits", 1001, id="integer-above"),
        pytest.param("visits", -2, id="integer-below"),
        pytest.param("express", 1, id="number-for-boolean"),
        pytest.param("express", "true", id="text-for-boolean"),
        pytest.param("colour", 3, id="number-for-category"),
        pytest.param("colour", "", id="nothing-for-required-category"),
        pytest.param("colour", "x" * 1001, id="endless-text"),
        pytest.param("sent", "yesterday", id="word-for-time"),
        pytest.param("sent", "secret " * 20, id="endless-time"),
        pytest.param("sent", 3, id="number-for-time"),
        pytest.param("sent", "9999-12-31T23:59:59Z", id="time-beyond-the-last-year"),
        pytest.param("sent", "2024-02-30", id="no-such-day"),
        pytest.param("parcel", -1, id="key-out-of-range"),
    ],
)
def test_bad_cell_is_refused_with_its_field_and_reason(client: httpx.Client, column: str, sent: Any) -> None:
    """Who sends it reads which row and column, and why; what was sent is not sent back."""
    answer = ask(client, body(**{column: sent}))
    assert answer.status_code == 422
    found = answer.json()["detail"]
    assert all(each["loc"][:3] == ["rows", 0, column] and each["msg"] for each in found)
    assert all("input" not in each for each in found)
    assert not isinstance(sent, str) or len(sent) < 4 or sent not in answer.text


@pytest.mark.parametrize("sent", ["2024-05-01T12:00:00+02:00", "yesterday"])
def test_moment_with_a_zone_needs_one_to_be_told_in(zoneless: contract.Contract, sent: str) -> None:
    """Where the contract names none, the local time is asked for."""
    refused = "is no local time in ISO 8601 without a zone, such as 2026-01-31T12:00:00"
    with pytest.raises(ValidationError, match=re.escape(refused)):
        schema.requests(zoneless).validate_json(body(sent=sent))


def test_moment_that_names_its_zone_is_answered_as_in_the_zone_of_its_column(client: httpx.Client) -> None:
    """A caller elsewhere sends its own; only where the contract names a zone can it be told in it."""
    moments = ("2024-04-30T22:00Z", "2024-05-01T00:00", "2024-05-03T00:00")
    answers = [ask(client, body(ordered=sent)) for sent in moments]
    elsewhere, local, later = (answer.json()["predictions"] for answer in answers)
    assert elsewhere == local != later
    (found,) = ask(client, body(ordered="yesterday")).json()["detail"]
    assert found["msg"] == "is no moment in ISO 8601, in +02:00 or with its zone, such as 2026-01-31T12:00:00Z"


def test_name_that_the_model_does_not_know_is_said_to_be_that(client: httpx.Client) -> None:
    """Who mistyped a column reads two sentences: one is missing, the other is no input."""
    found = ask(client, body(size=..., sise=3)).json()["detail"]
    assert {each["loc"][-1]: each["msg"] for each in found} == {
        "size": "Field required",
        "sise": "is no input of this model",
    }


@pytest.mark.parametrize("column", ["size", "colour", "express", "sent"])
def test_nothing_in_a_required_field_is_said_to_be_missing(client: httpx.Client, column: str) -> None:
    """Not to be no number, no text or no moment; what the model does not know is not required, be it null."""
    told = ask(client, body(**{column: None}, sise=None)).json()["detail"]
    assert {each["loc"][2]: each["msg"] for each in told} == {
        column: "is missing, and is required",
        "sise": "is no input of this model",
    }


def test_fraction_is_said_to_be_no_whole_number(client: httpx.Client) -> None:
    """Not to be a multiple of one."""
    assert "is no whole number" in [each["msg"] for each in ask(client, body(visits=2.5)).json()["detail"]]


def test_sign_of_something_missing_is_no_advice(client: httpx.Client) -> None:
    """Who mistyped a number wants to send one; where the sign itself is sent, it is taken."""
    told = [each["msg"] for each in ask(client, body(visits="2,5")).json()["detail"]]
    assert told
    assert not [each for each in told if "?" in each]
    assert ask(client, body(visits="?")).status_code == 200


@pytest.mark.parametrize("number", ["1e400", "-1e400", "9" * 400], ids=["1e400", "-1e400", "400-digits"])
def test_number_beyond_all_floats_is_refused(client: httpx.Client, number: str) -> None:
    """JSON can write numbers that no machine holds."""
    answer = ask(client, body(size=777).replace("777", number))
    assert answer.status_code == 422
    assert "size" in answer.json()["detail"][0]["loc"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param("", 400, id="nothing"),
        pytest.param(body()[:-5], 400, id="truncated"),
        pytest.param("rows=1", 400, id="no-json"),
        pytest.param(b'{"rows": [{"colour": "\xff"}]}', 400, id="not-utf8"),
        pytest.param(body(colour="777").replace("777", "\\ud800"), 400, id="half-a-character"),
        pytest.param("[" * 5000, 400, id="deeply-nested"),
        pytest.param("null", 422, id="null"),
        pytest.param("[]", 422, id="list"),
        pytest.param("{}", 422, id="no-rows"),
        pytest.param('{"rows": []}', 422, id="empty-rows"),
        pytest.param('{"rows": {}}', 422, id="rows-that-are-no-list"),
        pytest.param('{"rows": [3]}', 422, id="row-that-is-a-number"),
        pytest.param('{"rows": [null]}', 422, id="row-that-is-null"),
        pytest.param('{"rows": [{}]}', 422, id="empty-row"),
        pytest.param(body()[:-1] + ', "more": 1}', 422, id="extra-key"),
        pytest.param(json.dumps({"rows": [ROW] * 1001}), 422, id="1001-rows"),
        pytest.param(json.dumps({"rows": [ROW] * 10_000}), 413, id="10000-rows"),
        pytest.param(body(colour="x" * 2**20), 413, id="too-large"),
    ],
)
def test_bad_body_is_refused_with_its_reason(client: httpx.Client, content: str | bytes, code: int) -> None:
    """Each is the sender's mistake, and is told as such."""
    answer = ask(client, content)
    assert answer.status_code == code
    assert answer.json()["detail"][0]["msg"]
    assert len(answer.json()["detail"]) <= 20


@pytest.mark.parametrize(
    "kind",
    [
        *("text/plain", "application/x-www-form-urlencoded", "", "application/json-patch"),
        *("application/json; charset=latin-1", "application/json; charset=utf-16"),
    ],
)
def test_other_content_type_is_refused(client: httpx.Client, kind: str) -> None:
    """The body is JSON and says so."""
    answer = client.post("/predict", content=body(), headers={"content-type": kind})
    assert answer.status_code == 415
    assert "application/json" in answer.json()["detail"][0]["msg"]


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        pytest.param("GET", "/predict", 405, id="get-predict"),
        pytest.param("POST", "/health", 405, id="post-health"),
        pytest.param("DELETE", "/predict", 405, id="delete-predict"),
        pytest.param("OPTIONS", "/predict", 405, id="no-cross-origin"),
        pytest.param("TRACE", "/", 405, id="trace"),
        pytest.param("GET", "/docs", 404, id="no-docs"),
        pytest.param("GET", "/../etc/passwd", 404, id="path-outside"),
        pytest.param("POST", "/predict/", 404, id="slash-behind"),
        pytest.param("POST", "//predict", 404, id="slash-before"),
        pytest.param("POST", "/predict%2F", 404, id="escaped-slash"),
        pytest.param("POST", "/predict%00", 404, id="nothing-behind"),
    ],
)
def test_unknown_route_is_refused(client: httpx.Client, method: str, path: str, code: int) -> None:
    """There are five routes, and they are spelled in one way."""
    address = client.base_url.copy_with(raw_path=path.encode())
    answer = client.request(method, address, content=body() if method == "POST" else None, headers=JSON)
    assert answer.status_code == code
    assert answer.json()["detail"][0]["msg"]


def test_what_was_sent_is_not_sent_back(client: httpx.Client) -> None:
    """No value, and no more of a name than it takes to find it."""
    answer = ask(client, body(colour=["secret"], **{"y" * 5000: "secret"}))
    assert answer.status_code == 422
    assert "secret" not in answer.text
    assert "y" * 200 not in answer.text


def test_key_that_is_there_twice_counts_as_it_stood_last(client: httpx.Client) -> None:
    """As most readers of JSON do; the README says so."""
    twice = body().replace('"size": 10.0', '"size": "large", "size": 10.0')
    assert ask(client, twice).json() == ask(client, body()).json()


def test_every_answer_is_safe_to_show(client: httpx.Client) -> None:
    """No banner, no guessing of types, no other origin; of what is JSON nothing is run or stored."""
    gotten = [client.get(path) for path in ("/", "/health", "/model", "/openapi.json", "/nothing")]
    for answer in (*gotten, ask(client, body()), ask(client, "")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert {"server", "access-control-allow-origin", "x-powered-by"}.isdisjoint(answer.headers)


def test_server_still_answers_after_all_that(client: httpx.Client) -> None:
    """No bad request changes what the next one gets."""
    assert ask(client, body(size=None)).status_code == 422
    assert ask(client, body()).status_code == 200
