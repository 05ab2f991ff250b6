"""The API keeps to its schema: what it describes is what it answers, for input that somebody made up from it."""

from collections.abc import Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.urls import reverse
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from competence_centre.wsgi import application
from portal.areas import areas
from tests.factories import factory_for

schema = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", application)


@pytest.fixture
def _rows(db: None) -> Iterator[None]:
    for resource in areas.each("resources"):
        factory_for(resource.model).create_batch(3)
    # As Django's own test client does: the connection, and with it the test's transaction, outlives a request.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.usefixtures("_rows")
def test_every_answer_is_as_described(case: schemathesis.Case) -> None:
    case.call_and_validate(
        headers={"Accept-Encoding": "identity"},
        checks=[not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance],
    )


def test_the_schema_describes_every_resource_and_filter() -> None:
    described = {operation.ok().path: operation.ok() for operation in schema.get_all_operations()}
    for resource in areas.each("resources"):
        listed = described[reverse(f"api:{resource.slug}-list")]
        names = {parameter.name for parameter in listed.query}
        assert names == {*resource.filterset.base_filters, "cursor", "limit"} - {"sort"}
