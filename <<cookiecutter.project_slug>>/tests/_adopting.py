"""What tests of adopt share: how large their table is, what their fixtures return, and what was decided."""

from collections.abc import Callable

import pandas as pd

from << cookiecutter.package_name >>.adopt import draft

ROWS = 240
Adopted = Callable[..., draft.Draft]
Columns = Callable[..., pd.DataFrame]


def told(found: draft.Draft) -> str:
    """Return all decisions as one text."""
    return "\n".join(map(str, found.decisions))
