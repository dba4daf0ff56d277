"""Stand-in for actions/attest: signs that this workflow, at this commit, made these bytes."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from tests.runner import tokens
from tests.runner.actions.call import Call, Result
from tests.runner.commands import StepError
from tests.runner.docker.engine import Engine
from tests.runner.refusal import HttpError, known

PROVENANCE = "https://slsa.dev/provenance/v1"
CYCLONEDX = "https://cyclonedx.org/bom"
NO_CERTIFICATE = HttpError(401, "Failed to get ID token: Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable")
LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")


def run(call: Call) -> Result:
    """Sign the subjects; the rights to a certificate and to store the statement are used."""
    token = tokens.find(call.hub, call.inputs["github-token"])
    token.need("id-token", "write", NO_CERTIFICATE)
    found = subjects(call)
    token.need("attestations", "write")
    if not call.hub.attests:
        raise StepError("Failed to persist attestation: Feature not available for this private repository")
    signed = [{**one, **signer(call), "predicate": predicate(call)} for one in found]
    if call.flag("push-to-registry"):
        push(call, found)
    with call.hub.change() as state:
        state["attestations"] += signed
    bundle = call.machine.temp / f"attestation-{call.hub.next_id()}.json"
    bundle.write_text("".join(json.dumps(one, sort_keys=True) + "\n" for one in signed), encoding="utf-8")
    return {"bundle-path": str(bundle), "attestation-id": bundle.stem}, f"Attested {len(found)} subject(s)"


def subjects(call: Call) -> list[dict[str, str]]:
    """Return names and digests, given in exactly one way."""
    ways = [name for name in ("subject-path", "subject-digest", "subject-checksums") if call.inputs[name]]
    if len(ways) != 1:
        raise StepError("One of subject-path, subject-digest, or subject-checksums must be provided")
    if ways == ["subject-digest"]:
        if not re.fullmatch(r"sha256:[0-9a-f]{64}", call.inputs["subject-digest"]) or not call.inputs["subject-name"]:
            raise StepError("subject-digest must be sha256:HEX and needs a subject-name")
        return [{"name": call.inputs["subject-name"], "digest": call.inputs["subject-digest"].removeprefix("sha256:")}]
    if ways == ["subject-checksums"]:
        return listed(call.path("subject-checksums"))
    patterns = call.inputs["subject-path"].splitlines()
    files = [file for one in patterns for file in sorted(call.machine.workspace.glob(one.strip())) if file.is_file()]
    if not files:
        raise StepError(f"Could not find subject at path {call.inputs['subject-path']}")
    return [{"name": file.name, "digest": hashlib.sha256(file.read_bytes()).hexdigest()} for file in files]


def listed(file: Path) -> list[dict[str, str]]:
    """Read a list of checksums."""
    if not file.is_file():
        raise StepError(f"subject checksums file not found: {file.name}")
    found = [LINE.fullmatch(line) for line in file.read_text(encoding="utf-8").splitlines()]
    if not found or not all(found):
        raise StepError(f"Invalid checksums file {file.name}")
    return [{"name": one[2], "digest": one[1]} for one in found if one]


def signer(call: Call) -> dict[str, Any]:
    """Return what a certificate says of the run."""
    workflow = call.env["GITHUB_WORKFLOW_REF"].split("@")[0].split("/", 2)[2]
    return {
        "repository": call.hub.name,
        "workflow": workflow,
        "ref": call.env["GITHUB_REF"],
        "sha": call.env["GITHUB_SHA"],
        "event": call.env["GITHUB_EVENT_NAME"],
        "run": call.run,
    }


def predicate(call: Call) -> str:
    """Return the kind of statement: where bytes came from, a bill of materials, or one of its own."""
    if call.inputs["sbom-path"]:
        file = call.path("sbom-path")
        known("sbom-path", [json.loads(file.read_text(encoding="utf-8")).get("bomFormat")], {"CycloneDX"})
        return CYCLONEDX
    if bool(call.inputs["predicate-type"]) != bool(call.inputs["predicate-path"]):
        raise StepError("predicate-type and predicate-path must be given together")
    return call.inputs["predicate-type"] or PROVENANCE


def push(call: Call, found: list[dict[str, str]]) -> None:
    """Store the statement beside the image: asks for a login with the right to write packages."""
    if not call.inputs["subject-digest"]:
        raise StepError("push-to-registry needs subject-name and subject-digest")
    image = Engine(call.hub.folder, call.machine.folder, call.env)
    image.need("write", found[0]["name"])
    if call.flag("create-storage-record"):
        call.token.need("artifact-metadata", "write")
