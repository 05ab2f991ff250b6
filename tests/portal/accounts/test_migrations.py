"""What migrations do with accounts that were there before."""

from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.test import Client

from portal.accounts.models import RoleGrant, User
from tests.factories.accounts import PASSWORD, UserFactory
from tests.portal.accounts.signing import sign_in

pytestmark = pytest.mark.django_db


def migration(name: str):
    return import_module(f"portal.accounts.migrations.{name}")


def test_accounts_made_by_the_operator_can_still_sign_in(client: Client) -> None:
    person, other = UserFactory(), UserFactory()
    EmailAddress.objects.filter(user=person).delete()
    assert sign_in(client, person.email)["Location"] != "/"
    EmailAddress.objects.filter(user=person).delete()
    for _twice in range(2):
        migration("0006_confirmed_addresses").confirm_addresses(apps, None)
    (address,) = EmailAddress.objects.filter(user=person)
    assert (address.email, address.verified, address.primary) == (person.email, True, True)
    assert EmailAddress.objects.filter(user=other).count() == 1
    assert sign_in(Client(), person.email, PASSWORD)["Location"] == "/"


def test_members_of_a_group_have_its_role_from_now_on() -> None:
    editor, nobody = UserFactory(editor=True), UserFactory()
    migration("0003_roles_of_the_centre").grant_what_groups_say(apps, None)
    assert [(grant.person, grant.role) for grant in RoleGrant.objects.all()] == [(editor, "editor")]
    assert User.objects.get(pk=editor.pk).roles == {"editor"}
    assert User.objects.get(pk=nobody.pk).roles == frozenset()
