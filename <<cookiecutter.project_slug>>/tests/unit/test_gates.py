"""What each gate lets through, and what it refuses."""

from pathlib import Path
from typing import Any

import pytest

from << cookiecutter.package_name >> import config, gates

BOUNDED = {"metric": "roc_auc", "value": 0.8, "low": 0.75, "high": 0.85, "rows": 400}
GOOD: dict[str, dict[str, Any]] = {
    "contract": {"rows": 1000, "violations": 0},
    "quality": BOUNDED,
    "baseline": BOUNDED | {"value": 0.3, "low": 0.25, "high": 0.35},
    "overfit": {"metric": "roc_auc", "train": 0.85, "validation": 0.8, "gap": 0.05},
    "champion": BOUNDED | {"value": 0.0, "low": -0.01, "high": 0.01, "version": "0.1.0"},
    "parity": {"largest": 1e-6, "labels": 0, "rows": 400},
    "budget": {"megabytes": 0.1, "latency": 1.0},
}


@pytest.fixture
def promised(small: Path) -> config.Gates:
    """Return the promises of the small project."""
    return config.gates(small / "gates.toml")


def verdict(measured: dict[str, Any], promised: config.Gates, gate: str) -> gates.Verdict:
    """Return what one gate says about measurements."""
    return next(each for each in gates.judge(measured, promised) if each.gate == gate)


@pytest.mark.parametrize("gate", GOOD)
def test_good_model_passes(promised: config.Gates, gate: str) -> None:
    """A gate that nothing passes is no gate."""
    found = verdict(GOOD, promised, gate)
    assert found.verdict == gates.PASS
    assert found.kept
    assert not found.advice


@pytest.mark.parametrize(
    ("gate", "worse"),
    [
        pytest.param("contract", {"violations": 1}, id="contract-violated"),
        pytest.param("contract", {"rows": 999}, id="contract-too-few-rows"),
        pytest.param("quality", {"value": 0.69, "low": 0.6}, id="quality-below-floor"),
        pytest.param("quality", {"value": float("nan")}, id="quality-nan"),
        pytest.param("quality", {"low": float("nan")}, id="quality-without-interval"),
        pytest.param("quality", {"metric": "f1"}, id="quality-another-metric"),
        pytest.param("baseline", {"value": 0.05, "low": -0.1}, id="baseline-no-gain"),
        pytest.param("overfit", {"gap": 0.21}, id="overfit-gap"),
        pytest.param("overfit", {"gap": float("nan")}, id="overfit-nan"),
        pytest.param("champion", {"value": -0.1, "low": -0.2}, id="champion-worse"),
        pytest.param("champion", {"incomparable": "its split differs"}, id="champion-incomparable"),
        pytest.param("parity", {"largest": 1e-4}, id="parity-difference"),
        pytest.param("parity", {"labels": 1}, id="parity-label"),
        pytest.param("parity", {"largest": float("nan")}, id="parity-nan"),
        pytest.param("budget", {"megabytes": 1.1}, id="budget-size"),
        pytest.param("budget", {"latency": 1001.0}, id="budget-latency"),
    ],
)
def test_broken_promise_fails(promised: config.Gates, gate: str, worse: dict[str, Any]) -> None:
    """Each gate refuses what it exists for, alone, and says what to do."""
    verdicts = gates.judge({**GOOD, gate: GOOD[gate] | worse}, promised)
    broken = [each for each in verdicts if not each.kept]
    assert [(each.gate, each.verdict) for each in broken] == [(gate, gates.FAIL)]
    assert broken[0].advice == gates.GATES[gate]


@pytest.mark.parametrize("gate", GOOD)
def test_missing_measurement_fails(promised: config.Gates, gate: str) -> None:
    """A gate cannot pass because somebody stopped measuring."""
    found = verdict({name: found for name, found in GOOD.items() if name != gate}, promised, gate)
    assert found.verdict == gates.FAIL
    assert found.measured == "was not measured"


@pytest.mark.parametrize("gate", ["quality", "baseline"])
def test_too_few_rows_refuse_and_say_how_many_would_do(promised: config.Gates, gate: str) -> None:
    """An interval twice too wide needs four times the rows."""
    floor = {"quality": 0.7, "baseline": 0.1}[gate]
    wide = {"value": floor + 0.05, "low": floor - 0.05, "high": floor + 0.15}
    found = verdict({**GOOD, gate: BOUNDED | wide}, promised, gate)
    assert found.verdict == gates.INCONCLUSIVE
    assert not found.kept
    assert "about 160" in found.measured


def test_gate_without_promise_is_not_asked(promised: config.Gates) -> None:
    """All gates stand in the verdicts, also those that nobody asks, with the reason."""
    verdicts = gates.judge(GOOD, config.Gates())
    assert [each.gate for each in verdicts] == list(gates.GATES)
    assert {each.verdict for each in verdicts} == {gates.NOT_ASKED}
    assert all(each.kept and each.gate in each.promised for each in verdicts)
    assert len(gates.judge({}, promised)) == len(gates.GATES)
