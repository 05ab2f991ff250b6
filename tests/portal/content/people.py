"""People of the editors' admin."""

from django.contrib.auth.models import Group
from django.test import Client

from portal.accounts.models import APPROVERS, EDITORS, User
from portal.content.services.roles import found_roles
from tests.factories.accounts import UserFactory


def member(*groups: str, **fields: object) -> User:
    found_roles()
    person: User = UserFactory(second_factor=True, **fields)
    person.groups.set(Group.objects.filter(name__in=groups))
    return person


def editor(**fields: object) -> User:
    return member(EDITORS, **fields)


def approver(**fields: object) -> User:
    return member(APPROVERS, **fields)


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client
