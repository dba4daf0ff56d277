"""The model in production against its challenger: when they are compared, and what is said."""

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from << cookiecutter.package_name >> import bundle, cli, contract, data, evaluate, gates

pytestmark = pytest.mark.long

HASH = {"by": "hash", "key": ["parcel"], "salt": "1", "shares": [0.6, 0.2, 0.2]}
TIME = {"by": "time", "column": "sent", "cuts": ["2024-03-01T00:00:00", "2024-04-01T00:00:00"]}

# A tree that asks one question.
BLIND = (
    ("params.toml", '"sklearn.linear_model.LogisticRegression"', '"sklearn.tree.DecisionTreeClassifier"'),
    ("params.toml", "fixed = { max_iter = 1000 }", "fixed = { max_leaf_nodes = 2 }"),
    ("params.toml", "grid = { C = [0.1, 1.0] }", ""),
)


@pytest.fixture
def champion(judged: Path, hurried: None) -> Path:  # noqa: ARG001 (it changes what evaluate does)
    """Return the packed model of the small project, and make that project the working directory."""
    return Path(shutil.copy(judged / "build" / "bundle" / "model.tar.gz", judged / "champion.tar.gz"))


def verdict(champion: Path, *edits: tuple[str, str, str]) -> dict[str, str]:
    """Train, if there are edits of files, and judge again; return the verdict on the champion."""
    for path, old, new in edits:
        text = Path(path).read_text("utf-8")
        assert old in text
        Path(path).write_text(text.replace(old, new), "utf-8")
    assert not edits or cli.main(["train"]) == 0
    assert cli.main(["evaluate", "--champion", str(champion)]) == 0
    cli.main(["gate"])
    document = json.loads(Path("build/verdicts.json").read_text("utf-8"))
    return next(dict(each) for each in document["verdicts"] if each["gate"] == "champion")


def test_same_model_is_not_asked(champion: Path) -> None:
    """The same data and code give the same bytes, and nobody needs to beat oneself."""
    found = verdict(champion)
    assert found["verdict"] == gates.NOT_ASKED
    assert "the same model.onnx as 0.1.0" in found["promised"]


def test_equal_model_passes_and_is_not_called_better(champion: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As good is good enough to merge, and not enough to be promoted by luck."""
    found = verdict(champion, ("params.toml", "C = [0.1, 1.0]", "C = [0.7]"))
    assert found["verdict"] == gates.PASS
    assert cli.main(["compare", "--champion", str(champion)]) == 3
    assert "build/model holds another, which is not packed" in capsys.readouterr().out
    kept = Path("build/model/training.json").read_bytes()
    Path("build/model/training.json").write_text("{}")
    assert cli.main(["compare", "--champion", str(champion)]) == 3
    assert "not packed" not in capsys.readouterr().out
    Path("build/model/training.json").write_bytes(kept)
    assert cli.main(["package"]) == 0
    assert cli.main(["compare", "--champion", str(champion)]) == 3
    said = capsys.readouterr().out
    assert "Not surely better than 0.1.0" in said
    assert "not packed" not in said
    assert "the same model" not in said
    shutil.copyfile("build/bundle/model.tar.gz", "same.tar.gz")
    assert cli.main(["compare", "--champion", "same.tar.gz"]) == 3
    assert "neither trained on; both hold the same model." in capsys.readouterr().out


def test_worse_model_is_refused_and_a_better_one_named(champion: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A tree that asks one question loses against the one in production; the other way round that one is better."""
    text = Path("gates.toml").read_text("utf-8")
    found = verdict(champion, *BLIND)
    assert found["verdict"] == gates.FAIL
    assert "against 0.1.0" in found["measured"]
    Path("gates.toml").write_text(
        text.replace("floor = 0.7", "floor = 0.1").replace("margin = 0.02", "margin = 1.0"), "utf-8"
    )
    verdict(champion)
    assert cli.main(["package"]) == 0
    worse = shutil.copy("build/bundle/model.tar.gz", "worse.tar.gz")
    assert cli.main(["compare", "--champion", str(worse), "--challenger", str(champion)]) == 0
    assert "Better than 0.1.0" in capsys.readouterr().out


def test_another_split_is_not_comparable(champion: Path) -> None:
    """Under another salt the champion has trained on our test rows: that is said, and is no silent pass."""
    found = verdict(champion, ("params.toml", 'salt = "1"', 'salt = "2"'))
    assert found["verdict"] == gates.FAIL
    assert "not comparable with 0.1.0: its split differs" in found["measured"]


@pytest.mark.parametrize(
    ("ours", "theirs", "reason"),
    [
        pytest.param(HASH, HASH, "", id="same-hash"),
        pytest.param(HASH, HASH | {"shares": [0.8, 0.1, 0.1]}, "its split differs", id="other-shares"),
        pytest.param(HASH, HASH | {"key": ["colour"]}, "its split differs", id="other-key"),
        pytest.param(TIME, TIME, "", id="same-cuts"),
        pytest.param(TIME, TIME | {"cuts": ["2023-01-01", "2023-04-01"]}, "", id="older-champion"),
        pytest.param(
            TIME,
            TIME | {"cuts": ["2024-03-01", "2024-05-01"]},
            "its test rows begin at 2024-05-01, ours at 2024-04-01T00:00:00 already, so that it may have",
            id="newer-champion",
        ),
        pytest.param(TIME, TIME | {"column": "paid"}, "it is split by paid, not by sent", id="other-time"),
        pytest.param(TIME, HASH, "its split differs", id="hash-against-time"),
    ],
)
def test_models_are_compared_on_unseen_rows(
    agreed: contract.Contract, ours: dict[str, Any], theirs: dict[str, Any], reason: str
) -> None:
    """The splits must prove that the champion saw none of our test rows."""
    assert evaluate.incomparable(ours, theirs, agreed, agreed).startswith(reason or "")
    assert bool(reason) == bool(evaluate.incomparable(ours, theirs, agreed, agreed))


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        pytest.param(("problem", "positive"), "no", "it predicts", id="other-class"),
        pytest.param(("columns", "size", "type"), "integer", "it needs the column size", id="changed-type"),
    ],
)
def test_changed_contract_is_not_comparable(
    document: dict[str, Any], agreed: contract.Contract, path: tuple[str, ...], value: str, reason: str
) -> None:
    """A champion that predicts something else, or reads what is gone, cannot answer."""
    place = document
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    assert evaluate.incomparable(HASH, HASH, contract.of(document), agreed).startswith(reason)


