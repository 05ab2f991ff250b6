"""Inviting, confirming, leaving."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.audit.models import AuditEvent, Verb
from portal.directory.actors.mails import invitation_of, invitation_token, send_outstanding_mails
from portal.directory.actors.members import (
    accept_invitation,
    confirm_request,
    decline_invitation,
    end_membership,
    expire,
    give_back,
    hand_over,
    invite,
    reject_request,
    withdraw_invitation,
    withdraw_request,
)
from portal.directory.models import Invitation, Membership, Organisation, Role
from tests.factories.accounts import UserFactory
from tests.factories.actors import InvitationFactory, MembershipFactory, OrganisationFactory


@pytest.fixture
def town(db: None) -> Organisation:
    return OrganisationFactory(name="Musterstadt")


@pytest.fixture
def head(town: Organisation) -> Membership:
    return MembershipFactory(organisation=town)


def test_a_colleague_is_invited_and_accepts(town: Organisation, head: Membership, mailoutbox: list[Any]) -> None:
    colleague = UserFactory(email="robin@example.org")
    invite(organisation=town, email=" Robin@Example.org ", role=Role.CONTRIBUTOR, function="it", by=head.person)
    assert (send_outstanding_mails(), send_outstanding_mails()) == (1, 0)
    (mail,) = mailoutbox
    assert mail.to == ["robin@example.org"]
    token = mail.body.split("/einladung/")[1].split("/")[0]
    invitation = invitation_of(token)
    assert invitation is not None
    membership = accept_invitation(invitation=invitation, by=colleague)
    assert (membership.state, membership.role, membership.function) == ("active", Role.CONTRIBUTOR, "it")
    assert membership.confirmed_by == head.person
    verbs = list(AuditEvent.objects.order_by("pk").values_list("verb", "on_behalf_of"))
    assert verbs == [(Verb.MEMBERSHIP_INVITED, str(town.pk)), (Verb.MEMBERSHIP_CONFIRMED, str(town.pk))]
    with pytest.raises(ValidationError):
        accept_invitation(invitation=invitation, by=colleague)


def test_whoever_has_another_address_cannot_use_the_link(town: Organisation, head: Membership) -> None:
    invitation = InvitationFactory(organisation=town)
    for answer in (accept_invitation, decline_invitation):
        with pytest.raises(PermissionDenied):
            answer(invitation=invitation, by=UserFactory())
    assert Membership.objects.count() == 1


def test_a_link_cannot_be_made_up(town: Organisation) -> None:
    token = invitation_token(InvitationFactory(organisation=town))
    assert invitation_of(token) is not None
    for wrong in ("", "x", f"{token}x", token.swapcase(), token.partition(":")[0], "\x00"):
        assert invitation_of(wrong) is None


def test_an_invitation_ends_after_two_weeks(town: Organisation, head: Membership) -> None:
    person = UserFactory(email="robin@example.org")
    invitation = invite(organisation=town, email=person.email, role=Role.READER, by=head.person)
    assert invitation.expires_at - timezone.now() > timedelta(days=13, hours=23)
    with time_machine.travel(timezone.now() + timedelta(days=14, minutes=1)):
        with pytest.raises(ValidationError):
            accept_invitation(invitation=invitation, by=person)
        assert expire() == 1
    invitation.refresh_from_db()
    assert invitation.state == "expired"
    expire(now=timezone.now() + timedelta(days=200))
    assert Invitation.objects.count() == 0  # no address is kept without need


def test_a_withdrawn_or_declined_invitation_is_useless(town: Organisation, head: Membership) -> None:
    person = UserFactory()
    first = InvitationFactory(organisation=town, email=person.email)
    withdraw_invitation(invitation=first, by=head.person)
    second = InvitationFactory(organisation=town, email=person.email)
    decline_invitation(invitation=second, by=person)
    for invitation in (first, second):
        with pytest.raises(ValidationError):
            accept_invitation(invitation=invitation, by=person)


def test_inviting_again_replaces_the_first_mail(town: Organisation, head: Membership) -> None:
    for _ in range(2):
        invite(organisation=town, email="robin@example.org", role=Role.READER, by=head.person)
    assert sorted(Invitation.objects.values_list("state", "mail_due")) == [("open", "invited"), ("withdrawn", "")]


def test_only_representatives_invite_and_members_are_not_invited(town: Organisation, head: Membership) -> None:
    member = MembershipFactory(organisation=town, role=Role.CONTRIBUTOR)
    stranger = MembershipFactory().person
    for person in (member.person, stranger, UserFactory()):
        with pytest.raises(PermissionDenied):
            invite(organisation=town, email="robin@example.org", role=Role.READER, by=person)
    with pytest.raises(ValidationError):
        invite(organisation=town, email=member.person.email, role=Role.READER, by=head.person)


def test_a_request_is_confirmed_with_a_role_or_rejected(
    town: Organisation, head: Membership, mailoutbox: list[Any]
) -> None:
    wanted, other, third = (MembershipFactory(organisation=town, hidden=True) for _ in range(3))
    with pytest.raises(PermissionDenied):
        confirm_request(membership=wanted, role=Role.READER, by=wanted.person)
    confirm_request(membership=wanted, role=Role.CONTRIBUTOR, by=head.person)
    reject_request(membership=other, by=head.person)
    with pytest.raises(PermissionDenied):
        withdraw_request(membership=third, by=head.person)
    withdraw_request(membership=third, by=third.person)
    wanted.refresh_from_db()
    assert (wanted.state, wanted.role, wanted.confirmed_by) == ("active", Role.CONTRIBUTOR, head.person)
    send_outstanding_mails()
    assert {mail.to[0] for mail in mailoutbox} == {wanted.person.email, other.person.email}


def test_whoever_leaves_one_organisation_stays_in_the_other(town: Organisation, head: Membership) -> None:
    """C-26: what ends is what was held on behalf of that organisation."""
    elsewhere = MembershipFactory(person=head.person)
    give_back(membership=head, by=head.person)
    head.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (head.state, head.ended_on) == ("ended", timezone.localdate())
    assert elsewhere.state == "active"
    assert list(Membership.objects.of(head.person).active()) == [elsewhere]


def test_nobody_ends_the_membership_of_others_without_a_right(town: Organisation, head: Membership) -> None:
    member = MembershipFactory(organisation=town, role=Role.CONTRIBUTOR)
    for person in (MembershipFactory().person, UserFactory(editor=True)):
        with pytest.raises(PermissionDenied):
            end_membership(membership=member, by=person)
    end_membership(membership=member, by=head.person)
    with pytest.raises(ValidationError):
        end_membership(membership=member, by=head.person)


def test_a_representation_is_handed_over_to_a_member_of_the_same_organisation(
    town: Organisation, head: Membership
) -> None:
    stranger = MembershipFactory(role=Role.REPRESENTATIVE)
    with pytest.raises(ValidationError):
        hand_over(membership=head, to=stranger, leave=True, by=head.person)
    with pytest.raises(ValidationError):
        hand_over(membership=head, to=head, leave=True, by=head.person)
    colleague = MembershipFactory(organisation=town, role=Role.READER)
    hand_over(membership=head, to=colleague, leave=False, by=head.person)
    assert sorted(Membership.objects.filter(organisation=town).values_list("role", flat=True)) == [
        "contributor",
        "representative",
    ]


def test_nobody_is_a_member_twice(town: Organisation, head: Membership) -> None:
    with pytest.raises(IntegrityError, match="once"), transaction.atomic():
        MembershipFactory(organisation=town, person=head.person, role=Role.READER)
    give_back(membership=head, by=head.person)
    MembershipFactory(organisation=town, person=head.person)


def test_a_membership_stays_with_its_person_and_organisation(town: Organisation, head: Membership) -> None:
    with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
        Membership.objects.filter(pk=head.pk).update(organisation=OrganisationFactory())
    with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
        Membership.objects.filter(pk=head.pk).update(person=UserFactory())
