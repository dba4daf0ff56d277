"""The functions of GitHub expressions."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.runner import values
from tests.runner.refusal import UnknownError
from tests.runner.values import Value

Function = Callable[..., Value]
FIELD = re.compile(r"\{\{|\}\}|\{(\d+)\}")


def contains(where: Value, what: Value) -> Value:
    """Look for an item in an array or for text in text."""
    if isinstance(where, list):
        return any(values.equal(item, what) for item in where)
    return (
        not isinstance(where, dict)
        and not isinstance(what, (list, dict))
        and values.text(what).upper() in values.text(where).upper()
    )


def starts_with(where: Value, what: Value) -> Value:
    """Compare the beginning, ignoring case."""
    return values.text(where).upper().startswith(values.text(what).upper())


def ends_with(where: Value, what: Value) -> Value:
    """Compare the end, ignoring case."""
    return values.text(where).upper().endswith(values.text(what).upper())


def join(items: Value, separator: Value = ",") -> Value:
    """Write the items of an array in one line."""
    return values.text(separator).join(map(values.text, items)) if isinstance(items, list) else values.text(items)


def fill_in(pattern: Value, *items: Value) -> Value:
    """Replace `{0}`, `{1}` and so on; doubled braces stand for one."""

    def field(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0][0]
        if int(match[1]) >= len(items):
            raise UnknownError(f"format({values.text(pattern)!r}) names {match[0]}, which it was not given")
        return values.text(items[int(match[1])])

    return FIELD.sub(field, values.text(pattern))


def from_json(text: Value) -> Value:
    """Read a document; what is no JSON ends the run, as on GitHub."""
    try:
        found: Value = json.loads(values.text(text))
    except ValueError as problem:
        raise UnknownError(f"fromJSON({values.text(text)!r}): {problem}") from None
    return found


def to_json(value: Value) -> Value:
    """Write a document."""
    return values.document(value)


PURE: Mapping[str, Function] = {
    "contains": contains,
    "startswith": starts_with,
    "endswith": ends_with,
    "format": fill_in,
    "join": join,
    "tojson": to_json,
    "fromjson": from_json,
}
STATUS = ("always", "success", "failure", "cancelled")


def status(*, success: bool, failure: bool, cancelled: bool) -> dict[str, Function]:
    """Return the functions that an `if` may ask about what came before."""
    answers = {"always": True, "success": success, "failure": failure, "cancelled": cancelled}
    return {name: lambda answer=answer: answer for name, answer in answers.items()}


def hash_files(workspace: Path) -> Function:
    """Return hashFiles for a workspace: the digest of the digests of the files that match, or nothing."""

    def answer(*patterns: Value) -> Value:
        found = {path for pattern in patterns for path in workspace.glob(values.text(pattern)) if path.is_file()}
        digests = b"".join(hashlib.sha256(path.read_bytes()).digest() for path in sorted(found))
        return hashlib.sha256(digests).hexdigest() if found else ""

    return answer
