"""Stand-ins for actions/upload-artifact and actions/download-artifact."""

import fnmatch
import hashlib
import os
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.runner import tokens
from tests.runner.actions.call import Call, Result
from tests.runner.commands import StepError
from tests.runner.hub import Hub
from tests.runner.refusal import HttpError


def upload(call: Call) -> Result:
    """Keep files under a name that this run has not used yet."""
    name = call.inputs["name"]
    if set(name) & set('":<>|*?\r\n\\/'):
        raise StepError(f"The artifact name is not valid: {name}")
    patterns = [line.strip() for line in call.inputs["path"].splitlines() if line.strip()]
    if not patterns:
        raise StepError("Input required and not supplied: path")
    found = sorted(set(matching(call.machine.workspace, patterns, hidden=call.flag("include-hidden-files"))))
    if not found:
        return nothing(call)
    old = [one for one in call.hub.read()["artifacts"] if (one["name"], one["run"]) == (name, call.run)]
    if old and not call.flag("overwrite"):
        raise HttpError(409, f"Failed to CreateArtifact: an artifact with the name {name} already exists on this run")
    top = root(call.machine.workspace, patterns, found)
    made = keep(call.hub, call.run, name, {str(path.relative_to(top)): path.read_bytes() for path in found})
    with call.hub.change() as state:
        state["artifacts"] = [one for one in state["artifacts"] if one not in old]
    return {"artifact-id": str(made["id"]), "artifact-digest": made["digest"]}, f"Artifact {name}: {len(found)} files"


def keep(hub: Hub, run: int, name: str, files: Mapping[str, str | bytes]) -> dict[str, Any]:
    """Keep files as an artifact of a run."""
    number = hub.next_id()
    archive = path_of(hub, number)
    archive.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(archive, "w") as packed:
        for path, content in files.items():
            packed.writestr(path, content)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    made = {"id": number, "name": name, "run": run, "digest": digest, "expired": False}
    with hub.change() as state:
        state["artifacts"].append(made)
    return made


def matching(workspace: Path, patterns: list[str], *, hidden: bool) -> Iterator[Path]:
    """Walk through the files that patterns name; of a folder, all of its files."""
    for pattern in patterns:
        place = Path(pattern)
        base = Path(place.anchor) if place.is_absolute() else workspace
        for path in base.glob(str(place.relative_to(place.anchor) if place.is_absolute() else place)):
            for one in [path] if path.is_file() else path.rglob("*"):
                inside = one.relative_to(base).parts
                if one.is_file() and (hidden or not any(part.startswith(".") for part in inside)):
                    yield one


def root(workspace: Path, patterns: list[str], found: list[Path]) -> Path:
    """Return the folder that paths in the archive begin at: the one that was named, else what all have in common."""
    named = workspace / patterns[0]
    if len(patterns) == 1 and named.is_dir():
        return named
    if len(patterns) == 1:
        return found[0].parent if len(found) == 1 else Path(os.path.commonpath(found))
    parents = [str(workspace / pattern.rstrip("/")) for pattern in patterns]
    return Path(os.path.commonpath([Path(one).parent for one in parents]))


def nothing(call: Call) -> Result:
    """Answer where no file was found."""
    message = f"No files were found with the provided path: {call.inputs['path']}. No artifacts will be uploaded."
    answers = {"error": "error", "warn": "warning", "ignore": ""}
    if call.inputs["if-no-files-found"] not in answers:
        raise StepError(f"Unrecognized if-no-files-found input: {call.inputs['if-no-files-found']}")
    if call.inputs["if-no-files-found"] == "error":
        raise StepError(message)
    level = answers[call.inputs["if-no-files-found"]]
    return {}, f"::{level}::{message}" if level else message


def path_of(hub: Hub, number: int) -> Path:
    """Return the archive of an artifact."""
    return hub.folder / "artifacts" / f"{number}.zip"


def find(hub: Hub, run: int) -> list[dict[str, Any]]:
    """Return the artifacts of a run."""
    return [one for one in hub.read()["artifacts"] if one["run"] == run and not one["expired"]]


def unpack(hub: Hub, artifact: dict[str, Any], folder: Path) -> None:
    """Unpack an artifact whose bytes are still those that were kept."""
    file = path_of(hub, artifact["id"])
    if hashlib.sha256(file.read_bytes()).hexdigest() != artifact["digest"]:
        raise StepError(f"Digest validation failed: artifact {artifact['name']} is not what was uploaded")
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(file) as archive:
        archive.extractall(folder)


def download(call: Call) -> Result:
    """Fetch artifacts: of this run freely, of another run with a token that may read actions."""
    run = call.run
    if call.inputs["github-token"]:
        tokens.find(call.hub, call.inputs["github-token"]).need("actions")
        run = int(call.inputs["run-id"])
    here, name, pattern = find(call.hub, run), call.inputs["name"], call.inputs["pattern"] or "*"
    wanted = [one for one in here if (one["name"] == name if name else fnmatch.fnmatch(one["name"], pattern))]
    if name and not wanted:
        raise StepError(f"Unable to download artifact(s): Artifact not found for name: {name}")
    for one in wanted:
        flat = name or call.flag("merge-multiple")
        unpack(call.hub, one, call.path("path") if flat else call.path("path") / one["name"])
    return {"download-path": str(call.path("path"))}, f"Total of {len(wanted)} artifact(s) downloaded"
