"""Break the model or the code in the way that each gate exists for: that gate turns red, and only those that must."""

import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from << cookiecutter.package_name >> import cli, model, tensors

# A model that knows less also misses its floor, may be worse than the baseline asks, and means less of what it says.
WEAKER = {"quality", "baseline", "overfit", "slices", "calibration"}


def test_constant_model_turns_baseline_red(world: Any) -> None:
    """A tree of a single leaf says the same of every row, as the baseline does."""
    world.only(1, min_samples_leaf=10**8)
    assert {"baseline"} <= world.red() <= WEAKER


def test_unpruned_tree_turns_overfit_red(world: Any) -> None:
    """A tree that may grow to single rows knows its training rows by heart."""
    world.only(1)
    assert {"overfit"} <= world.red() <= WEAKER


def test_worse_model_turns_champion_red(world: Any) -> None:
    """A tree that asks one question stands against the honest model in production."""
    champion = world.folder / "champion.tar.gz"
    champion.write_bytes((world.folder / "build" / "bundle" / "model.tar.gz").read_bytes())
    world.only(1, max_leaf_nodes=2)
    assert {"champion"} <= world.red("--champion", str(champion)) <= WEAKER | {"champion"}


def test_champion_that_cannot_be_compared_turns_champion_red(world: Any) -> None:
    """Under another split the champion has trained on our test rows: nobody may pass by that."""
    champion = world.folder / "champion.tar.gz"
    champion.write_bytes((world.folder / "build" / "bundle" / "model.tar.gz").read_bytes())
    split = tomllib.loads(Path("params.toml").read_text("utf-8"))["split"]
    if split["by"] == "hash":
        world.edit("params.toml", r'salt = "[^"]*"', 'salt = "of a saboteur"')
    else:
        world.edit("params.toml", r"shares = \[[^]]*\]", "shares = [0.5, 0.15, 0.35]")
    world.only(0)
    assert {"champion"} <= world.red("--champion", str(champion)) <= WEAKER | {"champion"}


def test_bent_probabilities_turn_calibration_red(world: Any) -> None:
    """The order of the scores stays, their meaning is lost: squared, or one of several classes favoured, or moved."""
    task, target = world.agreed.problem.task, world.agreed.target
    if task == "classification":
        world.rewire(lambda graph: appended(graph, "Mul"))
    elif task == "multiclass":
        world.rewire(lambda graph: appended(graph, "Add", [0.5, *[0.0] * (len(target.values) - 1)]))
        world.rewire(lambda graph: appended(graph, "LpNormalization", p=1, axis=1))
    else:
        spread = float(np.std(world.table[target.name].astype(float)))
        world.rewire(lambda graph: appended(graph, "Add", [spread / 2]))
    assert {"calibration", "parity"} <= world.red() <= WEAKER | {"parity"}


def appended(graph: onnx.ModelProto, operation: str, numbers: list[float] | None = None, **settings: Any) -> None:
    """Let the last output of a model go through one more operation: with itself, with numbers, or with settings."""
    output = graph.graph.output[-1]
    inner = f"{output.name}_{len(graph.graph.node)}"
    for node in graph.graph.node:
        node.output[:] = [inner if name == output.name else name for name in node.output]
        node.input[:] = [inner if name == output.name else name for name in node.input]
    inputs = [inner] if settings else [inner, inner]
    if numbers:
        inputs = [inner, "numbers"]
        graph.graph.initializer.append(helper.make_tensor("numbers", TensorProto.FLOAT, [len(numbers)], numbers))
    graph.graph.node.append(helper.make_node(operation, inputs, [output.name], **settings))


