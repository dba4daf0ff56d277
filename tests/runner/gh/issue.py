"""Gh issue, gh label and gh pr."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.runner.gh.flags import Flags, UsageError, parse, show
from tests.runner.refusal import UnknownError
from tests.runner.rest.answer import answer
from tests.runner.tokens import Token

FIELDS = {name: name for name in ("number", "title", "body", "state", "labels")} | {"url": "html_url"}
PULL = {**FIELDS, "headRefName": "headRefName", "headRefOid": "headRefOid", "author": "user"}
TEXT = ("--title", "--body", "--body-file", "--label", "--comment", "--reason")


def text(flags: Flags) -> str:
    """Return the text that was given, or that of a file."""
    return (
        Path(flags.one("--body-file")).read_text(encoding="utf-8")
        if "--body-file" in flags.values
        else flags.one("--body")
    )


def ask(token: Token, method: str, path: str, **body: Any) -> Any:  # noqa: ANN401 (JSON)
    """Ask the interface about this repository."""
    return answer(token, method, f"repos/{token.hub.name}/{path}", body)


def label(token: Token, arguments: Sequence[str]) -> int:
    """Make a label."""
    flags = parse("label create", arguments[1:], ("--color", "--description"), ("--force",))
    if arguments[0] != "create":
        raise UnknownError(f"gh label {arguments[0]} is not modelled")
    facts = {name: flags.one(f"--{name}") for name in ("color", "description")}
    ask(token, "POST", "labels", name=flags.rest[0], force=flags.on("--force"), **facts)
    return 0


def run(token: Token, arguments: Sequence[str]) -> int:
    """List, open, change, comment on and close issues."""
    verb, values = arguments[0], (*TEXT, "--state", "--limit", "--json", "--jq", "--add-label")
    flags = parse(f"issue {verb}", arguments[1:], values, keep={"-F": "--body-file", "-c": "--comment"})
    if verb == "list":
        wanted = {"labels": ",".join(flags.all("--label")), "per_page": flags.one("--limit", "30")}
        show(ask(token, "GET", "issues", state=flags.one("--state", "open"), **wanted), flags, FIELDS)
    elif verb == "view":
        show(ask(token, "GET", f"issues/{flags.rest[0]}"), flags, FIELDS)
    elif verb == "create":
        if "--title" not in flags.values or not ({"--body", "--body-file"} & set(flags.values)):
            raise UsageError("must provide `--title` and `--body` when not running interactively")
        made = ask(token, "POST", "issues", title=flags.one("--title"), body=text(flags), labels=flags.all("--label"))
        print(made["html_url"])
    elif verb in {"comment", "edit", "close", "reopen"}:
        change(token, verb, flags, f"issues/{flags.rest[0].rsplit('/', 1)[-1]}")
    else:
        raise UnknownError(f"gh issue {verb} is not modelled")
    return 0


def change(token: Token, verb: str, flags: Flags, path: str) -> None:
    """Comment on an issue, change it, close it or open it again."""
    ask(token, "GET", path) if verb != "comment" else None
    if verb == "comment":
        print(ask(token, "POST", f"{path}/comments", body=text(flags))["html_url"])
        return
    if "--comment" in flags.values:
        ask(token, "POST", f"{path}/comments", body=flags.one("--comment"))
    if verb != "edit":
        ask(token, "PATCH", path, state="closed" if verb == "close" else "open")
        return
    if "--add-label" in flags.values:
        raise UnknownError("gh issue edit --add-label is not modelled")
    facts = {"title": flags.one("--title")} if "--title" in flags.values else {}
    ask(token, "PATCH", path, **facts, **({"body": text(flags)} if text(flags) else {}))


def pull(token: Token, arguments: Sequence[str]) -> int:
    """List, view, open and close pull requests."""
    verb, values = arguments[0], (*TEXT, "--state", "--limit", "--json", "--jq", "--head", "--base")
    flags = parse(f"pr {verb}", arguments[1:], values, keep={"-F": "--body-file", "-H": "--head", "-B": "--base"})
    if verb == "list":
        owner, head = token.hub.name.split("/")[0], flags.one("--head")
        wanted = {"head": f"{owner}:{head}"} if head else {}
        found = ask(
            token, "GET", "pulls", state=flags.one("--state", "open"), per_page=flags.one("--limit", "30"), **wanted
        )
        show([flat(one) for one in found], flags, PULL)
    elif verb == "view":
        show(flat(ask(token, "GET", f"pulls/{flags.rest[0]}")), flags, PULL)
    elif verb == "create":
        facts = {name: flags.one(f"--{name}") for name in ("title", "head")}
        base = flags.one("--base", token.hub.facts["default_branch"])
        print(ask(token, "POST", "pulls", base=base, body=text(flags), **facts)["html_url"])
    elif verb == "comment":
        print(ask(token, "POST", f"issues/{flags.rest[0]}/comments", body=text(flags))["html_url"])
    elif verb == "close":
        ask(token, "PATCH", f"pulls/{flags.rest[0]}", state="closed")
    else:
        raise UnknownError(f"gh pr {verb} is not modelled")
    return 0


def flat(found: dict[str, Any]) -> dict[str, Any]:
    """Return a pull request as gh lists it."""
    return {**found, "headRefName": found["head"]["ref"], "headRefOid": found["head"]["sha"]}
