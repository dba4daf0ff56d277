"""What is sent back: JSON with its headers, and refusals that name the place and the reason."""

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence

from pydantic_core import to_json
from starlette.types import Receive, Scope, Send

# An application of ASGI that tells the code of its answer.
Endpoint = Callable[[Scope, Receive, Send], Awaitable[int]]
Header = tuple[bytes, bytes]
# The code of what nobody heard: who asked has gone, or was too slow and got the protocol's own 408.
GONE = 499
# For every answer, the page and the errors of the protocol too.
SAFE: dict[str, str] = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}
JSON = {
    "content-type": "application/json",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
_COMPACT = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_JSON: list[Header] = [(name.encode(), value.encode()) for name, value in JSON.items()]


class Refused(Exception):  # noqa: N818 (an answer, not an error)
    """A request that gets no prediction, with what it is told."""

    def __init__(self, code: int, content: bytes, headers: Iterable[Header] = ()) -> None:
        super().__init__(code)
        self.code, self.content, self.headers = code, content, tuple(headers)


def refusal(kind: str, reason: str, place: Sequence[str | int] = ()) -> bytes:
    """Return a refusal in the form that every one of them has."""
    return dumps({"detail": [{"type": kind, "loc": list(place), "msg": reason}]})


def dumps(document: object) -> bytes:
    """Return a document as compact JSON; what is no number in JSON never gets there."""
    # In a fraction of the time; but what is no number becomes null: then the strict way, which raises a ValueError.
    content = to_json(document, inf_nan_mode="null")
    return content if b"null" not in content else _COMPACT.encode(document).encode()


async def send_json(send: Send, code: int, content: bytes, headers: Iterable[Header] = ()) -> int:
    """Send one whole answer, and return its code."""
    sent = [*_JSON, (b"content-length", b"%d" % len(content)), *headers]
    await send({"type": "http.response.start", "status": code, "headers": sent})
    await send({"type": "http.response.body", "body": content})
    return code
