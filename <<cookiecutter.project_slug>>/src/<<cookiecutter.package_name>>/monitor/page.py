"""What was watched, for people: Markdown for an issue or a job's summary, and a page with every distribution."""

from ..report import figures
from ..report.chart import Chart
from ..report.readable import many, score
from ..report.templates import render
from .drift import Drift
from .reference import ANY
from .watch import Watch

NAMES = ("training", "now")
ALONE = "Only what is missing is judged here, and nothing is, then or now."
SAME = "All rows, then and now, fall into one bin"
SECTIONS = {"found": "What was found", "promises": "Promises", "table": "All columns", "columns": "Distributions"}


def markdown(watch: Watch) -> str:
    """Return everything that was found as GitHub's Markdown."""
    return render("monitor/monitor.md", watch=watch)


def page(watch: Watch) -> str:
    """Return it as one HTML page that loads nothing; what drifted comes first, then what moved furthest."""
    drifts = sorted(watch.drifts, key=lambda drift: (not drift.drifted, -drift.effect))
    there = {"found": True, "promises": watch.promises, "table": drifts, "columns": drifts}
    return render(
        "monitor/monitor.html",
        title=f"{many(watch.rows, 'recent row')} against {watch.version}",
        kind="Monitor",
        foot="Made by ml monitor; the same rows and the same bundle give the same page.",
        contents={name: said for name, said in SECTIONS.items() if there[name]},
        facts=_facts(watch),
        watch=watch,
        drawn=[(drift, _row(drift), _chart(drift)) for drift in drifts],
    )


def _facts(watch: Watch) -> list[tuple[str, str]]:
    told = [("recent rows", f"{watch.rows:,}"), ("model", watch.version)]
    if watch.drifts:
        moved = sum(drift.drifted for drift in watch.drifts)
        told.append(("columns that drifted", f"{moved} of {len(watch.drifts)}, predictions counted"))
    labels = f"{watch.labelled:,}" if watch.labelled else "not judged" if watch.unjudged else "none were given"
    return [*told, ("labels that came back", labels)]


def _row(drift: Drift) -> list[str]:
    """Return what the table of all columns says of one."""
    return [score(drift.effect), f"{drift.p:.2g}", *map(figures.percent, (*drift.missing, drift.unseen))]


def _chart(drift: Drift) -> Chart | str:
    """Draw the share of rows in every bin that anything fell into, or say in which one all of them are."""
    before, after = sum(drift.before), sum(drift.after)
    rows = [
        (name, then / before, now / after)
        for name, then, now in zip(drift.bins, drift.before, drift.after, strict=True)
        if then or now
    ]
    if len(rows) == 1:
        return ALONE if rows[0][0] == ANY else f"{SAME}: {rows[0][0]}. Nothing inside it is told apart."
    return figures.pairs(f"{drift.column}: training and now", rows, NAMES)
