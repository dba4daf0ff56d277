"""`ml status`: what is in production, since when, by whom, what its gates said, and what the monitor last said."""

import base64
import json
import os
import re
import subprocess
import tomllib
from argparse import Namespace
from datetime import datetime
from typing import Any

from ..contract import InputError

# Whoever may deploy may record anything; only a tag of a release names a version.
TAG = re.compile(r"v\d+\.\d+\.\d+((a|b|rc)\d+)?")
MINUTE = 60  # seconds


def do_status(given: Namespace) -> int:
    """Ask GitHub, by gh, what promote.yml and monitor.yml recorded there."""
    repository = os.environ.get("GH_REPO") or _gh("repo", "view", "--json", "nameWithOwner")["nameWithOwner"]
    found = _deployed(repository, given.channel)
    if found is None:
        print(f"Nothing is in {given.channel} of {repository} yet; promote.yml puts a release there.")
        return 0
    deployment, state = found
    told = deployment.get("payload") or {}
    told = json.loads(told) if isinstance(told, str) else told
    by = told.get("by") or (deployment.get("creator") or {}).get("login", "somebody")
    tag = deployment["ref"]
    print(f"{tag} is in {given.channel} of {repository} since {state['created_at']}, by {by}.")
    print(f"why      {deployment.get('description') or 'not said'}")
    print(f"image    {told.get('digest', 'not recorded')}")
    print(f"before   {told.get('before') or 'nothing'}")
    print(f"gates    {_gates(repository, tag)}")
    print(f"monitor  {_monitor(repository, state['created_at'])}")
    return 0


def _deployed(repository: str, channel: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return the newest deployment that succeeded, and the status that says so."""
    where = f"repos/{repository}/deployments"
    asked = ("-f", f"environment={channel}", "-f", "per_page=100")
    for deployment in _gh("api", "--method", "GET", where, *asked):
        if not TAG.fullmatch(deployment["ref"]):
            continue
        states = _gh("api", "--method", "GET", f"{where}/{deployment['id']}/statuses", "-f", "per_page=1")
        if states and states[0]["state"] == "success":
            return deployment, states[0]
    return None


def _gates(repository: str, tag: str) -> str:
    """Say what the gates said of this release."""
    asked = ("--repo", repository, "--pattern", "verdicts.json", "--output", "-")
    try:
        judged = _gh("release", "download", tag, *asked)
    except InputError:
        return f"unknown: the release {tag} cannot be read"
    named: dict[str, list[str]] = {}
    for verdict in judged["verdicts"]:
        named.setdefault(verdict["verdict"], []).append(verdict["gate"])
    return "; ".join(f"{verdict}: {', '.join(gates)}" for verdict, gates in named.items())


def _monitor(repository: str, since: str) -> str:
    """Say what the monitor has said of this version: it keeps one issue open while anything is wrong."""
    asked = ("--repo", repository, "--limit", "1")
    ended = ("--status", "completed", "--json", "conclusion,createdAt")
    runs = _gh("run", "list", "--workflow", "monitor.yml", *asked, *ended)
    if not runs or datetime.fromisoformat(runs[0]["createdAt"]) < datetime.fromisoformat(since):
        return "has not run since"
    if not _watched(repository):
        return "watches nothing: params.toml names no [monitor] source"
    issues = _gh("issue", "list", "--label", "monitor", "--state", "open", *asked, "--json", "number,title")
    when = runs[0]["createdAt"]
    # A run that found drift is a success: it did what it is for. What an issue was opened for may have passed since.
    said = "broken" if runs[0]["conclusion"] != "success" else "drift" if issues else "calm"
    where = f"issue {issues[0]['number']}; " if issues else ""
    return f"{said} ({where}last run {when})"


def _watched(repository: str) -> str:
    """Return the source that the monitor reads, as main has it."""
    told = _gh("api", "--method", "GET", f"repos/{repository}/contents/params.toml")
    params = tomllib.loads(base64.b64decode(told["content"]).decode("utf-8"))
    return str(params.get("monitor", {}).get("source", ""))


def _gh(*arguments: str) -> Any:
    """Ask gh, whose answer is JSON."""
    try:
        command = ["gh", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=MINUTE)  # noqa: S603
        return json.loads(done.stdout)
    except FileNotFoundError as error:
        raise InputError("gh is not installed, by which GitHub is asked; see https://cli.github.com") from error
    except subprocess.CalledProcessError as error:
        reason = " ".join(error.stderr.split()) or f"exit code {error.returncode}"
        raise InputError(f"gh {' '.join(arguments[:2])}: {reason}; sign in by gh auth login, or set GH_REPO") from error
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise InputError(f"gh {' '.join(arguments[:2])}: gave no answer ({type(error).__name__}); try again") from error
