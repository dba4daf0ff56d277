"""What one request may cost: the size of its body, and nothing where the loop is late; as pure ASGI."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.types import Receive, Scope, Send

from .answer import GONE, Refused, refusal, send_json
from .state import State

MAX_BODY = 2**20  # bytes
# So much of a body that is too large is read and thrown away: who is still sending hears no answer.
DISCARDED = 64 * 2**20
# A loop that is later than this, in seconds, has more to do than it can.
LATE = 0.25
CLOSE = (b"connection", b"close")
RETRY = (b"retry-after", b"1")
# Answers a request by its scope and its whole body, and tells with which code.
Answering = Callable[[Scope, bytes, Send], Awaitable[int]]


class Limits:
    """Hand a request on with its whole body, or refuse it; what is told is the code of the answer."""

    def __init__(self, app: Answering, state: State) -> None:
        self._app = app
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> int:
        """Answer one request."""
        try:
            body = await _body(receive)
            if body is None:
                return GONE
            # Only now: whoever is still sending when the answer comes may never see it. Who is alone waits for nobody:
            # there it was the machine that stopped for a moment.
            if self._state.lag > LATE and self._state.crowded:
                raise busy()
            return await self._app(scope, body, send)
        except Refused as refused:
            return await send_json(send, refused.code, refused.content, refused.headers)


def busy() -> Refused:
    """Return the refusal of a request that would only wait."""
    return Refused(503, refusal("overloaded", "more is asked than can be answered; ask again in a second"), [RETRY])


async def _body(receive: Receive) -> bytes | None:
    """Return the whole body, or None when the sender has gone."""
    sent = b""
    size, more = 0, True
    while more and size <= DISCARDED:
        message: Mapping[str, Any] = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunk, more = message.get("body", b""), message.get("more_body", False)
        size += len(chunk)
        if size <= MAX_BODY:
            sent += chunk
    if size > MAX_BODY:
        content = refusal("too_large", f"the body must not exceed {MAX_BODY} bytes")
        raise Refused(413, content, [CLOSE] if more else [])
    return sent
