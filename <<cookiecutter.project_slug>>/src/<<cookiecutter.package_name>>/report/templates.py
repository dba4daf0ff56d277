"""The templates of the package, filled: in HTML every text is escaped, in Markdown those that anybody wrote."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from . import facts, judged, text
from .readable import score, short, span

# A word is always beside its mark.
MARKS = {"pass": "✅", "fail": "❌", "inconclusive": "❔", "allowed": "⚠️", "report only": "📝"}
_TEMPLATES = Environment(
    # Those beside this module by their names, those of other pages by folder and name.
    loader=FileSystemLoader([Path(__file__).parent, Path(__file__).parents[1]]),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters |= {"plain": text.plain, "code": text.code, "bar": text.bar}
_TEMPLATES.filters |= {"short": short, "span": span, "score": score}
_TEMPLATES.globals |= {"whisker": text.whisker, "marks": MARKS, "interval": facts.interval, "meaning": judged.meaning}


def render(template: str, **values: Any) -> str:
    """Fill one template."""
    return _TEMPLATES.get_template(template).render(values).rstrip("\n") + "\n"
