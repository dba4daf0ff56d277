"""What the terminal says after the gates."""

from _reported import VERDICTS

from << cookiecutter.package_name >> import gates, report


def test_what_is_allowed_is_told_apart() -> None:
    """An inconclusive gate that gates.toml lets through is no pass."""

    class Allowed(gates.Verdict):
        kept = True

    said = report.headline([VERDICTS[0], Allowed("slices", "allowed", "few rows", "a floor", "more rows")])
    assert said == "Accepted: 1 gates pass; inconclusive, which gates.toml allows: slices."


def test_terminal_lists_all_and_explains_refusals() -> None:
    """One line a gate, measured and promised, then what to do about those that refuse."""
    lines = report.terminal(VERDICTS).splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["pass", "fail", "inconclusive"]
    assert lines[1].endswith("auc 0.5 <b>; promised: above 0.7")
    assert "quality: look." in lines
    assert lines[-1] == "Refused by: quality, baseline."
