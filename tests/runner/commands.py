"""What a step tells the runner: the files it writes, and the `::command::` lines it prints."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.runner.refusal import UnknownError

FILES = ("output", "env", "path", "step_summary", "state")
LIMIT = 1024 * 1024
COMMAND = re.compile(r"::([a-z-]+)(?: ([^:].*?))?::(.*)")
LEVELS = ("error", "warning", "notice")
SILENT = ("debug", "group", "endgroup", "echo")
GONE = ("set-output", "save-state", "set-env", "add-path")
ESCAPED = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}


class StepError(Exception):
    """The runner fails a step, whatever its program answered."""


@dataclass(frozen=True)
class Annotation:
    """A line that GitHub shows beside the run."""

    level: str
    message: str
    title: str = ""


def open_files(folder: Path) -> dict[str, Path]:
    """Make the empty files of one step."""
    folder.mkdir(parents=True)
    files = {name: folder / name for name in FILES}
    for path in files.values():
        path.touch()
    return files


def pairs(path: Path) -> dict[str, str]:
    """Read `name=value` lines and the form of several lines, `name<<END`; anything else fails the step."""
    found: dict[str, str] = {}
    lines = iter(path.read_text(encoding="utf-8").splitlines())
    for line in lines:
        if not line:
            continue
        equals, several = line.find("="), line.find("<" + "<")
        if several > 0 and (equals < 0 or several < equals):
            found[line[:several]] = block(line[several + 2 :], lines)
        elif equals > 0:
            found[line[:equals]] = line[equals + 1 :]
        else:
            raise StepError(f"Unable to process file command '{path.name}' successfully. Invalid format '{line}'")
    return found


def block(end: str, lines: Iterator[str]) -> str:
    """Read lines up to the one that ends them."""
    found: list[str] = []
    for line in lines:
        if line == end:
            return "\n".join(found)
        found.append(line)
    raise StepError(f"Invalid value. Matching delimiter not found '{end}'")


def environment(path: Path) -> dict[str, str]:
    """Read what a step adds to the environment of the steps after it."""
    found = pairs(path)
    if "NODE_OPTIONS" in found:
        raise StepError("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.")
    return {name: value for name, value in found.items() if not name.startswith(("GITHUB_", "RUNNER_"))}


def summary(path: Path) -> str:
    """Read a step's summary; GitHub drops one that is too long."""
    if path.stat().st_size > LIMIT:
        raise StepError("$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k")
    return path.read_text(encoding="utf-8")


def spoken(log: str) -> tuple[list[Annotation], list[str]]:
    """Return the annotations and the words to mask that a log asks for; what GitHub took away is refused."""
    notes: list[Annotation] = []
    masks: list[str] = []
    stopped = ""
    for line in log.splitlines():
        match = COMMAND.match(line.lstrip())
        if stopped and line.strip() == f"::{stopped}::":
            stopped = ""
        if not match or stopped:
            continue
        name, properties, message = match.groups()
        if name == "stop-commands":
            stopped = message
        elif name in LEVELS:
            notes.append(Annotation(name, unescape(message), title(properties or "")))
        elif name == "add-mask":
            masks.append(unescape(message))
        elif name in GONE:
            raise UnknownError(f"::{name}:: is a command that GitHub took away; write to a file instead")
    return notes, masks


def title(properties: str) -> str:
    """Return the title among the properties of a command."""
    found = dict(one.split("=", 1) for one in properties.split(",") if "=" in one)
    return unescape(found.get("title", ""))


def unescape(text: str) -> str:
    """Return text as it was before it was put on one line."""
    for code, sign in ESCAPED.items():
        text = text.replace(code, sign)
    return text
