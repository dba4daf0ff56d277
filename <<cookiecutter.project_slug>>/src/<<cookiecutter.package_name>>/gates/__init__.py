"""Measurements and promises in, verdicts out: pure, without files and without a clock."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..config import Gates
from .holm import holm
from .judges import JUDGES
from .outcome import ALLOWED, FAIL, INCONCLUSIVE, PASS, REPORT_ONLY

__all__ = [
    "ALLOWED",
    "FAIL",
    "GATES",
    "INCONCLUSIVE",
    "JUDGES",
    "NOT_ASKED",
    "PASS",
    "REPORT_ONLY",
    "Verdict",
    "holm",
    "judge",
]
NOT_ASKED = "not asked"
KEPT = (PASS, ALLOWED, REPORT_ONLY, NOT_ASKED)
# In the order in which they are reported, and what to do about each.
GATES = {
    "contract": "mend the rows that are listed, add rows where they are too few, or mend the contract where the world "
    "has changed",
    "leakage": "where a column knows the answer, set available = false on it, or put its name into cleared if it is "
    "honest; where rows have twins, take out those that stand twice",
    "quality": "look at the report for where the model is wrong; better features help more than more families",
    "baseline": "it gains too little over always saying the same; ask whether the features can know the answer",
    "overfit": "narrow the grid in params.toml to simpler models, or add data",
    "champion": "keep the model in production, or say in gates.toml what may become worse; where they cannot be "
    "compared, remove the reason",
    "slices": "look at the slice in the report; more of its rows help most",
    "calibration": "take newer data; of probabilities, a family that tells them well (class_weight spoils them); of "
    "numbers, a column that tells how the level moves",
    "parity": "export another estimator or step: this one does not survive ONNX",
    "robustness": "look for code that relies on the order of rows or columns, or for values that overflow",
    "budget": "take a smaller model: fewer trees, fewer leaves",
    "reproducible": "seed what is random in the training",
}


TOO_FEW = "add what there is too little of, or promise less: the nearer a value is to its promise, the more it needs"


@dataclass(frozen=True)
class Verdict:
    """The outcome of one gate."""

    gate: str
    verdict: str
    measured: str
    promised: str
    advice: str = ""

    @property
    def kept(self) -> bool:
        """Tell whether this verdict lets the model through; inconclusive does not, unless gates.toml allows it."""
        return self.verdict in KEPT

    def as_dict(self) -> dict[str, str]:
        """Return the verdict as plain values."""
        return asdict(self)


def judge(measured: Mapping[str, Any], gates: Gates) -> list[Verdict]:
    """Judge every gate; one that is asked and was not measured fails."""
    return [_judge(name, measured.get(name), getattr(gates, name, None)) for name in GATES]


def _judge(name: str, found: Mapping[str, Any] | None, promise: Any) -> Verdict:
    if promise is None:
        return Verdict(name, NOT_ASKED, "", f"gates.toml has no [{name}]")
    if found is None:
        return Verdict(name, FAIL, "was not measured", "", "run ml evaluate")
    if "not asked" in found:
        return Verdict(name, NOT_ASKED, "", found["not asked"])
    verdict, said, promised = JUDGES[name](found, promise)
    if reason := getattr(promise, "report_only", ""):
        return Verdict(name, REPORT_ONLY, f"{verdict}: {said}", f"{promised}; refuses nothing: {reason}")
    if verdict == INCONCLUSIVE and promise.inconclusive == "allow":
        verdict = ALLOWED
    advice = {PASS: "", ALLOWED: "", INCONCLUSIVE: TOO_FEW}
    return Verdict(name, verdict, said, promised, advice.get(verdict, GATES[name]))
