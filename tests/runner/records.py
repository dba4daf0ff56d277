"""What a run leaves behind: jobs, steps, logs, summaries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.runner.commands import Annotation


@dataclass
class StepRun:
    """One step: its outcome, and the conclusion that continue-on-error may turn to success."""

    title: str
    id: str = ""
    outcome: str = "skipped"
    conclusion: str = "skipped"
    log: str = ""
    summary: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    annotations: list[Annotation] = field(default_factory=list)

    @property
    def context(self) -> dict[str, Any]:
        """Return what `steps.ID` holds."""
        return {"outputs": self.outputs, "outcome": self.outcome, "conclusion": self.conclusion}


@dataclass
class LegRun:
    """One leg of a job; a leg that this machine cannot run is neutral, and the note says why."""

    title: str
    result: str
    matrix: Mapping[str, Any] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    steps: list[StepRun] = field(default_factory=list)
    note: str = ""
    seconds: float = 0.0
    cpu: float = 0.0  # seconds of a processor, without those of the Docker engine


@dataclass
class JobRun:
    """One job with its legs; one that is given instead of run may bring the artifacts that it would have left."""

    id: str
    result: str = "skipped"
    outputs: dict[str, str] = field(default_factory=dict)
    legs: list[LegRun] = field(default_factory=list)
    artifacts: Mapping[str, Mapping[str, str | bytes]] = field(default_factory=dict)

    @property
    def steps(self) -> dict[str, StepRun]:
        """Return the steps by their names; of a matrix, those of the last leg that ran."""
        return {step.title: step for leg in self.legs for step in leg.steps}

    @property
    def log(self) -> str:
        """Return what the steps printed, and why a leg did not run."""
        lines = [text for leg in self.legs for text in (leg.note, *(f"[{one.title}]\n{one.log}" for one in leg.steps))]
        return "\n".join(line for line in lines if line)

    @property
    def summary(self) -> str:
        """Return the job's summary."""
        return "".join(step.summary for leg in self.legs for step in leg.steps)

    @property
    def annotations(self) -> list[Annotation]:
        """Return the annotations of all steps."""
        return [note for leg in self.legs for step in leg.steps for note in step.annotations]

    @property
    def errors(self) -> list[str]:
        """Return the messages of the error annotations."""
        return [note.message for note in self.annotations if note.level == "error"]

    @property
    def not_run(self) -> list[str]:
        """Return the legs that this machine cannot run, with the reason."""
        return [f"{leg.title}: {leg.note}" for leg in self.legs if leg.result == "neutral"]

    @property
    def failed_step(self) -> str:
        """Return the first step that made the job fail."""
        return next((one.title for leg in self.legs for one in leg.steps if one.conclusion == "failure"), "")

    @property
    def context(self) -> dict[str, Any]:
        """Return what `needs.ID` holds."""
        return {"result": self.result, "outputs": self.outputs}


@dataclass
class Run:
    """One run of a workflow."""

    id: int
    workflow: str
    event: str
    jobs: dict[str, JobRun] = field(default_factory=dict)
    conclusion: str = ""

    @property
    def results(self) -> dict[str, str]:
        """Return the result of each job."""
        return {name: job.result for name, job in self.jobs.items()}

    @property
    def summary(self) -> str:
        """Return the summaries of all jobs."""
        return "\n".join(job.summary for job in self.jobs.values())

    @property
    def log(self) -> str:
        """Return the logs of all jobs."""
        return "\n".join(f"== {name}: {job.result}\n{job.log}" for name, job in self.jobs.items())

    @property
    def errors(self) -> list[str]:
        """Return the messages of all error annotations."""
        return [message for job in self.jobs.values() for message in job.errors]

    @property
    def not_run(self) -> list[str]:
        """Return the legs that this machine cannot run."""
        return [line for job in self.jobs.values() for line in job.not_run]
