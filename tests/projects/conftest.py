"""People of a municipality with projects, and of another one."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.directory.models import Municipality, Organisation
from tests.factories.accounts import UserFactory
from tests.factories.actors import MembershipFactory, organisation_of
from tests.factories.directory import MunicipalityFactory


@dataclass(frozen=True)
class Town:
    """A municipality with its organisation, and who acts for it."""

    place: Municipality
    organisation: Organisation
    representative: User
    contributor: User


def make_town(**values: Any) -> Town:
    place = MunicipalityFactory(**values)
    organisation = organisation_of(place)
    representative, contributor = UserFactory(), UserFactory()
    MembershipFactory(person=representative, organisation=organisation)
    MembershipFactory(person=contributor, organisation=organisation, role="contributor")
    return Town(place, organisation, representative, contributor)


@pytest.fixture
def town() -> Town:
    return make_town(ags="08118001", name="Musterdorf", population=1_500, longitude=9.1, latitude=48.9)


@pytest.fixture
def neighbour() -> Town:
    return make_town(ags="08118002", name="Nachbardorf", population=1_900, longitude=9.2, latitude=48.95)


@pytest.fixture
def editor() -> User:
    return UserFactory(editor=True)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client
