"""The model card: what the model is for, what was measured, and what was not."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from _reported import PROMISES, TASKS, VERDICTS

from << cookiecutter.package_name >> import bundle, contract, gates, report


def test_card_tells_what_the_model_is_for(made: tuple[Path, object], agreed: contract.Contract) -> None:
    """Question, decision, owner, data and numbers, in the sections of a model card."""
    card = bundle.open_file(made[0] / "build" / "bundle" / "model.tar.gz").members["MODEL_CARD.md"].decode()
    for told in (agreed.problem.question, agreed.problem.decision, agreed.problem.owner, "1500", "roc_auc"):
        assert told in card
    for section in ("Intended use", "Factors", "Metrics", "Data", "Quantitative analyses", "Limits"):
        assert f"\n## {section}" in card
    assert "2024-01-01 to 2024-" in card  # the time that the train part covers
    assert "**Not for**" in card


@pytest.mark.parametrize("measured", TASKS[:1], indirect=True)
def test_card_says_what_nobody_measured(
    measured: dict[str, Any], training: dict[str, Any], agreed: contract.Contract
) -> None:
    """A gate that was not asked is a limit of the model; one that refuses nothing was measured all the same."""
    known = gates.Verdict("overfit", gates.REPORT_ONLY, "fail: gap 0.3", "gap below 0.1; refuses nothing: few rows")
    card = report.card(agreed, training, measured, [*VERDICTS, known])
    assert "Not shown by measurement: baseline, slices;" in card
    assert "Measured for overfit: fail: gap 0.3 (promised: gap below 0.1; refuses nothing: few rows)." in card
    assert "`region = east`" in card
    assert [column.name for column in agreed.read if f"| `{column.name}` |" not in card] == []
    assert "latency" not in card  # nothing that is measured by the clock


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"max": None}, "0 to 16,777,216", id="integer-without-end"),
        pytest.param({"type": "number", "max": None}, "0 to open", id="number-without-end"),
        pytest.param({"type": "number", "min": None, "max": None}, "", id="any-number"),
        pytest.param({"values": (1, 2, 3)}, "1, 2, 3", id="listed"),
    ],
)
@pytest.mark.parametrize("measured", TASKS[:1], indirect=True)
def test_card_tells_the_limits_that_are_kept(
    measured: dict[str, Any], training: dict[str, Any], agreed: contract.Contract, changes: dict[str, Any], told: str
) -> None:
    """What `ml score` and the service refuse, also where the contract names no end."""
    changed = dataclasses.replace(agreed["visits"], **changes)
    columns = tuple(changed if column.name == changed.name else column for column in agreed.columns)
    card = report.card(dataclasses.replace(agreed, columns=columns), training, measured, VERDICTS)
    assert f"| `visits` | {changed.type}, may be missing | {told} |" in card


@pytest.mark.parametrize("measured", TASKS, indirect=True)
@pytest.mark.parametrize(
    ("groups", "sentence"),
    [
        ({}, "bootstrap of the test rows"),
        ({"groups": 1300}, "bootstrap of 1,300 whole groups of test rows, each of one key"),
    ],
    ids=["rows", "groups"],
)
def test_card_and_page_say_what_intervals_are_drawn_of(
    measured: dict[str, Any], training: dict[str, Any], agreed: contract.Contract, groups: dict[str, int], sentence: str
) -> None:
    """Where a key repeats, rows of one key are drawn together."""
    found = {**measured, "quality": {**measured["quality"], **groups}}
    for by in ("hash", "time"):
        told = {**training, "split": {**training["split"], "by": by, "column": "sent", "cuts": ["1", "2"]}}
        for written in (report.card(agreed, told, found, VERDICTS), report.page(VERDICTS, found, told, {}, PROMISES)):
            assert sentence in written
            assert ("rows close in time are alike" in written) == (by == "time")
            assert ("placement values" in written) == ("roc_auc" in measured["metrics"])
