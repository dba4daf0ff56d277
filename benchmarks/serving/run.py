"""Serve one model on the same rows by a project and by its peers, and print the ratios of one run.

Usage: run.py [--family NAME] [--rounds N] [--seconds S]. Needs Linux, wrk and a package index; everything it makes lies
below build/benchmark. The model is the sample's best, or the best of one family of its params.toml. The rounds are
interleaved, so that all meet the same machine; each number is a median.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import contestants
import measure
import project
import pythons

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build" / "benchmark"
BEST = "best"
ANSWERS = {"project_name": "Served", "project_slug": "served", "task": "classification"}
STEPS = ("train", "evaluate", "gate", "package")
OURS = "this"
CONSTANT = "Starlette"  # answers a constant


def main() -> None:
    """Prepare, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--family", default=BEST)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4)
    asked = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("wrk is missing: install it, for example by apt-get install wrk.")
    work = BUILD / asked.family
    servers = [ours(work), *(peer(work, each) for each in contestants.CONTESTANTS)]
    runs: dict[str, list[dict[str, float]]] = {server.name: [] for server in servers}
    for number in range(asked.rounds):
        for server in servers:
            runs[server.name].append(measure.measured(server, asked.seconds))
            print(f"round {number + 1}: {server.name} {json.dumps(runs[server.name][-1])}", file=sys.stderr, flush=True)
    found = {name: {key: statistics.median(run[key] for run in each) for key in each[0]} for name, each in runs.items()}
    print(table(work, found))
    missed = [*broken(found)]
    print(*(f"MISSED: {each}" for each in missed), sep="\n")
    sys.exit(3 if missed else 0)


# How many of our requests, at least, come to one of a peer.
REQUESTS = {"MLflow": 30, "BentoML": 20, "MLServer": 20}


