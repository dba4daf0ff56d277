"""`ml data adopt`."""

import sys
import tomllib
from argparse import Namespace
from pathlib import Path

from .. import adopt, data
from .data import as_promised

WIDE = 60  # of a column of text


def do_adopt(given: Namespace) -> int:
    """Make the project one of this table: show every decision, then write contract, params, gates and data."""
    root, source = Path.cwd(), str(given.table)
    if not given.force and not given.dry_run:
        adopt.unedited(root, adopt.OWN)  # before minutes are spent on what could not be written
    path = data.fetch(source, root)
    if given.sha256:
        as_promised(source, data.digest(path), given.sha256)
    unavailable = tuple(given.unavailable)
    wishes = adopt.Wishes(given.target, given.task, tuple(given.key), given.time, given.positive, unavailable)
    with adopt.temporary(root) as work:
        found = adopt.adopt(source, path, wishes, root, _owner(), _cleared, Path(work))
        print(_table(found.decisions))
        told = [f"write {name}" for name in found.change.written] + [f"remove {name}" for name in found.change.gone]
        if given.dry_run or not told:
            print(f"It would {'; '.join(told)}." if told else "Nothing changes: the project is of this table already.")
            if not given.force and (mine := adopt.edited(root, [*found.change.written])):
                print(f"It would need --force, for these were edited by hand: {', '.join(mine)}.")
            return 0
        kept = adopt.place(root, found.change, force=given.force)
    print(f"Done: {'; '.join(told)}.")
    if kept:
        print(f"What was there is kept below {adopt.BACKUP}: {', '.join(kept)}.")
    print("Next: make all. Then read contract.toml: you know more than the cells tell, above all what [problem] asks.")
    return 0


def _owner() -> str:
    """Return who owns the problem now, or nobody."""
    try:
        return str(tomllib.loads(Path("contract.toml").read_text("utf-8-sig"))["problem"]["owner"])
    except (OSError, ValueError, KeyError, TypeError):
        return "nobody yet"


def _cleared(suspect: adopt.Suspect) -> bool:
    """Ask on a terminal whether a suspect is known beforehand; elsewhere it is taken to be a leak."""
    if not sys.stdin.isatty():
        return False
    name = " and ".join(suspect.columns)
    try:
        said = input(f"{name}: {suspect.said}. Is it known before the outcome? [y/N] ")
    except EOFError:
        print()
        return False
    return said.strip().lower() in ("y", "yes")


def _table(decisions: tuple[adopt.Decision, ...]) -> str:
    """Return the decisions as three columns of plain text."""
    rows = [("what", "decided", "evidence"), *((each.about, each.decided, each.evidence) for each in decisions)]
    first, second = (min(WIDE, max(len(row[place]) for row in rows)) for place in (0, 1))
    return "\n".join(f"{row[0]:<{first}}  {row[1]:<{second}}  {row[2]}".rstrip() for row in rows)
