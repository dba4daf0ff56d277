"""What people read after the gates: the report as page and as Markdown."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import hypothesis.strategies as st
import numpy as np
import pytest
from _reported import MEASURED, PROMISES, TASKS, VERDICTS

from << cookiecutter.package_name >> import bundle, cli, config, contract, evaluate, gates, report
from << cookiecutter.package_name >>.config.promised import QualityGate
from << cookiecutter.package_name >>.report import curves, judged, text

HOSTILE = "</title><script>alert(1)</script><img src=x onerror=alert(1)>| `a` [b](https://c.example) @d\n# e"
Outlined = Callable[[str], Any]


@pytest.fixture
def drawn(made: tuple[Path, object]) -> dict[str, Any]:
    """Return the curves of the small model."""
    return dict(json.loads((made[0] / "build" / "report" / "curves.json").read_text("utf-8")))


def spoiled(found: Any) -> Any:
    """Put a hostile text in the place of every text but the names that the report knows."""
    if isinstance(found, dict):
        return {name: value if name == "metric" else spoiled(value) for name, value in found.items()}
    if isinstance(found, list):
        return [spoiled(each) for each in found]
    return HOSTILE if isinstance(found, str) else found


@pytest.mark.parametrize("name", ["index.html", "report.md"])
def test_report_contains_every_gate_and_metric(made: tuple[Path, object], name: str) -> None:
    """All of them, always."""
    written = (made[0] / "build" / "report" / name).read_text("utf-8")
    assert all(gate in written for gate in gates.GATES)
    assert "roc_auc" in written
    assert "Accepted: 9 gates pass" in written


def test_page_loads_nothing(made: tuple[Path, object], outlined: Outlined) -> None:
    """It can be mailed, and read without a network."""
    outlined((made[0] / "build" / "report" / "index.html").read_text("utf-8"))


@pytest.mark.parametrize("measured", TASKS, indirect=True)
def test_page_shows_everything_that_was_measured(
    measured: dict[str, Any], training: dict[str, Any], outlined: Outlined
) -> None:
    """Each section stands in the list of contents, and each slice, check and column in its section."""
    page = report.page(VERDICTS, measured, training, {}, PROMISES)
    outlined(page)
    linked = re.findall(r'<a href="#(\w+)">', page)
    assert {"verdicts", "metrics", "champion", "calibration", "slices", "learned", "technical", "data"} <= set(linked)
    told = [*(s["value"] for s in measured["slices"]["slices"]), *measured["importance"], *measured["metrics"]]
    told += [check["check"] for check in measured["robustness"]["checks"]]
    told += [name for each in measured["leakage"]["strongest"] for name in each["columns"]]
    assert [name for name in told if name not in page] == []


@pytest.mark.parametrize("measured", TASKS[:1], indirect=True)
def test_cost_stands_beside_that_of_one_answer(
    measured: dict[str, Any], training: dict[str, Any], agreed: contract.Contract
) -> None:
    """In the report and on the card; where nothing was said of costs, nothing is told."""
    told = {"cost": {"value": 0.4125, "always": 0.75, "label": "yes", "rows": 400}}
    said = "0.412; 0.750 if the answer were always yes"
    for found, there in ((told, True), ({"cost": {"not asked": "every mistake costs the same"}}, False)):
        written = report.page(VERDICTS, measured | found, training, {}, PROMISES)
        card = report.card(agreed, training, measured | found, VERDICTS)
        assert [said in written, said in card, "ean cost" in written + card] == [there] * 3


@pytest.mark.parametrize(("measure", "guessing"), [("ROC AUC", "0.5"), ("R2", "0")])
def test_bars_of_columns_begin_where_guessing_is(measure: str, guessing: str) -> None:
    """A ROC AUC of 0.5 tells nothing, as an R2 of 0, so it is no bar."""
    told = [{"columns": ["best"], "score": 0.75}, {"columns": ["none"], "score": float(guessing)}]
    drawn = judged.leaks({"leakage": {"measure": measure, "strongest": told}})
    assert drawn is not None
    written = drawn.__html__()
    assert f"{measure} of the column alone; {guessing} is guessing" in written
    assert re.findall(r'<text class="small middle"[^>]*>(.*?)</text>', written)[0] == guessing
    lengths = [float(length) for length in re.findall(r'<rect [^>]*width="([^"]+)"', written)]
    assert lengths[0] > 50
    assert lengths[1] == 0


@pytest.mark.parametrize("measured", TASKS, indirect=True)
def test_markdown_shows_what_decides(measured: dict[str, Any]) -> None:
    """Intervals, champion, slices, reliability and importance, without a drawing."""
    written = report.markdown(VERDICTS, measured)
    told = [*(f"{s['column']} = {s['value']}" for s in measured["slices"]["slices"]), *measured["importance"]]
    assert [name for name in told if f"`{name}`" not in written] == []
    assert "#### Against the model in production" in written
    assert "#### Reliability" in written or "#### Bias" in written
    assert "█" in written
    assert "●" in written


@pytest.mark.parametrize("measured", TASKS[:1], indirect=True)
def test_a_slice_without_a_score_says_why(measured: dict[str, Any]) -> None:
    """Too few rows are no reason to leave it out."""
    lost = measured["slices"]["slices"][-1]
    assert lost["score"] is None
    assert f"`{lost['column']} = {lost['value']}` | 12 | - | {lost['note']}" in report.markdown(VERDICTS, measured)


@pytest.mark.parametrize("measured", TASKS[1:], indirect=True)
def test_slices_are_drawn_beside_all_rows_by_their_own_metric(measured: dict[str, Any]) -> None:
    """Not beside R2 where errors are asked of them; only a slice that lies surely below is marked."""
    first, second = measured["slices"]["slices"][:2]
    errors = [first | {"value": "near", "score": -31.0, "low": -36.0, "high": -26.0}]
    errors.append(second | {"column": first["column"], "value": "far", "score": -44.0, "low": -50.0, "high": -38.0})
    asked = {"metric": "neg_mean_absolute_error", "overall": -34.0, "slices": errors}
    (chart,) = judged.slices(measured | {"slices": asked})
    assert chart.__html__().count('class="dot bad"') == 1


def test_promise_is_drawn_where_it_is_known(training: dict[str, Any]) -> None:
    """One sees how far above its floor a metric lies."""
    page = report.page(VERDICTS, MEASURED, training, {}, PROMISES)
    assert page.count('class="promise"') == 1
    assert 'class="promise"' not in report.page(VERDICTS, MEASURED, training, {}, config.Gates())


def test_nothing_measured_is_still_a_report(training: dict[str, Any]) -> None:
    """Where the contract was broken, the report says what was refused."""
    for found in ({}, {"contract": {"rows": 5, "violations": 2}}, {name: {"not asked": "so"} for name in gates.GATES}):
        page = report.page(VERDICTS, found, training, {}, PROMISES)
        assert "Refused by: quality, baseline." in page
        assert "Slices</h2>" not in page
        assert "Refused by" in report.markdown(VERDICTS, found)


@pytest.mark.parametrize("measured", TASKS, indirect=True)
def test_no_text_of_anybody_becomes_a_part_of_the_page(
    measured: dict[str, Any], training: dict[str, Any], drawn: dict[str, Any], outlined: Outlined
) -> None:
    """A column, a value, a version or a commit named like a tag is shown, not run."""
    names = {HOSTILE: 0.1}
    found = {**spoiled(measured), "importance": names}
    broken = [gates.Verdict("quality", gates.FAIL, HOSTILE, HOSTILE, HOSTILE)]
    page = report.page(broken, found, {**training, "project": HOSTILE, "commit": HOSTILE}, drawn, PROMISES)
    outline = outlined(page)
    assert not outline.named("img")
    assert not [name for _, attributes in outline.found for name in attributes if name.startswith("on")]


@pytest.mark.parametrize("measured", TASKS, indirect=True)
def test_no_text_of_anybody_becomes_a_part_of_the_markdown(measured: dict[str, Any]) -> None:
    """It opens no tag, no link, no heading and no cell of a table."""
    broken = [gates.Verdict("quality", gates.FAIL, HOSTILE, HOSTILE, HOSTILE)]
    written = report.markdown(broken, {**spoiled(measured), "importance": {HOSTILE: 0.1}})
    outside = re.sub(r"`[^`\n]*`", "", re.sub(r"\\.", "", written))
    assert not re.search(r"<(?!\w+>\Z)|\]\(|@[a-z]|https:/", outside)
    assert not re.search(r"^# ", written, re.MULTILINE)
    for block in re.findall(r"(?:^\|.*\n)+", re.sub(r"\\.", "", written), re.MULTILINE):
        assert len({line.count("|") for line in block.splitlines()}) == 1, block


@pytest.mark.long
@hypothesis.given(st.text())
def test_any_text_stays_in_its_cell(said: str) -> None:
    """One line, no bar that parts cells, no bracket that opens a tag."""
    for shown in (text.plain(said), text.code(said)):
        assert len(f"x{shown}x".splitlines()) == 1
        assert "|" not in re.sub(r"\\.", "", shown)
    assert "<" not in text.plain(said)
    assert text.code(said).count("`") in (0, 2)


def test_markdown_says_what_to_do_about_each_refusal() -> None:
    """Those that pass need no advice."""
    written = report.markdown(VERDICTS, MEASURED)
    assert written.startswith("### Refused by: quality, baseline.")
    assert "- **quality**: look." in written
    assert "- **baseline**: more rows." in written
    assert "**contract**" not in written
    assert "| roc_auc | 0.800 | 0.750 to 0.850 |" in written


@pytest.mark.parametrize("threshold", [0.5, None], ids=TASKS)
def test_curves_are_drawn(training: dict[str, Any], threshold: float | None, outlined: Outlined) -> None:
    """The page gains a section of plots."""
    rng = np.random.default_rng(0)
    rows = evaluate.Rows(rng.integers(0, 2, 500), rng.random(500), threshold)
    page = report.page(VERDICTS, MEASURED, training, curves.of(rows), PROMISES)
    outlined(page)
    assert ("ROC curve" if threshold else "Residuals") in page


def test_curves_of_another_model_are_not_shown(judged: Path) -> None:
    """After a training whose table broke the contract only older curves are left."""
    path = judged / "build" / "report" / "curves.json"
    path.write_bytes(bundle.dumps({**json.loads(path.read_text("utf-8")), "model_sha256": "0" * 64}))
    assert cli.main(["gate"]) == 0
    assert "ROC curve" not in (judged / "build" / "report" / "index.html").read_text("utf-8")


def test_errors_are_drawn_above_zero() -> None:
    """Under their own names, with their bounds and their promise turned around too."""
    promised = config.Gates(quality=QualityGate("neg_brier_score", -0.2))
    found = {"neg_brier_score": {"value": -0.171, "low": -0.184, "high": -0.159}}
    (chart,) = judged.metrics({"metrics": found}, promised)
    assert chart.rows == [["brier_score", "0.171", "0.159", "0.184", "0.200"]]
