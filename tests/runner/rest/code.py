"""Branches, tags, commits and their content."""

import base64
from typing import Any

from tests.runner.refusal import HttpError, UnknownError, known
from tests.runner.rest.request import Request, Route

MUTATION = "createCommitOnBranch"


def reference(ref: str, sha: str) -> dict[str, Any]:
    """Return what GitHub says of a reference."""
    return {"ref": ref, "object": {"sha": sha, "type": "commit"}}


def get_ref(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Return a branch or tag."""
    request.token.need("contents")
    ref = f"refs/{request.path[0]}"
    sha = request.hub.repository.find(ref)
    if sha is None:
        raise HttpError(404, "Not Found")
    return reference(ref, sha)


def create_ref(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Make a branch or tag that is not there yet, at a commit that is."""
    request.token.need("contents", "write")
    ref, sha = request.wanted("ref", "sha")
    if not ref.startswith("refs/") or ref.count("/") < 2:
        raise HttpError(422, "Reference name must start with 'refs/' and contain at least two slashes")
    if request.hub.repository.find(ref):
        raise HttpError(422, "Reference already exists")
    if request.hub.repository.find(sha) != sha:
        raise HttpError(422, "Object does not exist")
    request.hub.repository.git("update-ref", ref, sha)
    return reference(ref, sha)


def move_ref(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Move a branch forward, or anywhere with force."""
    request.token.need("contents", "write")
    ref, repository = f"refs/{request.path[0]}", request.hub.repository
    before, sha = repository.find(ref), request.wanted("sha")[0]
    if before is None:
        raise HttpError(422, "Reference does not exist")
    if not request.body.get("force") and not repository.contains(sha, before):
        raise HttpError(422, "Update is not a fast forward")
    repository.git("update-ref", ref, sha)
    return reference(ref, sha)


def delete_ref(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Remove a branch or tag."""
    request.token.need("contents", "write")
    if request.hub.repository.find(f"refs/{request.path[0]}") is None:
        raise HttpError(422, "Reference does not exist")
    request.hub.repository.git("update-ref", "-d", f"refs/{request.path[0]}")


def get_commit(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Return a commit."""
    request.token.need("contents")
    sha = request.hub.repository.find(request.path[0])
    if sha is None:
        raise HttpError(422, f"No commit found for SHA: {request.path[0]}")
    message = request.hub.repository.git("log", "-1", "--format=%B", sha)
    parents = request.hub.repository.git("log", "-1", "--format=%P", sha).split()
    return {"sha": sha, "commit": {"message": message}, "parents": [{"sha": one} for one in parents]}


def get_content(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Return a file at a reference."""
    request.token.need("contents")
    try:
        text = request.hub.repository.file(request.body.get("ref", "main"), request.path[0])
    except LookupError:
        raise HttpError(404, "Not Found") from None
    return {"path": request.path[0], "encoding": "base64", "content": base64.b64encode(text.encode()).decode()}


def compare(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Compare two commits."""
    request.token.need("contents")
    repository = request.hub.repository
    found = [repository.find(name) for name in request.path]
    if None in found:
        raise HttpError(404, "Not Found")
    base, head = (name or "" for name in found)
    behind, ahead = repository.git("rev-list", "--left-right", "--count", f"{base}...{head}").split()
    word = {(True, True): "identical", (True, False): "ahead", (False, True): "behind"}
    status = word.get((behind == "0", ahead == "0"), "diverged")
    files = [{"filename": name} for name in repository.changed(base, head)]
    return {"status": status, "ahead_by": int(ahead), "behind_by": int(behind), "files": files}


def graphql(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Commit files to a branch that still stands where the caller saw it, signed by GitHub; no other query is known."""
    query, variables = request.wanted("query", "variables")
    if MUTATION not in query:
        raise UnknownError(f"graphql: only {MUTATION} is modelled")
    request.token.need("contents", "write")
    wanted = variables["input"]
    known("graphql: input", wanted, {"branch", "expectedHeadOid", "message", "fileChanges", "clientMutationId"})
    known("graphql: branch", wanted["branch"], {"repositoryNameWithOwner", "branchName"})
    known("graphql: fileChanges", wanted["fileChanges"], {"additions", "deletions"})
    branch, repository = wanted["branch"]["branchName"], request.hub.repository
    before = repository.find(f"refs/heads/{branch}")
    if wanted["branch"]["repositoryNameWithOwner"] != request.hub.name or before is None:
        raise HttpError(404, f"Could not resolve to a Ref with the name '{branch}'")
    if before != wanted["expectedHeadOid"]:
        raise HttpError(409, f'Expected branch to point to "{wanted["expectedHeadOid"]}" but it did not.')
    files: dict[str, bytes | str | None] = {one["path"]: None for one in wanted["fileChanges"].get("deletions", [])}
    files |= {one["path"]: base64.b64decode(one["contents"]) for one in wanted["fileChanges"].get("additions", [])}
    if any(path.startswith(".github/workflows/") for path in files):
        raise HttpError(
            403, "refusing to allow a GitHub App to create or update workflow without `workflows` permission"
        )
    oid = repository.commit(files, branch, wanted["message"]["headline"])
    return {"data": {MUTATION: {"commit": {"oid": oid}}}}


ROUTES: tuple[Route, ...] = (
    ("GET", r"git/ref/(.+)", get_ref),
    ("POST", r"git/refs", create_ref),
    ("PATCH", r"git/refs/(.+)", move_ref),
    ("DELETE", r"git/refs/(.+)", delete_ref),
    ("GET", r"commits/([^/]+)", get_commit),
    ("GET", r"contents/(.+)", get_content),
    ("GET", r"compare/(.+)\.\.\.(.+)", compare),
    ("POST", r"graphql", graphql),
)
