"""A real PostgreSQL, started for the tests on 127.0.0.1 and ended with them."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import projects

PASSWORD = "of:the/reader@1"  # noqa: S105 (of a database that lives as long as the test)
Psql = Callable[[str], str]


def _programs() -> Path | None:
    """Return the folder of the newest PostgreSQL server that is installed."""
    kept = Path(os.environ.get("POSTGRES_HOME", "/usr/lib/postgresql"))  # Debian puts its programs on no PATH
    folders = sorted(kept.glob("*/bin"), key=lambda path: int(path.parent.name))
    found = shutil.which("initdb")
    return folders[-1] if folders else Path(found).parent if found else None


def _unfit(reason: str) -> None:
    if os.environ.get("REQUIRE_POSTGRES") == "1":
        pytest.fail(f"{reason}, and REQUIRE_POSTGRES=1 asks for one", pytrace=False)
    pytest.skip(f"{reason}, so no table was read from one; on Debian: apt-get install postgresql")


def _as_owner() -> list[str]:
    """Return what makes a command run as somebody else than root, as whom PostgreSQL does not start."""
    if os.geteuid():
        return []
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        _unfit("no PostgreSQL server runs as root, and there is no user postgres")
    return ["runuser", "-u", "postgres", "--"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[tuple[str, Psql]]:
    """Return the address of a database `sales` for a reader with a password, and a function that runs SQL as owner."""
    programs = _programs()
    if programs is None:
        _unfit("no PostgreSQL server is installed")
        return
    owner = _as_owner()
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    if owner:
        shutil.chown(folder, "postgres")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def run(program: str, *arguments: str) -> str:
        command = [*owner, str(programs / program), *arguments]
        return subprocess.run(command, check=True, cwd=folder, text=True, stdout=subprocess.PIPE).stdout

    def psql(sql: str) -> str:
        return run("psql", "-h", str(folder), "-p", str(port), "-d", "sales", "-v", "ON_ERROR_STOP=1", "-Atc", sql)

    run("initdb", "--pgdata", str(folder / "data"), "--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync")
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
    log = str(folder / "log")
    run("pg_ctl", "--pgdata", str(folder / "data"), "--log", log, "--options", options, "--wait", "start")
    try:
        run("createdb", "-h", str(folder), "-p", str(port), "sales")
        psql(f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'")
        yield f"postgresql://reader@127.0.0.1:{port}/sales", psql
    finally:
        run("pg_ctl", "--pgdata", str(folder / "data"), "--mode", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def churn(postgres: object, template: Path) -> projects.Project:  # noqa: ARG001 (without one none is built)
    """Return the built classification project."""
    return projects.build(template, "classification")


@pytest.fixture
def place(churn: projects.Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of it, and the password where it belongs."""
    monkeypatch.setenv("DATABASE_PASSWORD", PASSWORD)
    return churn.copy(tmp_path / "place")
