"""Judge whether an event starts a workflow, and check what a person typed into its form."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tests.runner.events import Event
from tests.runner.refusal import HttpError, UnknownError, known
from tests.runner.workflow import Workflow

BRANCH = {"branches", "branches-ignore"}
PATHS = {"paths", "paths-ignore"}
FILTERS = {
    "push": BRANCH | PATHS | {"tags", "tags-ignore"},
    "pull_request": BRANCH | PATHS | {"types"},
    "merge_group": BRANCH | {"types"},
    "workflow_run": BRANCH | {"types", "workflows"},
    "workflow_dispatch": {"inputs"},
    "schedule": {"cron"},
    "release": {"types"},
}
TYPES = {"pull_request": ("opened", "synchronize", "reopened")}
GLOB = {"**": ".*", "*": "[^/]*", "?": "?", "+": "+"}


def fires(workflow: Workflow, event: Event) -> bool:
    """Return whether the event starts the workflow; an event or a filter that is not modelled is refused."""
    known(f"{workflow.path}: on", workflow.triggers, FILTERS)
    for name, body in workflow.triggers.items():
        for one in body if isinstance(body, list) else [body]:
            known(f"{workflow.path}: on.{name}", one, FILTERS[name])
    if event.name not in workflow.triggers:
        return False
    body = workflow.triggers[event.name]
    if event.name == "schedule":
        return event.payload["schedule"] in [one["cron"] for one in body]
    if event.name == "workflow_run" and event.payload["workflow"]["name"] not in body["workflows"]:
        return False
    types = body.get("types", TYPES.get(event.name))
    typed = types is None or event.payload.get("action") in ([types] if isinstance(types, str) else types)
    return typed and on_ref(body, event) and on_paths(body, event)


def on_ref(body: Mapping[str, Any], event: Event) -> bool:
    """Judge branches and tags: a filter for the one leaves out the other."""
    tag = event.ref.startswith("refs/tags/")
    kind, other = ("tags", "branches") if tag else ("branches", "tags")
    if event.name == "push" and not any(name.startswith(kind) for name in body):
        return not any(name.startswith(other) for name in body)
    return passes(body, kind, [event.filtered])


def on_paths(body: Mapping[str, Any], event: Event) -> bool:
    """Judge changed paths; a tag has none."""
    return event.ref.startswith("refs/tags/") or passes(body, "paths", event.changed)


def passes(body: Mapping[str, Any], kind: str, names: Sequence[str]) -> bool:
    """Return whether some name is wanted; with `-ignore`, whether some name is not ignored."""
    if kind in body:
        return any(matches(body[kind], name) for name in names)
    return f"{kind}-ignore" not in body or not all(matches(body[f"{kind}-ignore"], name) for name in names)


def matches(patterns: Sequence[str], name: str) -> bool:
    """Return what the last pattern that fits says; `!` takes back."""
    answer = False
    for pattern in patterns:
        if glob(pattern.removeprefix("!")).fullmatch(name):
            answer = not pattern.startswith("!")
    return answer


def glob(pattern: str) -> re.Pattern[str]:
    """Translate a filter pattern: `?` and `+` repeat what stands before them."""
    parts = re.findall(r"\*\*|\*|\?|\+|\[[^\]]+\]|\\?.", pattern)
    return re.compile("".join(GLOB.get(part, part if part[0] in "[\\" else re.escape(part)) for part in parts))


def inputs(workflow: Workflow, given: Mapping[str, str]) -> dict[str, Any]:
    """Return what a person typed, typed and with defaults; what the form does not allow is refused with 422."""
    form = (workflow.triggers.get("workflow_dispatch") or {}).get("inputs") or {}
    unexpected = sorted(set(given) - set(form))
    if unexpected:
        raise HttpError(422, f"Unexpected inputs provided: {unexpected}".replace("'", '"'))
    return {name: typed(name, field or {}, given.get(name)) for name, field in form.items()}


def typed(name: str, field: Mapping[str, Any], given: str | None) -> Any:  # noqa: ANN401 (by the field's type)
    """Return one input."""
    known(f"input {name}", field, {"description", "type", "required", "default", "options"})
    kind = field.get("type", "string")
    known(f"input {name}: type", [kind], {"string", "boolean", "choice", "number", "environment"})
    if given is None and field.get("required") and "default" not in field:
        raise HttpError(422, f"Required input '{name}' not provided")
    value = field.get("default", field["options"][0] if kind == "choice" else "") if given is None else given
    if kind == "choice" and value not in field["options"]:
        raise HttpError(422, f"Provided value '{value}' for input '{name}' not in the list of allowed values")
    if kind == "boolean":
        if str(value).lower() not in {"true", "false", ""}:
            raise HttpError(422, f"Provided value '{value}' for input '{name}' is not a boolean")
        return str(value).lower() == "true"
    if kind == "number" and value != "":
        try:
            return float(value)
        except ValueError:
            raise HttpError(422, f"Provided value '{value}' for input '{name}' is not a number") from None
    return str(value)


def form_of(workflow: Workflow) -> list[str]:
    """Return the names of a workflow's inputs; asking for another one is refused."""
    body = workflow.triggers.get("workflow_dispatch")
    if body is not None and not isinstance(body, dict):
        raise UnknownError(f"{workflow.path}: on.workflow_dispatch is no mapping")
    return list((body or {}).get("inputs") or {})
