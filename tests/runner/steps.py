"""Run the steps of one leg of a job, one after the other."""

import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.runner import commands, tokens
from tests.runner.actions import table
from tests.runner.actions.call import Call
from tests.runner.bench import Bench
from tests.runner.commands import StepError
from tests.runner.expressions import Scope, fill, fill_text, holds
from tests.runner.records import StepRun
from tests.runner.refusal import HttpError, UnknownError
from tests.runner.values import truthy

GRACE = 300  # seconds for what runs after a job was cancelled
SHELLS = {
    None: ["bash", "-e"],
    "bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"],
    "sh": ["sh", "-e"],
    "python": ["python"],
}


def run_step(bench: Bench, index: int, raw: Mapping[str, Any]) -> StepRun:
    """Run one step, or skip it, and remember what it left."""
    own = dict(bench.env)
    for name, value in raw.get("env", {}).items():
        own[name] = fill_text(value, bench.knowing(bench.env))
    scope = bench.knowing(own)
    title = raw.get("name") or raw.get("uses") or str(raw.get("run")).splitlines()[0]
    step = StepRun(fill_text(title, scope), raw.get("id", ""))
    condition = Scope({name: value for name, value in scope.contexts.items() if name != "secrets"}, scope.functions)
    if holds(raw.get("if"), condition.adding(bench.status)):
        step.log, step.outcome = attempt(bench, step, (index, raw), own, scope)
        notes, masks = commands.spoken(step.log)
        bench.masks += masks
        step.annotations += notes
        step.log = bench.hide(step.log)
        forgiven = truthy(fill(raw.get("continue-on-error", False), scope))
        step.conclusion = "success" if forgiven else step.outcome
        bench.failed = bench.failed or step.conclusion == "failure"
    bench.done.append(step)
    return step


def attempt(
    bench: Bench, step: StepRun, numbered: tuple[int, Mapping[str, Any]], own: Mapping[str, str], scope: Scope
) -> tuple[str, str]:
    """Do what a step asks for and return its log and outcome."""
    index, raw = numbered
    files = commands.open_files(bench.machine.folder / "commands" / str(index))
    env = bench.environment(own, files)
    log, outcome = "", "success"
    try:
        if "uses" in raw:
            given = {name: fill_text(value, scope) for name, value in raw.get("with", {}).items()}
            token = tokens.find(bench.hub, bench.token)
            call = Call(bench.hub, token, bench.machine, scope, env, given)
            outputs, log = table.run(raw["uses"], call)
            step.outputs.update(outputs)
        else:
            log, outcome = script(bench, raw, env, scope, index)
        take(bench, step, files)
    except (StepError, HttpError) as problem:
        log, outcome = f"{log}\n::error::{problem}", "failure"
    if bench.machine.refused:
        raise UnknownError(f"{bench.job.id}: {step.title}: {bench.machine.refused}")
    return log, outcome


def take(bench: Bench, step: StepRun, files: Mapping[str, Path]) -> None:
    """Read what a step wrote into the runner's files."""
    step.outputs.update(commands.pairs(files["output"]))
    bench.env.update(commands.environment(files["env"]))
    bench.paths[:0] = reversed(files["path"].read_text(encoding="utf-8").split("\n")[:-1])
    step.summary = commands.summary(files["step_summary"])


def script(bench: Bench, raw: Mapping[str, Any], env: Mapping[str, str], scope: Scope, index: int) -> tuple[str, str]:
    """Run the shell of a step; only what the workflow wrote between ${{ }} becomes part of the script."""
    shell = raw.get("shell", bench.defaults.get("shell"))
    if shell not in SHELLS:
        raise UnknownError(f"shell {shell!r} is not modelled; known: {', '.join(filter(None, SHELLS))}")
    file = bench.machine.folder / f"script-{index}"
    file.write_text(fill_text(raw["run"], scope), encoding="utf-8")
    inside = fill_text(raw.get("working-directory", bench.defaults.get("working-directory", ".")), scope)
    folder = bench.machine.workspace / inside
    if not folder.is_dir():
        raise StepError(f"An error occurred trying to start process: no such directory {inside}")
    minutes = float(str(fill(raw.get("timeout-minutes", 360), scope)))
    seconds, cancelled = min(60 * minutes, bench.end - time.monotonic()), bench.cancelled
    if cancelled.is_set():
        # A step that asks to run after the job was cancelled is not cancelled again.
        seconds, cancelled = min(60 * minutes, GRACE), threading.Event()
    done = bench.machine.run([*SHELLS[shell], str(file)], folder, env, seconds, cancelled)
    if done.stopped == "timeout" and not bench.cancelled.is_set() and time.monotonic() >= bench.end:
        bench.cancelled.set()
        return f"{done.output}\n::error::The job has exceeded the maximum execution time", "cancelled"
    if done.stopped == "timeout":
        return f"{done.output}\n::error::The action has timed out.", "failure"
    return done.output, "cancelled" if done.stopped else "failure" if done.code else "success"
