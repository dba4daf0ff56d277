"""A leak of the bikes is refused through the real command line; the sabotage suite is a job of each first push."""

import json
from pathlib import Path

from tests import projects


def test_two_columns_that_add_up_are_refused_by_their_names(template: Path, tmp_path: Path) -> None:
    """Bikes hired with and without a subscription are all bikes: given to the model, they are found before it ships."""
    built = projects.build(template, "regression", whole=False)
    folder = built.copy(tmp_path / "leaking")
    contract = folder / "contract.toml"
    text = contract.read_text(encoding="utf-8")
    assert text.count("available = false\n") == 2
    contract.write_text(text.replace("available = false\n", ""), encoding="utf-8")
    ended = [built.run("ml", step, cwd=folder).returncode for step in ("train", "evaluate", "gate", "package")]
    assert ended == [0, 0, 3, 3]
    verdicts = json.loads((folder / "build" / "verdicts.json").read_text(encoding="utf-8"))["verdicts"]
    leakage = next(each for each in verdicts if each["gate"] == "leakage")
    assert leakage["verdict"] == "fail"
    assert "casual and registered" in leakage["measured"]
