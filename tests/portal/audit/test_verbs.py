"""Each thing that can stand in the audit gets there by the act itself, with who did it and no personal value."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from funding.services import import_programmes
from portal.accounts.models import Role, User
from portal.accounts.services import erasure, support
from portal.accounts.services.export import request_export
from portal.accounts.services.roles import end_role, grant_role
from portal.accounts.services.signing_in import deactivate
from portal.accounts.services.tokens import create_token, revoke_token
from portal.audit.models import AuditEvent, Verb
from portal.directory.actors import delegations, joining, members
from portal.directory.actors.organisations import create_organisation, edit_profile
from portal.directory.models import Membership
from tests.factories.accounts import RoleGrantFactory, UserFactory, add_app
from tests.factories.actors import (
    DelegationFactory,
    MembershipFactory,
    OrganisationClaimFactory,
    OrganisationFactory,
    organisation_of,
)
from tests.factories.content import GuideFactory
from tests.factories.directory import AssociationFactory, MunicipalityFactory
from tests.factories.funding import ProgrammeFactory

pytestmark = pytest.mark.django_db
NAMES = ("geheimer-name", "geheime-adresse")


def person() -> User:
    number = User.objects.count()
    return UserFactory(display_name=f"{NAMES[0]} {number}", email=f"{NAMES[1]}{number}@example.org")


def of_the_centre(role: Role) -> User:
    one = person()
    grant_role(person=one, role=role, by=None, reason="Für den Test")
    return one


def representative() -> Membership:
    place = MunicipalityFactory(association=AssociationFactory())
    return MembershipFactory(organisation=organisation_of(place), person=person())


def colleague(of: Membership, **values: Any) -> Membership:
    return MembershipFactory(organisation=of.organisation, person=person(), role="reader", **values)


def granted() -> User:
    by = of_the_centre(Role.ADMINISTRATOR)
    grant_role(person=person(), role=Role.EDITOR, by=by, reason="Neu in der Redaktion")
    return by


def ended() -> User:
    by = of_the_centre(Role.ADMINISTRATOR)
    end_role(grant=RoleGrantFactory(person=person()), by=by, reason="Wechselt das Haus")
    return by


def requested() -> User:
    by = person()
    joining.join(organisation=representative().organisation, person=by, message=f"Hier ist {by}")
    return by


def invited() -> User:
    mine = representative()
    members.invite(organisation=mine.organisation, email=f"{NAMES[1]}@example.org", role="reader", by=mine.person)
    return mine.person


def confirmed() -> User:
    mine = representative()
    members.confirm_request(membership=colleague(mine, hidden=True), role="reader", by=mine.person)
    return mine.person


def changed() -> User:
    mine = representative()
    members.change_membership(membership=colleague(mine), role="contributor", function="it", by=mine.person)
    return mine.person


def membership_ended() -> User:
    mine = representative()
    members.end_membership(membership=colleague(mine), by=mine.person)
    return mine.person


def claimed() -> User:
    by = person()
    joining.join(organisation=OrganisationFactory(), person=by, evidence=f"Ich bin {by}")
    return by


def claim_withdrawn() -> User:
    claim = OrganisationClaimFactory(person=person())
    joining.withdraw_claim(claim=claim, by=claim.person)
    return claim.person


def claim_decided(*, accept: bool) -> User:
    by = of_the_centre(Role.MODERATOR)
    joining.decide_claim(claim=OrganisationClaimFactory(person=person()), accept=accept, reason="Geprüft", by=by)
    return by


def union_of(town: Membership) -> Membership:
    place: Any = town.organisation.municipality
    return MembershipFactory(organisation=organisation_of(place.association), person=person())


def offered() -> User:
    town = representative()
    delegations.offer(own=town.organisation, other=union_of(town).organisation, tasks=["apply"], by=town.person)
    return town.person


def delegation_answered(*, agree: bool) -> User:
    town = representative()
    union = union_of(town)
    made = delegations.offer(own=town.organisation, other=union.organisation, tasks=["apply"], by=town.person)
    delegations.answer(delegation=made, agree=agree, by=union.person)
    return union.person


def delegation_revoked() -> User:
    town = representative()
    made = DelegationFactory(principal=town.organisation, delegate=union_of(town).organisation)
    delegations.revoke(delegation=made, by=town.person)
    return town.person


def organisation_created() -> User:
    by = of_the_centre(Role.EDITOR)
    create_organisation(kind="company", name="Muster GmbH", by=by)
    return by


def organisation_changed() -> User:
    mine = representative()
    edit_profile(organisation=mine.organisation, by=mine.person, description=f"Fragen Sie {mine.person}")
    return mine.person


def exported() -> User:
    by = person()
    request_export(person=by)
    return by


def erased() -> User:
    by = person()
    erasure.erase(person=by, by=by)
    return by


def support_view(*, finish: bool) -> User:
    by = of_the_centre(Role.ADMINISTRATOR)
    view = support.start(person=person(), by=by, reason="Anfrage 4711: Seite bleibt leer")
    if finish:
        support.end(view=view, by=by)
    return by


def token_made() -> User:
    by = person()
    create_token(person=by, name=f"Für {by}", scopes=["read"], days=30)
    return by


def token_revoked() -> User:
    by = person()
    token, _secret = create_token(person=by, name=f"Für {by}", scopes=["read"], days=30)
    revoke_token(token=token, by=by)
    return by


def switched_off() -> User:
    by = of_the_centre(Role.ADMINISTRATOR)
    deactivate(person=person(), by=by, reason="Auf eigenen Wunsch")
    return by


def imported() -> None:
    import_programmes(records=[], imported_from="test", licence="CC", licence_url="https://example.org", complete=False)


def editor() -> User:
    """Somebody who may publish."""
    by = person()
    User.objects.filter(pk=by.pk).update(is_superuser=True)
    by.refresh_from_db()
    return by


def published() -> User:
    by = editor()
    guide = GuideFactory(hidden=True)
    guide.save_revision(user=by).publish(user=by)
    return by


def withdrawn() -> User:
    by = editor()
    GuideFactory().unpublish(user=by)
    return by


def audit_exported() -> User:
    by = of_the_centre(Role.ADMINISTRATOR)
    add_app(by)
    client = Client()
    client.force_login(by)
    client.post(reverse("audit:export", args=["csv"]) + f"?q={NAMES[1]}")
    return by


ACTS: dict[Verb, Callable[[], User | None]] = {
    Verb.ROLE_GRANTED: granted,
    Verb.ROLE_ENDED: ended,
    Verb.MEMBERSHIP_REQUESTED: requested,
    Verb.MEMBERSHIP_INVITED: invited,
    Verb.MEMBERSHIP_CONFIRMED: confirmed,
    Verb.MEMBERSHIP_CHANGED: changed,
    Verb.MEMBERSHIP_ENDED: membership_ended,
    Verb.CLAIM_OPENED: claimed,
    Verb.CLAIM_WITHDRAWN: claim_withdrawn,
    Verb.CLAIM_ACCEPTED: lambda: claim_decided(accept=True),
    Verb.CLAIM_REJECTED: lambda: claim_decided(accept=False),
    Verb.DELEGATION_OFFERED: offered,
    Verb.DELEGATION_AGREED: lambda: delegation_answered(agree=True),
    Verb.DELEGATION_DECLINED: lambda: delegation_answered(agree=False),
    Verb.DELEGATION_REVOKED: delegation_revoked,
    Verb.ORGANISATION_CREATED: organisation_created,
    Verb.ORGANISATION_CHANGED: organisation_changed,
    Verb.DATA_EXPORTED: exported,
    Verb.PERSON_ERASED: erased,
    Verb.SUPPORT_STARTED: lambda: support_view(finish=False),
    Verb.SUPPORT_ENDED: lambda: support_view(finish=True),
    Verb.TOKEN_CREATED: token_made,
    Verb.TOKEN_REVOKED: token_revoked,
    Verb.SIGN_IN_CHANGED: switched_off,
    Verb.IMPORTED: imported,
    Verb.PUBLISHED: published,
    Verb.WITHDRAWN: withdrawn,
    Verb.AUDIT_EXPORTED: audit_exported,
}


@pytest.mark.parametrize("verb", Verb)
def test_the_act_itself_writes_the_line(verb: Verb) -> None:
    by = ACTS[verb]()
    line = AuditEvent.objects.filter(verb=verb).latest("pk")
    assert line.actor == (by.uuid if by else None)
    for one in AuditEvent.objects.values_list("reason", "object_key", "object_type", "on_behalf_of", "changed"):
        assert not any(name in str(one) for name in NAMES), one


# --- publications, whichever way ---


def test_programmes_are_published_and_withdrawn_like_pages() -> None:
    by = editor()
    programme = ProgrammeFactory(hidden=True)
    programme.save_revision(user=by).publish(user=by)
    programme.refresh_from_db()
    programme.unpublish(user=by)
    lines = AuditEvent.objects.about(programme).order_by("pk")
    assert [(line.verb, line.actor) for line in lines] == [("published", by.uuid), ("withdrawn", by.uuid)]


@pytest.mark.parametrize(("hidden", "lines"), [(False, ["withdrawn"]), (True, [])])
def test_a_page_that_was_public_does_not_vanish_unseen(hidden: bool, lines: list[str]) -> None:
    guide = GuideFactory(hidden=hidden)
    before = AuditEvent.objects.count()
    guide.delete(user=editor())
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)[before:]) == lines


def test_an_import_that_is_only_tried_leaves_no_line() -> None:
    import_programmes(
        records=[], imported_from="test", licence="CC", licence_url="https://example.org", complete=False, dry_run=True
    )
    assert not AuditEvent.objects.exists()
