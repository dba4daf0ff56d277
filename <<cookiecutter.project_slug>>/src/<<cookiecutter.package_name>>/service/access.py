"""An optional bearer token: read from a file at the start, compared in constant time."""

import hmac
from pathlib import Path

from starlette.types import Receive, Scope, Send

from ..contract import InputError
from .answer import Endpoint, refusal, send_json

SHORTEST = 16  # characters


class Access:
    """Let through who shows the token, and tell what the application tells of its answer."""

    def __init__(self, app: Endpoint, token: bytes) -> None:
        self._app = app
        self._wanted = b"Bearer " + token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> int:
        """Hand one request on, or refuse it."""
        shown = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        if hmac.compare_digest(shown, self._wanted):
            return await self._app(scope, receive, send)
        content = refusal("unauthorized", "a bearer token is needed, and this is not it")
        return await send_json(send, 401, content, [(b"www-authenticate", b"Bearer")])


def token(path: Path) -> bytes:
    """Return the token in a file, or raise an InputError."""
    try:
        found = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: no token can be read there ({error}); write one line of ASCII") from error
    if len(found) < SHORTEST or not found.isprintable() or " " in found:
        raise InputError(f"{path}: a token is one word of {SHORTEST} or more characters; make a longer one")
    return found.encode()
