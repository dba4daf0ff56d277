"""The command line from the table to the packed model, as real processes and with what refuses."""

import json
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from << cookiecutter.package_name >> import bundle, cli, gates
from << cookiecutter.package_name >>.cli import trained

Made = tuple[Path, dict[str, "subprocess.CompletedProcess[str]"]]


def edit(path: str, old: str, new: str) -> None:
    """Replace a text in a file of the working directory."""
    text = Path(path).read_text("utf-8")
    assert old in text
    Path(path).write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize("step", ["data check", "train", "evaluate", "gate", "package"])
def test_step_succeeds_and_says_one_thing(made: Made, step: str) -> None:
    """Each step exits 0; in a pipe nothing but its answer is printed."""
    ran = made[1][step]
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.strip()


def test_gate_prints_every_verdict(made: Made) -> None:
    """The terminal shows all gates, also those that nobody asks."""
    assert all(gate in made[1]["gate"].stdout for gate in gates.GATES)
    assert "Accepted: 9 gates pass" in made[1]["gate"].stdout


def test_package_writes_what_a_release_needs(made: Made) -> None:
    """Beside the archive lie its sums, its verdicts, its card and the pipeline for people."""
    folder = made[0] / "build" / "bundle"
    lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    listed = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert {path.name for path in folder.iterdir()} == {*listed, "SHA256SUMS"}
    assert all(bundle.sha256((folder / name).read_bytes()) == digest for name, digest in listed.items())
    verdicts = json.loads((folder / "verdicts.json").read_text("utf-8"))
    opened = bundle.open_file(folder / "model.tar.gz")
    assert verdicts["bundle_sha256"] == opened.digest
    assert verdicts["model_sha256"] == bundle.sha256(opened.members["model.onnx"])
    assert json.loads(made[1]["package"].stdout)["digest"] == opened.digest


def test_archive_holds_nothing_measured_by_the_clock(made: Made) -> None:
    """The same model in the same project has the same digest, however busy the machine was."""
    opened = bundle.open_file(made[0] / "build" / "bundle" / "model.tar.gz")
    assert "budget" not in opened.json("metrics.json")
    with tarfile.open(made[0] / "build" / "bundle" / "model.tar.gz") as archive:
        assert {entry.mtime for entry in archive} == {0}


def test_training_twice_gives_the_same_bytes(judged: Path) -> None:
    """Another process, another hour: the same model."""
    before = (judged / "build" / "model" / "model.onnx").read_bytes()
    shutil.rmtree(judged / "build")
    assert cli.main(["train"]) == 0
    assert (judged / "build" / "model" / "model.onnx").read_bytes() == before


@pytest.mark.usefixtures("judged")
def test_refused_model_is_reported_and_not_packed(capsys: pytest.CaptureFixture[str]) -> None:
    """A gate that refuses exits 3, and still writes the verdicts and the report."""
    assert cli.main(["package"]) == 0
    for path in (Path("build/verdicts.json"), Path("build/report/index.html"), Path("build/report/report.md")):
        path.unlink()
    edit("gates.toml", "floor = 0.7", "floor = 0.999")
    assert cli.main(["gate"]) == 3
    said = capsys.readouterr().out
    assert "Refused by: quality." in said
    assert "build/bundle still holds the model that was packed before." in said
    assert json.loads(Path("build/verdicts.json").read_text("utf-8"))["passed"] is False
    assert "Refused by: quality." in Path("build/report/index.html").read_text("utf-8")
    assert "Refused by: quality." in Path("build/report/report.md").read_text("utf-8")
    assert cli.main(["package"]) == 3
    assert "refuse this model" in capsys.readouterr().err


def swap_model() -> None:
    """Put other bytes where the trained model lies."""
    Path("build/model/model.onnx").write_bytes(b"another")


def retrain() -> None:
    """Train another model, so that measurements and verdicts are of an older one."""
    edit("params.toml", "C = [0.1, 1.0]", "C = [0.01]")
    assert cli.main(["train"]) == 0


