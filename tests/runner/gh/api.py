"""Gh api: requests as they are."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.runner.gh.flags import Flags, UsageError, parse, show
from tests.runner.refusal import HttpError
from tests.runner.rest.answer import answer
from tests.runner.tokens import Token

VALUES = ("--method", "--raw-field", "--field", "--input", "--jq", "--header")
FIELDS = {"-f": "--raw-field", "-F": "--field"}


def run(token: Token, arguments: Sequence[str]) -> int:
    """Send a request and print the answer; an error prints both what GitHub said and gh's line about it."""
    flags = parse("api", arguments, VALUES, ("--silent", "--paginate"), FIELDS)
    if len(flags.rest) != 1:
        raise UsageError(f"accepts 1 arg(s), received {len(flags.rest)}")
    path = flags.rest[0].replace("{owner}/{repo}", token.hub.name)
    body = given(flags)
    method = flags.one("--method", "POST" if body else "GET").upper()
    try:
        found = answer(token, method, path, body)
        if flags.on("--paginate"):
            found = rest_of(token, path, body, found)
    except HttpError as problem:
        print(json.dumps({"message": problem.message, "status": str(problem.status)}))
        print(f"gh: {problem}", file=sys.stderr)
        return 1
    if not flags.on("--silent") and found is not None:
        show(found, flags)
    return 0


def rest_of(token: Token, path: str, body: dict[str, Any], first: Any) -> Any:  # noqa: ANN401 (JSON)
    """Return a list with all its further pages."""
    size, found, page = int(body.get("per_page", 30)), first, 1
    while isinstance(found, list) and len(found) == size * page:
        page += 1
        found = [*found, *answer(token, "GET", path, {**body, "page": page})]
    return found


def given(flags: Flags) -> dict[str, Any]:
    """Return the body: from a file, or field by field."""
    body: dict[str, Any] = {}
    if "--input" in flags.values:
        name = flags.one("--input")
        body = json.loads(sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8"))
    for kind in ("--raw-field", "--field"):
        for one in flags.values.get(kind, []):
            name, equals, value = one.partition("=")
            if not equals:
                raise UsageError(f"field \"{one}\" requires a value separated by an '=' sign")
            put(body, name, typed(value) if kind == "--field" else value)
    return body


def typed(value: str) -> Any:  # noqa: ANN401 (JSON)
    """Read a value as -F does: words, whole numbers, and files."""
    words = {"true": True, "false": False, "null": None}
    if value in words:
        return words[value]
    if value.startswith("@"):
        return sys.stdin.read() if value == "@-" else Path(value[1:]).read_text(encoding="utf-8")
    return int(value) if value.lstrip("-").isdigit() else value


def put(body: dict[str, Any], name: str, value: Any) -> None:  # noqa: ANN401 (JSON)
    """Set a field: `a[b]` is a field of a field, `a[]` one more item of a list."""
    outer, bracket, inner = name.partition("[")
    if not bracket:
        body[name] = value
    elif inner == "]":
        body.setdefault(outer, []).append(value)
    else:
        body.setdefault(outer, {})[inner.rstrip("]")] = value
