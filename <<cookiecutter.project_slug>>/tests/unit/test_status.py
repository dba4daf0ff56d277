"""What `ml status` tells, from what GitHub recorded."""

import base64
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from << cookiecutter.package_name >> import cli

NOW = "2026-03-02T05:23:00Z"
PROMOTED = {"digest": "sha256:11", "before": "v0.1.0", "by": "ada"}
ANSWERS: dict[str, Any] = {
    "repo view": {"nameWithOwner": "analytical/trains"},
    "api repos/analytical/trains/deployments": [
        {"id": 4, "ref": "main", "payload": {}, "description": "", "creator": {"login": "mallory"}},
        {"id": 3, "ref": "v0.3.0", "payload": {}, "description": "", "creator": {"login": "bob"}},
        {"id": 2, "ref": "v0.2.0", "payload": json.dumps(PROMOTED), "description": "better"},
    ],
    "api repos/analytical/trains/deployments/3/statuses": [{"state": "failure", "created_at": "2026-03-01T00:00:00Z"}],
    "api repos/analytical/trains/deployments/2/statuses": [{"state": "success", "created_at": "2026-02-01T00:00:00Z"}],
    "release download": {
        "verdicts": [{"gate": "quality", "verdict": "pass"}, {"gate": "slices", "verdict": "not asked"}],
    },
    "run list": [{"conclusion": "success", "createdAt": "2026-03-02T05:23:00Z", "status": "completed"}],
    "api repos/analytical/trains/contents/params.toml": {
        "content": base64.b64encode(b"[monitor]\nsource = 'x'").decode()
    },
    "issue list": [{"number": 7, "title": "The model in production: drift"}],
}
# Answers as gh does, from a file beside it.
GH = """#!{python}
import json, pathlib, sys
words = sys.argv[1:]
name = "api " + words[3] if words[0] == "api" else " ".join(words[:2])
answers = json.loads(pathlib.Path(__file__).with_name("answers.json").read_text("utf-8"))
sys.exit(print(json.dumps(answers[name]))) if name in answers else sys.exit("HTTP 404: Not Found")
"""


def told(capsys: pytest.CaptureFixture[str], folder: Path, **changes: Any) -> tuple[int, str]:
    """Return the exit code of `ml status` and what it said, where GitHub answers so."""
    answers = {**ANSWERS, **{name.replace("_", " "): answer for name, answer in changes.items()}}
    kept = {name: answer for name, answer in answers.items() if answer is not ...}
    (folder / "answers.json").write_text(json.dumps(kept), "utf-8")
    return cli.main(["status"]), "".join(capsys.readouterr())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a stand-in for gh, the first on PATH."""
    path = tmp_path / "gh"
    path.write_text(GH.format(python=sys.executable), "utf-8")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.delenv("GH_REPO", raising=False)
    return tmp_path


def test_status_tells_everything_about_what_is_in_production(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """The newest deployment that succeeded and names a release; its gates; the monitor's open issue."""
    code, text = told(capsys, folder)
    assert code == 0
    assert text.splitlines() == [
        "v0.2.0 is in production of analytical/trains since 2026-02-01T00:00:00Z, by ada.",
        "why      better",
        "image    sha256:11",
        "before   v0.1.0",
        "gates    pass: quality; not asked: slices",
        "monitor  drift (issue 7; last run 2026-03-02T05:23:00Z)",
    ]


@pytest.mark.parametrize(
    ("run", "issue", "said"),
    [
        ([], [], "has not run since"),
        ([{"conclusion": "success", "createdAt": "2026-01-31T05:23:00Z"}], [], "has not run since"),
        ([{"conclusion": "success", "createdAt": NOW}], [], f"calm (last run {NOW})"),
        ([{"conclusion": "failure", "createdAt": NOW}], [], f"broken (last run {NOW})"),
        ([{"conclusion": "failure", "createdAt": NOW}], [{"number": 7}], f"broken (issue 7; last run {NOW})"),
    ],
    ids=["never", "of-another-version", "calm", "broken", "broken-after-drift"],
)
def test_status_tells_what_the_monitor_last_said(
    capsys: pytest.CaptureFixture[str], folder: Path, run: Any, issue: Any, said: str
) -> None:
    """No run, a calm one, or one that broke."""
    code, text = told(capsys, folder, run_list=run, issue_list=issue)
    assert (code, text.splitlines()[-1]) == (0, f"monitor  {said}")


def test_status_calls_nothing_calm_that_nobody_watches(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """Without a source the monitor's runs are green, and say nothing."""
    unset = {"content": base64.b64encode(b"[monitor]\nsource = ''").decode()}
    code, text = told(capsys, folder, **{"api repos/analytical/trains/contents/params.toml": unset}, issue_list=[])
    assert (code, text.splitlines()[-1]) == (0, "monitor  watches nothing: params.toml names no [monitor] source")


def test_nothing_in_production_is_an_answer(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """A fresh repository has none."""
    answers: dict[str, Any] = {"api repos/analytical/trains/deployments": []}
    (folder / "answers.json").write_text(json.dumps({**ANSWERS, **answers}), "utf-8")
    assert cli.main(["status"]) == 0
    assert "Nothing is in production of analytical/trains yet" in capsys.readouterr().out


def test_release_that_cannot_be_read_is_said(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """The rest is told all the same."""
    code, text = told(capsys, folder, release_download=...)
    assert (code, "gates    unknown: the release v0.2.0 cannot be read" in text) == (0, True)


def test_refusal_of_github_is_one_sentence(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """With what to do about it."""
    code, text = told(capsys, folder, repo_view=...)
    assert (code, text) == (2, "ml: gh repo view: HTTP 404: Not Found; sign in by gh auth login, or set GH_REPO\n")


def test_without_gh_the_reader_learns_what_is_missing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the one program that `ml status` needs."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert cli.main(["status"]) == 2
    assert "gh is not installed" in capsys.readouterr().err
