"""Make the regression sample: hours of bike hire, with one time stamp instead of month, day, hour and weekday.

Usage: sample_bikes.py [TABLE], by default the table inside the template.

The source, bikeshare.csv.gz, is the year 2011 of the UCI Bike Sharing Dataset (H. Fanaee-T and J. Gama, 2013,
https://doi.org/10.24432/C5W894), licensed CC BY 4.0, with months and weather written as words. Hours in which
nobody was counted are missing there and stay missing here.
"""

import csv
import gzip
import hashlib
import io
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "bikeshare.csv.gz"
SHA256 = "ac6950ae6f11efcc69c29d6bb13e8881c001e27d36434660d59444a1414f712c"
TABLE = (
    HERE.parent
    / "<<cookiecutter.project_slug>>"
    / "data"
    / "<% if cookiecutter.task == 'regression' %>sample.csv<% endif %>"
)
NEW_YEAR = datetime(2011, 1, 1)
SEASONS = {"1": "winter", "2": "spring", "3": "summer", "4": "fall"}
UNCHANGED = (
    "holiday",
    "workingday",
    "weathersit",
    "temp",
    "atemp",
    "hum",
    "windspeed",
    "casual",
    "registered",
    "bikers",
)


def source(path: Path = SOURCE) -> str:
    """Return the text of the source table, after checking that it is the one we know."""
    content = gzip.decompress(path.read_bytes())
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise ValueError(f"{path}: its content is not the known source (sha256 {SHA256}); restore the committed file")
    return content.decode()


def hour(row: Mapping[str, str]) -> dict[str, str]:
    """Rewrite one row of the source; `day` counts from New Year, and month and weekday follow from it."""
    time = NEW_YEAR + timedelta(days=int(row["day"]) - 1, hours=int(row["hr"]))
    return {
        # Minutes suffice, and with seconds the table would weigh more than the 600 kB we allow a sample.
        "time": time.isoformat(timespec="minutes"),
        "season": SEASONS[row["season"]],
        **{name: row[name] for name in UNCHANGED},
    }


def table(text: str) -> str:
    """Return the sample as CSV, one row for each row of the source, in its order."""
    hours: Iterator[dict[str, str]] = (hour(row) for row in csv.DictReader(io.StringIO(text)))
    out = io.StringIO()
    first = next(hours)
    writer = csv.DictWriter(out, list(first), lineterminator="\n")
    writer.writeheader()
    writer.writerow(first)
    writer.writerows(hours)
    return out.getvalue()


def main(arguments: list[str]) -> None:
    """Write the sample to the named path, or to where the template keeps it."""
    path = Path(arguments[0]) if arguments else TABLE
    path.write_bytes(table(source()).encode())


if __name__ == "__main__":
    main(sys.argv[1:])
