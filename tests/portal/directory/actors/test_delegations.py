"""An association or a district acts for its municipalities."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from portal.audit.models import AuditEvent, Verb
from portal.directory.actors.delegations import answer, offer, possible_delegates, possible_principals, revoke
from portal.directory.actors.mails import send_outstanding_mails
from portal.directory.models import Delegation, Membership, Organisation, Role
from portal.directory.permissions import can_act_for
from tests.factories.accounts import UserFactory
from tests.factories.actors import DelegationFactory, MembershipFactory, OrganisationFactory, organisation_of
from tests.factories.directory import AssociationFactory, MunicipalityFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Membership:
    return MembershipFactory(organisation=organisation_of(MunicipalityFactory(association=AssociationFactory())))


@pytest.fixture
def union(town: Membership) -> Membership:
    place: Any = town.organisation.municipality
    return MembershipFactory(organisation=organisation_of(place.association))


def test_a_town_offers_and_its_association_agrees(town: Membership, union: Membership, mailoutbox: list[Any]) -> None:
    delegation = offer(own=town.organisation, other=union.organisation, tasks=["apply", "assess"], by=town.person)
    assert (delegation.state, delegation.tasks) == ("offered", ["assess", "apply"])
    assert not can_act_for(union.person, town.organisation, "apply")
    with pytest.raises(PermissionDenied):
        answer(delegation=delegation, agree=True, by=town.person)
    answer(delegation=delegation, agree=True, by=union.person)
    assert can_act_for(union.person, town.organisation, "apply") is True
    assert not can_act_for(union.person, town.organisation, "register")
    assert not can_act_for(union.person, town.organisation)
    lines = list(AuditEvent.objects.order_by("pk").values_list("verb", "on_behalf_of"))
    assert lines == [
        (Verb.DELEGATION_OFFERED, str(town.organisation.pk)),
        (Verb.DELEGATION_AGREED, str(union.organisation.pk)),
    ]
    assert send_outstanding_mails() == 1  # "agreed" has taken the place of "offered"
    assert [mail.to for mail in mailoutbox] == [[town.person.email]]


def test_an_association_asks_and_the_town_decides(town: Membership, union: Membership) -> None:
    delegation = offer(own=union.organisation, other=town.organisation, tasks=["apply"], by=union.person)
    assert (delegation.principal, delegation.delegate) == (town.organisation, union.organisation)
    with pytest.raises(PermissionDenied):
        answer(delegation=delegation, agree=True, by=union.person)
    answer(delegation=delegation, agree=False, by=town.person)
    assert not can_act_for(union.person, town.organisation, "apply")
    offer(own=union.organisation, other=town.organisation, tasks=["apply"], by=union.person)


@pytest.mark.parametrize("side", ["town", "union"])
def test_both_sides_see_and_revoke_it(
    town: Membership, union: Membership, side: str, request: pytest.FixtureRequest, mailoutbox: list[Any]
) -> None:
    delegation = DelegationFactory(principal=town.organisation, delegate=union.organisation)
    by: Membership = request.getfixturevalue(side)
    assert can_act_for(union.person, town.organisation, "apply") is True
    for person in (town.person, union.person):
        assert list(Delegation.objects.all().visible_to(person)) == [delegation]
    for person in (UserFactory(), MembershipFactory().person, AnonymousUser()):
        assert list(Delegation.objects.all().visible_to(person)) == []
    with pytest.raises(PermissionDenied):
        revoke(delegation=delegation, by=MembershipFactory().person)
    revoke(delegation=delegation, by=by.person)
    assert not can_act_for(union.person, town.organisation, "apply")
    send_outstanding_mails()
    assert {mail.to[0] for mail in mailoutbox} == {town.person.email, union.person.email}
    line = AuditEvent.objects.get(verb=Verb.DELEGATION_REVOKED)
    assert (line.actor, line.on_behalf_of) == (by.person.uuid, str(by.organisation.pk))
    with pytest.raises(ValidationError):
        revoke(delegation=delegation, by=by.person)


def test_readers_of_the_association_do_not_act_and_a_right_ends_with_the_membership(
    town: Membership, union: Membership
) -> None:
    DelegationFactory(principal=town.organisation, delegate=union.organisation)
    reader = MembershipFactory(organisation=union.organisation, role=Role.READER)
    assert not can_act_for(reader.person, town.organisation, "apply")
    worker = MembershipFactory(organisation=union.organisation, role=Role.CONTRIBUTOR)
    assert can_act_for(worker.person, town.organisation, "apply") is True
    Membership.objects.filter(pk=worker.pk).update(state="ended", ended_on=worker.started_on)
    assert not can_act_for(worker.person, town.organisation, "apply")


def test_it_holds_only_as_long_as_the_register_says_so(town: Membership, union: Membership) -> None:
    DelegationFactory(principal=town.organisation, delegate=union.organisation)
    place: Any = town.organisation.municipality
    ars = f"{place.ags[:5]}0{place.ags[5:]}{place.ags[5:]}"
    type(place).objects.filter(pk=place.pk).update(association=None, ars=ars)
    assert not can_act_for(union.person, town.organisation, "apply")


def test_only_the_own_association_or_district_can_act(town: Membership, union: Membership) -> None:
    place: Any = town.organisation.municipality
    district = organisation_of(place.district)
    others = [
        organisation_of(AssociationFactory(id="081155001")),
        OrganisationFactory(),
        organisation_of(MunicipalityFactory(district=place.district)),
    ]
    assert set(possible_delegates(town.organisation)) == {union.organisation, district}
    assert list(possible_principals(union.organisation)) == [town.organisation]
    assert town.organisation in possible_principals(district)
    for other in others:
        with pytest.raises(ValidationError):
            offer(own=town.organisation, other=other, tasks=["apply"], by=town.person)
        with pytest.raises(IntegrityError, match="only the association"), transaction.atomic():
            Delegation.objects.create(principal=town.organisation, delegate=other, tasks=["apply"])
    offer(own=town.organisation, other=district, tasks=["apply"], by=town.person)


def test_there_is_one_live_delegation_for_a_pair_with_known_tasks(town: Membership, union: Membership) -> None:
    offer(own=town.organisation, other=union.organisation, tasks=["apply"], by=town.person)
    with pytest.raises(ValidationError):
        offer(own=union.organisation, other=town.organisation, tasks=["apply"], by=union.person)
    for tasks in ([], ["rule the world"]):
        with pytest.raises(ValidationError):
            offer(own=town.organisation, other=union.organisation, tasks=tasks, by=town.person)
    both: Any = {"principal": town.organisation, "delegate": union.organisation}
    with pytest.raises(IntegrityError, match="once"), transaction.atomic():
        Delegation.objects.create(**both, tasks=["apply"])
    Delegation.objects.all().delete()
    with pytest.raises(IntegrityError, match="tasks"), transaction.atomic():
        Delegation.objects.create(**both, tasks=["rule"])


def test_members_without_a_role_for_it_offer_nothing(town: Membership, union: Membership) -> None:
    member = MembershipFactory(organisation=town.organisation, role=Role.CONTRIBUTOR)
    with pytest.raises(PermissionDenied):
        offer(own=town.organisation, other=union.organisation, tasks=["apply"], by=member.person)
    assert can_act_for(member.person, town.organisation, "apply") is True


def test_the_association_of_an_organisation_of_the_register_is_its_own(db: None) -> None:
    assert not possible_delegates(OrganisationFactory()).exists()
    assert not possible_principals(OrganisationFactory()).exists()
    organisation: Organisation = organisation_of(MunicipalityFactory())
    assert organisation.place == organisation.municipality
