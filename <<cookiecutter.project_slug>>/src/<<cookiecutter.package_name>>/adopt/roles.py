"""What each column is for: a feature, a key, the time, a slice, or nothing."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from .. import tensors
from ..config import FEWEST
from ..contract import Column, Derive, InputError
from .columns import Found
from .decision import Decision, Wishes
from .naming import ID, age_of_a_thing, says_whose, words
from .parts import MOST_TEST
from .target import named

BORN = {"birth", "birthday", "born", "dob", "expiry", "due", "end", "closed", "updated", "modified"}
SENSITIVE = {"sex", "gender", "race", "ethnicity", "ethnic", "religion", "nationality", "citizenship", "disability"}
SENSITIVE |= {"disabled", "marital", "married", "orientation", "caste", "age", "foreigner", "foreign"}
GROUPS = 50  # fewer keys or moments make parts of no use
NEEDED = math.ceil(FEWEST / MOST_TEST)  # keys, so that enough of them are tested
REPEATS = 1.5  # rows a value, from which on a column repeats
KINDS = 10  # fewer values of what looks like a key are kinds of customers, and not customers
KNOWN = "what is promised holds for these, and for nobody new"
LATER = 0.001
DAYS = {"hour": 2, "weekday": 14, "month": 2 * 365}  # a shorter time does not show them


def keys(found: dict[str, Found], wishes: Wishes, notes: list[Decision]) -> list[str]:
    """Return the key: what was asked for, or a repeating one, or else the first that names every row."""
    names = [*found]
    if wishes.keys:
        key = [named(name, names, "--key") for name in wishes.keys]
        values = pd.DataFrame({name: found[name].values for name in key})
        distinct = len(values.drop_duplicates())
        if distinct < min(GROUPS, len(values)):
            said = f"--key {' and '.join(key)}: {distinct} different values in {len(values)} rows are too few"
            wanted = f"about {NEEDED} are needed; name what tells customers or orders apart"
            raise InputError(f"{said} to part them by, {wanted}")
        notes += [Decision(name, "is the key" if len(key) == 1 else "is part of the key", "you said") for name in key]
        return key
    unique, repeating = [], []
    for name, each in found.items():
        if each.column.type not in ("integer", "text", "category", "number") or each.column.role == "ignore":
            continue
        if each.values.isna().any():
            continue
        distinct, rows = each.values.nunique(), len(each.values)
        if distinct == rows and rows > 1 and (words(name) & ID or _counts(each) or _code(each)):
            unique.append(name)
        elif NEEDED <= distinct <= rows / REPEATS and (
            says_whose(name, each) or (words(name) & ID and (each.column.type == "text" or each.column.open))
        ):
            repeating.append(name)
    for name in repeating[:1]:
        many = found[name].values.nunique()
        notes.append(Decision(name, "is the key", f"{many} of them, which repeat"))
    if unique and not repeating:
        notes.append(Decision(unique[0], "is the key", "no value repeats"))
    return repeating[:1] or unique[:1]


def named_rows(found: dict[str, Found]) -> list[str]:
    """Return the columns that name each row and tell nothing else."""
    return [
        name
        for name, each in found.items()
        if each.values.notna().all()
        and each.values.nunique() == len(each.values) > 1
        and ((words(name) & ID and each.column.type in ("integer", "text")) or _counts(each) or _code(each))
    ]


def few(found: dict[str, Found]) -> dict[str, str]:
    """Return why columns are left out that say whose a row is, where no part is made of them.

    By such a number a model knows again whom it learned, and knows nothing of anybody else.
    """
    left = {}
    for name, each in found.items():
        many, missing = each.values.nunique(), int(each.values.isna().sum())
        if not says_whose(name, each) or not KINDS <= many <= len(each.values) / REPEATS:
            continue
        why = "and another column is the key"
        if many < NEEDED:
            why = f"and {many} of them are too few to part the rows by (--key needs about {NEEDED}); {KNOWN}"
        elif missing:
            why = f"but not of {missing} rows; where all say it, it parts them"
        left[name] = f"it says whose a row is, {why}"
    return left


def _counts(each: Found) -> bool:
    """Tell whether a column counts the rows."""
    return each.column.type == "integer" and bool((pd.to_numeric(each.values).diff().dropna() == 1).all())


def _code(each: Found) -> bool:
    """Tell whether the values look like codes and not like sentences."""
    return each.column.type == "text" and not each.values.map(str).str.contains(" ").any()


def time(found: dict[str, Found], wishes: Wishes, notes: list[Decision]) -> str | None:
    """Return the column that says when a row was true: asked for, or the only one that can."""
    moments = [name for name, each in found.items() if each.column.type == "datetime"]
    if wishes.time:
        name = named(wishes.time, [*found], "--time")
        if name not in moments:
            kind = f"{found[name].column.type} ({found[name].evidence})"
            raise InputError(f"--time {name}: is {kind}; name a column of moments in ISO 8601")
        notes.append(Decision(name, "is the time of a row", "you said"))
        return name
    full = [name for name in moments if found[name].values.notna().all()]
    able = [name for name in full if found[name].values.nunique() >= GROUPS and not words(name) & BORN]
    if len(able) > 1:
        said = [name for name in able if words(name) & {"time", "date", "datetime", "timestamp", "day", "snapshot"}]
        if len(said) != 1:
            why = f"{', '.join(able)}: --time names it, and what lies after it is no feature then"
            notes.append(Decision("(table)", "has no one time of its rows", why))
        able = said if len(said) == 1 else []
    if able:
        many = found[able[0]].values.nunique()
        notes.append(Decision(able[0], "is the time of a row", f"{many} {found[able[0]].evidence}; in every row"))
    return able[0] if able else None


def derived(column: Column, values: "pd.Series[Any]", taken: set[str]) -> Iterator[Derive]:
    """Yield hour, weekday and month of a moment, where they vary and the table is long enough to show them."""
    times = values.dropna()
    for operation, days in DAYS.items():
        part = tensors.DERIVE[operation](times.to_numpy())
        if len(np.unique(part)) > 1 and (times.max() - times.min()).days >= days:
            name = f"{column.name}_{operation}"
            if name not in taken:
                yield Derive(name, operation, (column.name,))


def sensitive(column: Column) -> Column:
    """Return the column as a slice, where its name says that people differ by it."""
    judged = column.role == "feature" and column.type in ("category", "boolean", "number", "integer")
    said = words(column.name) & SENSITIVE
    people = said and not (said == {"age"} and age_of_a_thing(column.name))
    return replace(column, slice=True) if judged and not column.open and people else column
