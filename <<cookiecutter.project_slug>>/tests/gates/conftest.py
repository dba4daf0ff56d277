"""What a saboteur needs: a copy of the honest project, and ways to break its data, its model and its code."""

import dataclasses
import json
import os
import re
import shutil
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pandas as pd
import pytest
from filelock import FileLock

from << cookiecutter.package_name >> import bundle, cli, contract, data, tensors

CLASSIFIERS = (
    "linear_model.LogisticRegression",
    "tree.DecisionTreeClassifier",
    "ensemble.RandomForestClassifier",
)
ESTIMATORS = {
    "classification": CLASSIFIERS,
    "multiclass": CLASSIFIERS,
    "regression": ("linear_model.Ridge", "tree.DecisionTreeRegressor", "ensemble.RandomForestRegressor"),
}
SEARCHED = 5000  # rows
LARGE = 20_000  # rows: what a gate sees in a larger table it sees in so many, in a fraction of the time
KEPT = ("contract.toml", "params.toml", "gates.toml", "data")
Blind = Callable[[pytest.MonkeyPatch], None]
ONE_THREAD = {"OMP_NUM_THREADS": "1"}


@dataclasses.dataclass(frozen=True)
class World:
    """A copy of the project in the working directory, to be broken."""

    folder: Path

    @property
    def agreed(self) -> contract.Contract:
        """The contract as it stands there."""
        return contract.read(self.folder / "contract.toml")[0]

    @property
    def table(self) -> pd.DataFrame:
        """The table that the lock names, as it is read."""
        return data.read(self.folder / data.read_lock(self.folder / "data" / "data.lock").source)

    @property
    def rows(self) -> int:
        """How many rows the table has that the lock names."""
        return data.read_lock(self.folder / "data" / "data.lock").rows

    def cut(self, rows: int) -> None:
        """Keep so many rows, of keys that are drawn at random where these repeat, and promise half of them."""
        keys = [column.name for column in self.agreed.columns if column.role == "key"]

        def some(table: pd.DataFrame) -> pd.DataFrame:
            drawn = np.random.default_rng(0).permutation(len(table))
            owners = table.groupby(keys, dropna=False).ngroup().to_numpy() if keys else np.arange(len(table))
            first = pd.Series(drawn).groupby(owners).min().to_numpy()[owners]
            return table[np.lexsort((drawn, first)).argsort() < rows]

        self.spoil(some)
        self.edit("gates.toml", r"min_rows\s*=\s*[\d_]+", f"min_rows = {rows // 2}")

    def red(self, *options: str, evaluated: int = 0) -> set[str]:
        """Evaluate and judge what stands there, and return the gates that refuse; what they refuse is never packed."""
        assert cli.main(["evaluate", *options]) == evaluated
        found = self.judge()
        assert cli.main(["package"]) == (3 if found else 0)
        return found

    def judge(self) -> set[str]:
        """Judge what was measured last, and return the gates that refuse."""
        code = cli.main(["gate"])
        verdicts = json.loads(Path("build/verdicts.json").read_text("utf-8"))["verdicts"]
        found = {each["gate"] for each in verdicts if each["verdict"] in ("fail", "inconclusive")}
        assert code == (3 if found else 0)
        return found

    def spoil(self, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
        """Change the table and pin what came out, good or not: a saboteur does not ask the contract."""
        lock = data.read_lock(self.folder / "data" / "data.lock")
        path = self.folder / lock.source
        table = change(data.read(path))
        table.to_parquet(path) if path.suffix == ".parquet" else table.to_csv(path, index=False)
        new = data.Lock(lock.source, len(table), data.digest(path))
        (self.folder / "data" / "data.lock").write_bytes(new.dumps())

    def edit(self, name: str, pattern: str, put: str) -> None:
        """Replace a pattern in a file, once."""
        text, count = re.subn(pattern, put, Path(name).read_text("utf-8"), count=1, flags=re.DOTALL)
        assert count == 1, f"{name}: has no {pattern}"
        Path(name).write_text(text, "utf-8")

    def only(self, kind: int | str, **fixed: Any) -> None:
        """Train nothing but one estimator: 0 linear, 1 tree, 2 forest, or a function of the saboteur's own."""
        lines, inside, kept = Path("params.toml").read_text("utf-8").splitlines(), False, []
        for line in lines:
            inside = line.startswith("[train.families") if line.startswith("[") else inside
            kept += [] if inside else [line]
        values = ", ".join(f"{name} = {json.dumps(value)}" for name, value in fixed.items())
        estimator = kind if isinstance(kind, str) else f"sklearn.{ESTIMATORS[self.agreed.problem.task][kind]}"
        kept += ["[train.families.saboteur]", f'estimator = "{estimator}"', f"fixed = {{ {values} }}"]
        Path("params.toml").write_text("\n".join(kept) + "\n", "utf-8")
        assert cli.main(["train"]) == 0

    def rewire(self, change: Callable[[onnx.ModelProto], None]) -> None:
        """Change the exported model behind the back of the training that names its digest."""
        path = self.folder / "build" / "model" / "model.onnx"
        graph = onnx.load(path)
        change(graph)
        path.write_bytes(graph.SerializeToString())
        self.forge("build/model/training.json", {"model_sha256": bundle.sha256(path.read_bytes())})

    def forge(self, name: str, changes: Mapping[str, Any]) -> None:
        """Change a JSON file behind the back of what wrote it."""
        document = json.loads(Path(name).read_text("utf-8")) | changes
        Path(name).write_text(json.dumps(document), "utf-8")

    def coded(self, column: contract.Column, share: "pd.Series[float]") -> "pd.Series[Any]":
        """Return shares of 0 to 1 as values that a column may hold: numbers in its range, or categories in order."""
        if column.values or column.type == "boolean":
            # Of two classes the positive one is the upper half, wherever it is listed.
            positive = self.agreed.problem.positive if column.role == "target" else None
            values = sorted(column.values or (False, True), key=lambda value: value == positive)
            return pd.Series([values[int(part)] for part in share.clip(0, 1 - 1e-9) * len(values)], share.index)
        low, high = column.bounds
        low, high = max(low, -1e6), min(high, 1e6)
        found = low + share.clip(0, 1) * (high - low)
        return found.round().clip(np.ceil(low), np.floor(high)).astype("int64") if column.type == "integer" else found

    def values(self, table: pd.DataFrame, column: contract.Column) -> "pd.Series[Any]":
        """Return a column as it is read: without markers of missing values and aliases, in its type."""
        cells = table[column.name]
        return data.convert(pd.Series(tensors.clean(column, [*cells]), cells.index), column)[0]

    def share(self, table: pd.DataFrame) -> "pd.Series[float]":
        """Return the target of each row as a share of its range."""
        column = self.agreed.target
        values = self.values(table, column)
        if self.agreed.problem.task == "classification":
            return (values == self.agreed.problem.positive).astype(float)
        if self.agreed.problem.task == "multiclass":
            # Evenly spread over the range, each in the middle of its part, so that `coded` finds it again.
            order = {name: (i + 0.5) / len(column.values) for i, name in enumerate(column.values)}
            return values.map(order).astype(float)
        numbers = values.astype(float)
        return (numbers - numbers.min()) / (numbers.max() - numbers.min())


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> Iterator[None]:
    """Several threads beside several tests cost more than they give."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    yield
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


@pytest.fixture(scope="session")
def honest(root: Path, blind: Blind, shared: Path) -> Path:
    """Return a copy of the project, trained, judged and packed as it is: once for all workers of this run."""
    folder = shared / "honest"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            _made(root, blind, folder.with_suffix(".partial")).rename(folder)
    return folder


def _made(root: Path, blind: Blind, folder: Path) -> Path:
    """Make it of a sample where the table is large; of all rows where its promises are such that only all keep them."""
    large = World(root).rows > LARGE
    if not (large and _green(root, blind, folder, LARGE)) and not _green(root, blind, folder):
        pytest.fail("the honest project must be green before it is broken: run make model, and see why it is not")
    return folder


def _green(root: Path, blind: Blind, folder: Path, rows: int = 0) -> bool:
    """Tell whether a copy of the project, trained, judged and packed as it is, or with so many of its rows, passes."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in KEPT:
        copy = shutil.copytree if (root / name).is_dir() else shutil.copy
        copy(root / name, folder / name)
    # Fewer resamples: the intervals hardly move, and the suite is done in half the time. Of a large table the search
    # sees a sample, as of a larger one it does everywhere; what it chooses is fitted on all rows.
    params = folder / "params.toml"
    text = re.sub(r"resamples = \d+", "resamples = 200", params.read_text("utf-8"))
    if "sample" not in tomllib.loads(text)["train"]:
        text = text.replace("[train]\n", f"[train]\nsample = {SEARCHED}\n", 1)
    params.write_text(text, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        blind(patch)
        if rows:
            World(folder).cut(rows)
        return all(cli.main([step]) == 0 for step in ("train", "evaluate", "gate", "package"))


@pytest.fixture
def world(
    honest: Path, blind: Blind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> World:
    """Return a fresh copy of the honest project, as the working directory."""
    for gate, promise in tomllib.loads((honest / "gates.toml").read_text("utf-8")).items():
        if promise.get("report_only") and f"_{gate}_red" in request.node.name:
            pytest.skip(f"[{gate}] refuses nothing: {promise['report_only']}")
    folder = shutil.copytree(honest, tmp_path / "project")
    monkeypatch.chdir(folder)
    blind(monkeypatch)
    return World(folder)
