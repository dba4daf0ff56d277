"""What people read: the report, the card, the terminal."""

import re
from pathlib import Path

import pytest

from << cookiecutter.package_name >> import bundle, contract, gates, report

VERDICTS = [
    gates.Verdict("contract", gates.PASS, "5 rows", "5 rows"),
    gates.Verdict("quality", gates.FAIL, "auc 0.5 <b>", "above 0.7", "look"),
    gates.Verdict("baseline", gates.INCONCLUSIVE, "0.1; about 80 rows", "above 0.1", "more rows"),
    gates.Verdict("slices", gates.NOT_ASKED, "", "gates.toml has no [slices]"),
]
MEASURED = {"metrics": {"roc_auc": {"value": 0.8, "low": 0.75, "high": 0.85, "rows": 400}}}


@pytest.mark.parametrize("name", ["index.html", "report.md"])
def test_report_contains_every_gate_and_metric(made: tuple[Path, object], name: str) -> None:
    """All of them, always."""
    text = (made[0] / "build" / "report" / name).read_text("utf-8")
    assert all(gate in text for gate in gates.GATES)
    assert "roc_auc" in text
    assert "Accepted: all 6 gates" in text


def test_page_loads_nothing(made: tuple[Path, object]) -> None:
    """It can be mailed, and read without a network."""
    page = (made[0] / "build" / "report" / "index.html").read_text("utf-8")
    assert not re.search(r"(?:src|href)\s*=\s*[\"'](?!#|data:)|@import|<script", page)
    assert page.count("<svg") == 2


def test_card_tells_what_the_model_is_for(made: tuple[Path, object], agreed: contract.Contract) -> None:
    """Question, decision, owner, data and numbers."""
    card = bundle.open_file(made[0] / "build" / "bundle" / "model.tar.gz").members["MODEL_CARD.md"].decode()
    for told in (agreed.problem.question, agreed.problem.decision, agreed.problem.owner, "1500", "roc_auc"):
        assert told in card


def test_markdown_says_what_to_do_about_each_refusal() -> None:
    """Those that pass need no advice."""
    text = report.markdown(VERDICTS, MEASURED)
    assert text.startswith("### Refused by: quality, baseline.")
    assert "- **quality**: look." in text
    assert "- **baseline**: more rows." in text
    assert "**contract**" not in text
    assert "| roc_auc | 0.800 | 0.750 to 0.850 |" in text


def test_page_shows_texts_as_they_are() -> None:
    """A column named like a tag is shown, not run."""
    page = report.page(VERDICTS, MEASURED, {"plot": "<svg></svg>"}, "a <title>")
    assert "auc 0.5 &lt;b&gt;" in page
    assert "a &lt;title&gt;" in page
    assert "<svg></svg>" in page


def test_terminal_lists_all_and_explains_refusals() -> None:
    """One line a gate, then what was promised where it was not kept."""
    lines = report.terminal(VERDICTS).splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["pass", "fail", "inconclusive"]
    assert "quality: promised: above 0.7; look." in lines
    assert lines[-1] == "Refused by: quality, baseline."


def test_nothing_measured_is_still_a_report() -> None:
    """A report without metrics says what was refused."""
    assert "Refused by" in report.markdown(VERDICTS, {})
