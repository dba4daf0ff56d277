"""A tag publishes the very bytes that were judged, or nothing."""

import hashlib
import json
import shutil
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.runner import events, history
from tests.runner.actions import artifacts
from tests.runner.actions.attest import CYCLONEDX, PROVENANCE
from tests.runner.docker import registry
from tests.runner.hub import Hub
from tests.runner.records import JobRun, Run
from tests.runner.runner import Runner
from tests.slow import life, traffic


def test_what_is_published_is_what_was_judged(begun: life.Stage, released: life.Stage) -> None:
    """Every job is green, and the files of the release are byte for byte those that ci left on main."""
    assert set(released.results.values()) == {"success"}
    judged = life.artifact(begun.hub, int(begun.told["run"]), "bundle")
    published = life.assets(released.hub)
    for name in ("model.tar.gz", "model.skops", "metrics.json", "verdicts.json", "MODEL_CARD.md"):
        assert (published / name).read_bytes() == judged[name]
    (release,) = released.hub.read()["releases"]
    assert (release["draft"], release["tag_name"]) == (False, "v0.1.0")
    assert "The first model behind gates" in release["body"]


def test_the_image_is_named_by_the_digest_that_answers(released_hub: Hub) -> None:
    """The digest of the release is in the registry, and its manifest is one image with the version as its tag."""
    reference = (life.assets(released_hub) / "image.txt").read_text(encoding="utf-8").strip()
    assert reference.startswith("ghcr.io/acme/churn@sha256:")
    address = f"http://127.0.0.1:{registry.port(released_hub)}/v2/acme/churn/manifests"
    found = set()
    for name in (reference.partition("@")[2], "0.1.0"):
        asked = urllib.request.Request(f"{address}/{name}", headers={"Accept": registry.KINDS})  # noqa: S310 (our own registry)
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
            body = answer.read()
        assert "layers" in json.loads(body)
        found.add(f"sha256:{hashlib.sha256(body).hexdigest()}")
    assert found == {reference.partition("@")[2]}


def repack(hub: Hub, run: int, spoil: Callable[[dict[str, bytes]], None], name: str = "bundle") -> None:
    """Put another artifact in the place of the one that a run left."""
    files = life.artifact(hub, run, name)
    spoil(files)
    with hub.change() as state:
        kept = [one for one in state["artifacts"] if (one["run"], one["name"]) != (run, name)]
        state["artifacts"] = kept
    artifacts.keep(hub, run, name, files)


def one_byte(files: dict[str, bytes]) -> None:
    """Change the model alone."""
    files["model.tar.gz"] += b"x"


def one_byte_and_its_checksum(files: dict[str, bytes]) -> None:
    """Change the model and what the checksums say of it."""
    before = hashlib.sha256(files["model.tar.gz"]).hexdigest()
    one_byte(files)
    after = hashlib.sha256(files["model.tar.gz"]).hexdigest()
    files["SHA256SUMS"] = files["SHA256SUMS"].replace(before.encode(), after.encode())


@pytest.mark.parametrize(
    ("spoil", "step"),
    [
        pytest.param(one_byte, "Its bytes are whole", id="model"),
        pytest.param(
            one_byte_and_its_checksum,
            "Its bytes were signed by ci.yml, on main, at this commit",
            id="model-and-checksum",
        ),
    ],
)
def test_a_bundle_that_was_exchanged_is_not_released(
    begun: life.Stage, hub: Hub, tmp_path: Path, spoil: Callable[[dict[str, bytes]], None], step: str
) -> None:
    """Nothing is built around bytes that ci did not leave on main."""
    repack(hub, int(begun.told["run"]), spoil)
    run = life.release(hub, tmp_path / "jobs")
    assert run.jobs["image"].failed_step == step, run.log
    assert hub.read()["releases"] == []


def test_an_artifact_that_changed_in_store_is_not_released(hub: Hub, tmp_path: Path) -> None:
    """Its digest is checked when it is fetched."""
    for file in (hub.folder / "artifacts").iterdir():
        file.write_bytes(file.read_bytes() + b"x")
    run = life.release(hub, tmp_path / "jobs")
    assert run.jobs["image"].failed_step == "Fetch the bundle that passed its gates"
    assert "Digest validation failed" in run.jobs["image"].log


def number(hub: Hub) -> int:
    """Return the run of release.yml."""
    return next(int(one["databaseId"]) for one in hub.read()["runs"] if one["path"].endswith("/release.yml"))


def again(hub: Hub, jobs: Path, name: str) -> Run:
    """Run a job of the release once more, with those that wait for it."""
    return Runner(hub, jobs).run("release.yml", events.tag(hub, "v0.1.0"), again=number(hub), jobs=[name])


def test_an_image_that_is_not_the_tested_one_is_not_pushed(released_hub: Hub, tmp_path: Path) -> None:
    """What is loaded must have the id that the test named."""
    said = history.find(released_hub, number(released_hub))["jobs"]["image"]["outputs"]
    other = JobRun("image", "success", outputs={**said, "id": f"sha256:{'0' * 64}"})
    event = events.tag(released_hub, "v0.1.0")
    run = Runner(released_hub, tmp_path / "jobs").run(
        "release.yml", event, again=number(released_hub), jobs=["push-image"], given={"image": other}
    )
    assert run.jobs["push-image"].errors == ["not the image that was tested"]
    assert run.results["publish"] == "skipped"


