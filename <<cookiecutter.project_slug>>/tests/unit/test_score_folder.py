"""`ml score` of a folder: each part once, by one model, and again where it changed."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from _commands import said

from << cookiecutter.package_name >> import data, score
from << cookiecutter.package_name >>.score import folder


def parts(count: int) -> Path:
    """Write a folder of tables, half of them Parquet."""
    raw = pd.read_csv("data/parcels.csv", dtype=str)
    folder = Path("in")
    folder.mkdir(exist_ok=True)
    for number, part in enumerate(np.array_split(np.arange(len(raw)), count)):
        chosen = raw.iloc[part]
        if number % 2:
            chosen.to_parquet(folder / f"{number}.parquet")
        else:
            chosen.to_csv(folder / f"{number}.csv", index=False)
    return folder


@pytest.mark.usefixtures("judged")
def test_a_folder_goes_on_where_it_was_stopped(capsys: pytest.CaptureFixture[str]) -> None:
    """Parts that are done stay as they are; a changed one, a lost one and one never finished are done."""
    folder = parts(5)
    (folder / "4.csv").rename("later.csv")
    assert said(capsys, "score", "--input", "in", "--output", "scores")[0] == 0
    Path("later.csv").rename(folder / "4.csv")
    stamp = {path.name: path.stat().st_mtime_ns for path in Path("scores").iterdir()}
    Path("scores", "1.parquet").unlink()
    changed = pd.read_csv(folder / "2.csv", dtype=str)
    changed.iloc[:10].to_csv(folder / "2.csv", index=False)
    Path("scores", ".4.csv.0123.part").write_text("half", "utf-8")
    code, text = said(capsys, "score", "--input", "in", "--output", "scores")
    assert (code, "2 tables had been scored before" in text) == (0, True)
    assert sorted(path.name for path in Path("scores").iterdir()) == [
        *("0.csv", "1.parquet", "2.csv", "3.parquet", "4.csv", "_scored.json")
    ]
    for name in ("0.csv", "3.parquet"):
        assert Path("scores", name).stat().st_mtime_ns == stamp[name]
    assert len(data.read(Path("scores/2.csv"))) == 10


@pytest.mark.usefixtures("judged")
def test_two_models_never_mix_in_one_folder(capsys: pytest.CaptureFixture[str]) -> None:
    """Predictions of another model stay, and are refused as a place for new ones."""
    parts(2)
    said(capsys, "score", "--input", "in", "--output", "scores")
    record = Path("scores/_scored.json")
    record.write_text(json.dumps({**json.loads(record.read_text("utf-8")), "model": "0" * 64}), "utf-8")
    code, text = said(capsys, "score", "--input", "in", "--output", "scores")
    assert (code, "holds predictions of another model (000000000000...)" in text) == (2, True)


@pytest.mark.usefixtures("judged")
def test_table_that_changed_while_it_was_read_is_scored_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its stamp is taken before: the next run sees that the predictions are of other bytes."""
    source = parts(2)

    def run(left: list[score.Part]) -> Iterator[tuple[score.Part, score.Scored]]:
        for part in left:
            part.target.parent.mkdir(exist_ok=True)
            part.target.write_text("", "utf-8")
            part.source.write_bytes(part.source.read_bytes() + b"\n")
            yield part, score.Scored(rows=1)

    assert folder.score(source, Path("scores"), "0", run)[1] == 0
    assert folder.score(source, Path("scores"), "0", run)[1] == 0
    monkeypatch.setattr(Path, "write_bytes", lambda *_: 0)
    assert folder.score(source, Path("scores"), "0", run)[1] == 0
    assert folder.score(source, Path("scores"), "0", run)[1] == 2


@pytest.mark.usefixtures("judged")
def test_folder_is_scored_into_the_one_we_are_in(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--output .` has no name to put a folder for bad rows beside, and gets it all the same."""
    source, archive = parts(2).resolve(), Path("build/bundle/model.tar.gz").resolve()
    Path("scores").mkdir()
    monkeypatch.chdir("scores")
    assert said(capsys, "score", "--input", str(source), "--output", ".", "--bundle", str(archive))[0] == 0
    assert sorted(path.name for path in Path().iterdir()) == ["0.csv", "1.parquet", "_scored.json"]
    code, text = said(capsys, "score", "--input", str(source), "--output", "/", "--bundle", str(archive))
    assert (code, "/: leaves no place beside it" in text) == (2, True)
