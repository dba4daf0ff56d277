"""What every refusal has in common: one sentence, an exit code that is an answer, and nothing lost."""

import hashlib
import subprocess
from pathlib import Path


def contents(folder: Path) -> dict[str, str]:
    """Return the digest of every file below `data` and `build`."""
    files = (path for part in ("data", "build") for path in sorted((folder / part).rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def refused(done: "subprocess.CompletedProcess[str]") -> None:
    """Assert that a command refused in one sentence."""
    said = done.stderr.strip().splitlines()
    assert done.returncode in (2, 3), done.stdout + done.stderr
    assert len(said) == 1, done.stderr
    assert said[0].startswith("ml: ")
    assert "Traceback" not in done.stdout + done.stderr
