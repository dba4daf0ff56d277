"""`ml monitor --labels`: what came back later is joined to its rows, and judges the promises."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from _commands import said

from << cookiecutter.package_name >> import contract, monitor


@pytest.mark.usefixtures("judged")
def test_labels_of_a_key_that_repeats_are_joined_by_the_time_too(capsys: pytest.CaptureFixture[str]) -> None:
    """A customer who comes back has one label each time."""
    table = pd.read_csv("data/parcels.csv", dtype=str)
    table["parcel"] = (table.index // 3).astype(str)
    table.drop(columns=["returned", "refund"]).to_csv("recent.csv", index=False)
    table[["returned", "parcel", "sent"]].sample(1000, random_state=0).to_csv("labels.csv", index=False)
    code, _ = said(capsys, "monitor", "--input", "recent.csv", "--labels", "labels.csv")
    told = json.loads(Path("build/report/monitor.json").read_text("utf-8"))
    assert (code, told["labelled"], told["promises"][0]["verdict"]) == (0, 1000, "pass")


@pytest.mark.usefixtures("judged")
def test_labels_that_nothing_tells_apart_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody who comes twice at one time has two labels, and nobody knows which is which; the others are judged."""
    table = pd.read_csv("data/parcels.csv", dtype=str)
    table["parcel"] = (table.index // 3).astype(str)
    table.loc[[1, 4], "sent"] = table.loc[[0, 3], "sent"].to_numpy()
    table.drop(columns=["returned", "refund"]).to_csv("recent.csv", index=False)
    table[["returned", "parcel", "sent"]].head(1000).to_csv("labels.csv", index=False)
    code, text = said(capsys, "monitor", "--input", "recent.csv", "--labels", "labels.csv")
    told = json.loads(Path("build/report/monitor.json").read_text("utf-8"))
    assert (code, told["labelled"], told["shared"]) == (0, 996, 4)
    assert "4 labels were left out: they share key and time." in text


@pytest.mark.usefixtures("judged")
def test_labels_hold_the_model_against_the_commoner_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    """Not against the one that a dear miss makes of their share."""
    path = Path("gates.toml")
    promised = path.read_text("utf-8").replace("roc_auc", "accuracy")
    path.write_text(promised.replace("floor = 0.7", "floor = 0.1"), "utf-8")
    table = pd.read_csv("data/parcels.csv", dtype=str)
    rows = pd.concat([table[table["returned"] == "yes"].head(200), table[table["returned"] == "no"].head(300)])
    rows.drop(columns=["returned", "refund"]).to_csv("recent.csv", index=False)
    rows[["returned", "parcel"]].to_csv("labels.csv", index=False)
    said(capsys, "monitor", "--input", "recent.csv", "--labels", "labels.csv")
    quality, baseline, _ = json.loads(Path("build/report/monitor.json").read_text("utf-8"))["promises"]
    reached, gained = (float(each["measured"].split("accuracy ")[1].split()[0]) for each in (quality, baseline))
    assert gained == pytest.approx(reached - 0.6, abs=0.0011)


@pytest.mark.usefixtures("judged")
def test_time_of_a_label_is_read_only_where_it_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    """Keys that do not repeat are enough; those that do need it, and without it the labels are refused."""
    table = pd.read_csv("data/parcels.csv", dtype=str)
    table.drop(columns=["returned", "refund"]).to_csv("recent.csv", index=False)
    table[["returned", "parcel"]].assign(sent="yesterday").to_csv("labels.csv", index=False)
    assert said(capsys, "monitor", "--input", "recent.csv", "--labels", "labels.csv")[0] == 0
    table[["returned", "parcel"]].assign(parcel=table["parcel"].str[:-1]).to_csv("labels.csv", index=False)
    code, text = said(capsys, "monitor", "--input", "recent.csv", "--labels", "labels.csv")
    assert (code, "share their parcel; keep one each, or give sent in the labels and in the rows" in text) == (2, True)


@pytest.mark.usefixtures("judged")
def test_labels_of_a_project_without_a_key_cannot_be_joined() -> None:
    """Neither by the time alone, which both tables have."""
    agreed, _ = contract.read(Path("contract.toml"))
    keyless = tuple(replace(each, role="ignore") if each.role == "key" else each for each in agreed.columns)
    agreed, table = replace(agreed, columns=keyless), pd.read_csv("data/parcels.csv", dtype=str)
    by = monitor.joint(table, table, agreed)
    with pytest.raises(contract.InputError, match='no column has role = "key" and no time is unique, by which labels'):
        monitor.joined(table, table, agreed, "labels.csv", by)


@pytest.mark.usefixtures("judged")
def test_labels_of_a_project_without_a_key_are_joined_by_a_time_that_is_unique() -> None:
    """Of hourly rows the hour says which is which."""
    agreed, _ = contract.read(Path("contract.toml"))
    changes: dict[str, dict[str, Any]] = {"key": {"role": "ignore"}, "time": {"unique": True}}
    hourly = tuple(replace(each, **changes.get(each.role, {})) for each in agreed.columns)
    agreed, table = replace(agreed, columns=hourly), pd.read_csv("data/parcels.csv", dtype=str)
    by = monitor.joint(table, table, agreed)
    assert by == ["sent"]
    labels = table[["sent"]].assign(returned="yes").tail(300)
    found = monitor.joined(table, labels, agreed, "labels.csv", by)
    assert found["sent"].tolist() == labels["sent"].tolist()


@pytest.mark.usefixtures("judged")
def test_labels_that_are_not_there_are_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is judged, and no drift is called that."""
    code, text = said(capsys, "monitor", "--input", "data/parcels.csv", "--labels", "lost.csv")
    assert (code, "lost.csv: no such file" in text) == (2, True)


@pytest.mark.usefixtures("judged")
def test_labels_that_are_all_blank_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    """It is the labels that are missing, and not their rows."""
    table = pd.read_csv("data/parcels.csv", dtype=str)
    table[["returned", "parcel"]].assign(returned="").to_csv("labels.csv", index=False)
    code, text = said(capsys, "monitor", "--input", "data/parcels.csv", "--labels", "labels.csv")
    assert (code, "labels.csv: no row has parcel and returned" in text) == (2, True)


@pytest.mark.usefixtures("judged")
@pytest.mark.parametrize("honest", [True, False], ids=["as-promised", "worse"])
def test_labels_judge_the_promises(capsys: pytest.CaptureFixture[str], honest: bool) -> None:  # noqa: FBT001
    """Labels that came back later, for some rows and in another order, tell whether the model still keeps its floor."""
    table = pd.read_csv("data/parcels.csv", dtype=str)
    table.drop(columns=["returned", "refund"]).to_csv("recent.csv", index=False)
    labels = table[["returned", "parcel"]].sample(1000, random_state=0)
    if not honest:
        labels["returned"] = labels["returned"].sample(frac=1, random_state=1).to_numpy()
    labels.to_csv("labels.csv", index=False)
    code, text = said(capsys, "monitor", "--input", "recent.csv", "--labels", "labels.csv")
    told = json.loads(Path("build/report/monitor.json").read_text("utf-8"))
    assert (code, told["labelled"]) == (0 if honest else 3, 1000)
    verdicts = {each["gate"]: each["verdict"] for each in told["promises"]}
    assert [verdicts["quality"], verdicts["baseline"]] == ["pass" if honest else "fail"] * 2
    assert "calibration" in verdicts
    assert ("the promise of quality" in text) is not honest


@pytest.mark.usefixtures("judged")
@pytest.mark.parametrize(
    ("kept", "sentence"),
    [
        pytest.param({"parcel": "99999"}, "share their parcel; keep one each, or give sent", id="one-key"),
        pytest.param({"returned": "yes"}, "labels that came back are the same", id="one-class"),
        pytest.param({"returned": "perhaps"}, "is none of no, yes", id="unknown-class"),
        pytest.param({"parcel": None}, "has no column parcel", id="no-key"),
    ],
)
def test_labels_that_cannot_be_joined_say_why(
    capsys: pytest.CaptureFixture[str], kept: dict[str, str | None], sentence: str
) -> None:
    """Exit 2, and what to do."""
    labels = pd.read_csv("data/parcels.csv", dtype=str)[["parcel", "returned"]].assign(**kept)
    labels = labels.dropna(axis="columns", how="all")
    labels.to_csv("labels.csv", index=False)
    code, text = said(capsys, "monitor", "--input", "data/parcels.csv", "--labels", "labels.csv")
    assert (code, sentence in text) == (2, True)
