"""Settings that an owner changes, and what a free private repository refuses."""

from typing import Any

from tests.runner import environments, protection
from tests.runner.hub import State
from tests.runner.refusal import HttpError
from tests.runner.rest.request import Request, Route

UPGRADE = "Upgrade to GitHub Pro or make this repository public to enable this feature."


def get_repository(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Return the repository: every token may read this much."""
    facts = request.hub.facts
    return {
        "full_name": facts["name"],
        "visibility": facts["visibility"],
        "private": facts["visibility"] != "public",
        "default_branch": facts["default_branch"],
    }


def get_user(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Return a person: anybody may look up anybody, by a name of any case."""
    login = request.path[0].lower()
    return {"login": login, "id": int.from_bytes(login.encode(), "big") % 10**8}


def change(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Keep settings as they were sent."""
    request.token.need("administration", "write")
    if "private-vulnerability-reporting" in request.path and request.hub.facts["visibility"] != "public":
        raise HttpError(422, "Private vulnerability reporting is only available on public repositories.")
    with request.hub.change() as state:
        name = request.path[0] if request.path else ""
        state["settings"].update(request.body)
        if name == "immutable-releases":
            state["settings"]["immutable_releases"] = True
        elif name:
            state["settings"][name] = dict(request.body) or True
    return {}


def list_rulesets(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Return the rulesets."""
    if not request.hub.paid_features:
        raise HttpError(403, UPGRADE)
    return request.page(request.hub.read()["rulesets"])


def rules_of_branch(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Return the rules of a branch: whoever may read the repository may read them."""
    if not request.hub.paid_features:
        raise HttpError(403, UPGRADE)
    return request.page(protection.rules(request.hub, f"refs/heads/{request.path[0]}"))


def set_ruleset(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Make or replace a ruleset."""
    request.token.need("administration", "write")
    if not request.hub.paid_features:
        raise HttpError(403, UPGRADE)
    number = int(request.path[0]) if request.path else request.hub.next_id()
    made = {**request.body, "id": number}
    with request.hub.change() as state:
        state["rulesets"] = [one for one in state["rulesets"] if one["id"] != number] + [made]
    return made


def set_environment(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Make an environment with its reviewers."""
    request.token.need("administration", "write")
    reviewers = [str(one["id"]) for one in request.body.get("reviewers") or []]
    environments.protect(request.hub, request.path[0], reviewers=reviewers)
    return {"name": request.path[0]}


def allowed(request: Request, state: State) -> list[str]:
    """Return the branches and tags that may enter an environment, to be read or changed."""
    if not request.hub.paid_features or request.path[0] not in state["environments"]:
        raise HttpError(404, "Not Found")
    found: list[str] = state["environments"][request.path[0]]["refs"]
    return found


def list_branches(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Return them, each with a number."""
    request.token.need("administration", "write")
    refs = allowed(request, request.hub.read())
    return {"branch_policies": [{"id": number, "name": name} for number, name in enumerate(refs)]}


def allow_branch(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Allow one more, or another in the place of one."""
    request.token.need("administration", "write")
    with request.hub.change() as state:
        refs = allowed(request, state)
        number = int(request.path[1]) if request.path[1:] else len(refs)
        refs[number : number + 1] = [request.wanted("name")[0]]
    return {"id": number, "name": refs[number]}


ROUTES: tuple[Route, ...] = (
    ("GET", r"", get_repository),
    ("GET", r"users/([^/]+)", get_user),
    ("PATCH", r"", change),
    ("PUT", r"(actions/permissions(?:/selected-actions|/workflow)?)", change),
    (
        "PUT",
        r"(vulnerability-alerts|automated-security-fixes|private-vulnerability-reporting|immutable-releases)",
        change,
    ),
    ("PATCH", r"(code-scanning/default-setup)", change),
    ("PUT", r"environments/([^/]+)", set_environment),
    ("GET", r"environments/([^/]+)/deployment-branch-policies", list_branches),
    ("POST", r"environments/([^/]+)/deployment-branch-policies", allow_branch),
    ("PUT", r"environments/([^/]+)/deployment-branch-policies/(\d+)", allow_branch),
    ("GET", r"rules/branches/(.+)", rules_of_branch),
    ("GET", r"rulesets", list_rulesets),
    ("POST", r"rulesets", set_ruleset),
    ("PUT", r"rulesets/(\d+)", set_ruleset),
)
