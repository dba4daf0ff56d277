"""What tests of adopt share: how large their tables are, what their fixtures return, what was decided and written."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from << cookiecutter.package_name >> import cli, contract
from << cookiecutter.package_name >>.adopt import draft

ROWS = 240
THINGS = 400
Adopted = Callable[..., draft.Draft]
Columns = Callable[..., pd.DataFrame]


def column(found: draft.Draft, name: str) -> contract.Column:
    """Return one column of the contract."""
    return found.contract[name]


def told(found: draft.Draft) -> str:
    """Return all decisions as one text."""
    return "\n".join(map(str, found.decisions))


def adopt(table: pd.DataFrame, *options: str, target: str = "sold") -> int:
    """Adopt a table that lies outside the project."""
    table.to_csv("../mine.csv", index=False)
    return cli.main(["data", "adopt", "../mine.csv", "--target", target, *options])


def everything(folder: Path) -> dict[str, bytes]:
    """Return what lies in the project, but for what can be made again."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(p.relative_to(folder)): p.read_bytes() for p in files if "build" not in p.relative_to(folder).parts}
