"""The charts of measurements: dots with whiskers, bars, curves."""

import math
from collections.abc import Mapping, Sequence

from .chart import LEFT, RIGHT, ROW, Chart, Row, Scale, beside, cut, scale
from .readable import score, scores, short

FEW = 20  # so many points are drawn as dots too
PAIR = 32.0  # the height of a row of two bars


def whiskers(
    title: str,
    rows: Sequence[Row],
    label: str,
    marks: Mapping[str, float] | None = None,
    *,
    anchors: Sequence[float] = (),
) -> Chart:
    """Draw a value with its interval for each row (name, value, low, high); `marks` are lines across all of them."""
    marks = marks or {}
    known = [row[name] for row in rows for name in ("value", "low", "high", "promise") if row.get(name) is not None]
    along = scale([*known, *marks.values(), *anchors], beside(row["name"] for row in rows), RIGHT - 8)
    bottom = ROW * len(rows) + 18
    told = ["value", "low", "high", *(["promise"] if any(row.get("promise") is not None for row in rows) else [])]
    table = [[row["name"], *(score(row.get(name)) for name in told)] for row in rows]
    said = ["A dot for each value, a line for its interval."]
    said += [f"{row['name']}: {' '.join(scores(row['value'], row['low'], row['high']))}." for row in rows[:FEW]]
    said += [f"The dashed line is {name}, {short(value)}." for name, value in marks.items()]
    chart = Chart(title, " ".join(said), bottom + 36, ["", *told], table)
    chart.bottom(along, 14, bottom, label)
    for name, value in marks.items():
        chart.line(along(value), 14, along(value), bottom, "mark")
        chart.text(along(value), 10, name, "end" if along(value) > (along.start + RIGHT) / 2 else "start")
    for i, row in enumerate(rows):
        _whisker(chart, along, 14 + ROW * (i + 0.5), row)
    return chart


def _whisker(chart: Chart, along: Scale, y: float, row: Row) -> None:
    chart.text(along.start - 8, y + 4, cut(row["name"], along.start - 8), "end")
    if row["value"] is None:
        chart.text(along.start + 6, y + 4, "too few rows", "start", "label")
        return
    if row.get("promise") is not None:
        chart.line(along(row["promise"]), y - 8, along(row["promise"]), y + 8, "promise")
    if row["low"] is not None:
        chart.line(along(row["low"]), y, along(row["high"]), y, "whisker")
    hint = f"{row['name']}: {score(row['value'])} [{score(row['low'])}, {score(row['high'])}]"
    chart.dot(along(row["value"]), y, row.get("kind", "dot"), hint, 4.5)


def bars(title: str, rows: Sequence[tuple[str, float]], label: str, start: float = 0.0) -> Chart:
    """Draw one bar a name, to the right of where nothing is told, or to its left."""
    along = scale([start, *(value for _, value in rows)], beside(name for name, _ in rows), RIGHT - 40)
    bottom = ROW * len(rows) + 6
    table = [[name, score(value)] for name, value in rows]
    said = f"{label}: " + ", ".join(f"{name} {score(value)}" for name, value in rows[:FEW]) + "."
    chart = Chart(title, said, bottom + 36, ["", label], table)
    chart.bottom(along, 4, bottom, label)
    for i, (name, value) in enumerate(rows):
        y = 4 + ROW * i
        chart.text(along.start - 8, y + 16, cut(name, along.start - 8), "end")
        first, last = sorted((along(start), along(value)))
        chart.bar(first, y + 4, last - first, ROW - 8, "fill", f"{name}: {short(value)}")
        chart.text(last + 4, y + 16, score(value))
    return chart


def percent(share: float) -> str:
    """Return a share as people write it."""
    return f"{100 * share:.1f} %"


