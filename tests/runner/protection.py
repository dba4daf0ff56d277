"""What rulesets keep people from: pushes, merges, and tags that move."""

import fnmatch
from collections.abc import Iterator
from typing import Any

from tests.runner.hub import Hub
from tests.runner.refusal import HttpError, known
from tests.runner.rest.request import one_of

# Which rules are judged here; `deletion` and so on are the names that GitHub gives them.
RULES = {
    "deletion", "non_fast_forward", "pull_request", "required_linear_history", "required_status_checks", "update",
}  # fmt: skip
ACTIONS = 15368  # the app that runs workflows


class ProtectedError(Exception):
    """A ruleset declines what somebody wants to do."""


def rules(hub: Hub, ref: str) -> list[dict[str, Any]]:
    """Return the active rules of a branch or tag, whether it is there or not."""
    kind = "branch" if ref.startswith("refs/heads/") else "tag"
    names = {ref, "~DEFAULT_BRANCH" if ref == f"refs/heads/{hub.facts['default_branch']}" else ref}
    found = []
    for ruleset in hub.read()["rulesets"] if hub.paid_features else []:
        wanted = ruleset["conditions"]["ref_name"]["include"]
        fits = any(fnmatch.fnmatchcase(name, pattern) for name in names for pattern in wanted)
        if ruleset["enforcement"] == "active" and ruleset["target"] == kind and fits:
            found += ruleset["rules"]
    known("rules", [rule["type"] for rule in found], RULES)
    return found


def push(hub: Hub, ref: str, commit: str | None) -> None:
    """Move a branch or a tag to a commit as a person's push does, or delete it; or be declined."""
    before = hub.repository.find(ref)
    declined = [said for rule in rules(hub, ref) if (said := objection(hub, rule, before, commit))]
    if declined:
        raise ProtectedError(f"GH013: Repository rule violations found for {ref}. {' '.join(declined)}")
    hub.repository.git("update-ref", *(["-d", ref] if commit is None else [ref, commit]))


def objection(hub: Hub, rule: dict[str, Any], before: str | None, after: str | None) -> str:
    """Return what a rule has against a push; most say nothing of a branch that is new."""
    kind, more = rule["type"], rule.get("parameters", {})
    if after is None:
        return "Cannot delete this protected ref." if kind == "deletion" else ""
    if kind == "required_status_checks":
        asked = before is not None or not more.get("do_not_enforce_on_create")
        return "; ".join(missing_checks(hub, more, after)) if asked else ""
    if before is None:
        return ""
    if kind == "non_fast_forward" and not hub.repository.contains(after, before):
        return "Cannot force-push to this branch."
    if kind == "required_linear_history" and hub.repository.git("rev-list", "--merges", f"{before}..{after}"):
        return "This branch must not contain merge commits."
    refused = {"pull_request": "Changes must be made through a pull request.", "update": "Cannot update this ref."}
    return refused.get(kind, "")


def missing_checks(hub: Hub, more: dict[str, Any], commit: str) -> Iterator[str]:
    """Say which required checks did not succeed for a commit; the newest run that has the job decides."""
    for check in more["required_status_checks"]:
        name, runs = check["context"], [one for one in hub.read()["runs"] if one["headSha"] == commit]
        results = [one["jobs"][name]["result"] for one in runs if name in one["jobs"]]
        if check.get("integration_id", ACTIONS) != ACTIONS or results[:1] != ["success"]:
            yield f'Required status check "{name}" is {results[0] if results else "expected"}.'


def merge(hub: Hub, number: int, *, approvals: int = 0) -> str:
    """Press the button that squashes a pull request into its base; the new commit is on the base, or GitHub refuses."""
    pull = one_of(hub.read(), "pulls", number=number)
    ref, head = f"refs/heads/{pull['base']['ref']}", pull["head"]["sha"]
    base = hub.repository.head(ref)
    refused = [said for rule in rules(hub, ref) for said in unready(hub, rule, base, head, approvals)]
    if refused:
        raise HttpError(405, f"Repository rule violations found: {' '.join(refused)}")
    tree = hub.repository.git("merge-tree", "--write-tree", base, head)
    made = hub.repository.git("commit-tree", tree, "-p", base, "-m", f"{pull['title']} (#{number})")
    hub.repository.git("update-ref", ref, made)
    with hub.change() as state:
        one_of(state, "pulls", number=number).update(state="closed", merged_at="now")
    return made


def unready(hub: Hub, rule: dict[str, Any], base: str, head: str, approvals: int) -> Iterator[str]:
    """Say what a rule wants of a pull request before it is merged."""
    kind, more = rule["type"], rule.get("parameters", {})
    if kind == "pull_request":
        if approvals < more["required_approving_review_count"]:
            yield f"At least {more['required_approving_review_count']} approving review is required."
        if "squash" not in more["allowed_merge_methods"]:
            yield "Squash merges are not allowed."
    if kind == "required_status_checks":
        yield from missing_checks(hub, more, head)
        if more["strict_required_status_checks_policy"] and not hub.repository.contains(head, base):
            yield "The head branch is not up to date with the base branch."
