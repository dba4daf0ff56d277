"""The same steps for a number as target, split by time."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from << cookiecutter.package_name >> import bundle, cli, contract, data, model

pytestmark = pytest.mark.long


def changed(path: str, *replacements: tuple[str, str]) -> None:
    """Replace texts in a file of the working directory."""
    text = Path(path).read_text("utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    Path(path).write_text(text, "utf-8")


@pytest.fixture
def predicting(untrained: Path, raw: pd.DataFrame) -> Path:
    """Return the small project, asked for the refund instead of the return."""
    changed(
        "contract.toml",
        ('"classification"', '"regression"'),
        ('target = "returned"\npositive = "yes"', 'target = "refund"'),
        (
            '[columns.returned]\ntype = "category"\nrole = "target"',
            '[columns.returned]\ntype = "category"\nrole = "ignore"',
        ),
        ("available = false\nrequired = false\nmin = 0", 'role = "target"'),
    )
    changed(
        "params.toml",
        ('by = "hash"\nkey = ["parcel"]\nsalt = "1"', 'by = "time"'),
        ("roc_auc", "r2"),
        ("LogisticRegression", "Ridge"),
        ("fixed = { max_iter = 1000 }\n", ""),
        ("C =", "alpha ="),
    )
    changed("gates.toml", ("roc_auc", "r2"))
    # Told by two columns together, and by none alone: that would be a leak.
    noise = np.random.default_rng(0).normal(100, 12, len(raw))
    refund = 2 * raw["size"].astype(float) + 40 * (raw["colour"] == "green") + noise
    raw.assign(refund=refund.astype(str)).to_csv("data/parcels.csv", index=False)
    assert cli.main(["data", "refresh"]) == 0
    return untrained


def test_regression_reaches_a_bundle(predicting: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Explore, train, evaluate, gate and package; predictions are values, scored and watched as such."""
    steps = (["data", "explore"], ["train"], ["evaluate"], ["gate"], ["package"])
    assert [cli.main(step) for step in steps] == [0] * len(steps), capsys.readouterr()
    opened = bundle.open_file(predicting / "build" / "bundle" / "model.tar.gz")
    loaded = model.load(opened)
    assert opened.manifest["threshold"] is None
    assert opened.manifest["split"]["by"] == "time"
    assert loaded.predict([{"size": 50.0, "colour": "green"}])[0].keys() == {"value"}
    measured = json.loads(Path("build/metrics.json").read_text("utf-8"))
    assert measured["quality"]["value"] > 0.9
    assert measured["baseline"]["value"] > 0.9
    assert cli.main(["score", "--input", "data/parcels.csv", "--output", "scores.csv"]) == 0
    scored = pd.read_csv("scores.csv")
    assert np.corrcoef(scored["predicted_value"], scored["refund"])[0, 1] > 0.9
    assert cli.main(["monitor", "--input", "data/parcels.csv", "--labels", "data/parcels.csv"]) in (0, 3)
    watched = json.loads(Path("build/report/monitor.json").read_text("utf-8"))
    assert watched["labelled"] == len(scored)
    assert {each["gate"]: each["verdict"] for each in watched["promises"]}["quality"] == "pass"


def test_swapped_value_is_refused(predicting: Path) -> None:
    """The golden rows of a regression are compared in spreads of the target."""
    agreed = contract.read(predicting / "contract.toml")[0]
    assert agreed.target.name == "refund"
    assert model.same([{"value": 1.0}], [{"value": 1.0}], 1.0)
    assert model.same([{"value": 1000.0}], [{"value": 1000.005}], 1000.0)
    assert not model.same([{"value": 1000.0}], [{"value": 1000.005}], 1.0)
    assert not model.same([{"value": float("nan")}], [{"value": 1.0}], 1.0)
    assert data.read_lock(Path("data/data.lock")).rows == 1500
