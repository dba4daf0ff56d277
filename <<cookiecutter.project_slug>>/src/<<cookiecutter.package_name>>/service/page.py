"""The page at `/`: a form made from the contract that predicts; it loads nothing from anywhere."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from starlette.types import Receive, Scope, Send

from .. import PROJECT
from ..bundle import Bundle
from ..contract import UNDECIDED, Column, Contract
from ..model import Model
from ..rule import CostMatrix, Rule
from .answer import dumps

_PARTS = files(__package__)
_ASKED = (
    '<p class="field"><label for="token">Bearer token</label>'
    '<input id="token" type="password" autocomplete="off" aria-describedby="token-error">'
    '<span class="error" id="token-error"></span></p>'
)


class Page:
    """An endpoint that sends the page; its script and its style are allowed by their digests, and nothing else is."""

    def __init__(self, opened: Bundle, loaded: Model, *, token: bool) -> None:
        script = _PARTS.joinpath("page.js").read_text("utf-8")
        style = _PARTS.joinpath("page.css").read_text("utf-8")
        text = Template(_PARTS.joinpath("page.html").read_text("utf-8"))
        # What is usual is for those who may ask.
        usual = {} if token else opened.json("golden.json")["rows"][0]
        # A key names somebody, who is nobody's usual one.
        example = {name: value for name, value in usual.items() if loaded.contract[name].role != "key"}
        settings = {"threshold": opened.manifest["threshold"], "unit": loaded.contract.target.unit}
        self._content = text.substitute(
            _facts(opened, loaded.contract, loaded.rule),
            script=script,
            style=style,
            token=_ASKED if token else "",
            usual=" The values there now are usual ones, each for itself; a key has none." if example else "",
            fields="\n".join(_fields(loaded.contract, example)),
            # In a script "<" could end it.
            settings=dumps(settings).decode().replace("<", "\\u003c"),
        ).encode()
        policy = f"default-src 'none'; script-src {_digest(script)}; style-src {_digest(style)}; connect-src 'self'; "
        policy += "img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
        self._headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", b"%d" % len(self._content)),
            (b"cache-control", b"no-cache"),
            (b"content-security-policy", policy.encode()),
        ]

    async def __call__(self, _: Scope, __: Receive, send: Send) -> int:
        """Send the page, and tell with which code."""
        await send({"type": "http.response.start", "status": 200, "headers": self._headers})
        await send({"type": "http.response.body", "body": self._content})
        return 200


def _facts(opened: Bundle, contract: Contract, rule: Rule) -> dict[str, str]:
    """Return what the page tells of the model."""
    problem = contract.problem
    told = {
        "project": PROJECT,
        "question": problem.question,
        "decision": problem.decision,
        "target": problem.target,
        "version": str(opened.manifest["version"]),
        "digest": opened.digest,
        "rule": "",
    }
    if isinstance(rule, CostMatrix):
        told["rule"] = f"The answer is the {rule.answer}."
    elif rule is not None:
        told["rule"] = f"The answer is {problem.positive} from a probability of {100 * rule:.1f} % on."
    said = {name: escape(value) for name, value in told.items()}
    return {**said, "decision": "" if problem.decision == UNDECIDED else f"<p>{said['decision']}</p>\n"}


def _fields(contract: Contract, example: Mapping[str, Any]) -> Iterator[str]:
    """Yield one field for each column that a request may carry, those first that it must."""
    for number, column in enumerate(sorted(contract.inputs, key=lambda column: not contract.demands(column))):
        demanded, name = contract.demands(column), escape(column.name)
        hint = "; ".join(filter(None, (column.description, _range(column), "" if demanded else "may stay empty")))
        needed = ' aria-required="true"' if demanded else ""
        known = f'id="f{number}" name="{name}" data-type="{column.type}"'
        shared = f'{known} aria-describedby="h{number} e{number}"{needed}'
        yield (
            f'<p class="field"><label for="f{number}">{name}{" *" if demanded else ""}</label>'
            f"{_control(column, shared, example.get(column.name), demanded=demanded)}"
            f'<span class="hint" id="h{number}">{escape(hint)}</span>'
            f'<span class="error" id="e{number}"></span></p>'
        )


def _control(column: Column, shared: str, value: Any, *, demanded: bool) -> str:
    """Return what one fills in: a choice where the contract lists the values, otherwise a line of text."""
    choices = ("true", "false") if column.type == "boolean" else column.values
    if choices:
        wanted = str(value).lower() if column.type == "boolean" else str(value)
        options = [("", "(none)"), *((str(each), str(each)) for each in choices)]
        listed = "".join(
            f'<option value="{escape(sent)}"{" selected" if sent == wanted else ""}>{escape(shown)}</option>'
            for sent, shown in options[demanded:]
        )
        return f"<select {shared}>{listed}</select>"
    # No type="number": it would hide from us, and from the service, what cannot be read as one.
    mode = "decimal" if column.type in ("number", "integer") else "text"
    shown = "" if value is None else escape(str(value))
    return f'<input {shared} inputmode="{mode}" value="{shown}" autocomplete="off" spellcheck="false">'


def _range(column: Column) -> str:
    low, high = (f"{bound:.15g}" if bound is not None else None for bound in (column.min, column.max))
    bounds = {(True, True): f"{low} to {high}", (True, False): f"{low} or more", (False, True): f"at most {high}"}
    told = bounds.get((low is not None, high is not None), "")
    if column.type == "datetime":
        told = f"{f'time in {column.zone}' if column.zone else 'local time'}, as 2024-05-31T12:00"
    return f"{told} {column.unit}".strip()


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
