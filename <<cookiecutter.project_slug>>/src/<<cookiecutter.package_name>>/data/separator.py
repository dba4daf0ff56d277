"""What is said of a table that cannot be read."""

from pathlib import Path

MARKS = {b";": "semicolons", b"\t": "tabs", b"|": "bars"}
LONGEST = 2**16  # bytes of a header that are looked at


def advice(path: Path) -> str:
    """Return what to do: adopt alone reads a table whose columns are separated by something else than commas."""
    with path.open("rb") as file:
        header = file.readline(LONGEST)
    for mark, name in MARKS.items():
        if header.count(mark) > header.count(b","):
            return f"its columns are separated by {name}: write commas, or let ml data adopt read it, which alone can"
    return "write UTF-8 CSV or Parquet"