@pytest.mark.parametrize(
    ("breach", "step", "named"),
    [
        pytest.param(swap_model, "package", "ml train", id="model-swapped"),
        pytest.param(retrain, "gate", "ml evaluate", id="measurements-of-another-model"),
        pytest.param(retrain, "package", "ml gate", id="verdicts-of-another-model"),
        pytest.param(lambda: Path("build/verdicts.json").unlink(), "package", "ml gate", id="no-verdicts"),
        pytest.param(lambda: Path("build/metrics.json").write_text("{"), "gate", "ml evaluate", id="damaged-metrics"),
        pytest.param(lambda: shutil.rmtree("build"), "evaluate", "ml train", id="no-model"),
        pytest.param(lambda: edit("params.toml", '"1"', '"2"'), "evaluate", "[split]", id="another-split"),
        pytest.param(lambda: edit("params.toml", '"1"', '"2"'), "gate", "[split]", id="split-since-then"),
        pytest.param(lambda: edit("params.toml", '"1"', '"2"'), "package", "[split]", id="split-since"),
        pytest.param(lambda: edit("contract.toml", "cm", "mm"), "evaluate", "contract.toml", id="another-contract"),
        pytest.param(lambda: edit("contract.toml", "cm", "mm"), "gate", "contract.toml", id="contract-since-then"),
        pytest.param(lambda: edit("contract.toml", "cm", "mm"), "package", "contract.toml", id="contract-since"),
        pytest.param(lambda: edit("data/data.lock", '256 = "', '256 = "0'), "gate", "data.lock", id="data-since-then"),
        pytest.param(lambda: edit("data/data.lock", '256 = "', '256 = "0'), "package", "data.lock", id="data-since"),
        pytest.param(lambda: edit("params.toml", "= 3.0", "= 4.0"), "evaluate", "[costs]", id="other-costs"),
        pytest.param(lambda: edit("params.toml", "folds = 2", "folds = 3"), "evaluate", "[train]", id="other-search"),
        pytest.param(lambda: edit("params.toml", "folds = 2", "folds = 3"), "gate", "[train]", id="search-since-then"),
        pytest.param(lambda: edit("params.toml", "folds = 2", "folds = 3"), "package", "[train]", id="search-since"),
        pytest.param(
            lambda: edit("params.toml", "[train]", '[serving]\nbackend = "sklearn"\n\n[train]'),
            "evaluate",
            "[serving]",
            id="other-backend",
        ),
        pytest.param(lambda: edit("gates.toml", "floor", "flor"), "gate", "'flor'", id="mistyped-promise"),
        pytest.param(lambda: edit("gates.toml", '"roc_auc"', '"acuracy"'), "evaluate", "accuracy", id="no-scorer"),
        pytest.param(lambda: edit("gates.toml", '"roc_auc"', '"acuracy"'), "gate", "accuracy", id="no-scorer-now"),
        pytest.param(
            lambda: edit("gates.toml", "gap = 0.05", 'gap = 0.05\nmetric = "acuracy"'),
            "evaluate",
            "[slices]: metric 'acuracy'",
            id="no-scorer-of-slices",
        ),
        pytest.param(
            lambda: edit("gates.toml", "alone = 0.98", 'alone = 0.98\ncleared = ["colr"]'),
            "gate",
            "cleared names 'colr'",
            id="nobody-cleared",
        ),
        pytest.param(lambda: edit("params.toml", '"roc_auc"', '"rock"'), "train", "'rock'", id="no-scoring"),
        pytest.param(lambda: Path("contract.toml").unlink(), "train", "contract.toml", id="no-contract"),
    ],
)
@pytest.mark.usefixtures("judged")
def test_step_refuses_what_does_not_fit_in_one_sentence(
    capsys: pytest.CaptureFixture[str], breach: Callable[[], object], step: str, named: str
) -> None:
    """Model, measurements and verdicts must speak of one model; else exit 2, naming what to do."""
    breach()
    capsys.readouterr()
    assert cli.main([step]) == 2
    said = capsys.readouterr()
    assert said.err.startswith("ml: ")
    assert said.err.count("\n") == 1
    assert named in said.err
    assert not said.out


