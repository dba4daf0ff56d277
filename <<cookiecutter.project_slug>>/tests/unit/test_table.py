"""`ml data`: which tables are accepted, and which are refused with exit 3 or 2."""

from dataclasses import replace
from datetime import UTC, datetime
from email.message import Message
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.request import Request
from urllib.response import addinfourl

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from << cookiecutter.package_name >> import cli, contract, data
from << cookiecutter.package_name >>.data import snapshot

TABLE = Path("data/parcels.csv")
LOCK = Path("data/data.lock")


def test_edited_table_is_refused_until_it_is_accepted(untrained: Path, raw: pd.DataFrame) -> None:
    """The lock pins the bytes; `ml data refresh` accepts new ones."""
    raw.iloc[:1400].to_csv(untrained / TABLE, index=False)
    assert cli.main(["data", "check"]) == 2
    assert cli.main(["train"]) == 2
    assert cli.main(["data", "refresh"]) == 0
    assert data.read_lock(LOCK).rows == 1400
    assert cli.main(["data", "check"]) == 0


def test_table_outside_the_project_is_not_accepted(
    untrained: Path, raw: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    """A lock that names it would be red wherever else the project is."""
    before = (untrained / "data" / "data.lock").read_bytes()
    (untrained / "build").mkdir()
    for place in ("../newer.csv", str(untrained / "data" / "newer.csv"), "build/newer.csv"):
        raw.to_csv(place, index=False)
        assert cli.main(["data", "refresh", "--source", place]) == 2
        assert f"{place}: no clone of the project finds it there" in capsys.readouterr().err
        assert (untrained / "data" / "data.lock").read_bytes() == before
    assert cli.main(["data", "refresh", "--source", "data/newer.csv"]) == 0


def test_broken_table_is_not_accepted(untrained: Path, raw: pd.DataFrame, capsys: pytest.CaptureFixture[str]) -> None:
    """A table that breaks the contract exits 3, lists how, and leaves the lock."""
    before = LOCK.read_bytes()
    raw.assign(size="1000").to_csv(untrained / TABLE, index=False)
    assert cli.main(["data", "refresh"]) == 3
    said = capsys.readouterr()
    assert "size: is above 100 in 1500 rows: row 1 ('1000'), row 2" in said.out
    assert said.err.count("\n") == 1
    assert LOCK.read_bytes() == before


@pytest.mark.parametrize("step", ["train", "evaluate", "explore"])
def test_no_step_works_on_a_broken_table(judged: Path, raw: pd.DataFrame, step: str) -> None:
    """Even where the lock was made to agree, the contract refuses."""
    raw.assign(size="1000").to_csv(judged / TABLE, index=False)
    LOCK.write_bytes(data.Lock(str(TABLE), len(raw), data.digest(TABLE)).dumps())
    assert cli.main(["data", "explore"] if step == "explore" else [step]) == 3


def test_explore_draws_every_column(judged: Path, agreed: contract.Contract) -> None:
    """The page before modelling shows all columns."""
    assert cli.main(["data", "explore"]) == 0
    page = (judged / "build" / "report" / "data.html").read_text("utf-8")
    assert all(column.name in page for column in agreed.columns)


def test_another_table_is_checked_without_the_lock(untrained: Path, raw: pd.DataFrame) -> None:
    """`--input` asks about any table, also Parquet."""
    path = untrained / "other.parquet"
    raw.to_parquet(path)
    assert cli.main(["data", "check", "--input", str(path)]) == 0
    raw.drop(columns="size").to_parquet(path)
    assert cli.main(["data", "check", "--input", str(path)]) == 3


@pytest.mark.parametrize(
    ("content", "named"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b"parcel;size\n1;2\n", "separated by semicolons (;); write it with commas", id="wrong-delimiter"),
        pytest.param(b"parcel;size\n1;2,5\n", "separated by semicolons (;); write it with commas", id="decimal-commas"),
        pytest.param(b"parcel\tsize\n1\t2\n", "separated by tabs; write it with commas", id="tabs"),
        pytest.param(b"parcel|size\n1|2\n", "separated by bars (|); write it with commas", id="bars"),
        pytest.param(b"a,b\n1,2\n1,2,3,4\n", "cannot be read as a table", id="ragged"),
        pytest.param(b"a,b\n\xff\xfe,1\n", "cannot be read as a table", id="not-utf8"),
    ],
)
def test_file_that_is_no_table_is_refused_in_one_sentence(
    untrained: Path, capsys: pytest.CaptureFixture[str], content: bytes, named: str
) -> None:
    """Exit 2 with the file and the reason."""
    (untrained / TABLE).write_bytes(content)
    assert cli.main(["data", "check", "--input", str(TABLE)]) == 2
    said = capsys.readouterr().err
    assert str(TABLE) in said
    assert named in said
    assert said.count("\n") == 1


