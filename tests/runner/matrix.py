"""Expand the matrix of a job into its legs."""

import itertools
from collections.abc import Mapping
from typing import Any

from tests.runner.refusal import UnknownError

Leg = dict[str, Any]


def legs(matrix: Mapping[str, Any] | None) -> list[Leg]:
    """Return the combinations, less what is excluded, with what is included added to those it fits."""
    if matrix is None:
        return [{}]
    axes = {name: values for name, values in matrix.items() if name not in {"include", "exclude"}}
    for name, values in axes.items():
        if not isinstance(values, list) or not values:
            raise UnknownError(f"matrix.{name}: {values!r} is no list with values")
    made = [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())] if axes else []
    kept = [leg for leg in made if not any(fits(leg, one) for one in matrix.get("exclude", []))]
    return included(kept, list(axes), matrix.get("include", []))


def fits(leg: Leg, wanted: Leg) -> bool:
    """Return whether a leg has all these values."""
    return all(leg.get(name) == value for name, value in wanted.items())


def included(made: list[Leg], axes: list[str], extra: list[Leg]) -> list[Leg]:
    """Add each extra to the legs whose own values it keeps, else as a leg of its own."""
    grown, added = [dict(leg) for leg in made], []
    for one in extra:
        own = {name: value for name, value in one.items() if name in axes}
        hosts = [leg for leg, before in zip(grown, made, strict=True) if fits(before, own)]
        for leg in hosts:
            leg.update(one)
        if not hosts:
            added.append(dict(one))
    return grown + added


def title(job: str, leg: Leg) -> str:
    """Return the name under which a leg is listed."""
    return f"{job} ({', '.join(map(str, leg.values()))})" if leg else job
