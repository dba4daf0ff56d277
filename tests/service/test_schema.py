"""The OpenAPI document says what the service does: schemathesis believes it, and tries."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_schema_conformance,
    status_code_conformance,
)

from tests import projects, servers

CHECKS = [
    *(schemathesis.checks.not_a_server_error, status_code_conformance, content_type_conformance),
    *(response_schema_conformance, negative_data_rejection, positive_data_acceptance),
]
SETTINGS = hypothesis.settings(
    max_examples=50, deadline=None, derandomize=True, database=None, suppress_health_check=list(hypothesis.HealthCheck)
)
schemathesis.openapi.format("local-date-time", st.datetimes().map(lambda moment: moment.isoformat()))


@pytest.fixture(scope="module", params=["classification", "regression"])
def server(
    request: pytest.FixtureRequest, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[servers.Server]:
    """Return the server of each task."""
    built = projects.build(template, request.param)
    with servers.serving(built, tmp_path_factory.mktemp("schema") / "log") as server:
        yield server


def test_every_operation_keeps_its_description(server: servers.Server) -> None:
    """Legal requests are answered as described, illegal ones refused as described, and none breaks the server."""
    schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{server.port}/openapi.json")
    for result in schema.get_all_operations():
        operation = result.ok()  # type: ignore[union-attr] # an error has none, and fails here
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
            if mode is schemathesis.GenerationMode.NEGATIVE and operation.method == "get":
                continue

            @SETTINGS
            @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
            def tried(case: schemathesis.Case[Any]) -> None:
                case.call_and_validate(checks=CHECKS)

            tried()
    assert "trace" not in server.log.read_text()
