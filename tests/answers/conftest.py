"""Answers that are right, to be made wrong one at a time."""

import pytest


@pytest.fixture
def right() -> dict[str, str]:
    """Return ten answers to which nothing can be said."""
    return {
        "project_name": "Late Trains",
        "project_slug": "late-trains",
        "package_name": "late_trains",
        "description": "How late the train will be.",
        "author_name": "Ada Lovelace",
        "author_email": "ada@example.com",
        "github_owner": "analytical",
        "license": "MIT",
        "python_version": "3.13",
        "task": "regression",
    }
