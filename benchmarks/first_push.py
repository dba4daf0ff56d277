"""Run ci.yml of a fresh project end to end on the local runner: 240 s at most on two cores with warm caches.

Usage: first_push.py [WORKERS]. Prints seconds and CPU seconds of each leg of a job, without those of the engine.
Ends with 1 where it took longer.
"""

import sys
import tempfile
import time
from pathlib import Path

import project
import pythons

from tests import projects
from tests.runner import events
from tests.runner.docker import registry
from tests.runner.hub import Hub
from tests.runner.runner import Runner
from tests.slow import life

LIMIT = 240  # seconds


def main() -> int:
    """Push, wait, and print what it cost."""
    workers = int(sys.argv[1]) if sys.argv[1:] else 2
    version, python = pythons.newest()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        template = project.export(folder / "template")
        made = project.render(template, folder, {**life.ANSWERS, "python_version": version}, python)
        projects.commit(made)
        hub = Hub.create(folder / "hub")
        hub.repository.push(made)
        began = time.monotonic()
        run = Runner(hub, folder / "jobs", workers=workers).run("ci.yml", events.push(hub))
        seconds = time.monotonic() - began
        registry.stop(hub)
    legs = [leg for job in run.jobs.values() for leg in job.legs]
    for leg in legs:
        print(f"{leg.title:<16}{leg.result:<10}{leg.seconds:7.1f} s {leg.cpu:7.1f} s of a processor")
    print(f"{run.conclusion} in {seconds:.0f} s, {sum(leg.cpu for leg in legs):.0f} s of a processor")
    return 0 if run.conclusion == "success" and seconds <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
