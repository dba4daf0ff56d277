"""Write a large table of numbers, categories and dates as Parquet: big_table.py PATH ROWS; needs pandas and pyarrow."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

NUMBERS, CATEGORIES, DATES = 18, 7, 2  # and a city of many values, a key and the target: 30 columns


def table(rows: int) -> pd.DataFrame:
    """Return rows of which some numbers, categories and the city tell whether an order comes back."""
    rng = np.random.default_rng(0)
    columns: dict[str, Any] = {"order_id": np.arange(rows)}
    odds = np.zeros(rows, np.float32)
    for number in range(NUMBERS):
        values = rng.normal(50, 10, rows).astype(np.float32).round(2)
        columns[f"amount_{number}"] = values
        odds += (number < 6) * 0.5 * (values - 50) / 10
    for number in range(CATEGORIES):
        names = np.array([f"kind {each}" for each in range(3 + 4 * number)])
        code = rng.integers(0, len(names), rows)
        columns[f"kind_{number}"] = pd.Categorical.from_codes(code, names)
        odds += (number < 3) * rng.normal(0, 0.7, len(names)).astype(np.float32)[code]
    city = rng.integers(0, 5000, rows)
    columns["city"] = pd.Categorical.from_codes(city, np.array([f"city {each}" for each in range(5000)]))
    odds += rng.normal(0, 0.7, 5000).astype(np.float32)[city]
    for number in range(DATES):
        hours = np.sort(rng.integers(0, 24 * 1500, rows)) - number * rng.integers(0, 24 * 90, rows)
        columns["ordered" if number == 0 else "born"] = np.datetime64("2020-01-01", "s") + hours.astype(
            "timedelta64[h]"
        )
    columns["outcome"] = np.where(odds + rng.logistic(size=rows) > 1, "returned", "kept")
    return pd.DataFrame(columns)


if __name__ == "__main__":
    table(int(sys.argv[2])).to_parquet(Path(sys.argv[1]), index=False)
