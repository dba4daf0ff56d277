"""Lock the new project's dependencies where uv is there, and say which commands come next; never fail."""

import os
import sys

ANSWERS = r"""<< cookiecutter | tojson >>"""
SKIP = "ML_CICD_NO_LOCK"
SECONDS = 120
# A repository around us, another environment or another lock's rules are none of this project's business.
FOREIGN = ("GIT_", "VIRTUAL_ENV", "UV_FROZEN", "UV_LOCKED", "UV_PROJECT")


def uv() -> str | None:
    """Find uv as uvx names it, or on PATH (shutil.which would cost as much as all the rest)."""
    name = "uv.exe" if os.name == "nt" else "uv"
    places = [os.environ.get("UV", ""), *(os.path.join(folder, name) for folder in os.get_exec_path())]  # noqa: PTH118
    return next((place for place in places if os.path.isfile(place) and os.access(place, os.X_OK)), None)  # noqa: PTH113


def lock(program: str) -> bool:
    """Write uv.lock and say whether it worked; this interpreter serves, as the asked one may not be there."""
    import subprocess  # noqa: PLC0415 (only here: its import costs half a start of the interpreter)

    # From outside: the stub of a version manager looks for .python-version and would miss its uv.
    command = [program, "lock", "--quiet", "--project", os.getcwd(), "--python", sys.executable]  # noqa: PTH109
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    try:
        done = subprocess.run(
            command,
            check=False,
            cwd=os.pardir,
            env=kept,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
        )
    except (OSError, subprocess.SubprocessError, KeyboardInterrupt):
        return False
    return done.returncode == 0


def message(folder: str, program: str | None) -> str:
    """Lock when there is something to lock with, and return what to say."""
    said = (
        f"Made {folder}. Next:\n\n    cd {folder}\n    git init --initial-branch main\n    make setup\n    make all\n"
        "\nBefore make all, for a table of your own: uv run --all-extras ml data adopt TABLE --target COLUMN\n"
    )
    if SKIP in os.environ or program is None:
        return said
    if lock(program):
        return f"{said}\nThe dependencies are locked in uv.lock: commit it."
    return f"{said}\nThe dependencies could not be locked now: `make setup` does it."


def main() -> None:
    """Finish the project in the working directory; cruft, which compares two projects, wants it as it is."""
    if '"_commit":' in ANSWERS:
        return
    text = message(os.path.basename(os.getcwd()), uv())  # noqa: PTH109, PTH119 (pathlib costs as much as the rest)
    try:
        print(text, flush=True)
    except (OSError, ValueError):
        # Nobody reads any more; the interpreter must not try once again when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


if __name__ == "__main__":
    main()
