"""Answers that are right, to be made wrong one at a time."""

import pytest

from tests.rendered import PLAIN


@pytest.fixture
def right() -> dict[str, str]:
    """Return ten answers to which nothing can be said."""
    return {**PLAIN, "license": "MIT", "python_version": "3.13", "task": "regression"}
