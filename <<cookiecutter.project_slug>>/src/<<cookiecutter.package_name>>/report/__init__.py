"""Verdicts and measurements for people: Markdown, self-contained pages, the model card."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..config import Gates
from ..contract import Contract
from ..gates import Verdict
from . import facts, judged, pages
from .pages import data_page
from .templates import MARKS, render

__all__ = ["card", "data_page", "headline", "markdown", "page", "terminal"]


def headline(verdicts: Sequence[Verdict]) -> str:
    """Say in one sentence what was decided."""
    broken = [verdict.gate for verdict in verdicts if not verdict.kept]
    allowed = [verdict.gate for verdict in verdicts if verdict.verdict == "allowed"]
    shown = [verdict.gate for verdict in verdicts if verdict.verdict == "report only"]
    asked = sum(verdict.verdict in MARKS for verdict in verdicts) - len(shown)
    only = f" Report only, and refusing nothing: {', '.join(shown)}." if shown else ""
    if broken:
        return f"Refused by: {', '.join(broken)}."
    if allowed:
        passed = f"Accepted: {asked - len(allowed)} gates pass"
        return f"{passed}; inconclusive, which gates.toml allows: {', '.join(allowed)}.{only}"
    return f"Accepted: all {asked} gates that were asked pass.{only}"


def markdown(verdicts: Sequence[Verdict], measured: Mapping[str, Any]) -> str:
    """Return verdicts and measurements as GitHub's Markdown, made for a job summary."""
    return render(
        "report.md",
        verdicts=verdicts,
        headline=headline(verdicts),
        champion=facts.champion(measured),
        slices=judged.asked(measured, "slices"),
        calibration=judged.asked(measured, "calibration"),
        importance=_importance(measured, 15),
        metrics=measured.get("metrics", {}),
    )


def page(
    verdicts: Sequence[Verdict],
    measured: Mapping[str, Any],
    training: Mapping[str, Any],
    curves: Mapping[str, Any],
    promises: Gates,
) -> str:
    """Return verdicts, measurements and how the model was made as one HTML page that loads nothing."""
    return pages.report_page(verdicts, measured, training, curves, promises, headline(verdicts))


def card(
    contract: Contract, training: Mapping[str, Any], measured: Mapping[str, Any], verdicts: Sequence[Verdict]
) -> str:
    """Return the model card (Mitchell et al. 2019) as Markdown."""
    return render(
        "card.md",
        contract=contract,
        training=training,
        verdicts=verdicts,
        metrics=measured["metrics"],
        rows=measured["contract"]["rows"],
        slices=judged.asked(measured, "slices"),
        cost=facts.cost(measured),
        calibration=facts.calibration(measured),
        champion=facts.champion(measured),
        importance=_importance(measured, 10),
        choice=facts.choice(training["choice"]),
        resampled=facts.resampled(measured, training),
        searched=facts.searched(training).strip(),
        provenance=facts.provenance(training),
    )


def terminal(verdicts: Sequence[Verdict]) -> str:
    """Return what was measured and promised as a table of plain text, then what to do about what does not pass."""
    lines = [f"{v.verdict:<13}{v.gate:<14}{_both(v)}" for v in verdicts]
    lines += [f"{v.gate}: {v.advice}." for v in verdicts if not v.kept]
    return "\n".join([*lines, headline(verdicts)])


def _both(verdict: Verdict) -> str:
    if not verdict.measured:
        return verdict.promised
    return f"{verdict.measured}; promised: {verdict.promised or 'to be measured'}"


def _importance(measured: Mapping[str, Any], first: int) -> list[tuple[str, float]]:
    """Return the columns that the model looks at most, and what it loses without each; a zero has no sign."""
    found = judged.asked(measured, "importance") or {}
    return [(name, round(lost, 3) + 0.0) for name, lost in sorted(found.items(), key=lambda each: -each[1])[:first]]
