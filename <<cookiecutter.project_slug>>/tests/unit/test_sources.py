"""Where `ml data refresh` takes the table from, and what it refuses before anything is replaced."""

import json
import sqlite3
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from << cookiecutter.package_name >> import cli, contract, data

LOCK, SNAPSHOT = Path("data/data.lock"), Path("data/snapshot.parquet")
SECRET = "s3cr3t/p@ss"


@pytest.fixture
def database(untrained: Path) -> Path:
    """Return a SQLite database that holds the table of the small project, in the database's own types."""
    raw = pd.read_csv("data/parcels.csv")
    with sqlite3.connect("parcels.db") as connection:
        raw.assign(express=raw["express"].astype(int)).to_sql("parcels", connection, index=False)
    connection.close()
    return untrained


def ask(query: str = "SELECT * FROM parcels", database: str = "sqlite:///parcels.db") -> None:
    """Write where the table comes from into params.toml."""
    params = Path("params.toml")
    source = f"\n[source]\ndatabase = {json.dumps(database)}\nquery = {json.dumps(query)}\n"
    params.write_text(params.read_text("utf-8") + source, "utf-8")


def refreshed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Return the exit code of `ml data refresh` and everything that it said."""
    code = cli.main(["data", "refresh", *arguments])
    return code, "".join(capsys.readouterr())


@pytest.mark.usefixtures("database")
def test_answer_of_a_query_becomes_the_snapshot_of_the_lock(
    capsys: pytest.CaptureFixture[str], agreed: contract.Contract
) -> None:
    """In the contract's types, equal to the table it came from, and read by every later step without the database."""
    before, _ = data.typed(data.read(Path("data/parcels.csv")), agreed)
    ask()
    assert refreshed(capsys)[0] == 0
    opened = [str(each.readlink()) for each in Path("/proc/self/fd").glob("*") if each.is_symlink()]
    assert not any(name.endswith("parcels.db") for name in opened)
    kinds = {field.name: str(field.type) for field in pq.read_schema(SNAPSHOT)}
    wanted = {"parcel": "int64", "size": "double", "express": "bool", "sent": "timestamp[us]", "visits": "string"}
    assert {name: kinds[name] for name in wanted} == wanted
    Path("parcels.db").unlink()
    assert cli.main(["data", "check"]) == 0
    after, violations = data.typed(data.locked(data.read_lock(LOCK), Path.cwd()), agreed)
    assert violations == []
    pd.testing.assert_frame_equal(after, before)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        pytest.param("", "query is missing", id="none"),
        pytest.param("SELECT parcel FROM parcels", "the query answers 0 columns sent", id="lost-column"),
        pytest.param("SELECT *, 1 AS more FROM parcels", "answers a column more", id="extra-column"),
        pytest.param("SELECT * FROM boxes", "no such table: boxes", id="no-table"),
        pytest.param("DELETE FROM parcels", "(attempt to write a readonly database)", id="writing"),
        pytest.param("SELECT * FROM parcels LIMIT 900", "at least 1000 are promised", id="few-rows"),
    ],
)
def test_bad_query_replaces_nothing(capsys: pytest.CaptureFixture[str], query: str, sentence: str) -> None:
    """One sentence; the lock and the data stay as they were, and so does the database."""
    ask(query)
    before = LOCK.read_bytes()
    code, text = refreshed(capsys)
    assert (code in (2, 3), sentence in text) == (True, True), text
    assert (LOCK.read_bytes(), SNAPSHOT.exists()) == (before, False)
    with sqlite3.connect("parcels.db") as connection:
        assert connection.execute("SELECT count(*) FROM parcels").fetchone() == (1500,)
    connection.close()


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("column", "value", "kind"), [("size", "'large'", "number"), ("sent", "1767225600", "datetime")]
)
def test_value_of_another_type_is_named(capsys: pytest.CaptureFixture[str], column: str, value: str, kind: str) -> None:
    """The column, the value and what to do."""
    with sqlite3.connect("parcels.db") as connection:
        connection.execute(f"UPDATE parcels SET {column} = {value} WHERE parcel = 7")
    connection.close()
    ask()
    code, text = refreshed(capsys)
    said = f"{column} holds '{value.strip(chr(39))}', which is no {kind}; cast it in the query"
    assert (code, said in text) == (2, True), text


@pytest.mark.usefixtures("untrained")
@pytest.mark.parametrize(
    "database",
    [
        *("postgresql://reader:s3cr3t@127.0.0.1:1/sales", "mysql+none://u:s3cr3t@127.0.0.1/x"),
        "postgresql://127.0.0.1:1/sales?user=reader&password=s3cr3t",
    ],
)
def test_password_in_a_file_is_refused_and_not_repeated(capsys: pytest.CaptureFixture[str], database: str) -> None:
    """It belongs into the environment."""
    ask(database=database)
    code, text = refreshed(capsys)
    assert (code, "set DATABASE_PASSWORD" in text, "s3cr3t" in text) == (2, True, False)


@pytest.mark.usefixtures("untrained")
def test_database_that_is_not_there_is_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody listens there, and the password is not in what is said."""
    monkeypatch.setenv("DATABASE_PASSWORD", SECRET)
    ask(database="postgresql://reader@127.0.0.1:1/sales")
    code, text = refreshed(capsys)
    assert (code, text.count("\n"), "PostgreSQL refuses" in text) == (2, 1, True)
    assert "s3cr3t" not in text


@pytest.mark.usefixtures("untrained")
def test_sqlite_is_not_made_by_asking_it(capsys: pytest.CaptureFixture[str]) -> None:
    """A name mistyped makes no empty database."""
    ask(database="sqlite:///nowhere.db")
    code, text = refreshed(capsys)
    assert (code, "no such database" in text, Path("nowhere.db").exists()) == (2, True, False)


@pytest.mark.usefixtures("untrained")
@pytest.mark.parametrize(
    ("name", "given", "rows"),
    [
        pytest.param("parcels", (), 700, id="700"),
        pytest.param("parcels", (), 3200, id="3200"),
        pytest.param("newer", ("--source", "data/newer.csv"), 3200, id="another-name"),
    ],
)
def test_volume_far_from_the_last_is_refused_until_accepted(
    capsys: pytest.CaptureFixture[str], name: str, given: tuple[str, ...], rows: int
) -> None:
    """Less than half, or more than twice the rows, under any name: exit 3 with both numbers, and the lock stays."""
    gates = Path("gates.toml")
    gates.write_text(gates.read_text("utf-8").replace("min_rows = 1000", "min_rows = 100"), "utf-8")
    table = pd.read_csv("data/parcels.csv", dtype=str)
    many = pd.concat([table] * 3, ignore_index=True).head(rows)
    many.assign(parcel=range(rows)).to_csv(f"data/{name}.csv", index=False)
    before = LOCK.read_bytes()
    code, text = refreshed(capsys, *given)
    assert (code, f"has {rows} rows, the lock names 1500" in text) == (3, True)
    assert LOCK.read_bytes() == before
    assert refreshed(capsys, *given, "--accept")[0] == 0
    assert data.read_lock(LOCK).rows == rows


@pytest.mark.usefixtures("untrained")
def test_promised_checksum_is_compared(capsys: pytest.CaptureFixture[str]) -> None:
    """Other bytes than the publisher's are refused."""
    right = data.digest(Path("data/parcels.csv"))
    assert refreshed(capsys, "--sha256", right.upper())[0] == 0
    code, text = refreshed(capsys, "--sha256", "0" * 64)
    assert (code, "not the one that was promised" in text) == (2, True)
