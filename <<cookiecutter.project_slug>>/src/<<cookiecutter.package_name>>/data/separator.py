"""What is said of a table that cannot be read."""

from collections.abc import Sequence
from pathlib import Path

MARKS = {b";": "semicolons (;)", b"\t": "tabs", b"|": "bars (|)"}
LONGEST = 2**16  # bytes of a header that are looked at


def foreign(names: Sequence[object]) -> bool:
    """Tell whether a header that was split by commas is one name that something else separates."""
    return len(names) == 1 and any(mark.decode() in str(names[0]) for mark in MARKS)


def refusal(path: Path, reason: str) -> str:
    """Return what is wrong and what to do: adopt alone reads columns separated by something else than commas."""
    if path.suffix != ".parquet" and path.is_file():
        with path.open("rb") as file:
            header = file.readline(LONGEST)
        for mark, name in MARKS.items():
            if header.count(mark) > header.count(b","):
                wanted = "commas, points in numbers and dates as 2026-01-31"
                return f"{path}: its columns are separated by {name}; write it with {wanted}"
    return f"{path}: cannot be read as a table ({reason}); write UTF-8 CSV or Parquet"
