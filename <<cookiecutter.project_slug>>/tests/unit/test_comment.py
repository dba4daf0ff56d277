"""The comment on a pull request is written from a file that anybody's code may have made."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

RUN = "https://github.com/owner/project/actions/runs/7"
HOSTILE = (
    "</table> @everyone ![x](https://example.com/x.png) `code` | cell\r\n# Title <!-- \u202e --> &lt; \\| ::error::"
)


@pytest.fixture
def verdicts() -> dict[str, Any]:
    """Return verdicts as `ml gate` writes them."""
    kept = {"gate": "quality", "verdict": "pass", "measured": "0.80 [0.75, 0.85]", "promised": ">0.7", "advice": ""}
    lost = {**kept, "gate": "overfit", "verdict": "fail", "advice": "narrow the grid"}
    return {"model_sha256": "a" * 64, "training_sha256": "b" * 64, "passed": False, "verdicts": [kept, lost]}


def written(root: Path, folder: Path, content: bytes | None, url: str = RUN) -> tuple[int, str, str]:
    """Run the script on these bytes; return its exit code, the comment and what it said."""
    source, target = folder / "verdicts.json", folder / "comment.md"
    if content is not None:
        source.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-I", str(root / "scripts" / "comment.py"), str(source), str(target)],
        env={**os.environ, "RUN_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, target.read_text("utf-8") if target.exists() else "", done.stderr


def test_comment_tells_every_verdict_and_what_to_do(root: Path, tmp_path: Path, verdicts: dict[str, Any]) -> None:
    """Whoever reads the pull request sees what failed, by how much, and what helps."""
    code, comment, _ = written(root, tmp_path, json.dumps(verdicts).encode())
    assert code == 0
    assert "### Refused by: overfit" in comment
    assert "| ✅ | quality | pass | `0.80 [0.75, 0.85]` | `>0.7` |" in comment
    assert "- **overfit**: `narrow the grid`" in comment
    assert RUN in comment


@pytest.mark.parametrize("field", ["measured", "promised", "advice"])
def test_hostile_text_shows_as_text(root: Path, tmp_path: Path, verdicts: dict[str, Any], field: str) -> None:
    """Outside code spans stands only what we wrote, so no HTML, mention, image or further cell comes through."""
    verdicts["verdicts"][1][field] = HOSTILE * 20
    code, comment, _ = written(root, tmp_path, json.dumps(verdicts).encode())
    assert code == 0
    plain = re.sub(r"`[^`\n]*`", "", comment)
    assert not re.search(r"everyone|example\.com|Title|table|::error", plain)
    assert "\u202e" not in comment
    rows = [line for line in plain.splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {6}
    assert max(map(len, comment.splitlines())) < 600


def _with(document: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return {**document, "verdicts": [document["verdicts"][0], {**document["verdicts"][1], **changed}]}


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda d: {**d, "passed": True}, id="says-passed-where-a-gate-failed"),
        pytest.param(lambda d: {**d, "more": 1}, id="unknown-key"),
        pytest.param(lambda d: {**d, "model_sha256": "a" * 63 + "`"}, id="no-sha256"),
        pytest.param(lambda d: {**d, "verdicts": []}, id="no-verdict"),
        pytest.param(lambda d: {**d, "verdicts": d["verdicts"] * 11}, id="too-many-verdicts"),
        pytest.param(lambda d: {**d, "verdicts": {"a": 1}}, id="no-list"),
        pytest.param(lambda d: _with(d, gate="a\n# Title"), id="gate-with-a-heading"),
        pytest.param(lambda d: _with(d, gate="a" * 21), id="gate-too-long"),
        pytest.param(lambda d: _with(d, verdict="**fail**"), id="verdict-not-of-the-list"),
        pytest.param(lambda d: _with(d, measured=1.5), id="number-where-text-belongs"),
        pytest.param(lambda d: _with(d, measured="a" * 30_000), id="too-large"),
        pytest.param(lambda d: [d], id="list"),
    ],
)
def test_forged_verdicts_are_refused(root: Path, tmp_path: Path, verdicts: dict[str, Any], spoil: Any) -> None:
    """What `ml gate` would not write is not repeated, not even in the log."""
    code, comment, said = written(root, tmp_path, json.dumps(spoil(verdicts)).encode())
    assert (code, comment) == (3, "")
    assert "are refused" in said
    assert "Title" not in said


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, id="missing"),
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe", id="no-text"),
        pytest.param(b"[" * 15_000, id="deeply-nested"),
        pytest.param(b"1" * 15_000, id="endless-number"),
    ],
)
def test_what_is_no_document_is_refused(root: Path, tmp_path: Path, content: bytes | None) -> None:
    """Nothing that can be uploaded crashes the reader."""
    code, comment, said = written(root, tmp_path, content)
    assert (code, comment) == (3, "")
    assert len(said.splitlines()) == 1


def test_a_link_is_not_followed(root: Path, tmp_path: Path, verdicts: dict[str, Any]) -> None:
    """An archive may hold a link to a file of the runner."""
    (tmp_path / "elsewhere.json").write_text(json.dumps(verdicts), "utf-8")
    (tmp_path / "verdicts.json").symlink_to(tmp_path / "elsewhere.json")
    assert written(root, tmp_path, None)[:2] == (3, "")


def test_an_address_that_is_none_is_refused(root: Path, tmp_path: Path, verdicts: dict[str, Any]) -> None:
    """The address of the run is put between parentheses, so it must be nothing but an address."""
    code, comment, _ = written(root, tmp_path, json.dumps(verdicts).encode(), "https://a.example/) @everyone")
    assert (code, comment) == (2, "")


def test_real_verdicts_are_told(root: Path, tmp_path: Path, judged: Path) -> None:
    """What `ml gate` writes is what the script reads."""
    content = (judged / "build" / "verdicts.json").read_bytes()
    code, comment, said = written(root, tmp_path, content)
    assert (code, said) == (0, "")
    assert "### Accepted" in comment
