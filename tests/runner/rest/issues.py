"""Issues and labels."""

from typing import Any

from tests.runner.events import SITE
from tests.runner.hub import Hub
from tests.runner.refusal import HttpError
from tests.runner.rest.request import Request, Route, one_of


def open_issue(
    hub: Hub, title: str, body: str = "", labels: list[str] | None = None, user: str = "ada"
) -> dict[str, Any]:
    """Open an issue with labels that are there."""
    number = hub.next_id("number")
    with hub.change() as state:
        here = [label["name"] for label in state["labels"]]
        for label in labels or []:
            if label not in here:
                raise HttpError(422, f"could not add label: '{label}' not found")
        made = {
            "number": number,
            "state": "open",
            "title": title,
            "body": body,
            "labels": [{"name": label} for label in labels or []],
            "user": {"login": user},
            "html_url": f"{SITE}/{hub.name}/issues/{number}",
        }
        state["issues"].insert(0, made)
    return made


def create_issue(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Open an issue."""
    request.token.need("issues", "write")
    body, labels = request.body.get("body", ""), request.body.get("labels", [])
    return open_issue(request.hub, request.wanted("title")[0], body, labels, request.token.actor)


def list_issues(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Return the issues of a state with all of these labels, the newest first."""
    request.token.need("issues")
    state, labels = request.body.get("state") or "open", request.body.get("labels") or ""
    wanted = {label for label in labels.split(",") if label}
    found = [
        issue
        for issue in request.hub.read()["issues"]
        if state in {issue["state"], "all"} and wanted <= {label["name"] for label in issue["labels"]}
    ]
    return request.page(found)


def get_issue(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Return one issue."""
    request.token.need("issues")
    return one_of(request.hub.read(), "issues", number=request.number)


def change_issue(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Change title, text or state of an issue."""
    request.token.need("issues", "write")
    with request.hub.change() as state:
        issue = one_of(state, "issues", number=request.number)
        issue.update({name: request.body[name] for name in ("title", "body", "state") if name in request.body})
    return issue


def create_label(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Make a label of a name that is not taken."""
    request.token.need("issues", "write")
    name = request.wanted("name")[0]
    with request.hub.change() as state:
        if name in [label["name"] for label in state["labels"]] and not request.body.get("force"):
            raise HttpError(
                422, f'label with name "{name}" already exists; use `--force` to update its color and description'
            )
        others = [label for label in state["labels"] if label["name"] != name]
        made = {
            "color": "ededed",
            "description": "",
            **{key: request.body[key] for key in request.body if key != "force"},
        }
        state["labels"] = [*others, made]
    return made


ROUTES: tuple[Route, ...] = (
    ("GET", r"issues", list_issues),
    ("POST", r"issues", create_issue),
    ("GET", r"issues/(\d+)", get_issue),
    ("PATCH", r"issues/(\d+)", change_issue),
    ("POST", r"labels", create_label),
)
