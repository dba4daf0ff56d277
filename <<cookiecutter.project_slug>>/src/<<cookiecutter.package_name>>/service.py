"""HTTP around a model: the request schema is the contract; no scikit-learn, no pandas."""

import asyncio
import signal
import socket
import sys
from typing import Annotated, Any, Literal, NotRequired, Required

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict  # below Python 3.12 pydantic takes no other

from . import PROJECT, model
from .bundle import Bundle
from .contract import Column, Contract, InputError, classes

MAX_BODY = 2**20  # bytes
MAX_ROWS = 1000
MAX_TEXT = 1000  # characters
IN_LOOP = 64  # more rows are predicted in a thread, so that others are answered meanwhile
SHOWN = 20  # errors of one request
STRICT = ConfigDict(extra="forbid", strict=True)


def row_type(contract: Contract) -> Any:
    """Return the contract's inputs as a strict TypedDict; a column the model can do without may be null or left out."""
    fields = {
        column.name: Required[_value(column, demanded=True)]
        if contract.demands(column)
        else NotRequired[_value(column, demanded=False) | None]
        for column in contract.inputs
    }
    return with_config(STRICT)(TypedDict("Row", fields))  # type: ignore[operator]


def _value(column: Column, *, demanded: bool) -> Any:
    """Return what one value may be; an unseen category is answered, a number out of range is not."""
    low, high = column.bounds
    if column.type == "boolean":
        kind: Any = bool
    elif column.type == "datetime":
        kind = Annotated[str, AfterValidator(model.instant), Field(json_schema_extra={"format": "date-time"})]
    elif column.type in ("category", "text"):
        kind = Annotated[str, Field(max_length=MAX_TEXT)]
    else:
        step = 1 if column.type == "integer" else None
        kind = Annotated[float, Field(ge=low, le=high, allow_inf_nan=False, multiple_of=step)]
    spelled = tuple(each for each in (*column.missing, *column.aliases) if isinstance(each, str))
    if spelled and column.type != "category":
        kind |= Literal[spelled]
    marked = any(not isinstance(marker, str) for marker in column.missing)
    if marked and column.type in ("number", "integer"):
        kind |= Annotated[float, AfterValidator(lambda value: _marker(column, value))]
    return Annotated[kind, AfterValidator(lambda value: _present(column, value, demanded=demanded))]


def _marker(column: Column, value: float) -> float:
    """Take a number out of range that the contract declares as a sign of something missing."""
    if column.spelling(value) not in column.replacements:
        raise ValueError("out of range, and no sign of a missing value")
    return value


def _present(column: Column, value: Any, *, demanded: bool) -> Any:
    """Take a value as training does: cleaned, there where it is required, a number among its values."""
    (cleaned,) = model.clean(column, [value])
    if demanded and cleaned in (None, ""):
        raise ValueError("is missing, and is required")
    if column.values and isinstance(cleaned, float) and cleaned not in column.values:
        raise ValueError(f"is none of {', '.join(map(str, column.values))}")
    return value


def application(opened: Bundle, loaded: model.Model) -> FastAPI:
    """Return the ASGI application that answers for one model."""
    contract = loaded.contract
    row = row_type(contract)
    body = with_config(STRICT)(
        TypedDict("Body", {"rows": Annotated[list[row], Field(min_length=1, max_length=MAX_ROWS)]})  # type: ignore[operator, valid-type]
    )
    requests: TypeAdapter[Any] = TypeAdapter(body)
    named = {"version": opened.manifest["version"], "digest": opened.digest}
    # FastAPI's documentation pages load scripts from elsewhere: blank without a network.
    app = FastAPI(title=PROJECT, version=named["version"], docs_url=None, redoc_url=None)

    @app.post("/predict", openapi_extra=_documented(row), responses=_answers(contract))
    async def predict(request: Request) -> JSONResponse:
        """Predict every row."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return _refusal(415, [], "content-type must be application/json", "content_type")
        sent = await _body(request)
        if sent is None:
            return _refusal(413, [], f"the body must not exceed {MAX_BODY} bytes", "too_large")
        try:
            # FastAPI's own way answers 500 to NaN and Infinity, and sends the input back.
            rows = requests.validate_json(sent)["rows"]
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)[:SHOWN]
            return JSONResponse({"detail": found}, 400 if found[0]["type"] == "json_invalid" else 422)
        answers = loaded.predict(rows) if len(rows) <= IN_LOOP else await asyncio.to_thread(loaded.predict, rows)
        return JSONResponse({"model": named, "predictions": answers})

    @app.get("/health")
    async def health() -> dict[str, Any]:
        """Tell that the model is loaded and has answered its golden rows."""
        return {"status": "ok", "model": named}

    @app.get("/model")
    async def describe() -> dict[str, Any]:
        """Tell which model answers, where it comes from and how good it is."""
        card = opened.members["MODEL_CARD.md"].decode()
        return {**named, "manifest": opened.manifest, "card": card, "metrics": opened.json("metrics.json")}

    return app


def serve(opened: Bundle, where: str, host: str, port: int) -> None:
    """Answer requests until SIGTERM or SIGINT; a model or a port that does not work is an InputError."""
    app = application(opened, model.load(opened, where))
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise InputError(f"{host}:{port}: cannot listen there ({error}); choose another --host or --port") from error
    # The server hands SIGTERM on when it has stopped: being asked to stop is no failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    settings = uvicorn.Config(app, access_log=False, server_header=False, timeout_graceful_shutdown=10)
    uvicorn.Server(settings).run(sockets=[listener])


async def _body(request: Request) -> bytes | None:
    """Return the body, or None when it is too large; it is read to its end, or the client sees no answer."""
    sent = bytearray()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= MAX_BODY:
            sent += chunk
    return bytes(sent) if size <= MAX_BODY else None


def _refusal(code: int, place: list[str], reason: str, kind: str) -> JSONResponse:
    return JSONResponse({"detail": [{"loc": place, "msg": reason, "type": kind}]}, code)


def _documented(row: Any) -> dict[str, Any]:
    """Return the request body for OpenAPI."""
    rows = {"type": "array", "items": TypeAdapter(row).json_schema(), "minItems": 1, "maxItems": MAX_ROWS}
    schema = {"type": "object", "properties": {"rows": rows}, "required": ["rows"], "additionalProperties": False}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _answers(contract: Contract) -> dict[int | str, dict[str, Any]]:
    """Return the responses for OpenAPI."""
    text, number = {"type": "string"}, {"type": "number"}
    told = {"version": text, "digest": text}
    one: dict[str, Any] = {"value": number}
    if contract.problem.task == "classification":
        one = {"label": {"enum": list(classes(contract.target))}, "probability": number}
    many = {"type": "array", "items": _object(one)}
    schema = _object({"model": _object(told), "predictions": many})
    refused = {"description": "refused, with the field and the reason"}
    return {
        200: {"description": "one prediction a row", "content": {"application/json": {"schema": schema}}},
        **dict.fromkeys((400, 413, 415, 422), refused),
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}