def pairs(title: str, rows: Sequence[tuple[str, float, float]], names: tuple[str, str]) -> Chart:
    """Draw two shares a row, the one of the first name above the other."""
    most = max((share for _, *both in rows for share in both), default=0.0)
    along = Scale(0.0, most or 1.0, beside(name for name, *_ in rows), RIGHT - 44)
    table = [[name, *map(percent, both)] for name, *both in rows]
    chart = Chart(title, _moved(rows, names), 22 + PAIR * len(rows), ["", *names], table)
    chart.legend(names)
    for i, (name, *both) in enumerate(rows):
        y = 22 + PAIR * i
        chart.text(along.start - 8, y + 19, cut(name, along.start - 8), "end")
        for j, share in enumerate(both):
            end, hint = along(share), f"{name}, {names[j]}: {percent(share)}"
            chart.bar(along.start, y + 2 + 13 * j, end - along.start, 12, f"fill c{j}", hint)
            chart.text(end + 4, y + 12 + 13 * j, percent(share))
    return chart


def _moved(rows: Sequence[tuple[str, float, float]], names: tuple[str, str]) -> str:
    """Say where the two are furthest apart."""
    said = f"The share of rows in each range or of each value: {names[0]} above, {names[1]} below."
    most = sorted(rows, key=lambda row: -abs(row[2] - row[1]))[:3]
    apart = ", ".join(f"{name} {percent(then)} and {percent(now)}" for name, then, now in most)
    return f"{said} Most apart: {apart}."


def curve(
    title: str,
    lines: Mapping[str, Sequence[tuple[float, float]]],
    axes: tuple[str, str],
    description: str,
    table: tuple[Sequence[str], Sequence[Sequence[object]]],
    *,
    chance: Sequence[tuple[float, float]] = (),
    unit: bool = False,
    whiskered: Sequence[tuple[float, float, float]] = (),
) -> Chart:
    """Draw lines through points; `chance` is the line of a model that knows nothing, or of a perfect one."""
    points = [*(point for line in lines.values() for point in line), *chance]
    height = 300.0 if unit else 230.0
    bottom = height - 36
    ends = [(0.0, 0.0), (1.0, 1.0)] if unit else [(x, y) for x, y in points]
    ends += [] if unit else [(x, y) for x, low, high in whiskered for y in (low, high)]
    along = scale([x for x, _ in ends], LEFT, RIGHT)
    up = scale([y for _, y in ends], bottom, 28, 4)
    chart = Chart(title, description, height, *table)
    chart.bottom(along, 28, bottom, axes[0])
    chart.left(up, RIGHT, axes[1])
    chart.path([(along(x), up(y)) for x, y in chance], "chance")
    for x, low, high in whiskered:
        chart.line(along(x), up(low), along(x), up(high), "whisker")
    for i, (name, line) in enumerate(lines.items()):
        chart.path([(along(x), up(y)) for x, y in line], f"curve c{i}")
        if len(line) < FEW:
            for x, y in line:
                chart.dot(along(x), up(y), f"dot c{i}", f"{name} {short(x)}: {short(y)}")
    if len(lines) > 1:
        chart.legend(list(lines))
    return chart


def heat(edges: Sequence[float], counts: Sequence[Sequence[int]]) -> Chart:
    """Draw how many rows have this prediction and that truth."""
    height, most = 336.0, max(map(max, counts))
    bottom = height - 36
    along = Scale(edges[0], edges[-1], LEFT, RIGHT)
    up = Scale(edges[0], edges[-1], bottom, 28)
    said = "A darker cell holds more rows; on the dashed line the prediction is right."
    chart = Chart("Predicted and actual", said, height, [], [])
    chart.bottom(along, 28, bottom, "predicted")
    chart.left(up, RIGHT, "actual")
    wide, high = (RIGHT - LEFT) / len(counts), (bottom - 28) / len(counts)
    for i, column in enumerate(counts):
        for j, rows in enumerate(column):
            if rows:
                hint = f"predicted {short(edges[i])}, actual {short(edges[j])}: {rows} rows"
                chart.shade(
                    LEFT + wide * i, bottom - high * (j + 1), wide - 0.5, high - 0.5, math.sqrt(rows / most), hint
                )
    chart.path([(LEFT, bottom), (RIGHT, 28)], "chance")
    return chart
