"""Run the workflows of a repository as GitHub would, on this machine."""

import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.runner import events, history, triggers, workflow
from tests.runner.actions import artifacts
from tests.runner.events import Event
from tests.runner.groups import Groups
from tests.runner.hub import Hub
from tests.runner.records import JobRun, Run
from tests.runner.refusal import known
from tests.runner.runs import RESULTS, Execution
from tests.runner.workflow import Workflow

FOLDER = ".github/workflows"


class NotStartedError(Exception):
    """The event does not start the workflow."""


@dataclass(frozen=True)
class Options:
    """How to run a workflow.

    `rejected` environments are not approved. Jobs in `given` do not run but have this result. `again` is the number of
    an earlier run, of which `jobs` run once more with all that wait for them; the others keep results and artifacts.
    """

    rejected: Collection[str] = ()
    given: Mapping[str, "JobRun | str"] = field(default_factory=dict)
    again: int = 0
    jobs: Collection[str] = ()


@dataclass
class Pending:
    """A run that has begun."""

    execution: Execution
    thread: threading.Thread
    failed: list[BaseException]

    def cancel(self) -> None:
        """Press the button that cancels the run."""
        self.execution.cancelled.set()

    def wait(self) -> Run:
        """Wait for the run to end."""
        self.thread.join()
        if self.failed:
            raise self.failed[0]
        return self.execution.run

    def wait_for(self, job: str, seconds: float = 30) -> None:
        """Wait until a job has begun."""
        end = time.monotonic() + seconds
        while job not in self.execution.run.jobs:
            if time.monotonic() > end:
                raise TimeoutError(f"{job} did not begin within {seconds:.0f} s")
            time.sleep(0.02)


class Runner:
    """A runner for one hub. `haste` divides the seconds for which workflows sleep."""

    def __init__(self, hub: Hub, folder: Path, *, workers: int = 2, haste: float = 1.0) -> None:
        self.hub, self.folder, self.workers, self.haste = hub, folder, workers, haste
        self.groups = Groups()

    def workflow(self, file: str, event: Event) -> Workflow:
        """Return a workflow as it is at the event's commit."""
        path = f"{FOLDER}/{file}"
        return workflow.read(path, self.hub.repository.file(event.sha, path))

    def run(self, file: str, event: Event, **options: Any) -> Run:  # noqa: ANN401 (those of Options)
        """Run one workflow and wait for its end."""
        return self.start(file, event, **options).wait()

    def start(self, file: str, event: Event, **options: Any) -> Pending:  # noqa: ANN401 (those of Options)
        """Begin one workflow; a concurrency group sees starts in their order."""
        read, wanted = self.workflow(file, event), Options(**options)
        if not triggers.fires(read, event):
            raise NotStartedError(f"{file} does not start on {event.name} of {event.ref}")
        fixed = {name: JobRun(name, one) if isinstance(one, str) else one for name, one in wanted.given.items()}
        if wanted.again:
            fixed = {**history.kept(self.hub, read, wanted.again, wanted.jobs), **fixed}
        known("given", [one.result for one in fixed.values()], RESULTS)
        record = history.begin(self.hub, read, event, wanted.again)
        for name, files in [item for one in fixed.values() for item in one.artifacts.items()]:
            artifacts.keep(self.hub, record["databaseId"], name, files)
        folder = self.folder / f"{record['databaseId']}-{record['attempt']}"
        facts = (self.hub, read, event, record, folder, self.groups, self.workers, self.haste)
        execution = Execution(*facts, wanted.rejected, fixed)
        failed: list[BaseException] = []
        thread = threading.Thread(target=self.work, args=(execution, failed), daemon=True)
        execution.group = self.groups.ask(read.raw.get("concurrency"), execution.scope, execution.cancelled)
        thread.start()
        return Pending(execution, thread, failed)

    def work(self, execution: Execution, failed: list[BaseException]) -> None:
        """Run in the turn of the concurrency group and write down the end."""
        member = execution.cancelled
        try:
            if self.groups.enter(execution.group, member):
                self.note(execution, status="in_progress")
                execution.go()
            else:
                execution.run.conclusion = "cancelled"
        except BaseException as problem:  # noqa: BLE001 (whoever waits for the run raises it again)
            failed.append(problem)
            execution.run.conclusion = "failure"
        finally:
            self.groups.leave(execution.group, member)
            jobs = {name: {"result": job.result, "outputs": job.outputs} for name, job in execution.run.jobs.items()}
            self.note(execution, status="completed", conclusion=execution.run.conclusion, jobs=jobs)

    def note(self, execution: Execution, **changes: object) -> None:
        """Write down how a run goes."""
        history.change(self.hub, execution.run.id, **changes)

    def deliver(self, event: Event, **options: Any) -> list[Run]:  # noqa: ANN401 (those of Options)
        """Run every workflow that the event starts, then those that their ends and their tokens start."""
        names = [Path(path).name for path in self.hub.repository.files(event.sha, FOLDER) if path]
        due = [name for name in names if triggers.fires(self.workflow(name, event), event)]
        begun = [self.start(name, event, **options) for name in due]
        done = [one.wait() for one in begun]
        for run in list(done):
            done += self.deliver(events.workflow_run(self.hub, history.find(self.hub, run.id)))
        return done + self.dispatched()

    def dispatched(self) -> list[Run]:
        """Run the workflows that tokens started, in their order."""
        done: list[Run] = []
        while waiting := history.next_dispatch(self.hub):
            event = events.dispatch(self.hub, waiting["inputs"], waiting["ref"], waiting["actor"])
            run = self.run(waiting["workflow"], event)
            done += [run, *self.deliver(events.workflow_run(self.hub, history.find(self.hub, run.id)))]
        return done
