"""What the contract tests walk over: every resource that any area declares."""

from typing import Any

import pytest
from django.test import Client

from portal.areas import Resource, areas
from portal.visibility import PublicQuerySet
from tests.factories import factory_for
from tests.factories.accounts import UserFactory


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give ``resource`` every resource, ``restricted_resource`` those that not everybody sees all of."""
    resources = list(areas.each("resources"))
    assert resources, "the registry is empty: nothing would be tested"
    if "resource" in metafunc.fixturenames:
        metafunc.parametrize("resource", resources, ids=lambda resource: resource.slug)
    if "restricted_resource" in metafunc.fixturenames:
        restricted = [r for r in resources if not isinstance(r.model._default_manager.all(), PublicQuerySet)]
        assert restricted, "no resource hides anything: the tests of visibility would show nothing"
        metafunc.parametrize("restricted_resource", restricted, ids=lambda resource: resource.slug)


@pytest.fixture
def editor_client(db: None) -> Client:
    client = Client()
    client.force_login(UserFactory(editor=True))
    return client


@pytest.fixture
def make() -> Any:
    """Make objects of a resource by its model's factory."""

    def make_objects(resource: Resource, number: int = 1, **traits: Any) -> list[Any]:
        return factory_for(resource.model).create_batch(number, **traits)

    return make_objects
