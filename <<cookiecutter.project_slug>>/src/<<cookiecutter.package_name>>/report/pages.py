"""The two pages: what they show, and in which order."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..config import Gates
from ..gates import Verdict
from . import facts, judged, plots
from .templates import render

# The sections of each page in order, with what each of them shows: one that has nothing to show is left out.
REPORT = {
    "verdicts": ("Verdicts", ["verdicts"]),
    "metrics": ("Metrics", ["metrics"]),
    "champion": ("Champion", ["champion"]),
    "predictions": ("Predictions", ["curves"]),
    "calibration": ("Calibration", ["calibration"]),
    "slices": ("Slices", ["slices"]),
    "learned": ("What was learned", ["importance", "learning", "leaks"]),
    "technical": ("Robustness", ["checks", "technical"]),
    "chosen": ("Choice", ["finalists"]),
    "data": ("Data", ["provenance"]),
}
DATA = {
    "findings": ("Worth a look", ["columns"]),
    "target": ("Target", ["columns"]),
    "columns": ("Columns", ["columns"]),
    "pairs": ("Pairs", ["columns"]),
    "missing": ("Missing", ["columns"]),
    "rows": ("Duplicates", ["columns"]),
    "time": ("Time", ["time"]),
}


def report_page(
    verdicts: Sequence[Verdict],
    measured: Mapping[str, Any],
    training: Mapping[str, Any],
    curves: Mapping[str, Any],
    promises: Gates,
    headline: str,
) -> str:
    """Return verdicts, measurements and how the model was made as one HTML page that loads nothing."""
    shown = {
        "verdicts": verdicts,
        "facts": facts.first(measured, training),
        "metrics": list(judged.metrics(measured, promises)),
        "meanings": [(name, judged.meaning(name)) for name in measured.get("metrics", {})],
        "gains": judged.gains(measured, promises),
        "champion": facts.champion(measured),
        "curves": list(plots.drawn(curves)),
        "confusion": plots.confusion(curves),
        "calibration": facts.calibration(measured),
        "reliability": list(judged.reliability(measured)),
        "slices": list(judged.slices(measured)),
        "slice_rows": judged.slice_rows(measured),
        "metric": (judged.asked(measured, "slices") or {}).get("metric", ""),
        "importance": judged.importance(measured),
        "learning": judged.learning(measured),
        "leaks": judged.leaks(measured),
        "leakage": (judged.asked(measured, "leakage") or {}).get("findings", []),
        "checks": facts.checks(measured),
        "technical": facts.technical(measured),
        "finalists": facts.finalists(training),
        "provenance": facts.provenance(training),
    }
    return render(
        "report.html",
        title=f"{training['project']} {training['version']}",
        kind="Report",
        foot="Made by ml gate from build/metrics.json; the same measurements give the same page.",
        contents=_contents(REPORT, shown),
        question=training["contract"]["problem"]["question"],
        accepted=all(verdict.kept for verdict in verdicts),
        headline=headline,
        scoring=training["scoring"],
        resampled=facts.resampled(measured, training),
        searched=facts.searched(training),
        **shown,
    )


def data_page(described: Mapping[str, Any], source: str) -> str:
    """Return what the data are like as one HTML page, drawn of the train part alone."""
    return render(
        "data.html",
        title=source,
        kind="Data before modelling",
        foot="Made by ml data explore; the same table and contract give the same page.",
        contents=_contents(DATA, described),
        **described,
    )


def _contents(sections: Mapping[str, tuple[str, list[str]]], shown: Mapping[str, Any]) -> dict[str, str]:
    return {name: said for name, (said, needs) in sections.items() if any(shown[need] for need in needs)}
