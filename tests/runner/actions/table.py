"""The actions that have a stand-in, each at one pinned commit, with its inputs and what they are when left out."""

import dataclasses
from collections.abc import Callable, Mapping

from tests.runner.actions import artifacts, attest, checkout
from tests.runner.actions.call import Call, Result
from tests.runner.expressions import fill_text
from tests.runner.refusal import UnknownError, known

CHECKOUT = {
    "ref": "",
    "token": "${{ github.token }}",
    "persist-credentials": "true",
    "path": "",
    "fetch-depth": "1",
    "fetch-tags": "false",
    "show-progress": "true",
    "lfs": "false",
    "submodules": "false",
}
UPLOAD = {
    "name": "artifact",
    "path": "",
    "if-no-files-found": "warn",
    "retention-days": "0",
    "compression-level": "6",
    "overwrite": "false",
    "include-hidden-files": "false",
}
DOWNLOAD = {
    "name": "",
    "path": "",
    "pattern": "",
    "merge-multiple": "false",
    "github-token": "",
    "repository": "${{ github.repository }}",
    "run-id": "${{ github.run_id }}",
}
ATTEST = {
    "subject-path": "",
    "subject-digest": "",
    "subject-name": "",
    "subject-checksums": "",
    "sbom-path": "",
    "predicate-type": "",
    "predicate-path": "",
    "push-to-registry": "false",
    "create-storage-record": "true",
    "show-summary": "true",
    "github-token": "${{ github.token }}",
}
StandIn = Callable[[Call], Result]
ACTIONS: Mapping[str, tuple[StandIn, Mapping[str, str]]] = {
    "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1": (checkout.run, CHECKOUT),
    "actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a": (artifacts.upload, UPLOAD),
    "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c": (artifacts.download, DOWNLOAD),
    "actions/attest@1e69f48acb82d1966a394da916b4c1698aa569d6": (attest.run, ATTEST),
}


def run(uses: str, call: Call) -> Result:
    """Run the stand-in of a pinned action."""
    known("uses", [uses], ACTIONS)
    stand_in, inputs = ACTIONS[uses]
    known(f"{uses}: with", call.inputs, inputs)
    missing = {name: fill_text(value, call.scope) for name, value in inputs.items() if name not in call.inputs}
    return stand_in(dataclasses.replace(call, inputs={**missing, **call.inputs}))


def refuse_unknown(uses: str, given: Mapping[str, object]) -> None:
    """Refuse an action or an input that has no stand-in, before anything runs."""
    if uses not in ACTIONS:
        raise UnknownError(f"uses: {uses!r} is not modelled; known: {', '.join(ACTIONS)}")
    known(f"{uses}: with", given, ACTIONS[uses][1])
