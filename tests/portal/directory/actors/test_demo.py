"""The demonstration shows each kind of actor, and what people do with each other."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from portal.accounts.models import User
from portal.directory.actors import demo
from portal.directory.models import Delegation, Invitation, Membership, Organisation, OrganisationClaim

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="class")
def _loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration, loaded once: each test starts from it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("demo", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("_loaded")
class TestLoaded:
    def test_every_kind_of_actor_is_there_and_says_something_of_itself(self) -> None:
        assert set(Organisation.objects.values_list("kind", flat=True)) == set(Organisation.Kind.values)
        invented = Organisation.objects.filter(demonstration=True)
        assert invented.count() == len(demo.INVENTED)
        assert not invented.filter(description="").exists()
        assert all("uster" in one.name for one in invented), "a name that says so"

    def test_the_clerk_represents_her_town_and_something_waits_for_her(self) -> None:
        clerk = User.objects.get(email="kommune@demo.example.org")
        (mine,) = Membership.objects.active().filter(person=clerk)
        assert (mine.organisation.slug, mine.role) == (demo.TOWN, "representative")
        assert mine.organisation.memberships.filter(state="requested").count() == 1
        assert Invitation.objects.filter(organisation=mine.organisation).count() == 1
        assert OrganisationClaim.objects.filter(state="open").count() == 1
        (delegation,) = Delegation.objects.filter(principal=mine.organisation)
        assert (delegation.delegate.slug, delegation.state) == (demo.UNION, "agreed")

    def test_a_second_run_changes_nothing(self) -> None:
        before = Membership.objects.count(), Organisation.objects.count()
        assert demo.load() == 0
        assert (Membership.objects.count(), Organisation.objects.count()) == before


def test_without_register_and_accounts_there_are_the_invented_ones_alone() -> None:
    assert demo.load() == len(demo.INVENTED)
    assert not Membership.objects.exists()
