"""Texts of anybody inside Markdown, and bars made of letters, for GitHub shows no drawing."""

import re
import unicodedata

WIDTH = 24


def plain(said: object) -> str:
    """Return a text that Markdown shows as it is: no tag, no link, no mention, no cell of a table."""
    text = _visible(said).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = re.sub(r"([\\`*|~])", r"\\\1", text)
    text = re.sub(r"(?<![^\W_])_|_(?![^\W_])", r"\\_", text)
    # A letter without width parts what would become a link or would call somebody.
    return re.sub(r"(\](?=[(\[:])|@|:(?=//)|www(?=\.))", "\\1\u200b", text)


def code(said: object, letters: int = 60) -> str:
    """Return a name as code, where nothing but its end means anything."""
    text = _visible(said).replace("`", "'").replace("|", "/")
    return f"`{text if len(text) <= letters else text[: letters - 1] + '…'}`" if text else ""


def bar(value: float, most: float) -> str:
    """Return a bar as long as its share of the longest."""
    full = round(WIDTH * min(max(value / most, 0.0), 1.0)) if most > 0 else 0
    return "`" + "█" * full + "░" * (WIDTH - full) + "`"


def whisker(low: float | None, value: float | None, high: float | None, ends: tuple[float, float]) -> str:
    """Return a dot with its interval on an axis between these ends."""
    if value is None or low is None or high is None or not ends[0] < ends[1]:
        return ""
    first, at, last = (_place(number, ends) for number in (low, value, high))
    line = ["·"] * WIDTH
    line[first : last + 1] = "─" * (last + 1 - first)
    line[at] = "●"
    return f"`{''.join(line)}`"


def _place(number: float, ends: tuple[float, float]) -> int:
    return round((WIDTH - 1) * min(max((number - ends[0]) / (ends[1] - ends[0]), 0.0), 1.0))


def _visible(said: object) -> str:
    """Return a text in one line, without what is not seen: controls, changes of direction."""
    letters = ("" if unicodedata.category(letter) == "Cf" else letter for letter in str(said))
    return " ".join("".join(" " if unicodedata.category(letter)[0] == "C" else letter for letter in letters).split())
