"""C-01: an organisation with members has a representative, whoever leaves when, and by whatever way."""

import threading
from collections.abc import Callable, Iterator

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from portal.accounts.services.erasure import erase
from portal.audit.models import AuditEvent, Verb
from portal.directory.actors.members import (
    change_membership,
    end_membership,
    give_back,
    hand_over,
    to_hand_over,
)
from portal.directory.models import Membership, Organisation, Role
from tests.factories.actors import MembershipFactory, OrganisationFactory
from tests.racing import at_once

FUNCTION = "pgtrigger_keeps_a_representative"


def representatives(organisation: Organisation) -> int:
    return Membership.objects.representatives().filter(organisation=organisation).count()


@pytest.fixture
def organisation(db: None) -> Organisation:
    return OrganisationFactory()


def member(organisation: Organisation, role: Role = Role.READER) -> Membership:
    return MembershipFactory(organisation=organisation, role=role)


def test_the_last_representative_cannot_leave_others_behind(organisation: Organisation) -> None:
    last = member(organisation, Role.REPRESENTATIVE)
    other = member(organisation)
    with pytest.raises(ValidationError) as refused:
        end_membership(membership=last, by=last.person)
    assert refused.value.code == "last-representative"
    with pytest.raises(ValidationError) as refused:
        change_membership(membership=last, role=Role.READER, function=last.function, by=last.person)
    assert refused.value.code == "last-representative"
    assert to_hand_over(last.person) == [organisation]
    hand_over(membership=last, to=other, leave=True, by=last.person)
    last.refresh_from_db()
    assert (last.state, representatives(organisation), to_hand_over(last.person)) == ("ended", 1, [])
    other.refresh_from_db()
    assert (other.role, to_hand_over(other.person)) == (Role.REPRESENTATIVE, [])


def test_the_very_last_member_gives_the_organisation_back(organisation: Organisation) -> None:
    last = member(organisation, Role.REPRESENTATIVE)
    with pytest.raises(ValidationError, match="zurückzugeben") as refused:
        end_membership(membership=last, by=last.person)
    assert refused.value.code == "last-representative"
    assert Organisation.objects.all().with_claimed().get(pk=organisation.pk).claimed is True
    give_back(membership=last, by=last.person)
    connection.check_constraints()
    assert Organisation.objects.all().with_claimed().get(pk=organisation.pk).claimed is False
    assert AuditEvent.objects.get(verb=Verb.MEMBERSHIP_ENDED).reason


def test_nobody_gives_back_what_others_are_members_of(organisation: Organisation) -> None:
    last = member(organisation, Role.REPRESENTATIVE)
    member(organisation)
    with pytest.raises(ValidationError):
        give_back(membership=last, by=last.person)


def test_giving_one_back_allows_nothing_for_another(organisation: Organisation) -> None:
    last, other = member(organisation, Role.REPRESENTATIVE), member(OrganisationFactory(), Role.REPRESENTATIVE)
    give_back(membership=last, by=last.person)
    WAYS["end"](other.organisation, other)
    with pytest.raises(IntegrityError, match="gives the organisation back"):
        connection.check_constraints()
    transaction.set_rollback(True)


def test_who_is_erased_gives_back_what_nobody_else_is_a_member_of(organisation: Organisation) -> None:
    last = member(organisation, Role.REPRESENTATIVE)
    erase(person=last.person, by=last.person)
    connection.check_constraints()
    assert representatives(organisation) == 0


def begin_without(organisation: Organisation, _last: Membership) -> None:
    Membership.objects.filter(organisation=organisation).update(state="ended", ended_on=timezone.localdate())
    member(organisation)


WAYS: dict[str, Callable[[Organisation, Membership], object]] = {
    "end": lambda _one, last: Membership.objects.filter(pk=last.pk).update(
        state="ended", ended_on=timezone.localdate()
    ),
    "demote": lambda _one, last: Membership.objects.filter(pk=last.pk).update(role="reader"),
    "delete": lambda _one, last: last.delete(),
    "delete the person": lambda _one, last: last.person.delete(),
    "begin without": begin_without,
}


