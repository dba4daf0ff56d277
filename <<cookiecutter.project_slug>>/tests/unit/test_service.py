"""What the server answers, and how it starts and stops."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest

from << cookiecutter.package_name >> import bundle, cli, model

ROW = {"sent": "2024-05-01T12:00:00", "size": 10.0, "weight": 2.5, "visits": 3, "express": True, "colour": "red"}

Serve = Callable[..., AbstractContextManager[Any]]


@pytest.fixture(scope="module")
def archive(made: tuple[Path, object]) -> Path:
    """Return the small project's packed model."""
    return made[0] / "build" / "bundle" / "model.tar.gz"


@pytest.fixture(scope="module")
def opened(archive: Path) -> bundle.Bundle:
    """Return the small project's bundle."""
    return bundle.open_file(archive)


@pytest.fixture(scope="module")
def client(archive: Path, serve: Serve) -> Iterator[httpx.Client]:
    """Return a client of the small project's server."""
    with serve(archive) as served:
        yield served.client


def predicted(client: httpx.Client, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the predictions for rows."""
    answer = client.post("/predict", json={"rows": rows})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["predictions"])


def test_golden_rows_are_answered_as_the_bundle_says(client: httpx.Client, opened: bundle.Bundle) -> None:
    """Over HTTP too; the answer names the model."""
    golden = opened.json("golden.json")
    answer = client.post("/predict", json={"rows": golden["rows"]}).json()
    assert model.same(answer["predictions"], golden["predictions"], 1.0)
    assert answer["model"] == {"version": opened.manifest["version"], "digest": opened.digest}


@pytest.mark.parametrize("count", [2, 64, 65, 1000])
def test_rows_are_answered_alike_alone_and_together(client: httpx.Client, count: int) -> None:
    """Also beyond the number that is predicted in a thread."""
    rows = [{**ROW, "size": float(i % 100)} for i in range(count)]
    found = predicted(client, rows)
    assert len(found) == count
    assert found[-1] == predicted(client, rows[-1:])[0]


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param({"colour": "pink"}, id="unseen-category"),
        pytest.param({"colour": "\u0000 \u2603 \U0001f600"}, id="strange-category"),
        pytest.param({"weight": None, "visits": None, "shape": None, "ordered": None}, id="null-in-optional"),
        pytest.param({"parcel": 7, "ordered": "2024-04-30"}, id="key-and-date"),
        pytest.param({"sent": "0001-01-01T00:00:00", "ordered": "9999-12-31"}, id="times-far-apart"),
        pytest.param({"visits": 3.0, "size": 10}, id="integer-and-float-interchanged"),
        pytest.param({"size": 0, "weight": 0}, id="division-by-zero"),
    ],
)
def test_legal_row_is_answered(client: httpx.Client, cells: dict[str, Any]) -> None:
    """What the contract allows has a probability between 0 and 1."""
    (found,) = predicted(client, [{**ROW, **cells}])
    assert 0 <= found["probability"] <= 1
    assert found["label"] in {"no", "yes"}


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        pytest.param({"colour": "Red"}, {"colour": "red"}, id="alias"),
        pytest.param({"visits": "?"}, {"visits": None}, id="marker-in-text"),
        pytest.param({"visits": -1}, {"visits": None}, id="marker-out-of-range"),
        pytest.param({"visits": -1.0}, {"visits": None}, id="marker-as-float"),
        pytest.param({"shape": "?"}, {"shape": None}, id="marker-of-category"),
        pytest.param({"parcel": 1}, {"parcel": 2}, id="key-means-nothing"),
    ],
)
def test_spelling_does_not_change_the_answer(client: httpx.Client, sent: dict[str, Any], meant: dict[str, Any]) -> None:
    """Cleaning is that of the training."""
    (first, second) = predicted(client, [{**ROW, **sent}, {**ROW, **meant}])
    assert first == second


def test_health_and_model_tell_which_model_answers(client: httpx.Client, opened: bundle.Bundle) -> None:
    """Version, digest, origin, card and metrics."""
    named = {"version": opened.manifest["version"], "digest": opened.digest}
    assert client.get("/health").json() == {"status": "ok", "model": named}
    told = client.get("/model").json()
    assert {key: told[key] for key in named} == named
    assert told["manifest"]["data"]["rows"] == 1500
    assert told["card"].startswith("#")
    assert told["metrics"]["quality"]["metric"] == "roc_auc"


def test_schema_is_the_contract(client: httpx.Client) -> None:
    """OpenAPI shows the columns, their ranges, and what is required."""
    operation = client.get("/openapi.json").json()["paths"]["/predict"]["post"]
    rows = operation["requestBody"]["content"]["application/json"]["schema"]["properties"]["rows"]
    assert set(rows["items"]["required"]) == {"sent", "size", "express", "colour"}
    assert rows["items"]["properties"]["size"] | {"title": ""} == {
        "title": "",
        "type": "number",
        "minimum": 0,
        "maximum": 100,
    }
    assert rows["maxItems"] == 1000
    assert {"200", "400", "413", "415", "422"} <= set(operation["responses"])
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    told = answer["properties"]["predictions"]["items"]["properties"]["probability"]
    assert told == {"type": "number", "description": "that returned is yes"}


def test_asked_to_stop_it_exits_0(archive: Path, serve: Serve) -> None:
    """A deployment that ends is no failure."""
    with serve(archive) as served:
        served.process.terminate()
        assert served.process.wait() == 0


def test_wrong_bundle_is_refused_before_the_port_opens(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing and a damaged model exit 2 with one sentence."""
    path = tmp_path / "model.tar.gz"
    assert cli.main(["serve", "--bundle", str(path), "--port", "1"]) == 2
    path.write_bytes(b"damaged")
    assert cli.main(["serve", "--bundle", str(path), "--port", "1"]) == 2
    said = capsys.readouterr().err.splitlines()
    assert ["no such bundle" in said[0], "damaged" in said[1]] == [True, True]
    assert len(said) == 2


@pytest.mark.parametrize("host", ["127.0.0.1", "not a host"], ids=["taken-port", "no-such-host"])
def test_port_that_cannot_be_opened_is_named(archive: Path, host: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence says which options to change."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert cli.main(["serve", "--bundle", str(archive), "--host", host, "--port", port]) == 2
    assert f"{host}:{port}: cannot listen" in capsys.readouterr().err


def test_numbers_in_json_are_exact(client: httpx.Client, opened: bundle.Bundle) -> None:
    """The answer holds the probability as the model gives it."""
    (found,) = predicted(client, [ROW])
    assert found == json.loads(json.dumps(model.load(opened).predict([ROW])[0]))