def broken(found: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """Say which ratios are not as promised: one row at a time, for one client and for sixteen."""
    ours, peers = found[OURS], [found[name] for name in REQUESTS]
    for clients in (1, 16):
        for name, least in REQUESTS.items():
            ratio = ours[f"requests/s at {clients}"] / found[name][f"requests/s at {clients}"]
            if ratio < least:
                yield f"{ratio:.1f} times the requests of {name} at {clients}, {least} are promised"
        slower = found["MLflow"][f"p50 ms at {clients}"] / ours[f"p50 ms at {clients}"]
        if slower < 30:
            yield f"MLflow's p50 is {slower:.1f} times ours at {clients}, 30 are promised"
        dear = ours[f"CPU ms at {clients}"] / found[CONSTANT][f"CPU ms at {clients}"]
        if dear > 3:
            yield f"{dear:.1f} times the CPU of a constant at {clients}, 3 are promised"
    for key, most in (("MB", 1 / 2), ("first answer s", 1 / 4)):
        share = ours[key] / min(peer[key] for peer in peers)
        if share > most:
            yield f"{key}: {share:.2f} of the best peer, {most} is promised"


def folder(work: Path, name: str) -> Path:
    """Return the folder of one server."""
    made = work / name.lower()
    made.mkdir(parents=True, exist_ok=True)
    return made


def ours(work: Path) -> measure.Started:
    """Make the project and its model once, with an environment that holds what its image holds."""
    version, python = pythons.newest()
    environment, made = project.environment(python), work / "project" / ANSWERS["project_slug"]
    if not (work / "versions.json").exists():  # what is written last
        shutil.rmtree(work, ignore_errors=True)
        template = project.export(work / "template")
        project.render(template, made.parent, {**ANSWERS, "python_version": version}, python)
        params = made / "params.toml"
        if work.name != BEST:  # the folder is named after a family
            text = params.read_text(encoding="utf-8")
            if f"[train.families.{work.name}]" not in text:
                shutil.rmtree(work)
                sys.exit(f"{work.name}: no family of params.toml; name one that it tries.")
            params.write_text(project.one_family(work.name, text), encoding="utf-8")
        subprocess.run(["make", "setup"], cwd=made, env=environment, check=True)
        for step in STEPS:
            subprocess.run([str(made / ".venv" / "bin" / "ml"), step], cwd=made, env=environment, check=True)
        served = {**environment, "UV_PROJECT_ENVIRONMENT": str(work / "served")}
        subprocess.run(["uv", "sync", "--no-dev", "--no-editable", "--locked"], cwd=made, env=served, check=True)
        prepared = [str(made / ".venv" / "bin" / "python"), str(HERE / "prepare.py"), str(made), str(work)]
        subprocess.run(prepared, env=environment, check=True)
    rows = json.loads((work / "ours.json").read_text())
    port = measure.free_port()
    command = [str(work / "served" / "bin" / "ml"), "serve", "--port", str(port), "--admin-port", "0"]
    return measure.Started(
        OURS,
        [*command, "--bundle", str(made / "build" / "bundle" / "model.tar.gz")],
        folder(work, OURS),
        f"http://127.0.0.1:{port}/predict",
        json.dumps({"rows": rows[:1]}).encode(),
        json.dumps({"rows": rows}).encode(),
        lambda answer: float(answer["predictions"][0]["probability"]),
        json.loads((work / "ready.json").read_text())["wanted"][0],
    )


def peer(work: Path, one: contestants.Contestant) -> measure.Started:
    """Install a peer into an environment of its own, once, with the libraries that the model was trained with."""
    made, environment = folder(work, one.name), work / "environments" / one.name.lower()
    rows = work / "ready.json"
    versions = json.loads((work / "versions.json").read_text())
    if not (environment / "installed").exists():
        _, python = pythons.newest()
        subprocess.run(["uv", "venv", "--quiet", "--clear", "--python", str(python), str(environment)], check=True)
        pinned = [f"{name}=={versions[name]}" if name in versions and one.learns else name for name in one.packages]
        install = ["uv", "pip", "install", "--quiet", "--python", str(environment / "bin" / "python"), *pinned]
        subprocess.run(install, check=True)
        (environment / "installed").touch()
    for path in (*contestants.PEERS.iterdir(), work / "model.joblib"):
        if path.is_file():
            shutil.copy2(path, made)
    if one.name == "MLflow":
        shutil.rmtree(made / "saved", ignore_errors=True)
        save = [str(environment / "bin" / "python"), "save_mlflow.py", "model.joblib", str(rows), "saved"]
        subprocess.run(save, cwd=made, check=True)
    ready = json.loads(rows.read_text())
    port = measure.free_port()
    program, *arguments = one.command(made, port)
    return measure.Started(
        one.name,
        [str(environment / "bin" / program), *arguments],
        made,
        f"http://127.0.0.1:{port}{one.path}",
        json.dumps(one.body(ready["columns"], ready["data"][:1])).encode(),
        json.dumps(one.body(ready["columns"], ready["data"])).encode(),
        one.first,
        ready["wanted"][0] if one.learns else None,
    )


def version(work: Path, name: str) -> str:
    """Return the version of what a peer's environment was made for."""
    package = next(each.packages[0] for each in contestants.CONTESTANTS if each.name == name)
    python = work / "environments" / name.lower() / "bin" / "python"
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    return subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def table(work: Path, found: Mapping[str, Mapping[str, float]]) -> str:
    """Return the numbers as a Markdown table: ours as they are, those of the others as multiples of ours."""
    rest = [name for name in found if name != OURS]
    known = json.loads((work / "versions.json").read_text())
    libraries = ", ".join(f"{name} {value}" for name, value in known.items() if name != "estimator")
    lines = [
        f"{known['estimator']}; {libraries}.",
        "",
        "| | this | " + " | ".join(f"{name} {version(work, name)}" for name in rest) + " |",
        "|---" * (len(rest) + 2) + "|",
    ]
    for key, value in found[OURS].items():
        ratios = " | ".join(f"x {found[name][key] / value:.3g}" for name in rest)
        lines.append(f"| {key} | {value:.3g} | {ratios} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
