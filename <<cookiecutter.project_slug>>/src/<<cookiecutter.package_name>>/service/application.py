"""The ASGI application: its routes, and what every request passes on its way to them."""

import time
from collections.abc import Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from ..bundle import Bundle
from ..model import Model
from . import openapi, page
from .access import Access
from .answer import GONE, JSON, Endpoint, dumps, refusal, send_json
from .journal import Journal
from .limits import Limits
from .metrics import Tally
from .prediction import Prediction
from .state import State


class Application:
    """Answers for one model: `/predict` is pure ASGI, the rest is Starlette's and never changes."""

    def __init__(
        self,
        opened: Bundle,
        loaded: Model,
        state: State,
        tally: Tally,
        journal: Journal | None = None,
        token: bytes | None = None,
    ) -> None:
        named = {"version": opened.manifest["version"], "digest": opened.digest}
        card = opened.members["MODEL_CARD.md"].decode()
        model = {**named, "manifest": opened.manifest, "card": card, "metrics": opened.json("metrics.json")}
        described = openapi.document(loaded.contract, named["version"], token=token is not None)
        predict: Endpoint = Limits(Prediction(loaded, named, state, tally, journal), state)
        guarded: dict[str, Endpoint] = {
            "/predict": predict,
            "/model": Constant(model),
            "/openapi.json": Constant(described),
        }
        if token:
            guarded = {path: Access(app, token) for path, app in guarded.items()}
        free: dict[str, Endpoint] = {
            "/health": Constant({"status": "ok", "model": named}),
            # A browser cannot show a token when it opens a page; this one asks for it before it predicts.
            "/": page.Page(opened, loaded, token=token is not None),
        }
        self._predict = guarded["/predict"]
        self._paths = {**guarded, **free}
        self._routes = _routes(self._paths)
        self._tally = tally

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and count the answer, by path and code, and the time it took."""
        begun, code, path = time.perf_counter(), GONE, scope["path"]
        # What is asked a thousand times a second takes the short way.
        app = self._predict if path == "/predict" and scope["method"] == "POST" else self._routed
        try:
            code = await app(scope, receive, send)
        except Exception:
            code = 500
            raise
        finally:
            self._tally.answered(path if path in self._paths else "other", code, time.perf_counter() - begun)

    async def _routed(self, scope: Scope, receive: Receive, send: Send) -> int:
        """Answer by Starlette, which does not tell with which code."""
        code = GONE

        async def watched(message: Message) -> None:
            nonlocal code
            if message["type"] == "http.response.start":
                code = message["status"]
            await send(message)

        await self._routes(scope, receive, watched)
        return code


def _routes(paths: Mapping[str, Endpoint]) -> Starlette:
    methods = {"/predict": ["POST"]}
    routes = [Route(path, app, methods=methods.get(path, ["GET"])) for path, app in paths.items()]
    handlers: dict[Any, Any] = {HTTPException: _unknown}
    app = Starlette(routes=routes, exception_handlers=handlers)
    # A redirect would send the caller's own Host header back.
    app.router.redirect_slashes = False
    return app


class Constant:
    """An endpoint whose answer never changes."""

    def __init__(self, document: object) -> None:
        self._content = dumps(document)

    async def __call__(self, _: Scope, __: Receive, send: Send) -> int:
        """Answer one request."""
        return await send_json(send, 200, self._content)


def _unknown(_: Request, error: Exception) -> Response:
    """Refuse a path or a method that is not there."""
    assert isinstance(error, HTTPException)
    content = refusal("not_found" if error.status_code == 404 else "wrong_method", error.detail)
    return Response(content, error.status_code, {**JSON, **(error.headers or {})})
