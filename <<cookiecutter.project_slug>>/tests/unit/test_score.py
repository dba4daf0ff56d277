"""Batch predictions: the same answers as the service's, every row accounted for, and nothing half done."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from _commands import said

from << cookiecutter.package_name >> import bundle, cli, data, features, model, tensors
from << cookiecutter.package_name >>.data import tables

BUNDLE = "build/bundle/model.tar.gz"


def served(raw: pd.DataFrame) -> list[float]:
    """Return what the model of the bundle answers, row by row."""
    loaded = model.load(bundle.open_file(Path(BUNDLE)))
    table, _ = data.typed(raw, loaded.contract)
    scores = loaded.scores(tensors.stacked(loaded.contract, features.arrays(loaded.contract, table)))
    return [float(score) for score in scores]


@pytest.mark.usefixtures("judged")
@pytest.mark.parametrize("source", ["csv", "parquet"])
@pytest.mark.parametrize("target", ["csv", "parquet"])
def test_every_column_is_kept_and_the_predictions_are_the_models(
    capsys: pytest.CaptureFixture[str], source: str, target: str
) -> None:
    """From either format to either."""
    raw = pd.read_csv("data/parcels.csv", dtype=str)
    raw["note"] = 'a "quoted", note;\nof two lines'
    raw.to_parquet("in.parquet") if source == "parquet" else raw.to_csv("in.csv", index=False)
    capsys.readouterr()
    code, text = said(capsys, "score", "--input", f"in.{source}", "--output", f"out/scores.{target}")
    assert (code, f"{len(raw)} of {len(raw)} rows scored" in text) == (0, True)
    scored = data.read(Path(f"out/scores.{target}"))
    pd.testing.assert_frame_equal(scored[raw.columns].astype(object), raw.astype(object), check_dtype=False)
    np.testing.assert_allclose(scored["predicted_probability"].astype(float), served(raw), atol=1e-12)
    manifest = bundle.open_file(Path(BUNDLE)).manifest
    labels = np.where(scored["predicted_probability"].astype(float) >= manifest["threshold"], "yes", "no")
    assert scored["predicted_label"].tolist() == labels.tolist()
    assert [path.name for path in Path("out").iterdir()] == [f"scores.{target}"]


@pytest.mark.usefixtures("judged")
def test_csv_becomes_parquet_of_texts_and_parquet_keeps_its_types() -> None:
    """As `ml score --help` says; the predictions are typed in both."""
    pd.read_csv("data/parcels.csv").to_parquet("in.parquet")
    before = pq.read_schema("in.parquet")
    for source, kinds in (("data/parcels.csv", [pa.string()] * len(before)), ("in.parquet", before.types)):
        assert cli.main(["score", "--input", source, "--output", "out.parquet"]) == 0
        found = pq.read_schema("out.parquet")
        assert found.names == [*before.names, "predicted_label", "predicted_probability"]
        assert found.types == [*kinds, pa.string(), pa.float64()]


@pytest.mark.usefixtures("judged")
def test_rows_in_parts_are_answered_as_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are cut where the processor's cache ends, the last part short."""
    raw = pd.read_csv("data/parcels.csv", dtype=str, nrows=50)
    at_once = served(raw)
    monkeypatch.setattr(model, "CACHED", 7)
    assert served(raw) == pytest.approx(at_once, abs=1e-7)


@pytest.mark.usefixtures("judged")
def test_bad_rows_go_aside_with_their_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 3: no row is lost, none is there twice, and an unseen category is no reason."""
    raw = pd.read_csv("data/parcels.csv", dtype=str)
    raw.loc[3, ["size", "express"]] = ["huge", None]
    raw.loc[5, "sent"] = None
    raw.loc[7, "weight"] = "51"
    raw.loc[9, "colour"] = "violet"
    raw.loc[11, "visits"] = "20000000"
    raw.to_csv("in.csv", index=False)
    code, text = said(capsys, "score", "--input", "in.csv", "--output", "scores.parquet")
    assert (code, "4 rows could not be scored" in text) == (3, True)
    assert "colour: 1 value was a category that the contract does not list" in text
    aside = data.read(Path("scores.rejected.parquet"))
    assert aside["reasons"].tolist() == [
        "size is no number; express is missing",
        "sent is missing",
        "weight is above 50",
        "visits is above 1000",
    ]
    assert aside["input_row"].tolist() == [4, 6, 8, 12]
    assert aside["size"].tolist() == ["huge", *raw.loc[[5, 7, 11], "size"]]
    assert data.read(Path("scores.parquet"))["parcel"].tolist() == raw["parcel"].drop([3, 5, 7, 11]).tolist()


@pytest.mark.usefixtures("judged")
def test_bad_row_is_numbered_within_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever batches the file is read in, and however many files lie beside it."""
    monkeypatch.setattr(tables, "BLOCK", 2**14)
    monkeypatch.setattr(tables, "CELLS", 1)
    raw = pd.read_csv("data/parcels.csv", dtype=str)
    raw.loc[[0, 1201, len(raw) - 1], "size"] = "huge"
    Path("in").mkdir()
    raw.to_csv("in/first.csv", index=False)
    raw.to_parquet("in/second.parquet")
    Path("in/third.csv").write_text(Path("in/first.csv").read_text("utf-8").replace("\n", "\n\n", 2), "utf-8")
    batches = []
    for path in sorted(Path("in").iterdir()):
        with tables.reading(path) as (_, read):
            batches.append(len([*read]))
    assert min(batches) > 1
    assert cli.main(["score", "--input", "in", "--output", "scores"]) == 3
    for path in sorted(Path("scores.rejected").iterdir()):
        aside = data.read(path)
        assert aside["input_row"].astype(int).tolist() == [1, 1202, len(raw)]
        assert aside["parcel"].astype(str).tolist() == raw.loc[aside["input_row"].astype(int) - 1, "parcel"].tolist()


