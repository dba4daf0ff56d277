"""What each gate lets through, and what it refuses."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from _measured import BOUNDED, CHECK, GOOD, LEAK, SLICE, SMALL, verdict

from << cookiecutter.package_name >> import config, contract, gates


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
        pytest.param("leakage", {"strongest": [LEAK]}, id="leakage-column"),
        pytest.param("leakage", {"strongest": [LEAK | {"rest": None}]}, id="leakage-not-compared"),
        pytest.param("leakage", {"strongest": [LEAK | {"score": float("nan")}]}, id="leakage-nan"),
        pytest.param("leakage", {"findings": [{"columns": ["a"], "said": "a repeats b"}]}, id="leakage-finding"),
        pytest.param("leakage", {"twins": {"share": 0.05, "chance": 0.0, "agree": 1.0}}, id="leakage-twins"),
        pytest.param("slices", {"asked": "f1"}, id="slices-another-metric"),
        pytest.param("leakage", {"suspect": 0.99}, id="leakage-suspected-too-late"),
        pytest.param("leakage", {"suspect": 0.9}, id="leakage-suspected-too-early"),
        pytest.param("slices", {"slices": [SLICE, SLICE | {"gap": 0.2}]}, id="slices-gap"),
        pytest.param("slices", {"slices": [SLICE, SLICE | {"score": 0.4, "low": 0.32}]}, id="slices-below-floor"),
        pytest.param("calibration", {"error": 0.2, "p": 0.001}, id="calibration-error"),
        pytest.param("calibration", {"bias": 0.2, "low": 0.1, "high": 0.3}, id="calibration-bias"),
        pytest.param("calibration", {"error": float("nan"), "p": float("nan")}, id="calibration-nan"),
        pytest.param("calibration", {"bias": float("nan"), "low": 0.0, "high": 0.0}, id="calibration-bias-nan"),
        pytest.param("robustness", {"checks": [CHECK | {"largest": 0.1}]}, id="robustness-difference"),
        pytest.param("robustness", {"checks": [CHECK | {"broken": 1}]}, id="robustness-no-number"),
        pytest.param("robustness", {"checks": [CHECK | {"largest": float("nan")}]}, id="robustness-nan"),
        pytest.param("robustness", {"checks": []}, id="robustness-nothing-checked"),
        pytest.param("reproducible", {"second": "b" * 64}, id="reproducible-other-bytes"),
        pytest.param("parity", {"largest": 1e-4}, id="parity-difference"),
        pytest.param("parity", {"labels": 1}, id="parity-label"),
        pytest.param("parity", {"largest": float("nan")}, id="parity-nan"),
        pytest.param("budget", {"megabytes": 1.1}, id="budget-size"),
        pytest.param("budget", {"latency": 1001.0}, id="budget-latency"),
        pytest.param("budget", {"memory": 201.0}, id="budget-memory"),
    ],
)
def test_broken_promise_fails(promised: config.Gates, gate: str, worse: dict[str, Any]) -> None:
    """Each gate refuses what it exists for, alone, and says what to do."""
    verdicts = gates.judge({**GOOD, gate: GOOD[gate] | worse}, promised)
    broken = [each for each in verdicts if not each.kept]
    assert [(each.gate, each.verdict) for each in broken] == [(gate, gates.FAIL)]
    assert broken[0].advice == gates.GATES[gate]


@pytest.mark.parametrize("least", [{"rarer": 15}, {"rows": 50}, {"groups": 50}], ids=["class", "rows", "keys"])
@pytest.mark.parametrize("gate", ["quality", "baseline", "champion", "calibration"])
def test_just_enough_rows_decide(promised: config.Gates, gate: str, least: dict[str, int]) -> None:
    """No gate asks for more than an interval needs."""
    assert verdict({**GOOD, gate: GOOD[gate] | least}, promised, gate).verdict == gates.PASS


@pytest.mark.parametrize(
    ("gate", "few", "said"),
    [
        pytest.param("quality", {"value": 0.75, "low": 0.65}, "about 160", id="quality"),
        pytest.param("baseline", {"value": 0.15, "low": 0.05}, "about 160", id="baseline"),
        pytest.param("champion", {"value": 0.0, "low": -0.04}, "about 160", id="champion"),
        pytest.param("quality", {"rarer": 14}, "14 rows of the rarer class or label are too few", id="quality-rare"),
        pytest.param("quality", {"groups": 49}, "49 keys are too few", id="quality-keys"),
        pytest.param("quality", {"rows": 49}, "49 rows are too few", id="quality-rows"),
        pytest.param("calibration", {"groups": 49}, "49 keys are too few", id="calibration-keys"),
        pytest.param("slices", {"slices": [SLICE | {"score": 0.65, "low": 0.55}]}, "about 800 rows", id="slices-wide"),
        pytest.param(
            "slices", {"slices": [SLICE | SMALL | {"note": "has 9 test rows"}]}, "9 test rows", id="slices-small"
        ),
        pytest.param(
            "slices",
            {"slices": [SLICE, SLICE | SMALL | {"note": "has 9 test rows"}]},
            "; the worst of 1 that were measured is colour = red",
            id="slices-measured",
        ),
        pytest.param("calibration", {"visible": 0.1}, "about 160", id="calibration"),
        pytest.param("calibration", {"error": 0.06, "visible": 0.1}, "about 160", id="calibration-by-chance"),
        pytest.param("calibration", {"error": 0.1, "visible": 0.04}, "about 160", id="calibration-hardly-by-chance"),
        pytest.param("calibration", {"bias": 0.0, "low": -0.1, "high": 0.1}, "about 160", id="bias"),
    ],
)
def test_too_few_rows_leave_a_gate_open(promised: config.Gates, gate: str, few: dict[str, Any], said: str) -> None:
    """It refuses and says how many rows would do; where gates.toml allows it, it lets through and still says so."""
    measured = {**GOOD, gate: GOOD[gate] | few}
    found, allowed = (
        verdict(measured, dataclasses.replace(promised, **{gate: promise}), gate)
        for promise in (dataclasses.replace(getattr(promised, gate), inconclusive=rule) for rule in ("fail", "allow"))
    )
    assert (found.verdict, found.kept) == (gates.INCONCLUSIVE, False)
    assert said in found.measured
    assert (allowed.verdict, allowed.kept, allowed.measured) == (gates.ALLOWED, True, found.measured)


@pytest.mark.parametrize(
    ("gate", "few", "limit"),
    [
        pytest.param("calibration", {"visible": 0.1}, {"limit": 1e-300}, id="calibration"),
        pytest.param("calibration", {"bias": 0.0, "low": -0.1, "high": 0.1}, {"limit": 1e-300}, id="bias"),
        pytest.param("quality", {"value": 0.7000001, "low": 0.6}, {}, id="quality"),
        pytest.param("slices", {"slices": [SLICE | {"score": 0.6000001, "low": 0.5}]}, {}, id="slices"),
    ],
)
def test_number_of_rows_that_nobody_has_is_not_named(
    promised: config.Gates, gate: str, few: dict[str, Any], limit: dict[str, float]
) -> None:
    """Where value and promise are hardly apart, billions of rows help nobody."""
    strict = dataclasses.replace(getattr(promised, gate), inconclusive="fail", **limit)
    found = verdict({**GOOD, gate: GOOD[gate] | few}, dataclasses.replace(promised, **{gate: strict}), gate)
    assert found.verdict == gates.INCONCLUSIVE
    assert found.measured.endswith("; not even 100 times as many rows would decide")


def test_refusal_of_few_rows_says_that_they_are_few(promised: config.Gates) -> None:
    """Of five rare rows no features need be blamed."""
    found = verdict({**GOOD, "quality": GOOD["quality"] | {"value": 0.6, "low": 0.3, "rarer": 5}}, promised, "quality")
    assert (found.verdict, "5 rows of the rarer class or label are too few" in found.measured) == (gates.FAIL, True)


def test_calibration_that_is_surely_off_fails_however_few_there_are(promised: config.Gates) -> None:
    """Only to pass it needs as many rows as an interval does; of few keys nothing is sure."""
    found = GOOD["calibration"] | {"rarer": 12, "error": 0.5, "p": 0.0}
    for few, expected in (({}, gates.FAIL), ({"rows": 38}, gates.FAIL), ({"groups": 10}, gates.ALLOWED)):
        judged = verdict({**GOOD, "calibration": found | few}, promised, "calibration")
        assert judged.verdict == expected


def test_rows_that_almost_decide_are_not_asked_for_again(promised: config.Gates) -> None:
    """As many as there are would be no advice."""
    found = verdict({**GOOD, "quality": GOOD["quality"] | {"value": 0.75, "low": 0.7}}, promised, "quality")
    assert found.verdict == gates.INCONCLUSIVE
    assert found.measured.endswith("; a few more rows would decide")


def test_champion_must_be_beaten_where_that_is_the_rule(promised: config.Gates) -> None:
    """An equal model is not worse, and not better either."""
    assert promised.champion
    strict = dataclasses.replace(promised, champion=dataclasses.replace(promised.champion, rule="better"))
    assert verdict(GOOD, strict, "champion").verdict == gates.FAIL
    better = {**GOOD, "champion": GOOD["champion"] | {"value": 0.05, "low": 0.01}}
    assert verdict(better, strict, "champion").verdict == gates.PASS


@pytest.mark.parametrize("gate", GOOD)
def test_missing_measurement_fails(promised: config.Gates, gate: str) -> None:
    """A gate cannot pass because somebody stopped measuring."""
    found = verdict({name: found for name, found in GOOD.items() if name != gate}, promised, gate)
    assert found.verdict == gates.FAIL
    assert found.measured == "was not measured"


def test_gate_without_promise_is_not_asked(promised: config.Gates) -> None:
    """All gates stand in the verdicts, also those that nobody asks, with the reason."""
    verdicts = gates.judge(GOOD, config.Gates())
    assert [each.gate for each in verdicts] == list(gates.GATES)
    assert {each.verdict for each in verdicts} == {gates.NOT_ASKED}
    assert all(each.kept and each.gate in each.promised for each in verdicts)
    assert len(gates.judge({}, promised)) == len(gates.GATES)


@pytest.mark.parametrize("gate", ["overfit", "champion", "slices", "calibration"])
def test_report_only_refuses_nothing_and_is_told(promised: config.Gates, gate: str) -> None:
    """It is measured and shown with its reason, and whoever stops measuring it is still refused."""
    only = dataclasses.replace(getattr(promised, gate), report_only="too few rows")
    changed = dataclasses.replace(promised, **{gate: only})
    bad: dict[str, dict[str, Any]] = {
        "overfit": {"metric": "roc_auc", "train": 0.9, "validation": 0.5, "gap": 0.4},
        "champion": BOUNDED | {"value": -0.3, "low": -0.4, "high": -0.2, "version": "0.1.0"},
        "slices": {"metric": "roc_auc", "slices": [SLICE | {"score": 0.3, "low": 0.2, "high": 0.4}]},
        "calibration": {"error": 0.3, "p": 0.0, "visible": 0.03, "rows": 400, "curve": []},
    }
    told = verdict(GOOD | {gate: bad[gate]}, changed, gate)
    assert (told.verdict, told.kept) == ("report only", True)
    assert told.measured.startswith("fail: ")
    assert "too few rows" in told.promised
    assert not verdict({name: found for name, found in GOOD.items() if name != gate}, changed, gate).kept


@pytest.mark.parametrize("gate", ["contract", "leakage", "quality", "baseline", "parity"])
def test_some_gates_always_refuse(small: Path, tmp_path: Path, gate: str) -> None:
    """Without them nothing is known about a model, so no file can turn them into a report."""
    text = (small / "gates.toml").read_text("utf-8")
    path = tmp_path / "gates.toml"
    path.write_text(text.replace(f"[{gate}]\n", f'[{gate}]\nreport_only = "we like it"\n'), "utf-8")
    with pytest.raises(contract.InputError, match="report_only"):
        config.gates(path)