@pytest.mark.parametrize("job", ["push-image", "publish"])
@pytest.mark.parametrize("name", ["bundle/model.tar.gz", "bundle/SHA256SUMS", "sbom.cdx.json"])
def test_files_that_were_exchanged_between_two_jobs_are_not_published(
    released_hub: Hub, tmp_path: Path, job: str, name: str
) -> None:
    """What the test saw is remembered outside the artifact that hands it over."""

    def spoil(files: dict[str, bytes]) -> None:
        files[name] += b"x"

    with released_hub.change() as state:
        state["releases"].clear()
    repack(released_hub, number(released_hub), spoil, "release")
    run = again(released_hub, tmp_path / "jobs", job)
    assert run.jobs[job].errors == ["not the files that were tested"]
    assert released_hub.read()["releases"] == []


def test_half_a_release_can_be_run_again(released_hub: Hub, tmp_path: Path) -> None:
    """The draft is taken up, with a file that was half there replaced."""
    with released_hub.change() as state:
        state["releases"][0]["draft"] = True
    (life.assets(released_hub) / "model.tar.gz").write_bytes(b"half")
    run = again(released_hub, tmp_path / "jobs", "publish")
    assert run.conclusion == "success", run.log
    (release,) = released_hub.read()["releases"]
    assert not release["draft"]


def test_a_draft_that_holds_other_bytes_than_were_sent_is_not_published(released_hub: Hub, tmp_path: Path) -> None:
    """It is downloaded and compared before anybody else can see it."""
    with released_hub.change() as state:
        state["releases"][0]["draft"] = True
        state["spoils"] = ["metrics.json"]
    run = again(released_hub, tmp_path / "jobs", "publish")
    assert run.jobs["publish"].failed_step == "Publish it once what was uploaded is what was meant", run.log
    assert (run.results["verify"], released_hub.read()["releases"][0]["draft"]) == ("skipped", True)


def test_what_is_published_is_not_published_over(released_hub: Hub, tmp_path: Path) -> None:
    """A second run leaves the release as it is."""
    before = (life.assets(released_hub) / "SHA256SUMS").read_bytes()
    run = again(released_hub, tmp_path / "jobs", "publish")
    assert run.jobs["publish"].errors == ["v0.1.0 is published already"]
    assert (life.assets(released_hub) / "SHA256SUMS").read_bytes() == before


TAMPERED = {
    "file": ("model.tar.gz", "a file of v0.1.0 is not what SHA256SUMS says"),
    "file-and-checksum": ("model.tar.gz SHA256SUMS", "model.tar.gz of v0.1.0 is not signed by release.yml at its tag"),
    "image": ("image.txt SHA256SUMS", "image.txt of v0.1.0 is not signed by release.yml at its tag"),
}


@pytest.mark.parametrize(("spoiled", "said"), TAMPERED.values(), ids=TAMPERED)
def test_a_release_that_was_tampered_with_is_not_promoted(
    released_hub: Hub, tmp_path: Path, spoiled: str, said: str
) -> None:
    """Neither a file nor its checksum, nor the name of the image, may change after the release was signed."""
    file = life.assets(released_hub) / spoiled.split(maxsplit=1)[0]
    before = file.read_bytes()
    # Of a name of an image the last digit, of an archive the last byte.
    file.write_bytes(before[:-2] + (b"0" if before[-2:-1] != b"0" else b"1") + before[-1:])
    if "SHA256SUMS" in spoiled:
        life.sign_off(file.parent)
    run = life.promote(released_hub, tmp_path / "jobs")
    assert run.results == {"verify": "failure", "promote": "skipped"}
    assert run.errors[-1] == f"release.sh: {said}", run.log
    assert released_hub.read()["deployments"] == []


def unsigned(hub: Hub, predicate: str) -> None:
    """Forget who signed the image, or what it is made of."""
    digest = (life.assets(hub) / "image.txt").read_text(encoding="utf-8").strip().rpartition(":")[2]
    with hub.change() as state:
        signed = state["attestations"]
        state["attestations"] = [one for one in signed if (one["digest"], one["predicate"]) != (digest, predicate)]
        assert len(state["attestations"]) < len(signed)


def gone(hub: Hub) -> None:
    """Lose what the registry holds."""
    shutil.rmtree(hub.folder / "registry")


IMAGES: dict[str, tuple[Callable[[Hub], None], str]] = {
    "unsigned": (lambda hub: unsigned(hub, PROVENANCE), "the image of v0.1.0 is not signed by release.yml at its tag"),
    "unlisted": (lambda hub: unsigned(hub, CYCLONEDX), "the image of v0.1.0 has no signed bill of materials"),
    "lost": (gone, "the image of v0.1.0 cannot be pulled by its digest"),
}


@pytest.mark.parametrize(("spoil", "said"), IMAGES.values(), ids=IMAGES)
def test_an_image_that_nobody_vouches_for_is_not_promoted(
    released_hub: Hub, tmp_path: Path, spoil: Callable[[Hub], None], said: str
) -> None:
    """It must be there, signed, and its parts listed by who built it."""
    spoil(released_hub)
    run = life.promote(released_hub, tmp_path / "jobs")
    assert run.results == {"verify": "failure", "promote": "skipped"}
    assert run.errors[-1] == f"release.sh: {said}", run.log
    assert released_hub.read()["deployments"] == []


def test_whoever_may_read_can_verify_a_release(released_hub: Hub, tmp_path: Path) -> None:
    """From a clone, with no more than its version: signatures are demanded of a public repository."""
    bob = traffic.Person(released_hub, tmp_path, packages="read", attestations="read")
    bob.run("bash", "-c", 'docker login ghcr.io --username bob --password-stdin <<< "$GH_TOKEN"')
    assert "v0.1.0 is what was released: files whole, signed by release.yml at its tag" in bob.run(
        "make", "verify", "VERSION=0.1.0"
    )
