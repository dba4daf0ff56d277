"""A model that cannot be exported: refused by name, unless it is asked to be served by scikit-learn itself."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from << cookiecutter.package_name >> import bundle, cli, contract, data, export, features, model, tensors
from << cookiecutter.package_name >>.service import log, server

VOTING = """
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier


def soft(**fixed):
    tree = DecisionTreeClassifier(max_depth=4, random_state=0)
    return VotingClassifier([("linear", LogisticRegression(max_iter=1000)), ("tree", tree)], voting="soft", **fixed)
"""
FAMILY = """
[train.families.voting]
estimator = "voting.soft"
"""


@pytest.fixture
def voting(untrained: Path, hurried: None, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001 (as there)
    """Return the small project with soft voting as its only family."""
    (untrained / "voting.py").write_text(VOTING)
    monkeypatch.syspath_prepend(str(untrained))
    params = untrained / "params.toml"
    params.write_text(params.read_text().partition("[train.families")[0] + FAMILY)
    return untrained


def test_what_cannot_be_exported_is_refused_with_the_way_out(voting: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence names the step, and the key to set."""
    assert voting.is_dir()
    assert cli.main(["train"]) == 2
    assert 'backend = "sklearn" in [serving] of params.toml' in capsys.readouterr().err


def check_batch(wanted: tensors.Array, threshold: float) -> None:
    """Fail where `ml score`, from CSV and from Parquet, says anything else than the pipeline does."""
    raw = data.read(Path("data/parcels.csv"))
    raw.to_parquet("parcels.parquet")
    for source, target in (("data/parcels.csv", "scores.parquet"), ("parcels.parquet", "scores.csv")):
        assert cli.main(["score", "--input", source, "--output", target]) == 0
        scored = data.read(Path(target))
        assert np.abs(scored["predicted_probability"].astype(float) - wanted).max() <= 1e-9
        assert list(scored["predicted_label"] == "yes") == list(wanted >= threshold)


@pytest.mark.long
def test_model_is_packed_and_answers_as_the_pipeline(
    voting: Path, agreed: contract.Contract, raw: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked for, it is judged, recorded in the manifest, packed without any ONNX, scored in batches, and served."""
    with (voting / "params.toml").open("a") as params:
        params.write('\n[serving]\nbackend = "sklearn"\n')
    # The libraries themselves count too: this is what it costs.
    gates = voting / "gates.toml"
    gates.write_text("".join(line for line in gates.open() if not line.startswith("memory")))
    gates.write_text(gates.read_text().replace("[budget]", "[budget]\nmemory = 1000.0"))
    assert [cli.main([step]) for step in ("train", "evaluate", "gate", "package")] == [0] * 4
    path = voting / "build" / "bundle" / "model.tar.gz"
    opened = bundle.open_file(path)
    assert opened.manifest["backend"] == "sklearn"
    assert "model.onnx" not in opened.members
    assert "served by scikit-learn itself" in opened.members["MODEL_CARD.md"].decode()
    loaded = model.load(opened)
    inputs = tensors.stacked(agreed, features.arrays(agreed, data.typed(raw, agreed)[0]))
    wanted = export.loads(opened.members["model.skops"]).predict_proba(features.frame(agreed, inputs))[:, 1]
    assert np.abs(loaded.scores(inputs) - wanted).max() <= 1e-9
    check_batch(wanted, opened.manifest["threshold"])
    started: list[Any] = []
    monkeypatch.setattr(server.Server, "run", lambda self, sockets: started.append((self, sockets)))
    monkeypatch.setattr(log, "configure", lambda: None)
    assert cli.main(["serve", "--port", "0", "--admin-port", "0"]) == 0
    assert len(started) == 1
    # Where only what serves is installed, the sentence says what is missing.
    package = cli.__name__.partition(".")[0]
    code = f"import sys; sys.modules['skops'] = None; from {package} import cli; sys.exit(cli.main(['serve']))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "install the extra train" in ran.stderr


def test_unknown_backend_is_refused(voting: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The known ones are named."""
    with (voting / "params.toml").open("a") as params:
        params.write('\n[serving]\nbackend = "pickle"\n')
    assert cli.main(["train"]) == 2
    assert "'onnx' or 'sklearn'" in capsys.readouterr().err
