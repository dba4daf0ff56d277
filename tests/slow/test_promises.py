"""What the gates promise as statistics holds in simulations, small ones of those in benchmarks/."""

import os
import subprocess
import sys

from project import ROOT


def test_simulated_promises_hold() -> None:
    """Of 100 draws each, no rate is so far from its promise that chance would not explain it."""
    command = [sys.executable, str(ROOT / "benchmarks" / "gates.py"), "100"]
    command += ["probabilities", "challenger", "groups", "coverage", "leaks"]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "tools")}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    # Each table was printed: the honest tables, the leaks, and four kinds of simulations.
    assert done.stdout.count("promised") > 100
