"""Stand-in for gh: the commands that workflows use, answered from the hub with GitHub's own refusals."""

import itertools
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.runner import tokens
from tests.runner.gh import api, attestation, issue, release, repo, run
from tests.runner.gh.flags import UsageError
from tests.runner.hub import Hub
from tests.runner.refusal import HttpError, UnknownError, known
from tests.runner.tokens import Token

COMMANDS = {"api": api.run, "issue": issue.run, "label": issue.label, "pr": issue.pull, "release": release.run}
COMMANDS |= {"repo": repo.run}
COMMANDS |= {"run": run.run, "workflow": run.workflow}
UNKNOWN_CALLER = """gh: To use GitHub CLI in a GitHub Actions workflow, set the GH_TOKEN environment variable. Example:
  env:
    GH_TOKEN: ${{ github.token }}"""


def main(hub: str, job: str, arguments: Sequence[str]) -> int:
    """Answer as gh would; what is not modelled ends the run."""
    text = os.environ.get("GH_TOKEN") or os.environ.get("GITHUB_TOKEN")
    if not text:
        print(UNKNOWN_CALLER, file=sys.stderr)
        return 4
    try:
        return do(tokens.find(Hub(Path(hub)), text), Path(job), arguments)
    except HttpError as problem:
        print(f"HTTP {problem.status}: {problem.message} (https://api.github.com/)", file=sys.stderr)
    except (UsageError, FileNotFoundError) as problem:
        print(problem, file=sys.stderr)
    except UnknownError as problem:
        (Path(job) / "refused").write_text(str(problem), encoding="utf-8")
        print(problem, file=sys.stderr)
    return 1


def do(token: Token, job: Path, arguments: Sequence[str]) -> int:
    """Do one command."""
    known("gh", arguments[:1], [*COMMANDS, "attestation"])
    if arguments[0] == "attestation":
        return attestation.run(token, arguments[1:], job, os.environ)
    if arguments[0] != "api" or "{owner}" in " ".join(arguments):
        refuse_other(token.hub, arguments)
    return COMMANDS[arguments[0]](token, arguments[1:])


def refuse_other(hub: Hub, arguments: Sequence[str]) -> None:
    """Find the repository as gh does: a flag, the environment, or the clone that one stands in."""
    given = [after for word, after in itertools.pairwise(arguments) if word in {"--repo", "-R"}]
    given += [word.removeprefix("--repo=") for word in arguments if word.startswith("--repo=")]
    name = given[-1] if given else os.environ.get("GH_REPO") or cloned()
    if name.lower() != hub.name.lower():
        raise HttpError(404, "Not Found")


def cloned() -> str:
    """Return the repository of the clone that one stands in."""
    command = ["git", "config", "--get", "remote.origin.url"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    match = re.fullmatch(r"https://github\.com/(.+?)(?:\.git)?", done.stdout.strip())
    if not match:
        raise UsageError("failed to run git: fatal: not a git repository (or any of the parent directories): .git")
    return match[1]
