"""Gh repo view."""

from collections.abc import Sequence

from tests.runner.gh.flags import parse, show
from tests.runner.refusal import HttpError, UnknownError
from tests.runner.tokens import Token

FIELDS = {"nameWithOwner": "name", "visibility": "visibility"}


def run(token: Token, arguments: Sequence[str]) -> int:
    """Print facts about the repository."""
    if arguments[0] != "view":
        raise UnknownError(f"gh repo {arguments[0]} is not modelled")
    flags = parse("repo view", arguments[1:], ("--json", "--jq"), ())
    if flags.rest and flags.rest[0].lower() != token.hub.name.lower():
        raise HttpError(404, "Not Found")
    facts = token.hub.facts
    show({"name": facts["name"], "visibility": facts["visibility"].upper()}, flags, FIELDS)
    return 0
