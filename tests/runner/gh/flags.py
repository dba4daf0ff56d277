"""Read the flags of gh's commands as gh does; a flag that is not modelled is refused."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.runner.refusal import UnknownError


class UsageError(Exception):
    """Gh refuses the command line or what it was asked for, with this sentence."""


@dataclass(frozen=True)
class Flags:
    """What a command was given: flags with values, switches, and the rest."""

    values: dict[str, list[str]] = field(default_factory=dict)
    switches: dict[str, bool] = field(default_factory=dict)
    rest: list[str] = field(default_factory=list)

    def one(self, name: str, default: str = "") -> str:
        """Return the last value of a flag."""
        return self.values.get(name, [default])[-1]

    def all(self, name: str) -> list[str]:
        """Return every value of a flag; commas part values."""
        return [part for value in self.values.get(name, []) for part in value.split(",")]

    def on(self, name: str) -> bool:
        """Return whether a switch is on."""
        return self.switches.get(name, False)


SHORT = {
    "-R": "--repo", "-q": "--jq", "-X": "--method", "-H": "--header", "-t": "--title", "-b": "--body", "-D": "--dir",
    "-n": "--name", "-p": "--pattern", "-O": "--output", "-l": "--label", "-L": "--limit", "-s": "--state",
    "-c": "--commit", "-w": "--workflow", "-e": "--event", "-r": "--ref", "-d": "--draft", "-i": "--include",
}  # fmt: skip


def parse(
    command: str,
    arguments: Sequence[str],
    values: Sequence[str],
    switches: Sequence[str] = (),
    keep: Mapping[str, str] | None = None,
) -> Flags:
    """Part a command line into flags and the rest; `keep` overrides what short flags stand for."""
    found, left = Flags(), list(arguments)
    while left:
        word = left.pop(0)
        if word == "--":
            found.rest.extend(left)
            break
        if not word.startswith("-") or word == "-":
            found.rest.append(word)
            continue
        name, equals, value = word.partition("=")
        name = {**SHORT, **(keep or {})}.get(name, name)
        if name in switches:
            found.switches[name] = value != "false"
        elif name in values or name == "--repo":
            if not equals and not left:
                raise UsageError(f"flag needs an argument: {word}")
            found.values.setdefault(name, []).append(value if equals else left.pop(0))
        else:
            raise UnknownError(f"gh {command} {word}: this flag is not modelled")
    return found


def show(document: Any, flags: Flags, fields: Mapping[str, str] | None = None) -> None:  # noqa: ANN401 (JSON)
    """Print a document, or what --jq makes of it; `fields` are what --json may ask for."""
    if fields is not None:
        wanted = flags.all("--json")
        for name in wanted:
            if name not in fields:
                raise UsageError(f'Unknown JSON field: "{name}"')
        parts = [{name: one.get(fields[name]) for name in wanted} for one in listed(document)]
        document = parts if isinstance(document, list) else parts[0]
    query = flags.one("--jq")
    if not query:
        print(json.dumps(document, ensure_ascii=False))
        return
    done = subprocess.run(
        ["jq", "-r", "-c", query], input=json.dumps(document), text=True, capture_output=True, check=False
    )
    sys.stdout.write(done.stdout)
    if done.returncode:
        raise UsageError(f"failed to parse jq expression: {done.stderr.strip()}")


def listed(document: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (JSON)
    """Return a document as a list."""
    return document if isinstance(document, list) else [document]
