"""Stand-in for actions/checkout: a clone of the hub's repository at the event's commit."""

import subprocess

from tests.runner import tokens
from tests.runner.actions.call import Call, Result
from tests.runner.commands import StepError
from tests.runner.events import SITE
from tests.runner.refusal import HttpError

BRANCHES = ("+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*")


def run(call: Call) -> Result:
    """Check out; the right to read contents is used, as on a private repository."""
    if call.flag("lfs") or call.inputs["submodules"] != "false":
        raise StepError("lfs and submodules are not modelled")
    address = f"{SITE}/{call.hub.name}"
    missing = HttpError(404, f"remote: Repository not found. fatal: repository '{address}/' not found")
    tokens.find(call.hub, call.inputs["token"]).need("contents", refusal=missing)
    folder = call.path("path")
    folder.mkdir(parents=True, exist_ok=True)

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(folder), *arguments]
        done = subprocess.run(command, env=call.env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise StepError(f"git {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout.strip()

    wanted = call.inputs["ref"] or call.env["GITHUB_SHA"]
    commit = call.hub.repository.find(wanted)
    if commit is None:
        raise StepError(f"A branch or tag with the name '{wanted}' could not be found")
    git("init", "--quiet", "--initial-branch=main")
    fetch(call, git, commit)
    ref = wanted if call.inputs["ref"] else call.env["GITHUB_REF"]
    branch = ref.removeprefix("refs/heads/")
    named = call.hub.repository.find(f"refs/heads/{branch}") == commit
    git("checkout", "--quiet", *(["-B", branch] if named else ["--detach"]), commit)
    git("remote", "add", "origin", address)
    # No step may reach a network: the address is turned to where nothing is.
    git("config", "--local", f"url.{call.machine.folder}/unreachable/.insteadOf", f"{SITE}/")
    if call.flag("persist-credentials"):
        git("config", "--local", f"http.{SITE}/.extraheader", f"AUTHORIZATION: basic {call.inputs['token']}")
    return {"ref": ref, "commit": commit}, f"HEAD is now at {commit}"


def fetch(call: Call, git: "object", commit: str) -> None:
    """Fetch as much history as was asked for."""
    assert callable(git)
    depth, source = call.inputs["fetch-depth"], f"file://{call.hub.repository.path.resolve()}"
    if depth == "0":
        git("fetch", "--quiet", source, *BRANCHES, f"+{commit}:refs/remotes/checkout")
        return
    tags = BRANCHES[1:] if call.flag("fetch-tags") else ()
    git("fetch", "--quiet", "--no-tags", f"--depth={depth}", source, f"+{commit}:refs/remotes/checkout", *tags)