@pytest.mark.usefixtures("judged")
def test_optional_column_under_another_name_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """It is scored as missing; a run that finds the table done says so again."""
    raw = pd.read_csv("data/parcels.csv", dtype=str)
    Path("in").mkdir()
    raw.rename(columns={"shape": "Shape"}).to_csv("in/renamed.csv", index=False)
    for _ in range(2):
        code, text = said(capsys, "score", "--input", "in", "--output", "scores")
        assert (code, f"shape: no such column in {len(raw)} rows" in text) == (0, True)
    scored = data.read(Path("scores/renamed.csv"))["predicted_probability"].astype(float)
    assert scored.tolist() == served(raw.assign(shape=None))


@pytest.mark.usefixtures("judged")
def test_a_clean_table_leaves_no_bad_rows_of_an_earlier_one(capsys: pytest.CaptureFixture[str]) -> None:
    """What stands beside the predictions belongs to them."""
    Path("scores.rejected.csv").write_text("of yesterday", "utf-8")
    assert said(capsys, "score", "--input", "data/parcels.csv", "--output", "scores.csv")[0] == 0
    assert not Path("scores.rejected.csv").exists()


def files() -> list[str]:
    """Return the names of the files beside the project's own."""
    return sorted(path.name for path in Path.cwd().iterdir() if "scores" in path.name)


@pytest.mark.usefixtures("judged")
def test_strict_refuses_a_table_with_bad_rows(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 3, the first rows named and called no more than that, and nothing written."""
    raw = pd.read_csv("data/parcels.csv", dtype=str)
    raw.loc[3:9, "size"] = "huge"
    raw.to_csv("in.csv", index=False)
    code, text = said(capsys, "score", "--input", "in.csv", "--output", "scores.csv", "--strict")
    assert (code, text.count("size is no number"), files()) == (3, 5, [])
    assert "row 4: size is no number" in text
    assert "the first of them listed above" in text


def spoiled(kind: str) -> None:
    """Write `in.csv` (or `in.parquet`) that cannot be scored."""
    raw = pd.read_csv("data/parcels.csv", dtype=str)
    if kind == "lost-column":
        raw = raw.drop(columns="size")
    if kind == "renamed-column":
        raw = raw.rename(columns={"size": "SIZE_", "shape": "Size"})
    if kind == "scored-already":
        raw["predicted_label"] = "yes"
    if kind == "rejected-before":
        raw[["input_row", "reasons"]] = "1"
    raw.to_csv("in.csv", index=False)
    text = Path("in.csv").read_text("utf-8")
    if kind == "ragged":
        Path("in.csv").write_text(text + "1,2,3\n", "utf-8")
    if kind == "twice":
        Path("in.csv").write_text(text.replace("note", "size", 1), "utf-8")
    if kind == "empty":
        Path("in.csv").write_bytes(b"")
    if kind == "no-text":
        Path("in.csv").write_bytes(text.encode("utf-8").replace(b"leave", b"\xff\xfe", 1))
    if kind == "none":
        Path("in.csv").unlink()


@pytest.mark.usefixtures("judged")
@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("lost-column", "has no column size, which the model needs; add it"),
        ("renamed-column", "has no column size, which the model needs (did you mean Size?); rename or add it"),
        ("scored-already", "has a column predicted_label already"),
        ("rejected-before", "has a column input_row and a column reasons already"),
        ("ragged", "cannot be read as a table"),
        ("twice", "has two columns size"),
        ("empty", "cannot be read as a table"),
        ("no-text", "cannot be read as a table"),
        ("none", "no such file"),
    ],
)
def test_a_table_that_cannot_be_scored_is_one_sentence(
    capsys: pytest.CaptureFixture[str], kind: str, sentence: str
) -> None:
    """Exit 2, what is wrong, and nothing written."""
    spoiled(kind)
    code, text = said(capsys, "score", "--input", "in.csv", "--output", "scores.csv")
    assert (code, sentence in text, files()) == (2, True, [])


@pytest.mark.usefixtures("judged")
@pytest.mark.parametrize(
    ("mark", "point", "named"),
    [(";", ".", "semicolons (;)"), (";", ",", "semicolons (;)"), ("\t", ".", "tabs"), ("|", ".", "bars (|)")],
    ids=["semicolons", "decimal-commas", "tabs", "bars"],
)
def test_table_without_commas_says_what_separates_it(
    capsys: pytest.CaptureFixture[str], mark: str, point: str, named: str
) -> None:
    """To who scores, monitors or refreshes; not that some column is missing."""
    text = Path("data/parcels.csv").read_text("utf-8")
    Path("in.csv").write_text(text.replace(",", mark).replace(".", point), "utf-8")
    for step in ("score --output scores.csv --input", "monitor --input", "data refresh --source"):
        assert cli.main([*step.split(), "in.csv"]) == 2
        reason = f"in.csv: its columns are separated by {named}; write it with commas, points in numbers and dates as"
        assert reason in capsys.readouterr().err
    assert files() == []
