"""What makes params and gates, and what is refused."""

from pathlib import Path

import pytest

from << cookiecutter.package_name >> import config, contract


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        pytest.param("[costs]", "[cost]", "[cost]", id="unknown-table"),
        pytest.param("seed = 0", "seeds = 0", "'seeds'", id="unknown-key"),
        pytest.param("seed = 0", "", "seed is missing", id="missing-key"),
        pytest.param("seed = 0", "seed = 0.5", "seed must be a whole number", id="wrong-type"),
        pytest.param('by = "hash"', 'by = "chance"', "'chance'", id="unknown-split"),
        pytest.param('salt = "1"', "shares = [0.5, 0.2, 0.2]", "shares", id="shares-below-1"),
        pytest.param('salt = "1"', "shares = [0.8, 0.2]", "shares", id="two-shares"),
        pytest.param("folds = 2", "folds = 1", "folds", id="one-fold"),
        pytest.param("seed = 0", "seed = -1", "seed must be 0 or more", id="seed-below-0"),
        pytest.param("C = [0.1, 1.0]", "C = 1.0", "grid C", id="grid-without-list"),
        pytest.param("C = [0.1, 1.0]", "C = [2026-01-31]", "holds a date", id="date-in-grid"),
        pytest.param("C = [0.1, 1.0]", "C = []", "grid C", id="empty-grid"),
        pytest.param("grid =", "grids =", "'grids'", id="unknown-key-of-family"),
        pytest.param("estimator =", "# =", "estimator is missing", id="family-without-estimator"),
        pytest.param("false_negative = 3.0", "false_negative = 0.0", "costs", id="free-error"),
        pytest.param("resamples = 100", "resamples = 99", "resamples", id="too-few-resamples"),
        pytest.param("resamples = 100", "resamples = 10", "resamples", id="coarse"),
        pytest.param("[train.families.linear]", "[train.surprise]", "[train]", id="no-family"),
        pytest.param("folds = 2", "folds = ", "is not TOML", id="not-toml"),
    ],
)
def test_wrong_params_are_refused_by_name(small: Path, tmp_path: Path, old: str, new: str, named: str) -> None:
    """Whoever mistypes a key reads which one, and where."""
    text = (small / "params.toml").read_text("utf-8")
    path = tmp_path / "params.toml"
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(contract.InputError) as refused:
        config.params(path)
    assert named in str(refused.value)
    assert str(refused.value).startswith(str(path))


def test_family_that_is_no_table_is_refused(tmp_path: Path) -> None:
    """`families = 3` gets a sentence, not a trace."""
    path = tmp_path / "params.toml"
    path.write_text("[train]\nfamilies = 3\n", "utf-8")
    with pytest.raises(contract.InputError, match="must be a table"):
        config.params(path)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        pytest.param("[quality]", "[qualities]", "[qualities]", id="unknown-gate"),
        pytest.param("floor = 0.7", "flor = 0.7", "'flor'", id="unknown-key"),
        pytest.param("floor = 0.7", "", "floor is missing", id="missing-promise"),
        pytest.param("floor = 0.7", "floor = nan", "floor must be a finite number", id="promise-that-is-no-number"),
        pytest.param('metric = "roc_auc"', "metric = nan", "metric must be a text", id="name-that-is-a-number"),
        pytest.param("floor = 0.7", 'floor = "0.7"', "floor must be a number", id="promise-in-quotes"),
        pytest.param("limit = 0.05", "limit = 0.0", "[calibration]: limit must lie above 0", id="nothing-keeps-it"),
        pytest.param("limit = 0.2", "limit = -0.1", "[overfit]: limit must lie above 0", id="negative-limit"),
        pytest.param("megabytes = 1.0", "megabytes = 0.0", "[budget]: megabytes must lie above 0", id="no-size"),
        pytest.param("memory = 200.0", "memory = -1.0", "[budget]: memory must lie above 0", id="no-memory"),
        pytest.param("floor = 0.7", "floor = 1.2", "[quality]: floor must lie below 1, the most that", id="too-high"),
        pytest.param("floor = 0.6", "floor = 1.0", "[slices]: floor must lie below 1, the most that", id="slices"),
        pytest.param(
            'metric = "roc_auc"', 'metric = "neg_log_loss"', "below 0, the most that neg_log_loss reaches", id="error"
        ),
        pytest.param("min_rows = 1000", "min_rows = 0", "above 0, not at 0; write what is the least", id="no-rows"),
        pytest.param("margin = 0.1", "margin = -0.1", "[baseline]: margin must not lie below 0", id="worse-than-none"),
        pytest.param("tolerance = 1e-5", "tolerance = -1e-5", "tolerance must not lie below 0", id="no-tolerance"),
        pytest.param("alone = 0.98", "alone = 0.98\ntwins = -0.1", "twins must not lie below 0", id="no-twins"),
        pytest.param("limit = 0.2", 'limit = 0.2\nreport_only = " "', "[overfit]: report_only", id="blank-reason"),
        pytest.param("latency = 1000.0", "latency = 0", "[budget]: latency must lie above 0", id="no-time"),
        pytest.param("margin = 0.02", "margin = -0.02", '0 or more, and rule = "better"', id="negative-margin"),
        pytest.param("gap = 0.05", "gap = -0.05", "[slices]: gap must not lie below 0", id="negative-gap"),
        pytest.param("alone = 0.98", "alone = 0.98\ntwins = 1.0", "twins must lie below 1", id="every-row-a-twin"),
        pytest.param("tolerance = 1e-5", "tolerance = 1e9", "[parity]: tolerance must lie below 1", id="any-answer"),
        pytest.param("alone = 0.98", "alone = 0.4", "alone must lie above 0.5", id="everything-leaks"),
        pytest.param("limit = 0.2", 'limit = 0.2\nreport_only = ""', "[overfit]: report_only", id="no-reason"),
        pytest.param("[quality]", "quality = 1\n[parity]", "is not TOML", id="table-twice"),
    ],
)
def test_wrong_gates_are_refused_by_name(small: Path, tmp_path: Path, old: str, new: str, named: str) -> None:
    """A promise that is mistyped must not pass as no promise."""
    text = (small / "gates.toml").read_text("utf-8")
    path = tmp_path / "gates.toml"
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(contract.InputError) as refused:
        config.gates(path)
    assert named in str(refused.value)


def test_mark_of_an_editor_is_no_part_of_the_file(small: Path, tmp_path: Path) -> None:
    """Some write three bytes before the text."""
    path = tmp_path / "gates.toml"
    path.write_bytes(b"\xef\xbb\xbf" + (small / "gates.toml").read_bytes())
    assert config.gates(path) == config.gates(small / "gates.toml")


def test_own_files_are_read(root: Path) -> None:
    """The project's own params and gates are well formed."""
    assert config.params(root / "params.toml").train.families
    assert config.gates(root / "gates.toml")
