"""Read a document: the commands and the paths that it names."""

import re
from collections.abc import Iterator
from pathlib import Path

# Programs of other people that a document may tell its reader to run.
PROGRAMS = {"bash", "cd", "docker", "git", "make", "pipx", "tar", "uv", "uvx"}


def commands(text: str) -> Iterator[str]:
    """Return the lines of console blocks and indented ones, and inline code that begins with a program."""
    parts = text.split("```")
    blocks = [line for part in parts[1::2] if part.startswith("console\n") for line in part.splitlines()[1:]]
    indented = [line for part in parts[::2] for line in part.splitlines() if line.startswith("    ")]
    yield from filter(None, (line.partition("#")[0].strip() for line in [*blocks, *indented]))
    for code in re.findall(r"`([^`\n]+)`", text):
        if code.split()[0] in PROGRAMS and " " in code:
            yield code


def paths(text: str) -> set[str]:
    """Return inline code with a slash or a known ending, and links within the repository."""
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    coded = re.findall(r"`([\w.<>-]+(?:/[\w.<>-]*)+|[\w-]+\.(?:json|toml|md|yml|py))`", text)
    return {*linked, *coded}


def targets(makefile: Path) -> set[str]:
    """Return the targets that a Makefile explains."""
    return set(re.findall(r"^([a-z-]+):.*## ", makefile.read_text(encoding="utf-8"), re.MULTILINE))


def missing(command: str, known: set[str], root: Path) -> bool:
    """Tell whether a command names a program, a make target, a script or a folder of tests that is not there."""
    program, *arguments = command.split()
    if program == "make" and arguments:
        return arguments[0] not in known
    if program == "bash" or arguments[:2] == ["run", "pytest"]:
        return not (root / arguments[-1 if program == "uv" else 0]).exists()
    return program not in PROGRAMS
