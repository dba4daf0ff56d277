"""From a table and a few wishes to a contract that the table keeps."""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from .. import contract as contracts
from ..contract import Column, Contract, Derive, Refusal
from . import copies, document, roles, target
from .columns import Found, recognised
from .decision import Decision, Wishes
from .reading import Raw
from .spelling import rewritten
from .target import Target


@dataclass(frozen=True)
class Draft:
    """A contract, the rows that keep it, and those without a target."""

    document: dict[str, Any]
    target: Target
    table: pd.DataFrame
    unlabelled: pd.DataFrame
    by: str
    key: tuple[str, ...]
    decisions: tuple[Decision, ...]
    changed: bool

    @property
    def contract(self) -> Contract:
        """The contract as the project reads it."""
        return contracts.of(self.document)


def drafted(raw: Raw, wishes: Wishes, owner: str) -> Draft:
    """Decide what every column is, or refuse the table in a sentence."""
    notes: list[Decision] = [*raw.notes]
    name = target.named(wishes.target, [*map(str, raw.table.columns)], "--target")
    before = len(notes)
    table = pd.DataFrame({str(n): rewritten(str(n), raw.table[n], notes) for n in raw.table.columns})
    aim = recognised(name, table[name])
    there = target.labelled(table, aim, notes)
    aim = replace(aim, values=aim.values[there])
    changed = len(notes) > before
    chosen = target.chosen(aim, wishes, notes)
    rows, rest = table[there].reset_index(drop=True), table[~there].reset_index(drop=True)
    found = {str(n): recognised(str(n), rows[n]) for n in rows.columns if n != name}
    found = _of_one_zone(found, rows, notes)
    if chosen.task == "multiclass":
        found = {n: _unlisted(each) if each.column.open else each for n, each in found.items()}
    key = roles.keys(found, wishes, notes)
    time = roles.time(found, wishes, notes)
    notes += copies.told(rows, found, key, wishes)
    columns, derive = _columns(rows, found, chosen, key, time, notes)
    made = document.made(columns, derive, chosen, owner)
    if document.featureless(made):
        raise Refusal(f"{name}: no other column can tell anything of it; add features", tuple(map(str, notes)))
    by, kept = _parted(rows.drop(columns=name), found, key, time, wishes, notes)
    return Draft(made, chosen, rows, rest, by, kept, tuple(notes), changed)


def _of_one_zone(found: dict[str, Found], rows: pd.DataFrame, notes: list[Decision]) -> dict[str, Found]:
    """Tell all moments that name a zone in one: else their local times could not be compared."""
    zones = {each.column.zone for each in found.values() if each.column.zone}
    if len(zones) < 2:
        return found
    notes.append(Decision("(table)", "its moments are told in UTC", f"their own zones are {', '.join(sorted(zones))}"))
    utc = {name: recognised(name, rows[name], "UTC") for name, each in found.items() if each.column.zone}
    # At the end of the calendar one may be no moment in UTC.
    return {name: utc[name] if name in utc and utc[name].column.zone else each for name, each in found.items()}


def _parted(
    rows: pd.DataFrame,
    found: dict[str, Found],
    key: list[str],
    time: str | None,
    wishes: Wishes,
    notes: list[Decision],
) -> tuple[str, tuple[str, ...]]:
    """Return by what rows are split, and what they share that stay in one part."""
    unique = bool(key) and not pd.DataFrame({name: found[name].values for name in key}).duplicated().any()
    if time and (unique or not key or (wishes.time and not wishes.keys)):
        return "time", ()
    if time:
        why = f"{', '.join(key)} repeats, and stays in one part; --time {time} alone splits by when"
        notes.append(Decision(time, "does not split the rows", why))
    if not unique or not copies.beyond_chance(rows.drop(columns=key)):
        return "hash", tuple(key)
    why = "some differ by nothing but their key"
    notes.append(Decision("(table)", "rows that are alike stay in one part", why))
    return "hash", tuple(sorted(str(n) for n in rows.columns if n not in key))


def _unlisted(each: Found) -> Found:
    """Return a category of too many values as a text: of several classes it has no mean target."""
    column = replace(each.column, type="text", role="ignore")
    return replace(each, column=column, reason="it has too many values where classes are several")


def _columns(
    rows: pd.DataFrame,
    found: dict[str, Found],
    aim: Target,
    key: list[str],
    time: str | None,
    notes: list[Decision],
) -> tuple[list[Column], list[Derive]]:
    nothing = dict.fromkeys(roles.named_rows(found), "it names the row, and tells nothing") | roles.few(found)
    taken = {*map(str, rows.columns)}
    columns, derive = [], []
    for name in map(str, rows.columns):
        if name == aim.column.name:
            columns.append(aim.column)
            continue
        column = found[name].column
        if name in key:
            kind = column.type if column.type in ("integer", "datetime") else "text"
            unique = len(key) == 1 and bool(found[name].values.is_unique)
            column = Column(name, kind, "key", required=column.required, unique=unique, zone=column.zone)
            column = replace(column, missing=found[name].column.missing)
        elif name == time:
            column = replace(column, role="time")
        elif found[name].reason or column.role == "ignore" or name in nothing:
            why = found[name].reason or nothing.get(name, "")
            column = replace(column, role="ignore", slice=False)
            notes.append(Decision(name, f"is ignored: {why}", found[name].evidence))
        elif column.type == "datetime" and time and _later(found[name], found[time]):
            column = replace(column, available=False)
            undone = "if it is known before, as a due date is, take available = false out of contract.toml"
            notes.append(Decision(name, "is known only afterwards", f"it lies after {time}; {undone}"))
        else:
            column = roles.sensitive(column)
            judged = ", judged by slices: its name speaks of people" if column.slice else ""
            notes.append(Decision(name, f"{column.type}{judged}", found[name].evidence))
        if column.type == "datetime" and column.role in ("feature", "time") and column.available:
            parts = [*roles.derived(column, found[name].values, taken)]
            if column.role == "feature" and time and column.zone == found[time].column.zone:
                parts.append(Derive(f"days_from_{name}_to_{time}", "days_between", (name, time)))
            taken |= {each.name for each in parts}
            derive += parts
            if parts:
                made = ", ".join(each.operation for each in parts)
                notes.append(Decision(name, f"gives {made}", found[name].evidence))
        columns.append(column)
    return columns, derive


def _later(each: Found, time: Found) -> bool:
    comparable = each.column.zone == time.column.zone
    return comparable and bool((each.values > time.values).mean() > roles.LATER)
