"""Pull requests, issues, comments and labels."""

from typing import Any

from tests.runner.events import SITE
from tests.runner.hub import Hub
from tests.runner.refusal import HttpError
from tests.runner.rest.request import Request, Route, one_of

EITHER = ("issues", "pull-requests")


def open_pull(hub: Hub, head: str, *, fork: str = "", user: str = "ada", **said: str) -> dict[str, Any]:
    """Open a pull request of a branch, with title, body and base; `fork` owns another copy of the repository."""
    title, body, base = said.get("title", "Change"), said.get("body", ""), said.get("base", "main")
    owner, name = hub.name.split("/")
    source = {"full_name": f"{fork or owner}/{name}", "fork": bool(fork), "owner": {"login": fork or owner}}
    sha = hub.repository.find(f"refs/heads/{head}")
    if sha is None or hub.repository.find(f"refs/heads/{base}") is None:
        raise HttpError(422, "Validation Failed")
    with hub.change() as state:
        label = f"{fork or owner}:{head}"
        if any(one["head"]["label"] == label and one["state"] == "open" for one in state["pulls"]):
            raise HttpError(422, f"Validation Failed: A pull request already exists for {label}.")
        number = hub.next_id("number")
        made = {
            "number": number,
            "state": "open",
            "title": title,
            "body": body,
            "draft": False,
            "labels": [],
            "user": {"login": fork or user},
            "head": {"label": label, "ref": head, "sha": sha, "repo": source},
            "base": {"label": f"{owner}:{base}", "ref": base, "repo": {"full_name": hub.name}},
            "html_url": f"{SITE}/{hub.name}/pull/{number}",
            "merged_at": None,
        }
        state["pulls"].append(made)
    return made


def move_pull(hub: Hub, number: int) -> None:
    """Let a pull request follow its branch, as a push does."""
    with hub.change() as state:
        pull = one_of(state, "pulls", number=number)
        pull["head"]["sha"] = hub.repository.head(f"refs/heads/{pull['head']['ref']}")


def list_pulls(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Return the pull requests of a state, a head and a base."""
    request.token.need("pull-requests")
    state, head, base = (request.body.get(name) for name in ("state", "head", "base"))
    found = [
        pull
        for pull in reversed(request.hub.read()["pulls"])
        if (state or "open") in {pull["state"], "all"}
        and head in {None, pull["head"]["label"]}
        and base in {None, pull["base"]["ref"]}
    ]
    return request.page(found)


def create_pull(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Open a pull request, where the repository lets Actions do so."""
    request.token.need("pull-requests", "write")
    if not request.hub.read()["settings"]["can_approve_pull_request_reviews"]:
        raise HttpError(403, "GitHub Actions is not permitted to create or approve pull requests.")
    head, base = request.wanted("head", "base")
    title, text = request.wanted("title")[0], request.body.get("body", "")
    return open_pull(request.hub, head.rsplit(":", 1)[-1], title=title, body=text, base=base, user=request.token.actor)


def get_pull(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Return one pull request."""
    request.token.need("pull-requests")
    return one_of(request.hub.read(), "pulls", number=request.number)


def change_pull(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Change title, text or state of a pull request."""
    request.token.need("pull-requests", "write")
    with request.hub.change() as state:
        pull = one_of(state, "pulls", number=request.number)
        pull.update({name: request.body[name] for name in ("title", "body", "state") if name in request.body})
    return pull


def changed_files(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Return the paths that a pull request changes."""
    pull = get_pull(request)
    repository = request.hub.repository
    base = repository.git("merge-base", repository.head(pull["base"]["ref"]), pull["head"]["sha"])
    return request.page([{"filename": name} for name in repository.changed(base, pull["head"]["sha"])])


def talked_about(request: Request, level: str) -> None:
    """Use the right to issues or pull requests, and refuse a number that neither has."""
    request.token.need_any(EITHER, level)
    state = request.hub.read()
    if request.number not in [one["number"] for one in state["issues"] + state["pulls"]]:
        raise HttpError(404, "Not Found")


def list_comments(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Return the comments of an issue or a pull request."""
    talked_about(request, "read")
    return request.page([one for one in request.hub.read()["comments"] if one["number"] == request.number])


def comment(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Comment on an issue or a pull request."""
    talked_about(request, "write")
    return add_comment(request.hub, request.number, request.wanted("body")[0], request.token.actor)


def add_comment(hub: Hub, number: int, body: str, user: str = "ada") -> dict[str, Any]:
    """Write down a comment."""
    if len(body) > 65536 or not body.strip():
        raise HttpError(422, "Validation Failed: body is empty or too long (maximum is 65536 characters)")
    made = {"id": hub.next_id(), "number": number, "user": {"login": user}, "body": body}
    made["html_url"] = f"{SITE}/{hub.name}/issues/{number}#issuecomment-{made['id']}"
    with hub.change() as state:
        state["comments"].append(made)
    return made


def change_comment(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Replace the text of a comment."""
    request.token.need_any(EITHER, "write")
    with request.hub.change() as state:
        found = one_of(state, "comments", id=request.number)
        found["body"] = request.wanted("body")[0]
    return found


ROUTES: tuple[Route, ...] = (
    ("GET", r"pulls", list_pulls),
    ("POST", r"pulls", create_pull),
    ("GET", r"pulls/(\d+)", get_pull),
    ("PATCH", r"pulls/(\d+)", change_pull),
    ("GET", r"pulls/(\d+)/files", changed_files),
    ("GET", r"issues/(\d+)/comments", list_comments),
    ("POST", r"issues/(\d+)/comments", comment),
    ("PATCH", r"issues/comments/(\d+)", change_comment),
)