@pytest.mark.usefixtures("untrained")
@pytest.mark.parametrize("missing", [TABLE, LOCK], ids=["table", "lock"])
def test_missing_file_is_named(missing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who deleted the table or the lock reads which, and what to do."""
    missing.unlink()
    assert cli.main(["data", "check"]) == 2
    said = capsys.readouterr().err
    assert missing.name in said
    assert "ml data refresh" in said


@pytest.mark.usefixtures("untrained")
@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        pytest.param("rows", "lines", "'lines'", id="unknown-key"),
        pytest.param("rows = ", "rows ", "is not TOML", id="not-toml"),
        pytest.param('"data/', '"https://localhost:1/', "cannot be downloaded", id="unreachable"),
    ],
)
def test_unusable_lock_is_refused(capsys: pytest.CaptureFixture[str], old: str, new: str, named: str) -> None:
    """A lock that was edited by hand gets a sentence."""
    LOCK.write_text(LOCK.read_text("utf-8").replace(old, new), "utf-8")
    assert cli.main(["data", "check"]) == 2
    assert named in capsys.readouterr().err


def test_source_is_downloaded(untrained: Path, raw: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table may lie behind https; it is pinned all the same."""
    stored = untrained / TABLE
    monkeypatch.setattr("urllib.request.OpenerDirector.open", lambda *_, **__: stored.open("rb"))
    assert cli.main(["data", "refresh", "--source", "https://example.com/parcels.csv"]) == 0
    lock = data.read_lock(LOCK)
    assert (lock.source, lock.rows) == ("https://example.com/parcels.csv", len(raw))
    assert cli.main(["data", "check"]) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([], id="no-step"),
        pytest.param(["predict"], id="unknown-step"),
        pytest.param(["data"], id="no-action"),
        pytest.param(["train", "--fast"], id="unknown-option"),
        pytest.param(["serve", "--port", "web"], id="port-that-is-no-number"),
    ],
)
def test_wrong_usage_exits_2(arguments: list[str]) -> None:
    """The parser's own exit code is ours."""
    with pytest.raises(SystemExit, match="2"):
        cli.main(arguments)


def test_word_too_many_shows_how_its_step_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    """The usage of `ml` alone would help nobody."""
    with pytest.raises(SystemExit, match="2"):
        cli.main(["data", "refresh", "newer.csv"])
    assert "usage: ml data refresh" in (text := capsys.readouterr().err)
    assert "--source TABLE" in text