@pytest.mark.parametrize("way", [name for name in WAYS if name != "begin without"])
def test_no_other_way_leaves_an_organisation_without_anybody(organisation: Organisation, way: str) -> None:
    last = member(organisation, Role.REPRESENTATIVE)
    connection.check_constraints()
    WAYS[way](organisation, last)
    with pytest.raises(IntegrityError, match=r"needs a representative|gives the organisation back"):
        connection.check_constraints()
    transaction.set_rollback(True)


@pytest.mark.parametrize("way", WAYS)
def test_no_other_way_leaves_members_without_a_representative(organisation: Organisation, way: str) -> None:
    last = member(organisation, Role.REPRESENTATIVE)
    member(organisation)
    connection.check_constraints()
    WAYS[way](organisation, last)
    with pytest.raises(IntegrityError, match=r"needs a representative|gives the organisation back"):
        connection.check_constraints()
    transaction.set_rollback(True)


# --- at the same moment ---------------------------------------------------------------------------------------------


@pytest.fixture
def slow(transactional_db: None) -> Iterator[Callable[..., None]]:
    """Put a pause into the trigger after it has looked, and take its lock away where asked to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE proname LIKE %s", [f"{FUNCTION}%"])
        ((_name, original),) = cursor.fetchall()

    def change(*, locks: bool) -> None:
        text = original.replace("IF members > 0", "PERFORM pg_sleep(0.3); IF members > 0")
        assert text != original
        if not locks:
            assert "FOR UPDATE" in text
            text = text.replace("FOR UPDATE", "")
        with connection.cursor() as cursor:
            cursor.execute(text)

    yield change
    with connection.cursor() as cursor:
        cursor.execute(original)


def leave_directly(membership: Membership) -> Callable[[threading.Barrier], object]:
    """Leave as a shell would, past every service: only the database is asked."""

    def action(barrier: threading.Barrier) -> str:
        with transaction.atomic():
            Membership.objects.filter(pk=membership.pk).update(state="ended", ended_on=timezone.localdate())
            barrier.wait()
        return "left"

    return action


def two_representatives(*, reader: bool) -> tuple[Organisation, list[Membership]]:
    organisation = OrganisationFactory()
    two = [member(organisation, Role.REPRESENTATIVE) for _ in range(2)]
    if reader:
        member(organisation)
    return organisation, two


READER = pytest.mark.parametrize("reader", [True, False])
"""Whether there is a third member, who represents nobody (C-01 demands it without, the portal with one, too)."""


@READER
def test_of_two_who_leave_at_the_same_moment_one_stays(slow: Callable[..., None], reader: bool) -> None:
    organisation, two = two_representatives(reader=reader)
    slow(locks=True)
    results = at_once(*map(leave_directly, two))
    assert sorted(type(result).__name__ for result in results) == ["IntegrityError", "str"]
    assert representatives(organisation) == 1


@READER
def test_without_the_lock_both_would_have_left(slow: Callable[..., None], reader: bool) -> None:
    """The control: the same race with the trigger, but without its lock on the organisation (X6)."""
    organisation, two = two_representatives(reader=reader)
    slow(locks=False)
    assert at_once(*map(leave_directly, two)) == ["left", "left"]
    assert representatives(organisation) == 0


@READER
def test_of_two_who_leave_by_the_page_at_the_same_moment_one_is_told_to_hand_over(
    transactional_db: None, reader: bool
) -> None:
    organisation, two = two_representatives(reader=reader)

    def leave(membership: Membership) -> Callable[[threading.Barrier], object]:
        def action(barrier: threading.Barrier) -> object:
            barrier.wait()
            return end_membership(membership=membership, by=membership.person).state

        return action

    results = at_once(*map(leave, two))
    assert sorted(type(result).__name__ for result in results) == ["ValidationError", "str"], results
    assert representatives(organisation) == 1
