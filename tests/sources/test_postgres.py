"""A table that lives in PostgreSQL: read into the snapshot of the lock, and nothing else."""

import hashlib
import json
import signal
import subprocess
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import project
import pytest

from tests import projects
from tests.refusals import refused

Psql = Callable[[str], str]
PATIENCE = 120  # seconds
CREATE = """
CREATE TABLE customers (
    customer_id bigint, snapshot_date date, age smallint, region text, plan varchar(20), payment_method text,
    tenure_months integer, monthly_fee numeric(8, 2), tickets_90d integer, days_since_login real,
    satisfaction double precision, churned text, joined timestamptz DEFAULT now());
GRANT SELECT, INSERT, DELETE ON customers TO reader;
"""
COLUMNS = """customer_id, snapshot_date, age, region, plan, payment_method, tenure_months, monthly_fee, tickets_90d,
    days_since_login, satisfaction, churned"""
SELECT = f"SELECT {COLUMNS} FROM customers"  # noqa: S608


@pytest.fixture(scope="module")
def database(postgres: tuple[str, Psql], churn: projects.Project) -> tuple[str, Psql]:
    """Return the database with the sample table in it, in the types that such a table has there."""
    address, psql = postgres
    psql(CREATE)
    rows = []
    for line in (churn.folder / "data" / "sample.csv").read_text(encoding="utf-8").splitlines()[1:]:
        cells = [f"'{cell}'" if cell else "NULL" for cell in line.split(",")]
        rows.append(f"({', '.join(cells)})")
    for start in range(0, len(rows), 500):
        psql(f"INSERT INTO customers ({COLUMNS}) VALUES {', '.join(rows[start : start + 500])}")  # noqa: S608
    return address, psql


def ask(place: Path, database: str, query: str = SELECT) -> None:
    """Write where the table comes from into params.toml."""
    params = place / "params.toml"
    text, _, _ = params.read_text(encoding="utf-8").partition("[source]")
    source = f"[source]\ndatabase = {json.dumps(database)}\nquery = {json.dumps(query)}\n"
    params.write_text(text + source, encoding="utf-8")


def test_snapshot_is_typed_and_pinned(churn: projects.Project, place: Path, database: tuple[str, Psql]) -> None:
    """The sample comes back from PostgreSQL: the contract holds, a model trains, and the password is nowhere."""
    ask(place, database[0])
    done = churn.run("ml", "data", "refresh", cwd=place)
    assert done.returncode == 0, done.stderr
    lock = tomllib.loads((place / "data" / "data.lock").read_text(encoding="utf-8"))
    snapshot = place / "data" / "snapshot.parquet"
    found = hashlib.sha256(snapshot.read_bytes()).hexdigest()
    assert lock == {"source": "data/snapshot.parquet", "rows": 5000, "sha256": found}
    kinds = churn.run(
        "python", "-c", "import pyarrow.parquet as p; print(*p.read_schema('data/snapshot.parquet').types)", cwd=place
    ).stdout.split()
    assert kinds == [
        *("int64", "timestamp[us]", "int64", "string", "string", "string", "int64", "double", "int64", "double"),
        *("double", "string"),
    ]
    assert churn.run("ml", "data", "check", cwd=place).returncode == 0
    said = done.stdout + done.stderr + "".join(p.read_text("utf-8", "replace") for p in place.rglob("*.lock"))
    assert "of:the" not in said
    assert "of%3Athe" not in said


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        pytest.param("DELETE FROM customers RETURNING *", "read-only transaction", id="writing"),
        pytest.param(SELECT + " WHERE nothing", "PostgreSQL refuses", id="mistyped"),
        pytest.param(SELECT.replace("age,", ""), "the query answers 0 columns age", id="lost-column"),
        pytest.param(SELECT.replace("snapshot_date", "joined AS snapshot_date", 1), "has a time zone", id="zone"),
        pytest.param(SELECT.replace("age,", "region AS age,"), "age is no integer", id="another-type"),
        pytest.param(SELECT + " LIMIT 2000", "the lock names 5000", id="half-lost"),
    ],
)
def test_bad_answer_replaces_nothing(
    churn: projects.Project, place: Path, database: tuple[str, Psql], query: str, sentence: str
) -> None:
    """One sentence, the lock as before, and every row still in the database."""
    ask(place, database[0])
    assert churn.run("ml", "data", "refresh", cwd=place).returncode == 0
    before = (place / "data" / "data.lock").read_bytes(), (place / "data" / "snapshot.parquet").read_bytes()
    ask(place, database[0], query)
    done = churn.run("ml", "data", "refresh", cwd=place)
    refused(done)
    assert sentence in done.stderr, done.stderr
    assert ((place / "data" / "data.lock").read_bytes(), (place / "data" / "snapshot.parquet").read_bytes()) == before
    assert database[1]("SELECT count(*) FROM customers").strip() == "5000"


