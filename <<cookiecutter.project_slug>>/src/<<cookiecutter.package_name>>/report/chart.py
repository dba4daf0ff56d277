"""A small chart as SVG that takes its colours from the page, and whose marks and numbers can be read aloud."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from .readable import short

# Pixels of a telephone: there letters are as large as they are meant, and wider pages set charts side by side.
WIDTH = 360
LETTER = 6.2  # the width of one letter, roughly
# Where a plot with an axis on its left begins and ends; the height of a row.
LEFT, RIGHT = 46.0, WIDTH - 10.0
ROW = 24.0
# The width that names of rows have: the usual one, and that of longer ones, which leaves half to what is drawn.
NAMES, WIDEST = 118.0, 182.0

Row = Mapping[str, Any]


def cut(text: object, width: float) -> str:
    """Return a text that fits into so many pixels."""
    said, most = str(text), max(int(width / LETTER), 2)
    return said if len(said) <= most else said[: most - 1] + "…"


def beside(names: Iterable[object], most: float = WIDEST) -> float:
    """Return the width that names of rows take beside a plot."""
    return min(max(NAMES, max((len(str(name)) for name in names), default=0) * (LETTER + 0.6) + 8), most)


@dataclass(frozen=True)
class Scale:
    """Where values fall along an axis that begins and ends at these pixels."""

    low: float
    high: float
    start: float
    end: float
    step: float = 0.0

    def __call__(self, value: float) -> float:
        """Return the place of a value, at an end of the axis where it lies beyond it."""
        inside = min(max(value, self.low), self.high)
        return self.start + (inside - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Return round numbers along the axis."""
        step = self.step or rounded(self.low, self.high, 5)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [i * step for i in range(first, last + 1)]


def scale(values: Iterable[float], start: float, end: float, count: int = 5) -> Scale:
    """Return the scale of round ends that holds these values."""
    known = [value for value in values if math.isfinite(value)] or [0.0]
    low, high = min(known), max(known)
    if low == high:
        low, high = low - (abs(low) / 2 or 0.5), high + (abs(high) / 2 or 0.5)
    step = rounded(low, high, count)
    return Scale(math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step, start, end, step)


def rounded(low: float, high: float, count: int) -> float:
    """Return the round distance that divides a range into about so many pieces."""
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    return power * next(step for step in (1, 2, 2.5, 5, 10) if step >= rough / power - 1e-9)


class Chart:
    """What is drawn, what it shows in words, and its numbers as a table."""

    def __init__(
        self, title: str, description: str, height: float, head: Sequence[str], rows: Sequence[Sequence[object]]
    ) -> None:
        self.title, self.description, self.head, self.rows = title, description, head, rows
        self._svg = Element("svg", {"viewBox": f"0 0 {WIDTH} {height:g}", "role": "img", "class": "chart"})
        SubElement(self._svg, "title").text = title
        SubElement(self._svg, "desc").text = description

    def __html__(self) -> str:
        return tostring(self._svg, encoding="unicode")

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        """Draw a straight line."""
        self._mark("line", kind, "", x1=x1, y1=y1, x2=x2, y2=y2)

    def bar(self, x: float, y: float, width: float, height: float, kind: str, hint: str = "") -> None:
        """Draw a rectangle; the hint is shown by a pointer that rests on it."""
        self._mark("rect", kind, hint, x=x, y=y, width=max(width, 0.0), height=max(height, 0.0))

    def dot(self, x: float, y: float, kind: str, hint: str = "", radius: float = 3.5) -> None:
        """Draw a dot."""
        self._mark("circle", kind, hint, cx=x, cy=y, r=radius)

    def path(self, points: Iterable[tuple[float, float]], kind: str) -> None:
        """Draw a line through points."""
        joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        SubElement(self._svg, "polyline", {"class": kind, "points": joined})

    def legend(self, names: Sequence[str]) -> None:
        """Name the lines, in their colours, above the plot."""
        x = RIGHT
        for i, name in reversed(list(enumerate(names))):
            self.text(x, 12, f"\u25cf {name}", "end", f"small t{i}")
            x -= (len(name) + 4.5) * LETTER

    def shade(self, x: float, y: float, width: float, height: float, strength: float, hint: str) -> None:
        """Draw a cell that is the darker, the stronger what it stands for."""
        self._mark("rect", "cell", hint, x=x, y=y, width=width, height=height, opacity=0.06 + 0.94 * strength)

    def text(self, x: float, y: float, said: object, anchor: str = "start", kind: str = "small") -> None:
        """Write a text."""
        self._mark("text", f"{kind} {anchor}", "", x=x, y=y).text = str(said)

    def bottom(self, along: Scale, top: float, low: float, label: str, names: Sequence[str] = ()) -> None:
        """Draw the axis below, with lines up to `top`; `names` replace the numbers."""
        ticks = along.ticks()
        for tick, name in zip(ticks, names or map(short, ticks), strict=False):
            self.line(along(tick), top, along(tick), low, "grid")
            self.text(along(tick), low + 14, name, "middle")
        half = min(len(label) * (LETTER + 0.6), WIDTH) / 2
        self.text(min((along.start + along.end) / 2, WIDTH - half), low + 29, cut(label, WIDTH), "middle", "label")

    def left(self, up: Scale, right: float, label: str) -> None:
        """Draw the axis on the left, with lines to the right; its label stands above it."""
        for tick in up.ticks():
            self.line(LEFT, up(tick), right, up(tick), "grid")
            self.text(LEFT - 5, up(tick) + 4, short(tick), "end")
        self.text(2, up.end - 9, cut(label, WIDTH), "start", "label")

    def _mark(self, tag: str, kind: str, hint: str, **numbers: float) -> Element:
        placed = {name: f"{value:.2f}".rstrip("0").rstrip(".") for name, value in numbers.items()}
        mark = SubElement(self._svg, tag, {"class": kind, **placed})
        if hint:
            SubElement(mark, "title").text = hint
        return mark
