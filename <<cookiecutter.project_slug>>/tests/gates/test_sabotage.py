"""Break the world in the way that each gate exists for: that gate turns red, and only those others that must."""

import json
import shutil
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pandas as pd
import pytest

from << cookiecutter.package_name >> import bundle, cli, contract, data

ESTIMATORS = {
    "classification": (
        "linear_model.LogisticRegression",
        "tree.DecisionTreeClassifier",
        "ensemble.RandomForestClassifier",
    ),
    "regression": ("linear_model.Ridge", "tree.DecisionTreeRegressor", "ensemble.RandomForestRegressor"),
}
# A model that knows less also misses its floor, and may be worse than the baseline asks.
WEAKER = {"quality", "baseline"}

KEPT = ("contract.toml", "params.toml", "gates.toml", "data")


@pytest.fixture(scope="session")
def agreed(root: Path) -> contract.Contract:
    """Return the contract of the project itself."""
    return contract.read(root / "contract.toml")[0]


@pytest.fixture(scope="session")
def honest(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project, trained, judged and packed as it is."""
    folder = tmp_path_factory.mktemp("honest") / "project"
    folder.mkdir()
    for name in KEPT:
        copy = shutil.copytree if (root / name).is_dir() else shutil.copy
        copy(root / name, folder / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        steps = {step: cli.main([step]) for step in ("train", "evaluate", "gate", "package")}
    assert set(steps.values()) == {0}, f"the honest project must be green before it is broken: {steps}"
    return folder


@pytest.fixture
def broken(honest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a fresh copy of the honest project, as the working directory."""
    folder = shutil.copytree(honest, tmp_path / "project")
    monkeypatch.chdir(folder)
    return folder


def red(evaluated: int = 0, *options: str) -> set[str]:
    """Evaluate and judge what stands in the working directory, and return the gates that refuse."""
    assert cli.main(["evaluate", *options]) == evaluated
    refused = cli.main(["gate"])
    verdicts = json.loads(Path("build/verdicts.json").read_text("utf-8"))["verdicts"]
    found = {each["gate"] for each in verdicts if each["verdict"] not in ("pass", "not asked")}
    assert refused == (3 if found else 0)
    assert cli.main(["package"]) == (3 if found else 0), "what the gates refuse is never packed"
    return found


def relock(folder: Path) -> None:
    """Pin the table that lies there, good or not: a saboteur does not ask the contract."""
    lock = data.read_lock(folder / "data" / "data.lock")
    path = folder / lock.source
    new = data.Lock(lock.source, len(data.read(path)), data.digest(path))
    (folder / "data" / "data.lock").write_bytes(new.dumps())


def only(agreed: contract.Contract, kind: int, **fixed: Any) -> None:
    """Let the search try nothing but one estimator: 0 linear, 1 tree, 2 forest."""
    path = Path("params.toml")
    lines = path.read_text("utf-8").splitlines()
    kept, inside = [], False
    for line in lines:
        inside = line.startswith("[train.families") if line.startswith("[") else inside
        kept += [] if inside else [line]
    values = ", ".join(f"{name} = {json.dumps(value)}" for name, value in fixed.items())
    estimator = ESTIMATORS[agreed.problem.task][kind]
    kept += ["[train.families.saboteur]", f'estimator = "sklearn.{estimator}"', f"fixed = {{ {values} }}"]
    path.write_text("\n".join(kept) + "\n", "utf-8")
    assert cli.main(["train"]) == 0


def spoil(folder: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """Change the table that the lock names, and pin what came out."""
    path = folder / data.read_lock(folder / "data" / "data.lock").source
    table = change(data.read(path))
    table.to_parquet(path) if path.suffix == ".parquet" else table.to_csv(path, index=False)
    relock(folder)


def test_honest_project_is_green(broken: Path) -> None:
    """A suite that is red on honest data would prove nothing."""
    assert broken == Path.cwd()
    assert red() == set()


def test_broken_table_turns_contract_red(broken: Path, agreed: contract.Contract) -> None:
    """A required value is lost: the data are refused, and no other gate can be measured."""
    required = next(column.name for column in agreed.columns if column.required)
    spoil(broken, lambda table: table.assign(**{required: table[required].mask(table.index == 0)}))
    assert cli.main(["data", "check"]) == 3
    asked = tomllib.loads(Path("gates.toml").read_text("utf-8"))
    assert red(evaluated=3) == set(asked)


def test_shuffled_labels_turn_quality_red(broken: Path, agreed: contract.Contract) -> None:
    """Labels that have nothing to do with their rows cannot be learned."""
    target, rng = agreed.target.name, np.random.default_rng(0)
    spoil(broken, lambda table: table.assign(**{target: rng.permutation(table[target].to_numpy(object))}))
    only(agreed, 0)
    assert {"quality"} <= red() <= WEAKER


def test_constant_model_turns_baseline_red(broken: Path, agreed: contract.Contract) -> None:
    """A tree of a single leaf says the same of every row, as the baseline does."""
    assert broken == Path.cwd()
    only(agreed, 1, min_samples_leaf=10**8)
    assert {"baseline"} <= red() <= WEAKER


def test_unpruned_tree_turns_overfit_red(broken: Path, agreed: contract.Contract) -> None:
    """A tree that may grow to single rows knows its training rows by heart."""
    assert broken == Path.cwd()
    only(agreed, 1)
    assert {"overfit"} <= red() <= WEAKER | {"overfit"}


def test_worse_model_turns_champion_red(broken: Path, agreed: contract.Contract) -> None:
    """A tree that asks one question stands against the honest model in production."""
    champion = broken / "champion.tar.gz"
    champion.write_bytes((broken / "build" / "bundle" / "model.tar.gz").read_bytes())
    only(agreed, 1, max_leaf_nodes=2)
    assert {"champion"} <= red(0, "--champion", str(champion)) <= WEAKER | {"champion"}


def test_changed_weight_turns_parity_red(broken: Path, agreed: contract.Contract) -> None:
    """One coefficient of the exported model is another than that of the pipeline."""
    only(agreed, 0)
    before = red()
    path = broken / "build" / "model" / "model.onnx"
    graph = onnx.load(path)
    weights = next(a for node in graph.graph.node for a in node.attribute if a.name == "coefficients")
    # Of two classes the second is the positive one, whose weights stand last.
    weights.floats[-1] += 0.01 + abs(weights.floats[-1]) / 100
    path.write_bytes(graph.SerializeToString())
    forge(broken / "build" / "model" / "training.json", {"model_sha256": bundle.sha256(path.read_bytes())})
    assert red() == before | {"parity"}


def test_huge_forest_turns_budget_red(broken: Path, agreed: contract.Contract) -> None:
    """A forest whose trees nobody bounds outgrows the promise."""
    promised = tomllib.loads(Path("gates.toml").read_text("utf-8"))["budget"]["megabytes"]
    rows = data.read_lock(broken / "data" / "data.lock").rows
    # An unbounded tree has a leaf for every few rows, and takes some 20 bytes for each.
    only(agreed, 2, n_estimators=int(10 + 3e6 * promised / (20 * rows)))
    assert {"budget"} <= red() <= {"budget", "overfit"}


def test_unmeasured_gate_is_red(broken: Path) -> None:
    """A measurement that somebody removed is a broken promise."""
    forge(broken / "build" / "metrics.json", {"parity": None})
    assert cli.main(["gate"]) == 3


def forge(path: Path, changes: Mapping[str, Any]) -> None:
    """Change a JSON file behind the back of what wrote it."""
    document = json.loads(path.read_text("utf-8")) | changes
    path.write_text(json.dumps(document), "utf-8")