@pytest.mark.parametrize("name", ["weight", "visits"])
def test_optional_column_of_another_type_is_not_comparable(agreed: contract.Contract, name: str) -> None:
    """Texts that were numbers would reach it as texts."""
    columns = [dataclasses.replace(c, type="category") if c.name == name else c for c in agreed.columns]
    theirs = dataclasses.replace(agreed, columns=tuple(columns))
    assert evaluate.incomparable(HASH, HASH, theirs, agreed).startswith(f"it needs the column {name}")


def test_rows_are_read_as_the_champion_knows_them(agreed: contract.Contract, raw: pd.DataFrame) -> None:
    """Its markers and its spellings are its own, a lost column is missing, and what it cannot read is named."""
    raw = raw[data.parted(data.typed(raw, agreed)[0], HASH) == 2]
    known, unread = evaluate.reread(raw.drop(columns="shape"), agreed, HASH)
    assert unread == ""
    assert set(known["colour"]) == {"red", "green", "blue"}
    assert known["visits"].min() == 0
    assert known["shape"].isna().all()
    large = raw.assign(size=["large", "large", *raw["size"][2:]])
    assert evaluate.reread(large, agreed, HASH)[1] == "it reads size as number, which 2 test rows do not hold"


def test_key_of_another_type_is_not_comparable(agreed: contract.Contract, raw: pd.DataFrame) -> None:
    """5 and "5" have other hashes: under the same split the champion may have trained on our test rows."""
    raw = raw[data.parted(data.typed(raw, agreed)[0], HASH) == 2]
    columns = [dataclasses.replace(c, type="text") if c.name == "parcel" else c for c in agreed.columns]
    theirs = dataclasses.replace(agreed, columns=tuple(columns))
    assert evaluate.reread(raw, theirs, HASH)[1].startswith("its contract reads the key parcel so that ")
    assert evaluate.reread(raw, theirs, TIME)[1] == ""


def test_other_spelling_in_the_contract_does_not_lame_the_champion(champion: Path) -> None:
    """Nobody passes by a champion that is told what it never met: its score is the one it was released with."""
    released = bundle.open_file(champion).json("metrics.json")["quality"]["value"]
    respelled = [
        ("contract.toml", 'values = ["red", "green", "blue"]', 'values = ["Red", "green", "blue"]'),
        ("contract.toml", 'aliases = { Red = "red" }', 'aliases = { red = "Red" }'),
    ]
    found = verdict(champion, *respelled, *BLIND)
    measured = json.loads(Path("build/metrics.json").read_text("utf-8"))["champion"]
    assert (found["verdict"], measured["other"]) == (gates.FAIL, pytest.approx(released))


def test_evaluation_without_champion_says_so(champion: Path) -> None:
    """Before the first promotion there is nobody to beat."""
    assert bundle.open_file(champion).json("metrics.json")["champion"] == {
        "not asked": "nothing is in production, or none was named: make model CHAMPION=BUNDLE"
    }


def test_few_rows_of_a_class_make_no_better_model(
    champion: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As at the gate: no interval of so few covers what it says, so nobody is promoted by it."""
    found = {"version": "0.1.0", "value": 0.2, "low": 0.1, "high": 0.3, "rows": 300}
    few = ({"rarer": 14}, "; 14 rows of the rarer class or label are"), ({"groups": 49}, "; 49 keys are too few")
    for support, told in (*few, ({"rarer": 15}, "")):
        monkeypatch.setattr(evaluate, "against", lambda *_, support=support: found | support)
        assert cli.main(["compare", "--champion", str(champion)]) == (3 if told else 0)
        said = capsys.readouterr().out
        assert said.startswith("Not surely better" if told else "Better")
        assert told in said
