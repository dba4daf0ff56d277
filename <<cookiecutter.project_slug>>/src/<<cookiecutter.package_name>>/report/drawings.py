"""The charts of the page about the data: how a column's values are distributed, and which columns go together."""

from collections.abc import Mapping, Sequence
from typing import Any

from .chart import LEFT, RIGHT, ROW, WIDEST, WIDTH, Chart, Row, Scale, beside, cut, scale
from .readable import short

LONG = 6  # letters: a longer name of an edge begins below it


def distribution(title: str, found: Mapping[str, Any], target: str) -> Chart:
    """Draw how many rows fall into each bin of numbers or times, and below it the mean of the target there."""
    bins, both = found["bins"], any(each["mean"] is not None for each in found["bins"])
    chart = Chart(title, _told(found, target), 250.0 if both else 150.0, *_table(found, target, both=both))
    up = scale([0.0, *(each["rows"] for each in bins)], 112, 26, 3)
    chart.left(up, RIGHT, "rows")
    wide = (RIGHT - LEFT) / len(bins)
    for i, each in enumerate(bins):
        x = LEFT + wide * i
        kind = "fill none" if each["missing"] else "fill"
        chart.bar(
            x + 0.5, up(each["rows"]), wide - 1, 112 - up(each["rows"]), kind, f"{each['name']}: {each['rows']:,} rows"
        )
    base = 112.0
    if both:
        base = 212.0
        _means(chart, found, [LEFT + wide * (i + 0.5) for i in range(len(bins))], target)
    for x, name, anchor in _names(bins, wide):
        chart.text(x, base + 15, name, anchor)
        if anchor == "start":
            chart.line(x, base, x, base + 4, "grid")
    chart.text((LEFT + RIGHT) / 2, base + 31, cut(found["label"], WIDTH), "middle", "label")
    return chart


def _means(chart: Chart, found: Mapping[str, Any], places: Sequence[float], target: str) -> None:
    """Draw the lower half of a distribution."""
    known = [each[name] for each in found["bins"] if each["mean"] is not None for name in ("low", "high")]
    side = scale([*known, found["overall"]], 212, 150, 3)
    chart.left(side, RIGHT, target)
    chart.line(LEFT, side(found["overall"]), RIGHT, side(found["overall"]), "mark")
    for x, each in zip(places, found["bins"], strict=True):
        if each["mean"] is not None:
            chart.line(x, side(each["low"]), x, side(each["high"]), "whisker c1")
            chart.dot(x, side(each["mean"]), "dot c1", f"{each['name']}: {short(each['mean'])}", 3)


def _names(bins: Sequence[Row], wide: float) -> list[tuple[float, str, str]]:
    """Return which bins are named, and where: ranges at their edges, values in the middle, as many as have room.

    What is long, as a date, begins below its edge: no name reaches out to the left of the axis.
    """
    present = [each for each in bins if not each["missing"]]
    named = [(LEFT + wide * (len(bins) - 0.5), "none", "middle")] if len(present) < len(bins) else []
    exact = all(each["edge"] is None for each in present)
    texts = [each["name"] if exact else each["edge"] for each in present]
    length = max(map(len, texts), default=0)
    anchor = "start" if length > LONG and not exact else "middle"
    room = length * 6.8 + (18 if anchor == "start" else 8)
    every = max(1, -(-int(room) // max(int(wide), 1)))
    last = LEFT + wide * len(present) - (room if named else room / 2 if anchor == "middle" else room - 18)
    at = 0.5 if exact else 0.0
    spots = [(LEFT + wide * (i + at), text, anchor) for i, text in enumerate(texts) if i % every == 0]
    return [spot for spot in spots if spot[0] <= max(last, LEFT + wide / 2)] + named


def values(title: str, found: Mapping[str, Any], target: str) -> Chart:
    """Draw how many rows hold each value, and beside it the mean of the target there."""
    bins, both = found["bins"], any(each["mean"] is not None for each in found["bins"])
    bottom = ROW * len(bins) + 22
    first = beside((each["name"] for each in bins), 150 if both else WIDEST)
    middle = first + 104 if both else RIGHT - 46
    chart = Chart(title, _told(found, target), bottom + 20, *_table(found, target, both=both))
    along = Scale(0.0, max(each["rows"] for each in bins) or 1, first, middle - 34)
    chart.text(first, 11, "rows", "start", "label")
    side = None
    if both:
        known = [each[name] for each in bins if each["mean"] is not None for name in ("low", "high")]
        side = scale([*known, found["overall"]], middle + 6, RIGHT - 8, 2)
        chart.text(RIGHT, 11, cut(target, RIGHT - middle + 40), "end", "label")
        for tick in side.ticks():
            chart.line(side(tick), 20, side(tick), bottom, "grid")
            chart.text(side(tick), bottom + 14, short(tick), "middle")
        chart.line(side(found["overall"]), 20, side(found["overall"]), bottom, "mark")
    for i, each in enumerate(bins):
        y = 20 + ROW * (i + 0.5)
        chart.text(first - 8, y + 4, cut(each["name"], first - 8), "end")
        kind = "fill none" if each["missing"] else "fill"
        chart.bar(first, y - 8, along(each["rows"]) - first, 16, kind, f"{each['name']}: {each['rows']:,} rows")
        chart.text(along(each["rows"]) + 4, y + 4, short(each["rows"]))
        if side and each["mean"] is not None:
            chart.line(side(each["low"]), y, side(each["high"]), y, "whisker c1")
            chart.dot(side(each["mean"]), y, "dot c1", f"{each['name']}: {short(each['mean'])}")
    return chart


def _told(found: Mapping[str, Any], target: str) -> str:
    most = max(found["bins"], key=lambda each: each["rows"])
    told = f"Most rows, {most['rows']:,}, are at {most['name']}."
    known = [each for each in found["bins"] if each["mean"] is not None]
    if known:
        ends = (min(known, key=lambda each: each["mean"]), max(known, key=lambda each: each["mean"]))
        told += f" {target[:1].upper()}{target[1:]} is lowest at {ends[0]['name']} ({short(ends[0]['mean'])})"
        told += f" and highest at {ends[1]['name']} ({short(ends[1]['mean'])})."
        told += f" The dashed line is all rows, {short(found['overall'])}."
    return told


def _table(found: Mapping[str, Any], target: str, *, both: bool) -> tuple[list[str], list[list[object]]]:
    head = [found["label"], "rows"] + ([target, "low", "high"] if both else [])
    told = ("mean", "low", "high") if both else ()
    return head, [[e["name"], f"{e['rows']:,}", *(short(e[name]) for name in told)] for e in found["bins"]]


def cells(title: str, names: Sequence[str], strength: Mapping[tuple[str, str], float], description: str) -> Chart:
    """Draw how strongly each two columns go together, as a triangle of cells."""
    numbered = [f"{i + 1} {name}" for i, name in enumerate(names)]
    left = beside(numbered)
    size = (RIGHT - left) / len(names)
    side = min(size, 26.0)
    chart = Chart(title, description, side * len(names) + 8, [], [])
    for i, first in enumerate(names):
        chart.text(left - 8, 4 + side * (i + 0.5) + 4, cut(numbered[i], left - 8), "end")
        for j, second in enumerate(names[:i]):
            held = strength.get((first, second), strength.get((second, first), 0.0))
            chart.shade(left + side * j, 4 + side * i, side - 1, side - 1, held, f"{first}, {second}: {held:.2f}")
        chart.text(left + side * (i + 0.5), 4 + side * (i + 0.5) + 4, i + 1, "middle", "label")
    return chart