def test_moments_with_a_zone_are_told_in_the_zone_of_their_column(
    churn: projects.Project, place: Path, database: tuple[str, Psql]
) -> None:
    """The clocks of the contract show what PostgreSQL's own would show there."""
    ask(place, database[0], SELECT.replace("snapshot_date", "date_trunc('second', joined) AS snapshot_date", 1))
    agreed = place / "contract.toml"
    text = agreed.read_text(encoding="utf-8")
    agreed.write_text(text.replace('role = "time"', 'role = "time"\nzone = "-05:00"'), encoding="utf-8")
    done = churn.run("ml", "data", "refresh", cwd=place)
    agreed.write_text(text, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    code = "import pandas as p; print(p.read_parquet('data/snapshot.parquet').snapshot_date.min().isoformat(' '))"
    found = churn.run("python", "-c", code, cwd=place).stdout.strip()
    first = "date_trunc('second', min(joined))"
    assert found == database[1](f"SELECT {first} AT TIME ZONE INTERVAL '-05:00' FROM customers").strip()  # noqa: S608


def test_wrong_password_is_not_repeated(
    churn: projects.Project, place: Path, database: tuple[str, Psql], monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL's refusal is passed on, without what was tried."""
    monkeypatch.setenv("DATABASE_PASSWORD", "hunter2/@")
    ask(place, database[0])
    done = churn.run("ml", "data", "refresh", cwd=place)
    refused(done)
    assert "password authentication failed" in done.stderr
    assert "hunter2" not in done.stderr


SLOW = SELECT + " WHERE pg_sleep(0.005)::text = ''"  # 25 seconds for all rows
READING = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'reader'"


def pinned(place: Path) -> tuple[bytes, bytes]:
    """Return the lock and the snapshot."""
    return (place / "data" / "data.lock").read_bytes(), (place / "data" / "snapshot.parquet").read_bytes()


def test_killed_refresh_leaves_lock_and_snapshot_and_the_next_one_works(
    churn: projects.Project, place: Path, database: tuple[str, Psql]
) -> None:
    """By kill -9 in the middle of the answer: both are the old ones, the session ends, and nothing is in the way."""
    ask(place, database[0])
    assert churn.run("ml", "data", "refresh", cwd=place).returncode == 0
    before = pinned(place)
    ask(place, database[0], SLOW)
    command = [str(churn.folder / ".venv" / "bin" / "ml"), "data", "refresh"]
    with subprocess.Popen(command, cwd=place, env=project.environment(churn.python)) as running:
        await_(lambda: database[1](READING).strip() == "1" and [*place.rglob("*.part")])
        running.send_signal(signal.SIGKILL)
    assert running.returncode == -signal.SIGKILL
    assert pinned(place) == before
    assert churn.run("ml", "data", "check", cwd=place).returncode == 0
    await_(lambda: database[1](READING).strip() == "0")
    ask(place, database[0], SELECT + " LIMIT 4000")
    done = churn.run("ml", "data", "refresh", cwd=place)
    assert done.returncode == 0, done.stderr
    lock = tomllib.loads((place / "data" / "data.lock").read_text(encoding="utf-8"))
    assert (lock["rows"], lock["sha256"]) == (4000, hashlib.sha256(pinned(place)[1]).hexdigest())
    assert churn.run("ml", "data", "check", cwd=place).returncode == 0
    assert [*place.rglob("*.part")] == []


def await_(happened: Callable[[], object]) -> None:
    """Wait until something has happened."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)
