"""What a contract may not say at once."""

import math
from collections.abc import Iterator

from .columns import NUMERIC, OPERATIONS, ROLES, TASKS, TYPES, Column, Contract, Derive, Value, classes
from .zones import clock


def found(contract: Contract) -> Iterator[str]:
    """Yield each reason why these tables, each well formed, make no contract together."""
    for column in contract.columns:
        yield from (f"[columns.{column.name}]: {reason}" for reason in _column(column))
    yield from (f"[problem]: {reason}" for reason in _problem(contract))
    names = [column.name for column in contract.columns]
    for derived in contract.derive:
        yield from (f"[[derive]] {derived.name}: {reason}" for reason in _derived(contract, derived))
        names.append(derived.name)
    for name in names:
        if names.count(name) > 1:
            yield f"{name}: two columns have this name; rename one"
    if not contract.numbers and not contract.categories:
        yield "[columns]: no feature is left for the model; add one"


def _column(column: Column) -> Iterator[str]:
    if not column.name:
        yield "a column needs a name"
    if column.type not in TYPES:
        yield f"type {column.type!r} is unknown; known: {', '.join(TYPES)}"
    if column.role not in ROLES:
        yield f"role {column.role!r} is unknown; known: {', '.join(ROLES)}"
    if column.open and column.role == "target":
        yield "a category to predict needs its values; list them"
    if column.type == "category" and not all(isinstance(value, str) for value in column.values):
        yield "the values of a category are texts; put them in quotes"
    if "" in (*column.values, *column.aliases, *column.aliases.values()):
        yield "an empty text is a missing value; take it out of values and aliases"
    if column.role == "time" and column.type != "datetime":
        yield "the time column must be of type datetime"
    yield from _range(column)
    yield from _zone(column)
    yield from (f"aliases lead to {value!r}, which this column cannot hold" for value in _strangers(column))


def _range(column: Column) -> Iterator[str]:
    if column.type not in NUMERIC and (column.min is not None or column.max is not None):
        yield f"min and max are for numbers, not for {column.type}; remove them"
    if column.min is not None and column.max is not None and column.min > column.max:
        yield f"min {column.min} is above max {column.max}"
    for name, end in (("min", column.min), ("max", column.max)):
        if column.type == "integer" and end is not None and abs(end) > column.largest:
            told = f"up to which a {column.role} can be told from the next integer"
            yield f'{name} {end} is beyond {column.largest}, {told}; bring it nearer to 0, or make the type "number"'
    if column.type in ("number", "integer"):
        low, high = column.bounds
        if not low <= high or (column.type == "integer" and math.ceil(low) > math.floor(high)):
            yield f"no {column.type} lies between min {column.min} and max {column.max} that float32 can hold"


def _zone(column: Column) -> Iterator[str]:
    if column.zone and column.type != "datetime":
        yield f"a zone is for datetime, not for {column.type}; remove it"
    try:
        clock(column.zone or "UTC")
    except ValueError:
        yield f"zone {column.zone!r} is unknown; write UTC, or an offset such as +02:00"


def _strangers(column: Column) -> Iterator[Value]:
    """Yield what aliases stand for and the column does not allow."""
    kinds = {"boolean": bool, "category": str, "text": str}
    low, high = column.bounds
    for value in column.aliases.values():
        if column.type in ("number", "integer"):
            fitting = isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high
        else:
            fitting = isinstance(value, kinds.get(column.type, ()))
        if not fitting or value in column.missing or (column.values and value not in column.values):
            yield value


def _problem(contract: Contract) -> Iterator[str]:
    problem = contract.problem
    if problem.task not in TASKS:
        yield f"task {problem.task!r} is unknown; known: {', '.join(TASKS)}"
    targets = [column.name for column in contract.columns if column.role == "target"]
    if targets != [problem.target]:
        yield f'target is {problem.target!r}, but role = "target" is on {targets}; name one column in both'
        return
    if sum(column.role == "time" for column in contract.columns) > 1:
        yield 'two columns have role = "time"; keep one'
    target = contract.target
    if problem.task == "regression":
        if target.type not in ("number", "integer"):
            yield f"regression needs a number as target, {target.name} is a {target.type}"
    elif problem.task == "multiclass":
        yield from _several(target, problem.positive)
        for name in (each.name for each in contract.features if each.open):
            yield f"of several classes a category needs its values; list those of {name}, or give it the role ignore"
    elif len(set(classes(target))) != 2 or len(classes(target)) != 2:
        more = '; for more classes write task = "multiclass"' if len(set(classes(target))) > 2 else ""
        yield f"{target.name} must have two values, not {list(classes(target))}{more}"
    elif problem.positive not in classes(target):
        yield f"positive is {problem.positive!r}, which is not among {list(classes(target))}"


def _several(target: Column, positive: Value | None) -> Iterator[str]:
    """Yield why this target is none of several classes."""
    if target.type != "category":
        yield f"multiclass needs a category as target, {target.name} is a {target.type}"
    elif len(set(target.values)) != len(target.values):
        yield f"a value of {target.name} is listed twice; keep one"
    elif len(target.values) < 3:
        few = f"{target.name} must have three values or more, not {list(target.values)}"
        yield f'{few}; for two write task = "classification"'
    if positive is not None:
        yield f"positive is {positive!r}, but of several classes none is the positive one; remove it"


def _derived(contract: Contract, derived: Derive) -> Iterator[str]:
    if derived.operation not in OPERATIONS:
        yield f"operation {derived.operation!r} is unknown; known: {', '.join(OPERATIONS)}"
        return
    count, types = OPERATIONS[derived.operation]
    if len(derived.columns) != count:
        yield f"{derived.operation} takes {count} columns, not {len(derived.columns)}"
    known = {column.name: column for column in contract.inputs}
    for name in derived.columns:
        if name not in known:
            yield f"{name!r} is no column that is known at prediction time"
        elif known[name].type not in types:
            yield f"{derived.operation} takes {' or '.join(types)}, {name!r} is a {known[name].type}"
    zones = {known[name].zone for name in derived.columns if name in known and known[name].type == "datetime"}
    if len(zones) > 1:
        told = " and ".join(repr(zone) for zone in sorted(zones))
        yield f"{derived.operation} takes moments of one zone, not of {told}; write one for both"
