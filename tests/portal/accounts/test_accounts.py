import datetime

import pytest
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.test import Client, override_settings
from django.utils import timezone

from portal.accounts import demo
from portal.accounts.models import EDITORS, User
from portal.accounts.tasks import purge_expired_sessions
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_an_address_has_one_account_whatever_its_case() -> None:
    user = User.objects.create_user("Eine.Person@Example.ORG", display_name="Eine Person")
    assert (user.email, str(user), user.has_usable_password()) == (
        "eine.person@example.org",
        "Eine Person",
        False,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("eine.person@EXAMPLE.org", display_name="Dieselbe")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(email="GROSS@example.org")


def test_editors_are_the_members_of_their_group() -> None:
    assert [UserFactory(editor=True).is_editor, UserFactory().is_editor] == [True, False]
    assert User.objects.create_superuser("alle@example.org", "x" * 12, display_name="Alle").is_editor is True
    assert UserFactory(editor=True, is_active=False).is_editor is False


def test_expired_sessions_are_deleted_and_living_ones_are_kept() -> None:
    for key, days in (("old", -1), ("new", 1)):
        Session.objects.create(
            session_key=key, session_data="", expire_date=timezone.now() + datetime.timedelta(days=days)
        )
    purge_expired_sessions()
    assert [session.session_key for session in Session.objects.all()] == ["new"]


def test_demonstration_accounts_exist_once_and_work(client: Client) -> None:
    assert demo.load() == 8
    assert demo.load() == 0
    editors = Group.objects.get(name=EDITORS)
    assert [user.email for user in editors.user_set.all()] == [demo.DEMO_ACCOUNTS[0].email]
    assert client.login(username=demo.DEMO_ACCOUNTS[0].email, password=demo.DEMO_PASSWORD)


def test_demonstration_accounts_are_shown_in_a_demonstration_alone(client: Client) -> None:
    with override_settings(DEMO=True):
        assert demo.DEMO_PASSWORD in client.get("/anmelden/").content.decode()
    assert demo.DEMO_PASSWORD not in client.get("/anmelden/").content.decode()
