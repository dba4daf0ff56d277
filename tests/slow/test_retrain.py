"""A challenger is proposed only where there is something to learn, and only if it is better."""

from pathlib import Path

from tests.runner import events
from tests.runner.hub import Hub
from tests.runner.records import Run
from tests.runner.runner import Runner
from tests.slow import traffic
from tests.slow.test_pull_request import worse

LESS = 100  # rows that the newer table lacks


def retrained(hub: Hub, jobs: Path) -> Run:
    """Ask for a challenger by hand; nothing may be proposed."""
    run = Runner(hub, jobs).run("retrain.yml", events.dispatch(hub, {"reason": "now"}))
    assert run.results == {"challenger": "success", "propose": "skipped"}, run.log
    assert hub.read()["pulls"] == []
    return run


def test_the_same_data_teach_nothing(live_hub: Hub, tmp_path: Path) -> None:
    """Nothing is trained."""
    assert "there is nothing to learn" in retrained(live_hub, tmp_path / "jobs").summary


def test_a_worse_challenger_is_not_proposed(live_hub: Hub, tmp_path: Path) -> None:
    """The champion stays, and the summary says what refused the challenger."""
    table = live_hub.repository.file("main", traffic.TABLE).splitlines(keepends=True)
    params = worse(live_hub.repository.file("main", "params.toml"))
    live_hub.repository.commit({traffic.TABLE: "".join(table[:-LESS]), "params.toml": params})
    assert "The champion stays: `ml gate` refused the challenger." in retrained(live_hub, tmp_path / "jobs").summary
