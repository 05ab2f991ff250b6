"""How somebody comes to an organisation."""

import threading
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from portal.accounts.models import User
from portal.audit.models import AuditEvent, Verb
from portal.directory.actors.joining import decide_claim, join, withdraw_claim
from portal.directory.actors.mails import send_outstanding_mails
from portal.directory.models import Membership, Organisation, OrganisationClaim, Role
from portal.directory.permissions import can_decide_claim, can_join
from tests.factories.accounts import UserFactory
from tests.factories.actors import MembershipFactory, OrganisationClaimFactory, OrganisationFactory
from tests.racing import at_once

EVIDENCE = "Ich leite das Hauptamt."


@pytest.fixture
def town(db: None) -> Organisation:
    return OrganisationFactory(name="Musterstadt", official_domain="musterstadt.de")


def clerk(number: int = 1) -> User:
    return UserFactory(email=f"kim{number}@rathaus.musterstadt.de")


def moderator() -> User:
    person: User = UserFactory()
    person.groups.add(Group.objects.get_or_create(name="moderators")[0])
    return person


def verbs() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def test_the_first_with_an_address_of_the_domain_represents_at_once(town: Organisation) -> None:
    membership = join(organisation=town, person=clerk(), function="it")
    assert isinstance(membership, Membership)
    assert (membership.state, membership.role, membership.function) == ("active", Role.REPRESENTATIVE, "it")
    assert (membership.confirmed_by, verbs()) == (None, [Verb.MEMBERSHIP_CONFIRMED])


def test_the_next_asks_those_who_represent_it_and_they_get_a_mail(town: Organisation, mailoutbox: list[Any]) -> None:
    first = MembershipFactory(organisation=town).person
    membership = join(organisation=town, person=clerk(), message="Ich bin die Neue.\nGruß")
    assert isinstance(membership, Membership)
    assert (membership.state, membership.role) == ("requested", Role.READER)
    assert (send_outstanding_mails(), send_outstanding_mails()) == (1, 0)
    (mail,) = mailoutbox
    assert mail.to == [first.email]
    assert "Ich bin die Neue." in mail.body
    assert "/akteure/" in mail.body
    assert "Neue" not in mail.subject
    assert membership.person.email not in mail.body


def test_anybody_else_needs_evidence_and_waits(town: Organisation) -> None:
    stranger = UserFactory(email="kim@evil-musterstadt.de")
    with pytest.raises(ValidationError, match="evidence"):
        join(organisation=town, person=stranger, evidence=" ")
    claim = join(organisation=town, person=stranger, evidence=EVIDENCE)
    assert isinstance(claim, OrganisationClaim)
    assert (claim.state, Membership.objects.count()) == ("open", 0)
    with pytest.raises(PermissionDenied):
        join(organisation=town, person=stranger, evidence=EVIDENCE)
    withdraw_claim(claim=claim, by=stranger)
    assert can_join(stranger, town) is True
    assert verbs() == [Verb.CLAIM_OPENED, Verb.CLAIM_WITHDRAWN]


def test_where_those_who_represent_it_do_not_answer_the_centre_can_be_asked(town: Organisation) -> None:
    MembershipFactory(organisation=town)
    assert isinstance(join(organisation=town, person=clerk(), evidence=EVIDENCE, ask_centre=True), OrganisationClaim)


def test_an_organisation_that_is_no_more_cannot_be_joined(town: Organisation) -> None:
    town.ceased_on = "2024-12-31"
    town.save()
    with pytest.raises(PermissionDenied):
        join(organisation=town, person=clerk())
    assert not can_join(AnonymousUser(), town)


def test_the_centre_accepts_and_the_person_represents_it(town: Organisation, mailoutbox: list[Any]) -> None:
    claim = OrganisationClaimFactory(organisation=town, function="head")
    decide_claim(claim=claim, accept=True, by=moderator())
    membership = Membership.objects.get(organisation=town)
    assert (membership.person, membership.role, membership.function) == (claim.person, Role.REPRESENTATIVE, "head")
    assert verbs() == [Verb.MEMBERSHIP_CONFIRMED, Verb.CLAIM_ACCEPTED]
    send_outstanding_mails()
    assert [mail.to for mail in mailoutbox] == [[claim.person.email]]


def test_a_claim_makes_a_member_a_representative(town: Organisation) -> None:
    MembershipFactory(organisation=town)
    member = MembershipFactory(organisation=town, role=Role.READER)
    claim = OrganisationClaimFactory(organisation=town, person=member.person)
    decide_claim(claim=claim, accept=True, by=moderator())
    member.refresh_from_db()
    assert member.role == Role.REPRESENTATIVE


def test_a_rejection_has_a_reason_and_is_told(town: Organisation, mailoutbox: list[Any]) -> None:
    claim = OrganisationClaimFactory(organisation=town)
    with pytest.raises(ValidationError, match="reason"):
        decide_claim(claim=claim, accept=False, reason="  ", by=moderator())
    decide_claim(claim=claim, accept=False, reason="Die Adresse passt nicht.", by=moderator())
    send_outstanding_mails()
    (mail,) = mailoutbox
    assert "Die Adresse passt nicht." in mail.body
    assert Membership.objects.count() == 0
    with pytest.raises(ValidationError):
        decide_claim(claim=claim, accept=True, by=moderator())
    with pytest.raises(IntegrityError, match="rejected_with_reason"), transaction.atomic():
        OrganisationClaim.objects.filter(pk=claim.pk).update(reason=" ")


def test_a_decided_claim_stays_decided_whoever_writes(town: Organisation) -> None:
    claim = OrganisationClaimFactory(organisation=town)
    decide_claim(claim=claim, accept=False, reason="Nein.", by=moderator())
    with pytest.raises(Exception, match="Invalid transition"), transaction.atomic():
        OrganisationClaim.objects.filter(pk=claim.pk).update(state="accepted")


def test_only_the_centre_decides_and_nobody_about_herself(town: Organisation) -> None:
    one = moderator()
    own = OrganisationClaimFactory(organisation=town, person=one)
    for somebody in (AnonymousUser(), UserFactory(), UserFactory(editor=True), MembershipFactory().person):
        assert not can_decide_claim(somebody, own)
    assert not can_decide_claim(one, own)
    with pytest.raises(PermissionDenied):
        decide_claim(claim=own, accept=True, by=one)
    assert can_decide_claim(moderator(), own) is True
    own.refresh_from_db()
    assert (own.state, own.decided_by, own.reason) == ("open", None, "")


def test_of_two_who_come_at_the_same_moment_one_represents_and_is_asked(transactional_db: None) -> None:
    town = OrganisationFactory(official_domain="musterstadt.de")
    people = [clerk(1), clerk(2)]

    def come(person: User) -> Any:
        def action(barrier: threading.Barrier) -> object:
            barrier.wait()
            return join(organisation=town, person=person)

        return action

    results: list[Any] = at_once(*map(come, people))
    assert sorted(result.state for result in results) == ["active", "requested"], results