@pytest.mark.usefixtures("judged")
def test_model_of_an_older_version_is_called_so(capsys: pytest.CaptureFixture[str]) -> None:
    """It says nothing of what it was made of, and nothing has changed."""
    edit("build/model/training.json", '"made_of"', '"unmade_of"')
    assert cli.main(["evaluate"]) == 2
    assert "was trained by an older version of this code; run ml train again" in capsys.readouterr().err


@pytest.mark.parametrize("step", ["evaluate", "gate", "package"])
@pytest.mark.usefixtures("judged")
def test_step_refuses_a_model_of_other_features(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, step: str
) -> None:
    """Code makes a model as well as params do."""
    edited = tmp_path / "features.py"
    edited.write_text("# another", "utf-8")
    monkeypatch.setattr(trained, "FEATURES", edited)
    assert cli.main([step]) == 2
    assert "features.py: has changed since the model was trained" in capsys.readouterr().err


@pytest.mark.usefixtures("judged")
def test_full_disk_keeps_the_old_model(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What could not be written whole is not written at all."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    before = {path: path.read_bytes() for path in Path("build/model").iterdir()}
    monkeypatch.setattr("os.fsync", full)
    assert cli.main(["train"]) == 2
    assert "No space left" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in Path("build/model").iterdir()} == before
    assert {path.name for path in Path("build").iterdir() if path.name.startswith(".")} == set()


@pytest.mark.usefixtures("judged")
def test_interrupted_step_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C gets a sentence and the exit code that shells give it, not a trace."""

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", stop)
    assert cli.main(["gate"]) == 130
    assert "stopped" in capsys.readouterr().err


@pytest.mark.usefixtures("judged")
def test_another_threshold_is_another_model(capsys: pytest.CaptureFixture[str]) -> None:
    """The same file with other costs answers otherwise: what was measured before is not about it."""
    before = bundle.sha256(Path("build/model/model.onnx").read_bytes())
    edit("params.toml", "false_negative = 3.0", "false_negative = 0.01")
    assert cli.main(["train"]) == 0
    assert bundle.sha256(Path("build/model/model.onnx").read_bytes()) == before
    assert cli.main(["gate"]) == 2
    assert "metrics.json: is about another model than build/model; run ml evaluate again" in capsys.readouterr().err


@pytest.mark.usefixtures("judged")
def test_evaluation_tells_what_the_labels_cost() -> None:
    """On the test rows, at the costs of params.toml, and less than always saying the same."""
    found = json.loads(Path("build/metrics.json").read_text("utf-8"))
    assert 0 < found["cost"]["value"] < found["cost"]["always"]
    assert found["cost"]["rows"] == found["quality"]["rows"]


@pytest.mark.usefixtures("judged")
def test_gate_that_is_left_out_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Deleting a promise is not easier than lowering it."""
    Path("gates.toml").write_text("", "utf-8")
    assert cli.main(["gate"]) == 2
    assert "[contract] is missing" in capsys.readouterr().err


@pytest.mark.usefixtures("judged")
def test_what_is_no_number_is_packed_as_none() -> None:
    """JSON has no NaN: what reads it strictly, as the server does, would stop at the bundle."""
    path = Path("build/metrics.json")
    metrics = json.loads(path.read_text("utf-8"))
    point = {"rows": 10, "train": float("nan"), "validation": 0.5}
    path.write_bytes(bundle.dumps({**metrics, "learning": {"metric": "", "points": [point]}}))
    assert cli.main(["gate"]) == 0
    assert cli.main(["package"]) == 0
    packed = bundle.open_file(Path("build/bundle/model.tar.gz")).members["metrics.json"]
    assert json.loads(packed, parse_constant=pytest.fail)["learning"]["points"] == [{**point, "train": None}]
