"""A tag of the template publishes what cookiecutter reads."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from cookiecutter.main import cookiecutter

from tests.rendered import ROOT
from tests.runner import events
from tests.runner.hub import Hub
from tests.runner.records import Run
from tests.runner.runner import Runner
from tests.scenarios import rights


def tagged(runner: Runner) -> Run:
    """Let ci pass on main, tag it, and run the release."""
    hub = runner.hub
    begun = events.push(hub)
    runner.run("ci.yml", begun, given=dict.fromkeys(runner.workflow("ci.yml", begun).jobs, "success"))
    hub.repository.tag("v0.1.0")
    return runner.run("release.yml", events.tag(hub, "v0.1.0"))


def test_a_tag_of_the_template_is_released(template_hub: Hub, template_runner: Runner, tmp_path: Path) -> None:
    """One signed archive that cookiecutter starts a project from; each right that is declared is used."""
    run = tagged(template_runner)
    assert run.conclusion == "success", run.log
    (release,) = template_hub.read()["releases"]
    assert (release["draft"], release["body"].strip()) == (False, "- The first.")
    assets = template_hub.folder / "assets" / str(release["id"])
    assert {path.name for path in assets.iterdir()} == {
        "cookiecutter-ml-cicd.zip",
        "SHA256SUMS",
        "provenance.intoto.jsonl",
    }
    archive = assets / "cookiecutter-ml-cicd.zip"
    assert {name.split("/")[0] for name in ZipFile(archive).namelist()} == {"cookiecutter-ml-cicd"}
    made = cookiecutter(str(archive), no_input=True, output_dir=str(tmp_path), default_config=True)
    assert (Path(made) / "scripts" / "release.sh").is_file()
    assert rights.used(template_hub, run.id, "release.yml") == {}


@pytest.mark.parametrize("right", rights.declared(ROOT / ".github" / "workflows", "release.yml"), ids=rights.named)
def test_a_release_without_one_of_its_rights_fails(
    template_hub: Hub, template_runner: Runner, right: rights.Right
) -> None:
    """Job by job, right by right."""
    _, job, scope, level = right
    run = tagged(template_runner)
    with template_hub.change() as state:
        state["releases"][0]["draft"] = True
    template_hub.withhold(scope, level)
    event = events.tag(template_hub, "v0.1.0")
    again = template_runner.run("release.yml", event, again=run.id, jobs=[job])
    assert rights.refused(again.jobs[job]), again.log
