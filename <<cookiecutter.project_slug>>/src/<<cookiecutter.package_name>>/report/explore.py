"""Look at the train part before anything is modelled: what the page about the data shows."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import pandas as pd

from .. import features
from ..contract import Column, Contract
from ..data import Lock, Parts
from . import associations, columns, distribution, drawings, facts, figures, findings, ranges, repeats
from .readable import short

FROM_MONDAY = {"weekday": " (0 is Monday)"}
MATRIX = 30  # more columns make cells too small to read


def described(raw: pd.DataFrame, parts: Parts, contract: Contract, lock: Lock) -> dict[str, Any]:
    """Return everything that the page shows; validation and test are counted, and not looked at."""
    table, contract = _derived(parts.train, contract)
    wanted = distribution.wanted(table, contract)
    few = associations.sampled(table)
    known = associations.with_target(few, contract, wanted.loc[few.index])
    pairs = associations.between(few, contract)
    spelled = {column.name: columns.spellings(raw, column) for column in contract.columns}
    told = _target_said(table, contract)
    shown = _order(contract, known)
    return {
        "contract": contract,
        "said": told,
        "facts": _fingerprint(raw, parts, contract, lock),
        "findings": findings.found(table, contract, spelled, known, pairs),
        "target": columns.drawn(table[contract.target.name], contract.target, None, ""),
        "columns": [columns.card(table, c, wanted, told, known, spelled, pairs, i) for i, c in enumerate(shown)],
        "known": figures.bars("What goes with the target", list(known.items())[:40], "association with the target"),
        "cells": _cells(contract, pairs),
        "pairs": associations.strongest(pairs),
        "sampled": len(few) if len(few) < len(table) else 0,
        "missing": _missing(table),
        "together": [[name, distribution.share(part)] for name, part in repeats.together(table)],
        "repeated": repeats.repeated(table, contract),
        "time": _time(table, contract, wanted, told),
    }


def _derived(table: pd.DataFrame, contract: Contract) -> tuple[pd.DataFrame, Contract]:
    """Add the derived columns, as the model will see them."""
    made = features.inputs(contract, table)[[derived.name for derived in contract.derive]].astype(float)
    whole = made.notna().all()
    added = []
    for derived in contract.derive:
        told = f"{derived.operation} of {', '.join(derived.columns)}{FROM_MONDAY.get(derived.operation, '')}"
        added.append(Column(derived.name, "number", "derived", bool(whole[derived.name]), description=told))
    wider = dataclasses.replace(contract, columns=(*contract.columns, *added))
    return pd.concat([table, made], axis=1), wider


def _fingerprint(raw: pd.DataFrame, parts: Parts, contract: Contract, lock: Lock) -> list[tuple[str, str]]:
    """Return which table this is."""
    record, target = parts.record, distribution.wanted(parts.train, contract)
    told = [
        ("source", lock.source),
        ("rows, columns", f"{len(raw):,}, {len(raw.columns):,}"),
        ("sha256", lock.sha256),
        ("split by", facts.split(record)),
        ("train, validation, test", ", ".join(f"{len(p):,}" for p in (parts.train, parts.validation, parts.test))),
        (_target_said(parts.train, contract) + " in train", short(float(target.mean()))),
    ]
    if contract.time:
        times = parts.train[contract.time.name]
        told.append(("train covers", f"{times.min():%Y-%m-%d} to {times.max():%Y-%m-%d}"))
    return told


def _target_said(table: pd.DataFrame, contract: Contract) -> str:
    if contract.problem.task == "regression":
        return f"mean of {contract.target.name}"
    return f"share of {contract.target.name} = {distribution.looked_at(table, contract)}"


def _order(contract: Contract, known: Mapping[str, float]) -> list[Column]:
    """Return the features, those that go with the target most first, then the other columns but the target."""
    names = sorted(contract.columns, key=lambda c: (c.role not in ("feature", "derived"), -known.get(c.name, 0.0)))
    return [column for column in names if column.role != "target"]


def _cells(contract: Contract, pairs: Mapping[tuple[str, str], tuple[float, str]]) -> Any:
    names = [c.name for c in contract.columns if any(c.name in pair for pair in pairs)]
    if not 2 < len(names) <= MATRIX:
        return None
    strength = {pair: abs(held) for pair, (held, _) in pairs.items()}
    said = f"{len(names)} columns; a darker cell goes together more. The strongest pairs stand in the table."
    return drawings.cells("Features with features", names, strength, said)


def _missing(table: pd.DataFrame) -> Any:
    gone = table.isna().mean().sort_values(ascending=False)
    listed = [(str(name), float(part)) for name, part in gone[gone > 0].head(40).items()]
    return figures.bars("Missing values", listed, "share of rows") if listed else None


def _time(table: pd.DataFrame, contract: Contract, wanted: "pd.Series[float]", told: str) -> dict[str, Any] | None:
    """Return how the rows lie in time, and the longest time without one."""
    if contract.time is None:
        return None
    times = table[contract.time.name].dropna().sort_values()
    gaps = times.drop_duplicates().diff().dropna()
    lasted = []
    if len(gaps):
        until = times[gaps.index[int(gaps.argmax())]]
        usual, longest = (ranges.lasting(gap) for gap in (gaps.median(), gaps.max()))
        lasted = [
            ("usual time between rows", usual),
            ("longest without a row", f"{longest}, until {until:%Y-%m-%d %H:%M}"),
        ]
    return {"chart": columns.drawn(table[contract.time.name], contract.time, wanted, told), "facts": lasted}
