"""Gh run and gh workflow."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.runner.actions import artifacts
from tests.runner.gh.flags import Flags, UsageError, parse, show
from tests.runner.refusal import HttpError, UnknownError
from tests.runner.rest import actions
from tests.runner.tokens import Token

NAMES = (
    "attempt", "conclusion", "createdAt", "databaseId", "displayTitle", "event", "headBranch", "headSha", "name",
    "number", "status", "url", "workflowName",
)  # fmt: skip
FIELDS = {name: name for name in NAMES}
FILTERS = {
    "--workflow": "workflow",
    "--branch": "branch",
    "--commit": "head_sha",
    "--event": "event",
    "--status": "status",
}


def run(token: Token, arguments: Sequence[str]) -> int:
    """List and view runs, and fetch their artifacts."""
    verb = arguments[0]
    values = (*FILTERS, "--limit", "--json", "--jq", "--name", "--pattern", "--dir")
    flags = parse(f"run {verb}", arguments[1:], values, keep={"-b": "--branch", "-s": "--status"})
    if verb == "list":
        found = actions.runs(token, **{name: flags.one(flag) for flag, name in FILTERS.items()})
        show(found[: int(flags.one("--limit", "20"))], flags, FIELDS)
    elif verb == "view":
        show(one_run(token, flags.rest[0]), flags, FIELDS)
    elif verb == "download":
        download(token, flags)
    else:
        raise UnknownError(f"gh run {verb} is not modelled")
    return 0


def one_run(token: Token, number: str) -> dict[str, Any]:
    """Return one run."""
    found = [one for one in actions.runs(token) if str(one["databaseId"]) == number]
    if not found:
        raise HttpError(404, f"Not Found (run {number})")
    return found[0]


def download(token: Token, flags: Flags) -> None:
    """Fetch artifacts: one name alone goes straight into the folder, else each into a folder of its name."""
    one_run(token, flags.rest[0])
    here, names = artifacts.find(token.hub, int(flags.rest[0])), flags.values.get("--name", [])
    if "--pattern" in flags.values:
        raise UnknownError("gh run download --pattern is not modelled")
    if not here:
        raise UsageError("no valid artifacts found to download")
    wanted = [one for one in here if not names or one["name"] in names]
    if not wanted:
        raise UsageError("no artifact matches any of the names or patterns provided")
    for one in wanted:
        folder = Path(flags.one("--dir", "."))
        artifacts.unpack(token.hub, one, folder if len(names) == 1 else folder / one["name"])


def workflow(token: Token, arguments: Sequence[str]) -> int:
    """Start a workflow."""
    verb = arguments[0]
    flags = parse(
        f"workflow {verb}",
        arguments[1:],
        ("--raw-field", "--field", "--ref"),
        keep={"-f": "--raw-field", "-F": "--field"},
    )
    if verb != "run":
        raise UnknownError(f"gh workflow {verb} is not modelled")
    given = [one.partition("=") for name in ("--raw-field", "--field") for one in flags.values.get(name, [])]
    ref = flags.one("--ref", token.hub.facts["default_branch"])
    actions.dispatch(token, flags.rest[0], ref, {name: value for name, _, value in given})
    return 0
