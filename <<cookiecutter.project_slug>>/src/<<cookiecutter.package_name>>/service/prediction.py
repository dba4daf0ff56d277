"""The endpoint of `POST /predict`: from the bytes of a request to those of its answer."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from starlette.types import Scope, Send

from ..model import Model
from . import schema
from .answer import Refused, dumps, refusal, send_json
from .batch import Batch, Inputs, Predictions, Rows, predicted
from .journal import Journal
from .limits import busy
from .metrics import Tally
from .state import State

# A larger body, of about 64 rows, is answered in a thread, that others are answered meanwhile: reading it takes most
# of the time, so its bytes count and not its rows.
IN_LOOP = 16 * 2**10
THREADS = 2
# So many large requests may wait for a thread.
WAITING = 16
SHOWN = 20  # errors of one request
LONGEST = 100  # characters of a name that is sent back
PLAIN = {"extra_forbidden": "is no input of this model", "multiple_of": "is no whole number"}  # in words of ours


class Prediction:
    """Answers for one model, counts what it saw, and writes it down if asked to."""

    def __init__(
        self, loaded: Model, named: Mapping[str, str], state: State, tally: Tally, journal: Journal | None
    ) -> None:
        self._model, self._state, self._tally, self._journal = loaded, state, tally, journal
        self._requests = schema.requests(loaded.contract)
        # The same in every answer, so it is written once.
        self._head = dumps({"model": named})[:-1] + b',"predictions":'
        self._batch = Batch(loaded, tally)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="rows")
        self._waiting = 0

    async def __call__(self, scope: Scope, body: bytes, send: Send) -> int:
        """Answer one request, and tell with which code."""
        if not _is_json(scope):
            raise Refused(415, refusal("content_type", "content-type must be application/json, in UTF-8"))
        if len(body) > IN_LOOP:
            rows, predictions, content = await self._beside(body)
        else:
            rows = self._rows(body)
            predictions = await self._batch.add(rows) if self._state.crowded else self._batch.now(rows)
            content = dumps(predictions)
        if self._journal:
            self._journal.write(rows, predictions)
        return await send_json(send, 200, self._head + content + b"}")

    async def _beside(self, body: bytes) -> tuple[Rows, Predictions, bytes]:
        """Do the same in a thread; counting is left to the event loop."""
        if self._waiting >= WAITING:
            raise busy()

        def work() -> tuple[Rows, Inputs, Predictions, bytes]:
            rows = self._rows(body)
            inputs, predictions = predicted(self._model, rows)
            return rows, inputs, predictions, dumps(predictions)

        self._waiting += 1
        try:
            rows, inputs, predictions, content = await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1
        self._tally.predicted(inputs, predictions)
        return rows, predictions, content

    def _rows(self, body: bytes) -> Rows:
        """Return the rows of a body, or refuse it; what was sent is not sent back, but for the names of its fields."""
        try:
            rows: Rows = self._requests.validate_json(body)["rows"]
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False)
            # A sign of something missing is no advice to whoever mistyped a number, which is told beside it.
            found = [each for each in found if each["type"] != "literal_error"][:SHOWN]
        else:
            return rows
        if found[0]["type"] == "json_invalid":
            raise Refused(400, refusal("json_invalid", "the body is no JSON in UTF-8"))
        raise Refused(422, dumps({"detail": [_told(each) for each in found]}))


def _told(found: ErrorDetails) -> dict[str, Any]:
    """Return what was wrong in words of ours, where pydantic's would not help, and without what was sent."""
    nothing = found["input"] is None and len(found["loc"]) > 2  # in a field of a row
    message = PLAIN.get(found["type"], "is missing, and is required" if nothing else found["msg"])
    place = [part[:LONGEST] if isinstance(part, str) else part for part in found["loc"]]
    # Before a sentence of ours pydantic puts its own words.
    return {"type": found["type"], "loc": place, "msg": message.removeprefix("Value error, ")}


def _is_json(scope: Scope) -> bool:
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    if kind == b"application/json":
        return True
    essence, *parameters = (part.strip() for part in kind.lower().split(b";"))
    told = {part.replace(b'"', b"") for part in parameters if part.startswith(b"charset=")}
    return essence == b"application/json" and told <= {b"charset=utf-8"}
