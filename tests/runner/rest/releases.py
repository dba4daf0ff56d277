"""Releases and their files. Drafts are seen only by those who may write."""

import hashlib
import shutil
from pathlib import Path
from typing import Any

from tests.runner.events import SITE
from tests.runner.hub import Hub
from tests.runner.refusal import HttpError
from tests.runner.rest.request import Request, Route
from tests.runner.tokens import Token

MISSING = HttpError(404, "Not Found")


def visible(token: Token) -> list[dict[str, Any]]:
    """Return the releases that a token may see; seeing drafts uses the right to write."""
    releases = token.hub.read()["releases"]
    if any(one["draft"] for one in releases) and token.holds("contents", "write"):
        token.need("contents", "write")
    else:
        token.need("contents")
        releases = [one for one in releases if not one["draft"]]
    return list(releases)


def find(token: Token, tag: str) -> dict[str, Any]:
    """Return the release of a tag."""
    found: dict[str, Any] | None = next((one for one in visible(token) if one["tag_name"] == tag), None)
    if found is None:
        raise MISSING
    return found


def create(token: Token, body: dict[str, Any]) -> dict[str, Any]:
    """Make a release; a tag that is not there is made when it is published."""
    token.need("contents", "write")
    hub, tag = token.hub, body["tag_name"]
    if any(one["tag_name"] == tag for one in hub.read()["releases"]):
        raise HttpError(422, f"a release with the same tag name already exists: {tag}")
    made = {"draft": False, "prerelease": False, "body": "", "name": tag, **body, "id": hub.next_id(), "assets": []}
    made["html_url"] = f"{SITE}/{hub.name}/releases/tag/{tag}"
    made["immutable"] = False
    with hub.change() as state:
        state["releases"].insert(0, made)
    return publish(token, made, {})


def publish(token: Token, release: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Change a release; one that leaves its draft gets its tag and may become immutable."""
    token.need("contents", "write")
    hub = token.hub
    with hub.change() as state:
        kept = next(one for one in state["releases"] if one["id"] == release["id"])
        if kept["immutable"] and set(changes) - {"name", "body"}:
            raise HttpError(422, "Cannot change an immutable release")
        kept.update(changes)
        if not kept["draft"]:
            if hub.repository.find(f"refs/tags/{kept['tag_name']}") is None:
                hub.repository.tag(kept["tag_name"], kept.get("target_commitish") or hub.facts["default_branch"])
            kept["immutable"] = bool(state["settings"].get("immutable_releases"))
    return dict(kept)


def folder(hub: Hub, release: dict[str, Any]) -> Path:
    """Return where the files of a release lie."""
    return hub.folder / "assets" / str(release["id"])


def upload(token: Token, release: dict[str, Any], file: Path, *, clobber: bool = False) -> None:
    """Add a file to a release."""
    token.need("contents", "write")
    if release["immutable"]:
        raise HttpError(422, "Cannot upload assets to an immutable release.")
    if not file.is_file():
        raise LookupError(f"stat {file}: no such file or directory")
    if file.stat().st_size == 0:
        raise HttpError(400, "Bad Content-Length: size must be greater than 0")
    target = folder(token.hub, release) / file.name
    if target.exists() and not clobber:
        raise HttpError(422, f"asset under the same name already exists: [{file.name}]")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    if file.name in token.hub.read()["spoils"]:
        target.write_bytes(target.read_bytes() + b"x")
    facts = {"name": file.name, "size": file.stat().st_size, "state": "uploaded"}
    facts["digest"] = f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"
    with token.hub.change() as state:
        kept = next(one for one in state["releases"] if one["id"] == release["id"])
        kept["assets"] = sorted([one for one in kept["assets"] if one["name"] != file.name] + [facts], key=str)


def delete(token: Token, release: dict[str, Any]) -> None:
    """Remove a release and its files; the tag stays."""
    token.need("contents", "write")
    shutil.rmtree(folder(token.hub, release), ignore_errors=True)
    with token.hub.change() as state:
        state["releases"] = [one for one in state["releases"] if one["id"] != release["id"]]


def listed(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Return the releases."""
    return request.page(visible(request.token))


def of_tag(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Return the published release of a tag: this path never shows drafts."""
    found = find(request.token, request.path[0])
    if found["draft"]:
        raise MISSING
    return found


def latest(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Return the newest release that is no draft and no prerelease."""
    request.token.need("contents")
    found = [one for one in request.hub.read()["releases"] if not (one["draft"] or one["prerelease"])]
    if not found:
        raise MISSING
    return found[0]


def change(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Change a release by its number."""
    found = next((one for one in visible(request.token) if one["id"] == request.number), None)
    if found is None:
        raise MISSING
    return publish(request.token, found, dict(request.body))


ROUTES: tuple[Route, ...] = (
    ("GET", r"releases", listed),
    ("GET", r"releases/tags/(.+)", of_tag),
    ("GET", r"releases/latest", latest),
    ("PATCH", r"releases/(\d+)", change),
    ("POST", r"releases", lambda request: create(request.token, dict(request.body))),
)
