"""Every odd table that people have: adopted with a word about it, or refused in a sentence."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from << cookiecutter.package_name >> import cli

pytestmark = pytest.mark.long

ROWS = 300
CUT = 20_000  # rows of the file that is cut off: ten million say no more


def plain(**more: Any) -> pd.DataFrame:
    """Return a table of which a model can be made, and more columns."""
    rng = np.random.default_rng(0)
    price, size = rng.uniform(1, 99, ROWS).round(2), rng.uniform(1000, 9999, ROWS).round(1)
    sold = np.where((50 - price) / 8 + rng.logistic(size=ROWS) > 0, "yes", "no")
    return pd.DataFrame({"price": price, "size": size, **more, "sold": sold})


def csv(table: pd.DataFrame, encoding: str = "utf-8", **options: Any) -> bytes:
    """Return a table as somebody wrote it."""
    text: str = table.to_csv(**{"index": False, **options})
    return text.encode(encoding)


def changed(old: str, new: str, **more: Any) -> bytes:
    """Return the plain table with a part of its header called otherwise."""
    head, _, rest = csv(plain(**more)).decode().partition("\n")
    return f"{head.replace(old, new)}\n{rest}".encode()


def with_target(cells: Any) -> bytes:
    """Return the plain table with another target."""
    return csv(plain().assign(sold=cells))


LONG = csv(pd.concat([plain()] * (CUT // ROWS)))
# What the table is, what adopt ends with, and a part of what it says.
ODD: dict[str, tuple[bytes, int, str]] = {
    "duplicate-headers": (changed("size", "price"), 0, "the name is there twice"),
    "unnamed-index": (csv(plain(), index=True), 0, "it has no name and counts the rows"),
    "unnamed-column": (changed("size", ""), 0, "column_2"),
    "spaces-in-headers": (changed("size", "  the size "), 0, "stray spaces"),
    "unicode-in-headers": (changed("size", "größe 📏"), 0, "größe 📏"),
    "sql-words-as-headers": (changed("price,size", "select,drop table"), 0, "drop table"),
    "target-spelled-otherwise": (changed("sold", "Sold"), 2, "did you mean 'Sold'?"),
    "mixed-types": (csv(plain(mixed=[f"{i}" if i % 9 else f"about {i}" for i in range(ROWS)])), 0, "words are mixed"),
    "all-null": (csv(plain(nothing=[None] * ROWS)), 0, "it is empty"),
    "constant-column": (csv(plain(same=["x"] * ROWS)), 0, "it is the same in every row"),
    "constant-target": (with_target("yes"), 3, "has one value, 'yes', in all rows"),
    "empty-target": (with_target(None), 3, "has no value in all rows"),
    "class-of-three-rows": (with_target(["yes"] * 3 + ["no"] * (ROWS - 3)), 3, "'yes' has 3 rows"),
    "third-class-of-three-rows": (
        csv(plain().assign(sold=lambda t: t["sold"].mask(t.index < 3, "maybe"))),
        3,
        "'maybe' has 3 rows",
    ),
    "no-signal": (with_target(np.random.default_rng(2).choice(["yes", "no"], ROWS)), 3, "do not tell the target"),
    "byte-order-mark": (csv(plain(), "utf-8-sig"), 0, "a mark at its start"),
    "latin-1": (csv(plain(place=["Zürich", "Genève"] * (ROWS // 2)), "latin-1"), 0, "not UTF-8"),
    "semicolons": (csv(plain(), sep=";"), 0, "separated by a semicolon"),
    "decimal-commas": (csv(plain(), sep=";", decimal=","), 0, "commas are decimal"),
    "thousands": (csv(plain().assign(size=lambda t: t["size"].map("{:,.1f}".format))), 0, "commas part thousands"),
    "ragged-rows": (csv(plain()) + b"1,2\n", 2, "its rows have not one length"),
    "rows-too-long": (csv(plain()) + b"1,2,yes,4\n", 2, "its rows have not one length"),
    "newlines-in-quotes": (csv(plain(note=['two\nlines, "so"', "one"] * (ROWS // 2))), 0, "note"),
    "two-rows": (b"price,sold\n1,yes\n2,no\n", 3, "too few for any promise"),
    "one-column": (csv(plain()[["sold"]]), 2, "no comma, semicolon, tab or bar"),
    "five-thousand-columns": (
        (",".join(f"c{i}" for i in range(5000)) + "\n" + ",".join(["1"] * 5000) + "\n").encode(),
        2,
        "5000 columns",
    ),
    "cut-off": (LONG[:-9], 2, "its rows have not one length"),
    "open-quote-in-the-first-row": (b'price,sold\n"1,yes\n' + 2 * CUT * b"1,yes\n", 2, "its first row never ends"),
    "cut-off-in-quotes": (LONG + b'1,2,"ye', 2, "a quote is opened and never closed"),
    "empty-file": (b"", 2, "is empty"),
    "header-alone": (b"price,sold\n", 2, "has no rows"),
    "no-text": (b"price,sold\n\x00\x01,yes\n", 2, "is no text"),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_table_is_adopted_or_refused_in_a_sentence(
    untrained: Path,
    hasty: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
) -> None:
    """As listed; what is adopted keeps the contract that was made of it, what is refused changes nothing."""
    content, code, said = ODD[name]
    hasty(monkeypatch)
    Path("../mine.csv").write_bytes(content)
    before = Path("contract.toml").read_bytes()
    assert cli.main(["data", "adopt", "../mine.csv", "--target", "sold", "--force"]) == code
    told = capsys.readouterr()
    assert said in (told.err if code else told.out)
    assert told.err.count("\n") == (1 if code else 0)
    assert (Path("contract.toml").read_bytes() == before) == bool(code)
    assert code or cli.main(["data", "check"]) == 0
    assert untrained.is_dir()
