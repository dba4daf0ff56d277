"""A private repository on the free plan: no signatures, and everything else."""

from pathlib import Path

from tests.runner import events
from tests.runner.hub import Hub
from tests.runner.records import JobRun
from tests.runner.runner import Runner
from tests.slow import life


def test_a_private_repository_releases_and_promotes_unsigned(begun: life.Stage, hub: Hub, tmp_path: Path) -> None:
    """Nothing is signed, checksums are checked, and the summary says so."""
    with hub.change() as state:
        state["repository"]["visibility"] = "private"
        state["attestations"].clear()
    light = {name: JobRun(name, "success") for name in ("changes", "lint", "unit", "data", "gates", "image")}
    given = {**light, "model": life.judged(hub, int(begun.told["run"]))}
    ci = Runner(hub, tmp_path / "ci").run("ci.yml", events.push(hub), given=given)
    assert (ci.conclusion, ci.results["provenance"]) == ("success", "skipped")
    release = life.release(hub, tmp_path / "release")
    assert release.conclusion == "success", release.log
    assert "unsigned: checksums alone" in release.summary
    assert hub.read()["attestations"] == []
    promotion = life.promote(hub, tmp_path / "promote")
    assert promotion.conclusion == "success", promotion.log