def test_help_shows_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody has to read the source to find the port; what has no default shows none."""
    with pytest.raises(SystemExit, match="0"):
        cli.main(["serve", "--help"])
    assert "default: 8000" in (text := capsys.readouterr().out)
    assert "None" not in text
    assert "False" not in text


def test_rows_longer_than_the_header_are_refused(tmp_path: Path) -> None:
    """A field too many in every row would shift all columns by one."""
    path = tmp_path / "long.csv"
    path.write_text("x,z,y\n1,2,3,40\n4,5,6,70\n", "utf-8")
    with pytest.raises(contract.InputError, match="cannot be read as a table"):
        data.read(path)


def test_typed_parquet_is_read_like_its_text(
    raw: pd.DataFrame, agreed: contract.Contract, zoneless: contract.Contract, tmp_path: Path
) -> None:
    """A table of dates, numbers and an index of its own says the same as its CSV; a zone needs one to tell it in."""
    typed = raw.assign(sent=pd.to_datetime(raw["sent"]), size=raw["size"].astype(float)).set_index(raw["parcel"] + "!")
    typed.to_parquet(tmp_path / "typed.parquet")
    table, violations = data.typed(data.read(tmp_path / "typed.parquet"), agreed)
    assert not violations
    pd.testing.assert_frame_equal(table, data.typed(raw, agreed)[0])
    zoned = typed.assign(sent=typed["sent"].dt.tz_localize("UTC"))
    zoned.to_parquet(tmp_path / "zoned.parquet")
    local, violations = data.typed(data.read(tmp_path / "zoned.parquet"), agreed)
    assert not violations
    assert {*(local["sent"] - table["sent"])} == {pd.Timedelta(hours=2)}
    found = data.typed(data.read(tmp_path / "zoned.parquet"), zoneless)[1]
    assert [(each.rule, each.count) for each in found] == [(zoneless["sent"].misread, len(raw))]


def test_empty_text_is_missing_in_parquet_as_in_csv(tmp_path: Path) -> None:
    """Whether texts are plain, large or listed once each, and also where a column has nothing else."""
    cells = pa.array(["red", "", None, " "])
    kinds = {"0": cells, "large": cells.cast(pa.large_string()), "listed": cells.dictionary_encode()}
    pq.write_table(pa.table({**kinds, "empty": ["", "", None, ""]}), tmp_path / "mine.parquet")
    (tmp_path / "mine.csv").write_text('0,large,listed,empty\nred,red,red,""\n"","","",\n,,,\n" "," "," ",\n', "utf-8")
    numbered = pd.DataFrame({0: ["", "x"]})
    numbered.to_parquet(tmp_path / "numbered.parquet")
    assert data.read(tmp_path / "numbered.parquet")[0].isna().tolist() == [True, False]
    for name in ("mine.parquet", "mine.csv"):
        read = data.read(tmp_path / name)
        assert read["empty"].isna().all()
        for kind in kinds:
            assert read[kind].astype(object).where(read[kind].notna(), None).tolist() == ["red", None, None, " "]


@pytest.mark.parametrize("kind", ["number", "integer", "boolean"])
def test_moment_is_no_number(kind: str) -> None:
    """Whatever its year and its zone."""
    moments = pd.Series([pd.Timestamp("2024-01-01", tz="Europe/Berlin"), pd.NaT])
    read, wrong = data.convert(moments, contract.Column("at", kind))
    assert read.isna().all()
    assert wrong.tolist() == [True, False]


@pytest.mark.parametrize("unit", ["s", "us", "ns"])
def test_zoned_moments_of_a_database_are_told_in_the_zone_of_their_column(agreed: contract.Contract, unit: str) -> None:
    """A snapshot holds them as the contract's clocks show them; where it names none, they are refused."""
    winter, summer = datetime(2024, 1, 1, 12, tzinfo=UTC), datetime(2024, 7, 1, 12, tzinfo=UTC)
    batch = pa.RecordBatch.from_pydict({"sent": pa.array([winter, None, summer], pa.timestamp(unit, "UTC"))})
    sent = replace(agreed["sent"], zone="-05:00")
    found = snapshot.typed(batch, replace(agreed, columns=(sent,)))
    assert found.column("sent").to_pylist() == [datetime(2024, 1, 1, 7), None, datetime(2024, 7, 1, 7)]
    texts = pa.RecordBatch.from_pydict({"sent": ["2024-01-01T12:00:00Z", None, "2024-07-01 07:00"]})
    assert snapshot.typed(texts, replace(agreed, columns=(sent,))) == found
    for bare, said in ((batch, "sent has a time zone; name one in"), (texts, "or one with a zone")):
        with pytest.raises(contract.InputError, match=said):
            snapshot.typed(bare, replace(agreed, columns=(replace(sent, zone=""),)))


@pytest.mark.parametrize("target", ["http://example.com/parcels.csv", "ftp://example.com/parcels.csv"])
def test_redirect_out_of_https_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    """Who may read along could send another table."""

    def redirected(_: Any, request: Request) -> addinfourl:
        headers = Message()
        headers["location"] = target
        answer = addinfourl(BytesIO(), headers, request.full_url, 302)
        answer.msg = "Found"  # type: ignore[attr-defined]
        return answer

    monkeypatch.setattr("urllib.request.HTTPSHandler.https_open", redirected)
    with pytest.raises(contract.InputError, match=f"leads to {target}, which is no https"):
        data.fetch("https://example.com/parcels.csv", tmp_path)
