"""Projects that are rendered once for all the tests that only read them."""

import functools
from pathlib import Path

import pytest

from tests.rendered import PLAIN, Render


@pytest.fixture(scope="session")
def rendered(render: Render) -> Render:
    """Return a function that renders plain answers, some of them changed, once for each change."""

    @functools.cache
    def _rendered(changed: tuple[tuple[str, str], ...]) -> Path:
        return render(**{**PLAIN, **dict(changed)})

    return lambda **changed: _rendered(tuple(sorted(changed.items())))
