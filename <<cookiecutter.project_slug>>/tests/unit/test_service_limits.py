"""What a server takes on: nothing while its loop is late, and no number that the model cannot hold."""

import asyncio
import dataclasses
import json
import math
import time
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from << cookiecutter.package_name >> import contract
from << cookiecutter.package_name >>.service import answer, limits, schema, state


async def answered(lag: float, requests: int = 2) -> httpx.Response:
    """Return the answer of an application whose loop is so late, in seconds, and which has so many requests."""

    async def fine(_: Any, body: bytes, send: Any) -> int:
        return await answer.send_json(send, 200, body)

    app: Any = limits.Limits(fine, state.State(started=True, lag=lag, requests=range(requests)))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        return await client.post("/predict", content=b"{}")


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_never_sent(number: float) -> None:
    """JSON has none, and null would be taken for an answer; a null that is meant is one."""
    with pytest.raises(ValueError, match="JSON compliant"):
        answer.dumps([{"value": number}])
    assert json.loads(answer.dumps([{"value": 1e-7, "label": "é", "unit": None}])) == [
        {"value": 1e-7, "label": "é", "unit": None}
    ]


def test_a_late_loop_refuses_and_says_when_to_come_again() -> None:
    """What would only wait is not taken on; a loop that is in time takes it."""
    late, timely = asyncio.run(answered(2 * limits.LATE)), asyncio.run(answered(limits.LATE / 2))
    assert (late.status_code, late.headers["retry-after"], timely.status_code) == (503, "1", 200)


def test_who_asks_alone_is_answered_late_rather_than_refused() -> None:
    """Nobody is ahead, so it is not they who ask too much."""
    assert asyncio.run(answered(2 * limits.LATE, requests=1)).status_code == 200


def test_a_loop_that_does_not_come_round_is_not_live() -> None:
    """Unless the server stops: then nobody may start it again in the middle."""
    stuck = state.State(started=True, beat=time.monotonic() - 2 * state.STUCK)
    assert (stuck.live, stuck.ready) == (False, False)
    stuck.draining = True
    assert (stuck.live, stuck.ready) == (True, False)


@pytest.mark.parametrize(("column", "largest", "beyond"), [("size", 3e38, 1e39), ("visits", 2**24, 2**24 + 1)])
def test_number_that_the_model_cannot_hold_is_refused(
    agreed: contract.Contract, column: str, largest: float, beyond: float
) -> None:
    """Where the contract names no bounds those of float32 stand: beyond them it would be another number."""
    columns = tuple(dataclasses.replace(each, min=None, max=None) for each in agreed.columns)
    requests = schema.requests(dataclasses.replace(agreed, columns=columns))
    row = {"sent": "2024-05-01T12:00:00", "size": 10.0, "express": True, "colour": "red"}
    requests.validate_json(json.dumps({"rows": [row | {column: largest}]}))
    with pytest.raises(ValidationError, match=column):
        requests.validate_json(json.dumps({"rows": [row | {column: beyond}]}))
