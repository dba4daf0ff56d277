"""The packed model, opened, and a server of it for all tests that do it no harm."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest

from << cookiecutter.package_name >> import bundle, contract


@pytest.fixture(scope="session")
def opened(packed: Path) -> bundle.Bundle:
    """Return the packed bundle."""
    return bundle.open_file(packed)


@pytest.fixture(scope="session")
def agreed(opened: bundle.Bundle) -> contract.Contract:
    """Return the contract that the bundle was made under."""
    return contract.of(opened.json("contract.json"))


@pytest.fixture(scope="session")
def client(packed: Path, serve: Callable[..., AbstractContextManager[Any]]) -> Iterator[httpx.Client]:
    """Return a client of the server."""
    with serve(packed) as served:
        yield served.client
