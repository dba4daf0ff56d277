"""What to do about a table that cannot be read."""

from pathlib import Path

MARKS = {b";": "semicolons", b"\t": "tabs", b"|": "bars"}
LONGEST = 2**16  # bytes of a header that are looked at


def advice(path: Path) -> str:
    """Return how to write it; only adopt reads a table whose columns are separated by something else than commas."""
    if path.suffix == ".csv" and path.is_file():
        with path.open("rb") as file:
            header = file.readline(LONGEST)
        for mark, name in MARKS.items():
            if header.count(mark) > header.count(b","):
                return f"its columns are separated by {name}: write commas, and points in numbers"
    return "write UTF-8 CSV or Parquet"
