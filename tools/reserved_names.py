"""Write into pre_gen which names are taken by what a project depends on.

Usage: reserved_names.py PROJECT, a rendered project after `make setup`: its uv.lock names the distributions, also
those of other systems, and its environment the modules that these install.
"""

import re
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Iterable
from pathlib import Path

HOOK = Path(__file__).resolve().parent.parent / "hooks" / "pre_gen_project.py"
WRITTEN = re.compile(r'(?<=DEPENDENCIES = frozenset\(\n    """\n).*?(?=    """)', re.DOTALL)
MODULES = "import importlib.metadata; print(*importlib.metadata.packages_distributions(), sep='\\n')"


def distributions(lock: Path) -> set[str]:
    """Return the names of what a lock holds, less the project itself."""
    packages = tomllib.loads(lock.read_text(encoding="utf-8"))["package"]
    return {package["name"] for package in packages if "registry" in package["source"]}


def modules(python: Path) -> set[str]:
    """Return the public names that an environment's distributions let one import."""
    listed = subprocess.run([str(python), "-I", "-c", MODULES], check=True, capture_output=True, text=True).stdout
    return {name for name in listed.splitlines() if name.isidentifier() and not name.startswith("_")}


def written(hook: str, names: Iterable[str]) -> str:
    """Return the hook with these names in it, in the one form that it compares."""
    taken = sorted({name.lower().replace("-", "_").replace(".", "_") for name in names})
    lines = textwrap.wrap(" ".join(taken), width=116)
    return WRITTEN.sub("".join(f"    {line}\n" for line in lines), hook)


def main() -> None:
    """Read the project, write the hook."""
    project = Path(sys.argv[1])
    own = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["uv"]["build-backend"]
    folder = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"
    names = distributions(project / "uv.lock") | modules(project / ".venv" / folder) - {own["module-name"]}
    HOOK.write_text(written(HOOK.read_text(encoding="utf-8"), names), encoding="utf-8")


if __name__ == "__main__":
    main()
