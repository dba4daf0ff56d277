"""Any table ends adopt with an answer: a project that keeps its own contract, or a sentence why there is none."""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from << cookiecutter.package_name >> import cli

pytestmark = pytest.mark.long

EXAMPLES = int(os.environ.get("ADOPT_EXAMPLES", "6"))
DAYS = pd.Timestamp("2023-01-01")
Cells = Callable[[np.random.Generator, int], Any]


def dates(way: str) -> Cells:
    """Return what makes moments that are written this way."""
    return lambda rng, n: (DAYS + pd.to_timedelta(rng.integers(0, 700, n), "D")).strftime(way)


KINDS: Mapping[str, Cells] = {
    "number": lambda rng, n: rng.normal(50, 20, n).round(2),
    "tiny": lambda rng, n: rng.normal(0, 1, n) * 1e-9,
    "huge": lambda rng, n: rng.normal(0, 1, n) * 1e37,
    "integer": lambda rng, n: rng.integers(-5, 400, n),
    "large": lambda rng, n: rng.integers(2**40, 2**60, n),
    "count": lambda rng, n: rng.poisson(1, n),
    "category": lambda rng, n: rng.choice(["red", "grün", 'a "b"', "x,y;z", "line\nbreak"], n),
    "many": lambda rng, n: np.char.add("c", rng.integers(0, max(2, n // 3), n).astype(str)),
    "boolean": lambda rng, n: rng.choice(["true", "false"], n),
    "zero-one": lambda rng, n: rng.integers(0, 2, n),
    "marked": lambda rng, n: np.where(rng.random(n) < 0.2, "?", rng.integers(0, 99, n).astype(str)),
    "nines": lambda rng, n: np.where(rng.random(n) < 0.1, 999, rng.integers(0, 90, n)),
    "iso": dates("%Y-%m-%dT%H:%M"),
    "european": dates("%d.%m.%Y"),
    "thousands": lambda rng, n: [f"{x:,.2f}" for x in rng.gamma(2, 3000, n)],
    "percent": lambda rng, n: [f"{x:.1f}%" for x in rng.uniform(0, 99, n)],
    "sentences": lambda rng, n: [f"he said number {x} to them all" for x in rng.integers(0, 10**6, n)],
    "mixed": lambda rng, n: np.where(rng.random(n) < 0.3, "about ten", rng.integers(0, 99, n).astype(str)),
    "codes": lambda rng, n: [f"{x:04d}" for x in rng.integers(0, 9999, n)],
    "constant": lambda _, n: ["same"] * n,
    "empty": lambda _, n: [None] * n,
    "rows": lambda _, n: np.arange(n) + 17,
    "keys": lambda rng, n: rng.integers(0, max(2, n // 4), n),
}
TARGETS: Mapping[str, Callable[[Any], Any]] = {
    "words": lambda signal: np.where(signal > 0, "yes", "no"),
    "three": lambda signal: np.select([signal < -1, signal < 1], ["low", "middle"], "high"),
    "whole": lambda signal: np.clip(signal.round(), -1, 2).astype(int) + 1,
    "number": lambda signal: signal.round(3),
    "truth": lambda signal: signal > 0,
    "ones": lambda signal: (signal > 0).astype(float),
    "unlabelled": lambda signal: pd.Series(np.where(signal > 0, "yes", "no")).mask(signal > 2.5),
    "ones-unlabelled": lambda signal: np.where(signal > 2.5, np.nan, signal > 0),
    "rare": lambda signal: np.where(signal > np.sort(signal)[-min(4, len(signal))], "often", "seldom"),
    "constant": lambda signal: np.full(len(signal), 7),
}
NAMES = some.one_of(
    some.sampled_from(["select", "order", "Customer ID", "größe 📏", "a.b", "x[0]", "", "index", "__class__"]),
    some.text(max_size=6),
)
SHAPES = some.lists(some.tuples(NAMES, some.sampled_from([*KINDS]), some.sampled_from([0.0, 0.0, 0.2])), max_size=4)


@dataclass(frozen=True)
class Written:
    """A table as somebody wrote it."""

    columns: list[tuple[str, str, float]]
    target: str
    rows: int
    told: float  # how much the first column tells
    way: str  # of separating columns, "parquet" for none
    encoding: str
    seed: int

    def write(self, folder: Path) -> Path:
        """Write it, and return where."""
        rng, n = np.random.default_rng(self.seed), self.rows
        signal = rng.normal(0, 2, n)
        parts: list[tuple[str, Any]] = [("tells", (signal * self.told + rng.normal(0, 1, n)).round(3))]
        for name, kind, missing in self.columns:
            parts.append((name, pd.Series(KINDS[kind](rng, n), dtype=object).mask(rng.random(n) < missing)))
        parts.append(("outcome", TARGETS[self.target](signal)))
        table = pd.concat([pd.Series(cells, name=name) for name, cells in parts], axis=1)
        path = folder / f"mine.{'parquet' if self.way == 'parquet' else 'csv'}"
        if self.way == "parquet":
            named = dict(zip(table.columns.map(str), (cells for _, cells in parts), strict=True))
            pd.DataFrame(named).infer_objects().to_parquet(path)
        else:
            decimal = "," if self.way == ";" else "."
            content = table.to_csv(index=self.seed % 3 == 0, sep=self.way, decimal=decimal)
            path.write_bytes(content.encode(self.encoding, "replace"))
        return path


TABLES = some.builds(
    Written,
    SHAPES,
    some.sampled_from([*TARGETS]),
    some.sampled_from([2, 60, 150, 400, 400, 400]),
    some.sampled_from([0.0, 1.0, 1.0, 5.0]),
    some.sampled_from([",", ";", "\t", "|", "parquet"]),
    some.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]),
    some.integers(0, 10**6),
)


@settings(max_examples=EXAMPLES)
@given(TABLES)
def test_any_table_ends_with_an_answer(
    small: Path, hasty: Callable[..., None], tmp_path_factory: pytest.TempPathFactory, written: Written
) -> None:
    """Exit code 0, 2 or 3 and never a traceback; what was written passes `ml data check` on the same table."""
    folder = tmp_path_factory.mktemp("any")
    path = written.write(folder)
    shutil.copytree(small, folder / "project")
    (folder / "project" / "data").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        hasty(patch)
        patch.chdir(folder / "project")
        code = cli.main(["data", "adopt", str(path), "--target", "outcome", "--force"])
        assert code in (0, 2, 3)
        if code == 0:
            assert cli.main(["data", "check"]) == 0
    shutil.rmtree(folder)
