"""Answer requests to GitHub's interface."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.runner.refusal import HttpError, UnknownError
from tests.runner.rest import actions, code, deployments, issues, pulls, releases, settings
from tests.runner.rest.request import Request, route
from tests.runner.tokens import Token

ROUTES = [one for part in (pulls, issues, code, deployments, releases, actions, settings) for one in part.ROUTES]


def answer(token: Token, method: str, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 (JSON)
    """Return what GitHub answers; another repository is not there, and a path that is not modelled is refused."""
    parts = urlsplit(path.lstrip("/"))
    inside, own = unquote(parts.path), f"repos/{token.hub.name}"
    if inside.startswith("repos/"):
        if not f"{inside}/".lower().startswith(f"{own}/".lower()):
            raise HttpError(404, "Not Found")
        inside = inside[len(own) + 1 :]
    elif inside != "graphql" and not inside.startswith("users/"):
        raise UnknownError(f"gh api {path}: only repos/{token.hub.name}/..., users/... and graphql are modelled")
    found = route(ROUTES, method, inside)
    if found is None:
        raise UnknownError(f"gh api --method {method} {path} is not modelled")
    handler, groups = found
    return handler(Request(token, groups, {**dict(parse_qsl(parts.query)), **body}))
