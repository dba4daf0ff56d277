"""A clean copy of the template as it stands, and projects rendered from it."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import project
import pytest
from cookiecutter.main import cookiecutter
from filelock import FileLock

from tests.rendered import Ask, Render


@pytest.fixture(scope="session")
def session_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all workers of this run of the tests share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def template(session_folder: Path) -> Path:
    """Return one clean export of the template for the whole run."""
    folder = session_folder / "template"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            project.export(session_folder / "template.partial").rename(folder)
    return folder


@pytest.fixture(scope="session")
def configuration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a configuration of cookiecutter that touches nobody's home."""
    folder = tmp_path_factory.mktemp("configuration")
    file = folder / "config.yaml"
    places = {"cookiecutters_dir": str(folder / "templates"), "replay_dir": str(folder / "replay")}
    file.write_text(json.dumps(places), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def render(tmp_path_factory: pytest.TempPathFactory, template: Path, configuration: Path) -> Render:
    """Return a function that renders a project, hooks included, and names its folder."""

    def _render(**answers: str) -> Path:
        out = tmp_path_factory.mktemp("rendered")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("ML_CICD_NO_LOCK", "1")
            # Cookiecutter leaves each rendered hook behind in the temporary folder.
            patch.setattr(tempfile, "tempdir", str(out.parent))
            made = cookiecutter(
                str(template), no_input=True, config_file=str(configuration), extra_context=answers, output_dir=str(out)
            )
        return Path(made)

    return _render


@pytest.fixture
def ask(tmp_path: Path, template: Path, configuration: Path) -> Ask:
    """Return a function that gives answers to the real command line, into `tmp_path / "out"`."""

    def _ask(answers: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "cookiecutter", "--no-input", "--config-file", str(configuration)]
        command += ["--output-dir", str(tmp_path / "out"), str(template)]
        command += [f"{key}={value}" for key, value in answers.items()]
        env = {**os.environ, "ML_CICD_NO_LOCK": "1", "TMPDIR": str(configuration.parent)}
        return subprocess.run(command, check=False, env=env, capture_output=True, text=True, cwd=tmp_path)

    return _ask