def test_changed_weight_turns_parity_red(world: Any) -> None:
    """One coefficient of the exported model is another than that of the pipeline."""
    world.only(0)

    def change(graph: onnx.ModelProto) -> None:
        weights = next(a for node in graph.graph.node for a in node.attribute if a.name == "coefficients")
        # Of two classes the second is the positive one, whose weights stand last; the first weight is of a number.
        place = len(weights.floats) // 2 if world.agreed.problem.task == "classification" else 0
        weights.floats[place] += 0.01 + abs(weights.floats[place]) / 100

    world.rewire(change)
    assert {"parity"} <= world.red() <= WEAKER | {"parity"}


def test_order_of_columns_turns_robustness_red(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Code that stacks columns as they come, and not as the model learned them, answers by their order."""
    if max(world.agreed.plain, len(world.agreed.categories)) < 2:
        pytest.skip("no two columns are of a kind, so that none can be taken for another")
    stacked = tensors.stacked

    def careless(agreed: Any, columns: Any) -> Any:
        taken = dict(columns)
        for names in (agreed.numbers, agreed.categories):
            known, wanted = [name for name in columns if name in names], [name for name in names if name in columns]
            taken |= {want: columns[come] for want, come in zip(wanted, known, strict=True)}
        return stacked(agreed, taken)

    monkeypatch.setattr(tensors, "stacked", careless)
    assert world.red() == {"robustness"}


def test_company_of_rows_turns_robustness_red(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Code that centres each batch on itself gives a row another answer in other company."""
    scores = model.Model.scores

    def careless(self: model.Model, inputs: Any) -> Any:
        found = scores(self, inputs)
        return np.clip(found - found.mean(), 0, 1) if self.rule is not None else found - found.mean()

    monkeypatch.setattr(model.Model, "scores", careless)
    assert {"robustness"} <= world.red() <= WEAKER | {"robustness", "parity"}


def test_huge_forest_turns_budget_red(world: Any) -> None:
    """A forest whose trees nobody bounds outgrows a promise of half as much again as a small one takes."""
    world.only(2, n_estimators=5, max_leaf_nodes=8)
    small = Path("build/model/model.onnx").stat().st_size / 1e6
    world.edit("gates.toml", r"megabytes = [0-9.]+", f"megabytes = {1.5 * small:.6f}")
    world.only(2, n_estimators=10)
    assert {"budget"} <= world.red() <= WEAKER | {"budget"}
    large = json.loads(Path("build/metrics.json").read_text("utf-8"))["budget"]["megabytes"]
    world.edit("gates.toml", r"megabytes = [0-9.]+", f"megabytes = {1.1 * large:.6f}")
    assert "budget" not in world.judge()


def test_unseeded_model_turns_reproducible_red(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An estimator that draws a number nobody seeded is another one in each training."""
    kind = "Ridge" if world.agreed.problem.task == "regression" else "LogisticRegression"
    drawn = "C" if kind == "LogisticRegression" else "alpha"
    source = f"import secrets\nfrom sklearn.linear_model import {kind}\n\n\ndef unseeded():\n"
    source += f"    return {kind}({drawn}=1 + secrets.randbelow(10**6) / 10**6)\n"
    Path("saboteur.py").write_text(source, "utf-8")
    monkeypatch.syspath_prepend(str(world.folder))
    world.only("saboteur.unseeded")
    assert {"reproducible"} <= world.red("--reproduce") <= WEAKER | {"reproducible"}


@pytest.mark.parametrize("gate", ["leakage", "calibration", "parity", "slices", "robustness", "budget"])
def test_unmeasured_gate_is_red(world: Any, gate: str) -> None:
    """A measurement that somebody removed is a broken promise."""
    if gate not in tomllib.loads(Path("gates.toml").read_text("utf-8")):
        pytest.skip(f"gates.toml has no [{gate}]")
    world.forge("build/metrics.json", {gate: None})
    assert cli.main(["gate"]) == 3
    refused = json.loads(Path("build/verdicts.json").read_text("utf-8"))["verdicts"]
    assert [each["gate"] for each in refused if each["verdict"] == "fail"] == [gate]
