"""Requests that are predicted together: one that has gone takes no answer from the others."""

import asyncio
from typing import Any

import pytest

from << cookiecutter.package_name >>.service import batch


@pytest.mark.parametrize("broken", [True, False])
def test_who_has_gone_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch, broken: bool) -> None:  # noqa: FBT001
    """Whether the model answers or breaks, the others hear of it."""

    def now(_: Any, rows: batch.Rows) -> batch.Predictions:
        if broken:
            raise ValueError("broken")
        return [{"value": 1.0} for _ in rows]

    async def asked() -> list[Any]:
        gathered = batch.Batch(None, None)  # type: ignore[arg-type]
        promises = [gathered.add([{}]) for _ in range(3)]
        promises[0].cancel()
        return await asyncio.wait_for(asyncio.gather(*promises, return_exceptions=True), 10)

    monkeypatch.setattr(batch.Batch, "now", now)
    gone, *others = asyncio.run(asked())
    assert isinstance(gone, asyncio.CancelledError)
    assert [str(each) for each in others] == (["broken"] * 2 if broken else ["[{'value': 1.0}]"] * 2)
