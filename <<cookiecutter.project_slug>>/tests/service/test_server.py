"""The real server on the packed model."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest

from << cookiecutter.package_name >> import bundle, contract, model

Serve = Callable[..., AbstractContextManager[Any]]


@pytest.fixture
def row(opened: bundle.Bundle) -> dict[str, Any]:
    """Return a legal row in which every column is filled."""
    return dict(opened.json("golden.json")["rows"][0])


def refused(client: httpx.Client, row: dict[str, Any], field: str) -> bool:
    """Tell whether a row is refused with 422, naming this field and a reason."""
    answer = client.post("/predict", json={"rows": [row]})
    found = answer.json()["detail"][0]
    return answer.status_code == 422 and found["loc"][:3] == ["rows", 0, field] and bool(found["msg"])


def test_golden_rows_are_answered_as_the_bundle_says(client: httpx.Client, opened: bundle.Bundle) -> None:
    """Numbers to 1e-5, labels exactly; the answer names the model."""
    golden = opened.json("golden.json")
    answer = client.post("/predict", json={"rows": golden["rows"]})
    assert answer.status_code == 200, answer.text
    assert model.same(answer.json()["predictions"], golden["predictions"], opened.manifest["spread"])
    assert answer.json()["model"] == {"version": opened.manifest["version"], "digest": opened.digest}


def test_thousand_rows_are_answered_like_one(client: httpx.Client, opened: bundle.Bundle, row: dict[str, Any]) -> None:
    """As many as a request may hold."""
    many = client.post("/predict", json={"rows": [row] * 1000}).json()["predictions"]
    one = client.post("/predict", json={"rows": [row]}).json()["predictions"]
    assert model.same(many, one * 1000, opened.manifest["spread"])


def test_strange_column_is_refused(client: httpx.Client, row: dict[str, Any]) -> None:
    """A mistyped name must not pass as a missing value."""
    assert refused(client, {**row, "no such column": 1}, "no such column")


def test_target_is_refused(client: httpx.Client, row: dict[str, Any], agreed: contract.Contract) -> None:
    """Nobody knows it beforehand."""
    assert refused(client, {**row, agreed.target.name: 1}, agreed.target.name)


def test_list_in_a_feature_is_refused(client: httpx.Client, row: dict[str, Any], agreed: contract.Contract) -> None:
    """Whatever the type of the column."""
    assert all(refused(client, {**row, column.name: [1]}, column.name) for column in agreed.inputs)


def test_gap_in_a_required_feature_is_refused(
    client: httpx.Client, row: dict[str, Any], agreed: contract.Contract
) -> None:
    """Null and left out are the same."""
    for column in agreed.inputs:
        if agreed.demands(column):
            left = {name: value for name, value in row.items() if name != column.name}
            assert refused(client, {**row, column.name: None}, column.name)
            assert refused(client, left, column.name)


def test_number_out_of_range_is_refused(client: httpx.Client, row: dict[str, Any], agreed: contract.Contract) -> None:
    """The range is that of the contract."""
    for column in agreed.inputs:
        if column.max is not None:
            assert refused(client, {**row, column.name: column.max + 1}, column.name)


@pytest.mark.parametrize("body", ["", '{"rows": [', '{"rows": []}', "[]"], ids=["nothing", "cut", "empty", "list"])
def test_bad_body_is_refused(client: httpx.Client, body: str) -> None:
    """The sender's mistake, told as such."""
    answer = client.post("/predict", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {400, 422}
    assert answer.json()["detail"][0]["msg"]


def test_other_routes_are_answered(client: httpx.Client) -> None:
    """Health, model and schema."""
    assert [client.get(path).status_code for path in ("/health", "/model", "/openapi.json")] == [200] * 3


def test_asked_to_stop_it_exits_0(packed: Path, serve: Serve) -> None:
    """A deployment that ends is no failure."""
    with serve(packed) as served:
        served.process.terminate()
        assert served.process.wait() == 0
