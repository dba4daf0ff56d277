"""Write the comment on a pull request from the verdicts that its own code left: read as data, trusted in nothing.

Usage: comment.py VERDICTS COMMENT, with RUN_URL in the environment.
"""

import json
import os
import re
import stat
import sys
import unicodedata
from pathlib import Path
from typing import Any

MARKER = "<!-- verdicts -->"
BYTES = 20_000
ENTRIES = 20
LETTERS = 160
MARKS = {"pass": "✅", "fail": "❌", "inconclusive": "❔", "allowed": "❔", "not asked": ""}
HASHES = ("model_sha256", "training_sha256")
KEYS = {"gate", "verdict", "measured", "promised", "advice"}
KEPT = ("pass", "allowed", "not asked")


def checked(path: Path) -> dict[str, Any]:
    """Return the verdicts, or raise a ValueError that says what is wrong with them."""
    # No link is followed, and what is read is what was measured: the file may be anything.
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError("is no plain file")
        raw = file.read(BYTES + 1)
    if len(raw) > BYTES:
        raise ValueError(f"is larger than {BYTES} bytes")
    found = json.loads(raw)
    if not isinstance(found, dict) or set(found) != {*HASHES, "passed", "verdicts"}:
        raise ValueError(f"has other keys than {', '.join(HASHES)}, passed and verdicts")
    if not all(matches(found[name], r"[0-9a-f]{64}") for name in HASHES):
        raise ValueError(f"{' or '.join(HASHES)} is no sha256")
    verdicts = found["verdicts"]
    if not isinstance(verdicts, list) or not 0 < len(verdicts) <= ENTRIES:
        raise ValueError(f"has no list of 1 to {ENTRIES} verdicts")
    for verdict in verdicts:
        check(verdict)
    if found["passed"] is not all(verdict["verdict"] in KEPT for verdict in verdicts):
        raise ValueError("passed is not what the verdicts say")
    return found


def check(verdict: Any) -> None:
    """Raise a ValueError unless this is one verdict."""
    if not isinstance(verdict, dict) or set(verdict) != KEYS:
        raise ValueError("a verdict has other keys than " + ", ".join(sorted(KEYS)))
    if not all(isinstance(value, str) for value in verdict.values()):
        raise ValueError("a verdict holds something else than text")
    if not matches(verdict["gate"], r"[a-z]{1,20}"):
        raise ValueError("a gate is not named by 1 to 20 small letters")
    if verdict["verdict"] not in MARKS:
        raise ValueError("a verdict is none of " + ", ".join(MARKS))


def matches(value: Any, pattern: str) -> bool:
    """Tell whether a value is text of exactly this pattern."""
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def code(text: str) -> str:
    """Return text that GitHub shows as it is: in a code span neither HTML, links, mentions nor images mean anything."""
    plain = "".join(letter if visible(letter) else " " for letter in text[: 2 * LETTERS])
    plain = " ".join(plain.replace("`", "'").replace("|", "/").split())
    return f"`{plain[:LETTERS]}`" if plain else ""


def visible(letter: str) -> bool:
    """Tell whether a letter shows, and shows where it stands: no control, no change of direction, no surrogate."""
    return not unicodedata.category(letter).startswith("C")


def comment(found: dict[str, Any], url: str) -> str:
    """Return the comment as Markdown."""
    refused = [verdict for verdict in found["verdicts"] if verdict["verdict"] not in KEPT]
    names = ", ".join(verdict["gate"] for verdict in refused)
    asked = sum(verdict["verdict"] != "not asked" for verdict in found["verdicts"])
    lines = [
        MARKER,
        f"### Refused by: {names}" if refused else f"### Accepted: all {asked} gates that were asked pass",
        "",
        "| | gate | verdict | measured | promised |",
        "|---|---|---|---|---|",
    ]
    for verdict in found["verdicts"]:
        word = verdict["verdict"]
        cells = (MARKS[word], verdict["gate"], word, code(verdict["measured"]), code(verdict["promised"]))
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", *(f"- **{verdict['gate']}**: {code(verdict['advice'])}" for verdict in refused), ""]
    lines += [f"Model `{found['model_sha256'][:12]}`, told by the code of this pull request; [the run]({url}) decides."]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the comment, or refuse in one sentence."""
    source, target, url = Path(sys.argv[1]), Path(sys.argv[2]), os.environ["RUN_URL"]
    if not matches(url, r"https://[\w.-]+(:\d+)?/[\w./-]+"):
        sys.stderr.write("comment.py: RUN_URL is no address of a run.\n")
        return 2
    try:
        found = checked(source)
    except (OSError, ValueError, RecursionError) as error:
        # What the file says is not repeated: a log is read by people and by machines that look for commands in it.
        reason = str(error) if type(error) is ValueError else type(error).__name__
        sys.stderr.write(f"::error::comment.py: the verdicts of this pull request are refused: {reason}.\n")
        return 3
    target.write_text(comment(found, url), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
