"""Gh attestation verify."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.runner.actions.attest import PROVENANCE
from tests.runner.docker.engine import Engine
from tests.runner.gh.flags import Flags, UsageError, parse
from tests.runner.refusal import UnknownError
from tests.runner.tokens import Token

VALUES = ("--signer-workflow", "--source-ref", "--source-digest", "--predicate-type", "--owner", "--format", "--bundle")


def run(token: Token, arguments: Sequence[str], job: Path, env: Mapping[str, str]) -> int:
    """Verify that somebody signed these bytes, and that it was who the flags say."""
    if arguments[0] != "verify":
        raise UnknownError(f"gh attestation {arguments[0]} is not modelled")
    flags = parse("attestation verify", arguments[1:], VALUES, ("--deny-self-hosted-runners",))
    if not {"--repo", "--owner"} & set(flags.values):
        raise UsageError("at least one of the flags in the group [owner repo] is required")
    digest = digest_of(token, flags.rest[0], job, env)
    found = of_bundle(flags, digest) if "--bundle" in flags.values else stored(token, digest)
    kind = flags.one("--predicate-type", PROVENANCE)
    signed = [one for one in found if one["predicate"] == kind]
    if not signed:
        raise UsageError(f"HTTP 404: Not Found (no attestations found for subject sha256:{digest} of type {kind})")
    if not any(trusted(one, flags) for one in signed):
        raise UsageError(f"verifying with issuer failed: no attestation of sha256:{digest} matches the policy")
    print(json.dumps(signed) if flags.one("--format") == "json" else f"Verification succeeded for sha256:{digest}")
    return 0


def digest_of(token: Token, subject: str, job: Path, env: Mapping[str, str]) -> str:
    """Return the digest of a file, or of an image that the login may read."""
    if not subject.startswith("oci://"):
        if not Path(subject).is_file():
            raise UsageError(f"failed to open local artifact: open {subject}: no such file or directory")
        return hashlib.sha256(Path(subject).read_bytes()).hexdigest()
    name, _, digest = subject.removeprefix("oci://").partition("@sha256:")
    if not digest:
        raise UnknownError(f"gh attestation verify {subject}: only an image by digest is modelled")
    Engine(token.hub.folder, job, env).need("read", name)
    return digest


def stored(token: Token, digest: str) -> list[dict[str, Any]]:
    """Return what GitHub keeps about these bytes."""
    token.need("attestations")
    return [one for one in token.hub.read()["attestations"] if one["digest"] == digest]


def of_bundle(flags: Flags, digest: str) -> list[dict[str, Any]]:
    """Return what a file that came along says about these bytes."""
    lines = Path(flags.one("--bundle")).read_text(encoding="utf-8").splitlines()
    return [one for one in map(json.loads, lines) if one["digest"] == digest]


def trusted(signed: Mapping[str, Any], flags: Flags) -> bool:
    """Return whether a statement was signed by whom the flags ask for."""
    workflow = f"{signed['repository']}/{signed['workflow']}"
    facts = {
        "--repo": signed["repository"],
        "--owner": signed["repository"].split("/")[0],
        "--signer-workflow": workflow,
        "--source-ref": signed["ref"],
        "--source-digest": signed["sha"],
    }
    return all(flags.one(name, fact).removeprefix("github.com/") == fact for name, fact in facts.items())
