"""The description of the service in OpenAPI, made from the contract."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from .. import PROJECT
from ..contract import Contract, classes
from .schema import MAX_ROWS, row_type

REFUSALS = {
    400: "the body is no JSON",
    401: "the bearer token is missing or wrong",
    413: "the body is too large",
    415: "the body is not sent as application/json",
    422: "the body breaks the contract: each field, and why",
    503: "more is asked than can be answered; Retry-After says when to ask again",
}
TEXT, NUMBER = {"type": "string"}, {"type": "number"}
MODEL = {"version": TEXT, "digest": TEXT}


def document(contract: Contract, version: str, *, token: bool) -> dict[str, Any]:
    """Return the whole description."""
    row = TypeAdapter(row_type(contract)).json_schema()
    rows = {"type": "array", "items": row, "minItems": 1, "maxItems": MAX_ROWS}
    asked = {**_object({"rows": rows}), "additionalProperties": False}
    codes = [code for code in REFUSALS if token or code != 401]
    refused = {str(code): _answer(REFUSALS[code], _refusal()) for code in codes}
    predict = {
        "summary": "Predict every row",
        "operationId": "predict",
        "requestBody": {"required": True, "content": {"application/json": {"schema": asked}}},
        "responses": {"200": _answer("one prediction a row, in their order", _predictions(contract)), **refused},
    }
    described = {**MODEL, "manifest": {"type": "object"}, "card": TEXT, "metrics": {"type": "object"}}
    model = _get("model", "Tell which model answers, where it comes from and how good it is", described)
    if token:
        predict["security"] = model["security"] = [{"token": []}]
        model["responses"]["401"] = refused["401"]
    health = _get("health", "Tell that the model is loaded and has answered its golden rows", _health())
    told: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": PROJECT, "version": version, "description": contract.problem.question},
        "paths": {"/predict": {"post": predict}, "/health": {"get": health}, "/model": {"get": model}},
    }
    if token:
        told["components"] = {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}}
    return told


def _predictions(contract: Contract) -> dict[str, Any]:
    one: dict[str, Any] = {"value": NUMBER}
    if contract.problem.task == "classification":
        positive = contract.problem.positive
        named = positive if isinstance(positive, str) else json.dumps(positive)
        likely = {**NUMBER, "description": f"that {contract.target.name} is {named}"}
        one = {"label": {"enum": list(classes(contract.target))}, "probability": likely}
    if contract.problem.task == "multiclass":
        known = [str(name) for name in classes(contract.target)]
        one = {"label": {"enum": known}, "probabilities": _object(dict.fromkeys(known, NUMBER))}
    return _object({"model": _object(MODEL), "predictions": {"type": "array", "items": _object(one)}})


def _health() -> dict[str, Any]:
    return {"status": {"const": "ok"}, "model": _object(MODEL)}


def _refusal() -> dict[str, Any]:
    place = {"type": "array", "items": {"type": ["string", "integer"]}}
    return _object({"detail": {"type": "array", "items": _object({"type": TEXT, "loc": place, "msg": TEXT})}})


def _get(name: str, summary: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"summary": summary, "operationId": name, "responses": {"200": _answer(summary, _object(properties))}}


def _answer(description: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": dict(properties), "required": list(properties)}
