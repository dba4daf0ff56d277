"""What was watched, for people: Markdown for an issue or a job's summary, and a page with every distribution."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from .drift import Drift
from .watch import Watch

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def markdown(watch: Watch) -> str:
    """Return everything that was found as GitHub's Markdown."""
    return _TEMPLATES.get_template("monitor.md").render(watch=watch).rstrip("\n") + "\n"


def page(watch: Watch) -> str:
    """Return it as one HTML page that loads nothing; what moved furthest comes first."""
    drawn = [(drift, _bars(drift)) for drift in sorted(watch.drifts, key=lambda d: (not d.drifted, -d.effect))]
    return _TEMPLATES.get_template("monitor.html").render(watch=watch, drawn=drawn).rstrip("\n") + "\n"


def _bars(drift: Drift) -> list[tuple[str, float, float]]:
    """Return name, share then and share now of every bin that anything fell into."""
    before, after = sum(drift.before), sum(drift.after)
    return [
        (name, then / before, now / after)
        for name, then, now in zip(drift.bins, drift.before, drift.after, strict=True)
        if then or now
    ]
