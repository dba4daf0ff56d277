"""What docs/deploy.md lets one copy is valid, and hardened as the image is meant to run."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml


@pytest.fixture(scope="module")
def blocks(render: Callable[..., Path]) -> list[str]:
    """Return the YAML of the page: for compose, then for Kubernetes."""
    said = (render() / "docs" / "deploy.md").read_text(encoding="utf-8")
    return [part.partition("```")[0] for part in said.split("```yaml\n")[1:]]


def test_compose_file_is_valid(blocks: list[str], tmp_path: Path) -> None:
    """By the schema of the compose specification."""
    (tmp_path / "compose.yaml").write_text(blocks[0], encoding="utf-8")
    program = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*program, str(tmp_path / "compose.yaml")], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def container(document: dict[str, Any]) -> dict[str, Any]:
    """Return the one container of a Deployment."""
    (found,) = document["spec"]["template"]["spec"]["containers"]
    return dict(found)


def test_deployment_selects_its_pods_and_asks_the_port_that_answers(blocks: list[str]) -> None:
    """Labels fit the selector, probes and ports fit the image, and the image is named by digest."""
    document = yaml.safe_load(blocks[1])
    assert document["spec"]["selector"]["matchLabels"] == document["spec"]["template"]["metadata"]["labels"]
    found = container(document)
    assert found["image"] == "IMAGE@DIGEST"
    probes = [found[name]["httpGet"] for name in ("readinessProbe", "livenessProbe")]
    assert [port["containerPort"] for port in found["ports"]] == [8000, 8001]
    assert [(probe["path"], probe["port"]) for probe in probes] == [("/ready", 8001), ("/live", 8001)]


def test_both_run_without_rights(blocks: list[str]) -> None:
    """Read-only, no capability, no new privileges."""
    service = yaml.safe_load(blocks[0])["services"]["model"]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    rights = container(yaml.safe_load(blocks[1]))["securityContext"]
    assert rights == {
        "readOnlyRootFilesystem": True,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
    }
