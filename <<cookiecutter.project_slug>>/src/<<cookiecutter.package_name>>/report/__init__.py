"""Verdicts and measurements for people: Markdown, self-contained pages, the model card."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from ..contract import Column, Contract
from ..gates import FAIL, INCONCLUSIVE, PASS, Verdict

MARKS = {PASS: "✅", FAIL: "❌", INCONCLUSIVE: "❔"}
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def headline(verdicts: Sequence[Verdict]) -> str:
    """Say in one sentence what was decided."""
    broken = [verdict.gate for verdict in verdicts if not verdict.kept]
    asked = sum(verdict.verdict in MARKS for verdict in verdicts)
    return f"Refused by: {', '.join(broken)}." if broken else f"Accepted: all {asked} gates that were asked pass."


def markdown(verdicts: Sequence[Verdict], measured: Mapping[str, Any]) -> str:
    """Return the verdicts as GitHub's Markdown, made for a job summary."""
    return _verdicts("report.md", verdicts, card=False, metrics=measured.get("metrics", {}))


def page(verdicts: Sequence[Verdict], measured: Mapping[str, Any], images: Mapping[str, str], title: str) -> str:
    """Return the verdicts, metrics and plots as one HTML page that loads nothing."""
    metrics = measured.get("metrics", {})
    return _verdicts("page.html", verdicts, metrics=metrics, images=images, columns=[], title=title)


def card(
    contract: Contract, training: Mapping[str, Any], measured: Mapping[str, Any], verdicts: Sequence[Verdict]
) -> str:
    """Return the model card (Mitchell et al. 2019) as Markdown."""
    return _verdicts(
        "report.md",
        verdicts,
        card=True,
        contract=contract,
        training=training,
        metrics=measured["metrics"],
        rows=measured["contract"]["rows"],
    )


def data_page(columns: Sequence[tuple[Column, str, int]], images: Mapping[str, str], title: str) -> str:
    """Return what the data are like as one HTML page: each column with its missing share and number of values."""
    return _render("page.html", marked=[], headline="", metrics={}, images=images, columns=columns, title=title)


def terminal(verdicts: Sequence[Verdict]) -> str:
    """Return the verdicts as a table of plain text, then what to do about those that do not pass."""
    lines = [f"{v.verdict:<13}{v.gate:<14}{v.measured or v.promised}" for v in verdicts]
    lines += [f"{v.gate}: promised: {v.promised or 'to be measured'}; {v.advice}." for v in verdicts if not v.kept]
    return "\n".join([*lines, headline(verdicts)])


def _verdicts(template: str, verdicts: Sequence[Verdict], **values: Any) -> str:
    marked = [(MARKS.get(verdict.verdict, ""), verdict) for verdict in verdicts]
    return _render(template, marked=marked, headline=headline(verdicts), **values)


def _render(template: str, **values: Any) -> str:
    """Fill one of the templates beside this module."""
    return _TEMPLATES.get_template(template).render(values).rstrip("\n") + "\n"
