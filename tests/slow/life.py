"""The life of one project, in stages that are lived once and copied by every test that begins there."""

import hashlib
import json
import re
import traceback
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import project
import pythons
from filelock import FileLock

from tests import projects
from tests.runner import events
from tests.runner.actions import artifacts
from tests.runner.docker import registry
from tests.runner.hub import Hub
from tests.runner.records import JobRun, Run
from tests.runner.runner import Runner

ANSWERS = {"project_name": "Churn", "project_slug": "churn", "package_name": "churn", "task": "classification"}
VERSION = "0.1.0"
NEXT = "0.1.1"


@dataclass(frozen=True)
class Stage:
    """The repository after something happened to it, and what was told of that."""

    hub: Hub
    told: dict[str, str]

    @property
    def results(self) -> dict[str, str]:
        """Return the result of each job."""
        found: dict[str, str] = json.loads(self.told["results"])
        return found


def kept(folder: Path, live: Callable[[Path], tuple[Hub, Run]]) -> Stage:
    """Return a stage, lived by the first who asks; one that broke is told to everybody who asks for it."""
    with FileLock(f"{folder}.lock"):
        told = folder / "told.json"
        if not told.exists():
            folder.mkdir(parents=True)
            try:
                said = _tell(*live(folder))
            except Exception:
                broke = {"conclusion": "broke", "results": "{}", "log": traceback.format_exc()}
                told.write_text(json.dumps(broke), encoding="utf-8")
                raise
            told.write_text(json.dumps(said), encoding="utf-8")
    return Stage(Hub(folder / "hub"), json.loads(told.read_text(encoding="utf-8")))


def _tell(hub: Hub, run: Run) -> dict[str, str]:
    registry.stop(hub)
    said = {"conclusion": run.conclusion, "results": json.dumps(run.results), "log": run.log}
    silent = [name for name, job in run.jobs.items() if job.result == "success" and not job.summary.strip()]
    return said | {
        "silent": " ".join(silent),
        "summary": run.summary,
        "not_run": "\n".join(run.not_run),
        "run": str(run.id),
    }


def first_push(
    template: Path, task: str = "classification", given: Mapping[str, JobRun] | None = None
) -> Callable[[Path], tuple[Hub, Run]]:
    """Return how a fresh project is pushed for the first time: as it was made, with its lock."""

    def _live(folder: Path) -> tuple[Hub, Run]:
        version, python = pythons.newest()
        answers = {**ANSWERS, "task": task, "python_version": version}
        made = project.render(template, folder / "made", answers, python)
        projects.commit(made)
        hub = Hub.create(folder / "hub")
        hub.repository.push(made)
        run = Runner(hub, folder / "jobs").run("ci.yml", events.push(hub), given=given or {})
        return hub, run

    return _live


def later(before: Stage, live: Callable[[Hub, Path], Run]) -> Callable[[Path], tuple[Hub, Run]]:
    """Return how a stage goes on from the one before it."""

    def _live(folder: Path) -> tuple[Hub, Run]:
        hub = before.hub.copy(folder / "hub")
        try:
            return hub, live(hub, folder / "jobs")
        finally:
            registry.stop(hub)

    return _live


def release(hub: Hub, jobs: Path) -> Run:
    """Tag what stands on main."""
    hub.repository.tag(f"v{VERSION}")
    return Runner(hub, jobs, haste=100).run("release.yml", events.tag(hub, f"v{VERSION}"))


def promote(hub: Hub, jobs: Path, version: str = VERSION, channel: str = "production", reason: str = "first") -> Run:
    """Fill in the form of a promotion."""
    form = {"version": version, "channel": channel, "reason": reason}
    return Runner(hub, jobs, haste=100).run("promote.yml", events.dispatch(hub, form))


def artifact(hub: Hub, run: int, name: str) -> dict[str, bytes]:
    """Return the files of an artifact."""
    found = next(one for one in artifacts.find(hub, run) if one["name"] == name)
    with zipfile.ZipFile(artifacts.path_of(hub, found["id"])) as archive:
        return {path: archive.read(path) for path in archive.namelist()}


def judged(hub: Hub, run: int, result: str = "success") -> JobRun:
    """Return the job that trains, as if it had trained again what that run left."""
    left = {name: artifact(hub, run, name) for name in ("bundle", "verdicts", "report")}
    return JobRun("model", result, artifacts=left)


def ended(name: str, **outputs: str) -> JobRun:
    """Return a job that succeeded with these outputs."""
    return JobRun(name, "success", outputs=outputs)


def assets(hub: Hub) -> Path:
    """Return the folder of the files of the one release."""
    (release,) = hub.read()["releases"]
    return hub.folder / "assets" / str(release["id"])


def sign_off(files: Path) -> None:
    """Write the checksums anew, as somebody would who changed a file."""
    names = [line.split("  ")[1] for line in (files / "SHA256SUMS").read_text(encoding="utf-8").splitlines()]
    lines = [f"{hashlib.sha256((files / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (files / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def raise_version(hub: Hub) -> None:
    """Commit the next version, with its section and lock."""
    head = hub.repository.head("main")
    text = {name: hub.repository.file(head, name) for name in ("pyproject.toml", "uv.lock", "CHANGELOG.md")}
    text["pyproject.toml"] = re.sub(r'(?m)^version = "0.1.0"$', f'version = "{NEXT}"', text["pyproject.toml"])
    text["uv.lock"] = re.sub(r'(?m)^(name = "churn"\nversion = )"0.1.0"$', rf'\1"{NEXT}"', text["uv.lock"])
    section = f"## [Unreleased]\n\n## [{NEXT}]\n\n- Another model.\n"
    text["CHANGELOG.md"] = text["CHANGELOG.md"].replace("## [Unreleased]\n", section)
    hub.repository.commit({name: f"{one}\n" for name, one in text.items()})


def release_next(hub: Hub, jobs: Path) -> Run:
    """Let the next version pass ci with the model of the first, and release it."""
    first = hub.read()["runs"][-1]["databaseId"]
    raise_version(hub)
    light = dict.fromkeys(("changes", "lint", "unit", "data", "gates", "image"), "success")
    given = {**{name: JobRun(name, result) for name, result in light.items()}, "model": judged(hub, first)}
    ci = Runner(hub, jobs / "ci").run("ci.yml", events.push(hub), given=given)
    assert ci.conclusion == "success", ci.log
    hub.repository.tag(f"v{NEXT}")
    return Runner(hub, jobs / "release", haste=100).run("release.yml", events.tag(hub, f"v{NEXT}"))
