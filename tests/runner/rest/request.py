"""A request to GitHub's interface, and the table of what it answers."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.runner.hub import Hub, State
from tests.runner.refusal import HttpError
from tests.runner.tokens import Token


@dataclass(frozen=True)
class Request:
    """What was asked, by whom."""

    token: Token
    path: Sequence[str]
    body: Mapping[str, Any]

    @property
    def hub(self) -> Hub:
        """Return the hub that is asked."""
        return self.token.hub

    @property
    def number(self) -> int:
        """Return the number in the path."""
        return int(self.path[0])

    def wanted(self, *names: str) -> list[Any]:
        """Return fields that must be there."""
        missing = [name for name in names if name not in self.body]
        if missing:
            raise HttpError(422, f'Invalid request. "{missing[0]}" wasn\'t supplied.')
        return [self.body[name] for name in names]

    def page(self, found: Sequence[Any]) -> list[Any]:
        """Return one page of a list."""
        size, page = int(self.body.get("per_page", 30)), int(self.body.get("page", 1))
        return list(found[size * (page - 1) : size * page])


Handler = Callable[[Request], Any]
Route = tuple[str, str, Handler]


def one_of(state: State, kind: str, **wanted: object) -> dict[str, Any]:
    """Return the one thing of a kind with these facts, or 404."""
    for one in state[kind]:
        if all(one.get(name) == value for name, value in wanted.items()):
            found: dict[str, Any] = one
            return found
    raise HttpError(404, "Not Found")


def route(routes: Sequence[Route], method: str, path: str) -> tuple[Handler, Sequence[str]] | None:
    """Return who answers a method on a path."""
    for wanted, pattern, handler in routes:
        match = re.fullmatch(pattern, path)
        if wanted == method and match:
            return handler, match.groups()
    return None
