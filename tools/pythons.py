"""Find the Pythons for which a project can be made here, without downloading any."""

import functools
import os
import subprocess
from pathlib import Path

VERSIONS = ("3.13", "3.12", "3.11")


def seen_by_uv(version: str) -> Path | None:
    """Return the interpreter of this version that uv finds by itself."""
    command = [os.environ.get("UV", "uv"), "python", "find", "--system", "--no-project", version]
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    environment.pop("UV_PYTHON", None)
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return Path(found.stdout.strip()) if found.returncode == 0 else None


def kept_by_pyenv(version: str) -> Path | None:
    """Return the interpreter of this version that pyenv installed: uv sees only the one that is switched on."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    return max(root.glob(f"versions/{version}.*/bin/python{version}"), default=None)


@functools.cache
def here() -> dict[str, Path]:
    """Return each version that is really here with its interpreter, newest first."""
    found = ((version, seen_by_uv(version) or kept_by_pyenv(version)) for version in VERSIONS)
    return {version: path for version, path in found if path}


def newest() -> tuple[str, Path]:
    """Return the newest version that is here with its interpreter."""
    for version, path in here().items():
        return version, path
    raise LookupError(f"None of Python {', '.join(VERSIONS)} is here; install one, for example: uv python install 3.13")
