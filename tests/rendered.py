"""Read a rendered project: its files, its documents, and the answers that it holds."""

import ast
import json
import subprocess
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
FOLDER = "<" + "<cookiecutter.project_slug>>"

PLAIN = {
    "project_name": "Late Trains",
    "project_slug": "late-trains",
    "package_name": "late_trains",
    "description": "How late the train will be.",
    "author_name": "Ada Lovelace",
    "author_email": "ada@example.com",
    "github_owner": "analytical",
}
# Legal, and meant to be misread: by YAML, TOML, a shell, a formatter, or a linter that dislikes look-alikes.
UNUSUAL = {
    "project_name": "L'\u00e9t\u00e9: 'tard' # x \u2019 \u0430 \u2013 \U0001f682",
    "description": "a: b # x, 50 % {z} $(x) `y` !z &a [c] | \u201c\u65e5\u672c\u201d\u00a0\U0001f468\u200d\U0001f467 ?",
    "author_name": "- Bj\u00f6rn O'Neil: yes",
    "author_email": "o'neil+x@example.com",
}

Render = Callable[..., Path]
Ask = Callable[[Mapping[str, str]], "subprocess.CompletedProcess[str]"]


def questions() -> dict[str, Any]:
    """Return cookiecutter.json as it is written."""
    found: dict[str, Any] = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
    return found


def files(project: Path) -> dict[str, Path]:
    """Return every file below a folder by its path in it, in order."""
    return {path.relative_to(project).as_posix(): path for path in sorted(project.rglob("*")) if path.is_file()}


def parsed(path: Path) -> Any:  # noqa: ANN401 (whatever the document holds)
    """Read one file by what its name says it is; None for plain text."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".toml":
        return tomllib.loads(text)
    if path.suffix in {".yaml", ".yml"}:
        return yaml.safe_load(text)
    if path.suffix == ".json":
        return json.loads(text)
    return ast.parse(text) if path.suffix == ".py" else None


def documents(project: Path) -> dict[str, Any]:
    """Parse every TOML, YAML, JSON and Python file."""
    read = {name: parsed(path) for name, path in files(project).items()}
    return {name: document for name, document in read.items() if document is not None}


def strings(document: Any) -> Iterator[str]:  # noqa: ANN401 (whatever the document holds)
    """Walk through all the strings of a parsed TOML, YAML or JSON document."""
    if isinstance(document, str):
        yield document
    elif isinstance(document, Mapping):
        for key, value in document.items():
            yield from strings(key)
            yield from strings(value)
    elif isinstance(document, list):
        for value in document:
            yield from strings(value)
