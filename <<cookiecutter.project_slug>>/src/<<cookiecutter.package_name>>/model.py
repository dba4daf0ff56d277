"""Load and run an exported model: rows in, predictions out, without scikit-learn."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
import onnxruntime

from . import bundle, tensors
from .contract import Contract, InputError, Value, classes, of
from .rule import CostMatrix, Rule, cost_matrix
from .tensors import Array

Prediction = dict[str, Value | dict[str, float]]
# Two predictions are equal when they differ by less (of a probability, or of a spread of the target).
TOLERANCE = 1e-5
# So many rows at once stay in the processor's cache: more take up to a third longer each.
CACHED = 4096


class _Session:
    """An exported model in ONNX Runtime."""

    def __init__(self, onnx: bytes) -> None:
        options = onnxruntime.SessionOptions()
        # One thread: a second one costs more than it gives for single rows, and results stay the same.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
        self._output = self._session.get_outputs()[-1].name

    def scores(self, inputs: Mapping[str, Array]) -> Array:
        """Return the value of each row, or the probability of each class: (n, 1) or (n, classes)."""
        rows = len(next(iter(inputs.values())))
        if rows <= CACHED:
            return np.asarray(self._session.run([self._output], inputs)[0], np.float64)
        parts = range(0, rows, CACHED)
        return np.concatenate(
            [self.scores({name: values[part : part + CACHED] for name, values in inputs.items()}) for part in parts]
        )


class Model:
    """A model with its contract, and the rule by which its scores become labels; regression has none."""

    def __init__(self, contract: Contract, content: bytes, rule: Rule, backend: str = "onnx") -> None:
        self.contract = contract
        self.rule = rule
        self.backend = backend
        self._session = _Session(content) if backend == "onnx" else _pipeline(contract, content)

    def scores(self, inputs: Mapping[str, Array]) -> Array:
        """Return the probability of the positive class, or the value, of each row: (n,) float64.

        Of several classes it is the probability of each: (n, classes).
        """
        found = self._session.scores(inputs)
        if self.rule is None:
            return np.asarray(found[:, -1])
        # Summed over many trees in float32, certainty comes out a breath above 1.
        np.minimum(np.maximum(found, 0.0, out=found), 1.0, out=found)  # np.clip takes longer
        return np.asarray(found if isinstance(self.rule, CostMatrix) else found[:, -1])

    def told(self, scores: Array) -> Array:
        """Return what the model says in one value a row: the score, or of several classes the label."""
        return self.rule.names(scores) if isinstance(self.rule, CostMatrix) else scores

    def inputs(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Array]:
        """Return rows of plain values as what the model takes."""
        return tensors.inputs(self.contract, rows)

    def predict(self, rows: Sequence[Mapping[str, Any]]) -> list[Prediction]:
        """Return one prediction a row: {"label", "probability"}, {"label", "probabilities"}, {"value"} of a number."""
        return self.predictions(self.scores(self.inputs(rows)))

    def predictions(self, scores: Array) -> list[Prediction]:
        """Return what scores mean."""
        if self.rule is None:
            return [{"value": score} for score in scores.tolist()]
        if isinstance(self.rule, CostMatrix):
            labels, named = self.rule.names(scores).tolist(), self.rule.classes
            said = (dict(zip(named, row, strict=True)) for row in scores.tolist())
            return [{"label": label, "probabilities": each} for label, each in zip(labels, said, strict=True)]
        positive, negative = self.contract.problem.positive, self.contract.negative
        assert positive is not None
        return [
            {"label": positive if score >= self.rule else negative, "probability": score} for score in scores.tolist()
        ]


def _pipeline(contract: Contract, content: bytes) -> Any:
    """Return the pipeline itself: only an image with the extra `train` can."""
    try:
        from . import pipeline  # noqa: PLC0415 (what serves an exported model has no scikit-learn)
    except ModuleNotFoundError as error:
        raise InputError(
            f"this model is served by scikit-learn, and {error.name} is missing; install the extra train"
        ) from error
    return pipeline.Session(contract, content)


def rule(contract: Contract, record: Mapping[str, Any]) -> Rule:
    """Return how scores become labels, from the record of a training or the manifest of a bundle."""
    if contract.problem.task == "multiclass":
        return cost_matrix(classes(contract.target), record["costs"])
    return cast("Rule", record["threshold"])


def load(opened: bundle.Bundle, where: str = "the bundle") -> Model:
    """Load the model of a bundle and replay its golden rows, or raise an InputError."""
    contract = of(opened.json("contract.json"), f"{where}, contract.json")
    try:
        model = Model(contract, opened.model, rule(contract, opened.manifest), opened.backend)
        golden = opened.json("golden.json")
        answers = model.predict(golden["rows"])
    except InputError as error:
        raise InputError(f"{where}: {error}") from error
    except Exception as error:  # ONNX Runtime's exceptions share no other base class
        raise InputError(f"{where}: the model cannot be run ({error}); fetch it again") from error
    if not same(answers, golden["predictions"], opened.manifest.get("spread", 1.0)):
        raise InputError(f"{where}: the golden rows are not answered as recorded; fetch it again")
    return model


def same(answers: Sequence[Mapping[str, Any]], expected: Sequence[Mapping[str, Any]], spread: float) -> bool:
    """Tell whether predictions agree: labels equal, numbers within the tolerance."""
    if len(answers) != len(expected):
        return False
    for answer, wanted in zip(answers, expected, strict=True):
        first, second = numbers(answer), numbers(wanted)
        if answer.get("label") != wanted.get("label") or first.keys() != second.keys():
            return False
        if not all(abs(first[name] - second[name]) <= TOLERANCE * spread for name in first):
            return False
    return True


def numbers(prediction: Mapping[str, Any]) -> dict[str, float]:
    """Return the numbers of a prediction: its value, its probability, or that of each class."""
    told = {name: prediction[name] for name in ("value", "probability") if name in prediction}
    return {**told, **prediction.get("probabilities", {})}
