"""The machine that we are on: what of its environment jobs may see, and what it cannot run."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pythons

from tests.runner.refusal import known

# What installing packages needs here: certificates, indexes and caches.
PASSED = (
    "CURL_CA_", "DOCKER_HOST", "GIT_SSL_", "PIP_", "REQUESTS_CA_", "SSL_CERT_", "UV_CACHE_DIR", "UV_DEFAULT_INDEX",
    "UV_EXTRA_INDEX", "UV_FIND_LINKS", "UV_HTTP", "UV_INDEX", "UV_LINK", "UV_NATIVE", "UV_SYSTEM_CERTS",
)  # fmt: skip
PROXIES = ("http_proxy", "https_proxy", "no_proxy", "all_proxy")
LINUX = {"ubuntu-24.04", "ubuntu-latest"}
ELSEWHERE = {"macos-15", "macos-14", "macos-latest", "windows-2025", "windows-2022", "windows-latest"}


def passed() -> Iterator[tuple[str, str]]:
    """Walk through what the host's environment gives on."""
    for name, value in os.environ.items():
        if name.startswith(PASSED) or name.lower() in PROXIES:
            yield name, value
    settings = Path.home() / ".config"
    cache = {"UV_CACHE_DIR": Path.home() / ".cache" / "uv", "PIP_CACHE_DIR": Path.home() / ".cache" / "pip"}
    files = {"PIP_CONFIG_FILE": settings / "pip" / "pip.conf", "UV_CONFIG_FILE": settings / "uv" / "uv.toml"}
    for name, path in (cache | files).items():
        if name not in os.environ and (name in cache or path.exists()):
            yield name, str(path)


def lacks(system: str, python: str) -> str:
    """Return why a leg for this system and this Python cannot run here, if it cannot."""
    known("runs-on", [system], LINUX | ELSEWHERE)
    if system in ELSEWHERE:
        return f"{system} is not this machine"
    lacking = re.fullmatch(r"\d+\.\d+", python) and python not in pythons.here()
    return f"Python {python} is not on this machine" if lacking else ""
