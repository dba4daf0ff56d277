"""`docker compose up` starts the image with a Prometheus that sees its admin port, which nobody else does."""

import json
import re
import shutil
import subprocess
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import projects, servers
from tests.service.conftest import BASE, docker
from tests.service.test_prometheus import waited

# As the image of the Prometheus project is made: what it starts, and as whom.
STAND_IN = f"""FROM {BASE}
COPY prometheus /bin/prometheus
RUN mkdir /prometheus && chown 65534:65534 /prometheus
USER 65534
ENTRYPOINT ["/bin/prometheus"]
CMD ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"]
"""


@pytest.fixture(scope="module")
def prometheus(engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:  # noqa: ARG001 (it has to answer)
    """Return an image of this machine's Prometheus."""
    folder = tmp_path_factory.mktemp("prometheus")
    shutil.copy(servers.program("prometheus"), folder / "prometheus")
    (folder / "Dockerfile").write_text(STAND_IN)
    name = f"prometheus:{uuid.uuid4().hex[:12]}"
    docker("build", "--tag", name, str(folder))
    yield name
    docker("image", "rm", "--force", name)


@pytest.fixture
def composed(image: str, prometheus: str, served: projects.Project, tmp_path: Path) -> Iterator[list[str]]:
    """Return the command that speaks to the project's compose file: other ports, and the image of Prometheus."""
    program = servers.program("docker-compose")
    shutil.copytree(served.folder / "monitoring", tmp_path / "monitoring")
    text = (served.folder / "compose.yaml").read_text()
    text, ports = re.subn(r"127\.0\.0\.1:(\d+):", r"127.0.0.1::", text)
    text, images = re.subn(r"prom/prometheus:\S+", prometheus, text)
    assert (ports, images) == (2, 1)
    (tmp_path / "compose.yaml").write_text(text)
    (tmp_path / ".env").write_text(f"IMAGE={image}\n")
    command = [program, "--project-directory", str(tmp_path), "--file", str(tmp_path / "compose.yaml")]
    command += ["--project-name", f"composed-{uuid.uuid4().hex[:8]}"]
    yield command
    subprocess.run([*command, "down", "--volumes", "--timeout", "1"], check=True, capture_output=True)


def got(address: str) -> dict[str, Any]:
    """Return a JSON answer."""
    with urllib.request.urlopen(address, timeout=servers.PATIENCE) as answer:  # noqa: S310
        return dict(json.load(answer))


@pytest.mark.parametrize("served", ["classification"], indirect=True)
def test_service_and_prometheus_start_together(composed: list[str]) -> None:
    """The service answers, and Prometheus finds it by its name and loads the alerts."""

    def compose(*arguments: str) -> str:
        done = subprocess.run([*composed, *arguments], check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-4000:]
        return done.stdout.strip()

    compose("up", "--detach")
    address = f"http://{compose('port', 'prometheus', '9090')}"
    assert waited(address, 'up{job="service"} == 1'), compose("logs", "--tail", "50")
    assert waited(address, "ml_model_info")
    assert got(f"{address}/api/v1/rules")["data"]["groups"]
    assert got(f"http://{compose('port', 'service', '8000')}/health")["status"] == "ok"
