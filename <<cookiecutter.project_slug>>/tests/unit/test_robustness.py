"""Answers depend on the row alone, and cost what is promised."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from << cookiecutter.package_name >> import bundle, contract, data, footprint, model
from << cookiecutter.package_name >>.evaluate import budget, robustness

pytestmark = pytest.mark.long

CHECKS = {
    *("unseen categories", "missing values", "smallest legal values", "largest legal values", "permuted columns"),
    *("permuted table", "permuted rows", "split batches", "single rows"),
}


@pytest.fixture
def exported(judged: Path) -> model.Model:
    """Return the packed model of the small project."""
    return model.load(bundle.open_file(judged / "build" / "bundle" / "model.tar.gz"))


@pytest.fixture
def table(agreed: contract.Contract, raw: pd.DataFrame) -> pd.DataFrame:
    """Return the small table, typed."""
    return data.typed(raw, agreed)[0]


def test_sound_model_survives_every_check(exported: model.Model, table: pd.DataFrame) -> None:
    """Everything that a request may bring is asked, and answered by a probability."""
    found = robustness.measure(exported, table, 1.0)["checks"]
    assert {each["check"] for each in found} == CHECKS
    assert sum(each["broken"] for each in found) == 0
    assert max(each["largest"] for each in found) < 1e-6


@pytest.mark.parametrize(
    ("broken", "checks"),
    [
        pytest.param(lambda found: found - found.mean(), {"split batches", "single rows"}, id="company"),
        pytest.param(lambda found: found * np.linspace(0.5, 1, len(found)), {"permuted rows"}, id="order"),
        pytest.param(lambda found: np.where(found > -1, np.nan, found), CHECKS, id="no-number"),
        pytest.param(lambda found: found + 2, CHECKS, id="no-probability"),
    ],
)
def test_broken_code_is_found(
    exported: model.Model, table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, broken: Any, checks: set[str]
) -> None:
    """The check that is made for it says what it found."""
    scores = model.Model.scores
    monkeypatch.setattr(model.Model, "scores", lambda self, inputs: broken(scores(self, inputs)))
    found = robustness.measure(exported, table, 1.0)["checks"]
    wrong = {each["check"] for each in found if each["broken"] or each["largest"] > 1e-5}
    assert checks <= wrong


def test_memory_is_measured_in_a_process_of_its_own(judged: Path, exported: model.Model) -> None:
    """A model with a large constant inside takes more than one without."""
    opened = bundle.open_file(judged / "build" / "bundle" / "model.tar.gz")
    rows = opened.json("golden.json")["rows"]
    onnx = opened.members["model.onnx"]
    small = footprint.measure(exported.contract, onnx, exported.rule, rows)
    large = footprint.measure(exported.contract, heavier(onnx, 2**24), exported.rule, rows)
    assert 0 < small < large - 50


def heavier(onnx: bytes, numbers: int) -> bytes:
    """Return a model that carries numbers which its answer depends on by nothing."""
    import onnx as library  # noqa: PLC0415 (named like what it reads)

    graph = library.load_from_string(onnx)
    output = graph.graph.output[-1].name
    for node in graph.graph.node:
        node.output[:] = [f"{output}_before" if name == output else name for name in node.output]
    graph.graph.initializer.append(library.numpy_helper.from_array(np.ones(numbers, np.float32), "ballast"))
    make = library.helper.make_node
    # The place depends on the answer, so that nothing of it can be computed beforehand.
    graph.graph.initializer.append(library.numpy_helper.from_array(np.zeros(1, np.float32), "nothing"))
    graph.graph.node.extend(
        [
            make("Mul", [f"{output}_before", "nothing"], ["zeros"]),
            make("Cast", ["zeros"], ["places"], to=library.TensorProto.INT64),
            make("Gather", ["ballast", "places"], ["ones"]),
            make("Mul", [f"{output}_before", "ones"], [output]),
        ]
    )
    return bytes(graph.SerializeToString())


def test_time_is_measured_against_a_reference(exported: model.Model, judged: Path) -> None:
    """A ratio: both are timed in turn, so that a slow machine slows both."""
    rows = bundle.open_file(judged / "build" / "bundle" / "model.tar.gz").json("golden.json")["rows"]
    quick = budget.latency(exported, rows)
    slow = budget.latency(Slow(exported), rows)  # type: ignore[arg-type]
    assert 0 < quick < slow


class Slow:
    """A model that computes the reference ten times over before it answers."""

    def __init__(self, exported: model.Model) -> None:
        self._exported = exported

    def predict(self, rows: Any) -> Any:
        """Answer late."""
        sum(number * number for number in range(100_000))
        return self._exported.predict(rows)
