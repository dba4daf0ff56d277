"""Compare the CPU seconds of rendering with the hooks and without: the ratio should be 1.3 at most.

Usage: render.py [ROUNDS]. No uv is on PATH, so nothing is locked; rounds alternate, and the smallest of each counts.
"""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def seconds(hooks: str, folder: Path) -> float:
    """Render once through the command line and return the CPU seconds of it and its children."""
    command = [sys.executable, "-m", "cookiecutter", "--no-input", "--default-config", "--accept-hooks", hooks]
    command += ["--overwrite-if-exists", "--output-dir", str(folder), str(ROOT)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("UV")}
    env = {**kept, "PATH": "/nowhere", "HOME": str(folder), "TMPDIR": str(folder)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print both and their ratio."""
    rounds = int(sys.argv[1]) if sys.argv[1:] else 9
    with tempfile.TemporaryDirectory() as name:
        pairs = [(seconds("yes", Path(name)), seconds("no", Path(name))) for _ in range(rounds)]
    hooks, bare = (min(column) for column in zip(*pairs, strict=True))
    print(f"with hooks {hooks:.3f} s, without {bare:.3f} s, ratio {hooks / bare:.2f}")


if __name__ == "__main__":
    main()
