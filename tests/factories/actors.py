"""Factories for organisations and who belongs to them."""

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from portal.directory.models import (
    Delegation,
    Invitation,
    Membership,
    Municipality,
    Organisation,
    OrganisationClaim,
    PersonProfile,
    Role,
)
from tests.factories.accounts import UserFactory
from tests.factories.directory import AssociationFactory, LandFactory, MunicipalityFactory


class OrganisationFactory(DjangoModelFactory[Organisation]):
    """A company; ``municipality=``, ``district=`` or ``association=`` make it that of a place."""

    class Meta:
        model = Organisation

    municipality = None
    district = None
    association = None
    kind = factory.LazyAttribute(
        lambda one: next(
            (kind for kind in ("municipality", "district", "association") if getattr(one, kind)), "company"
        )
    )
    place = factory.LazyAttribute(lambda one: one.municipality or one.district or one.association)
    name = factory.LazyAttributeSequence(lambda one, n: one.place.name if one.place else f"Musterfirma {n}")
    slug = factory.LazyAttributeSequence(lambda one, n: one.place.pk if one.place else f"musterfirma-{n}")
    land = factory.LazyAttribute(lambda one: LandFactory(id=one.place.pk[:2]) if one.place else None)

    @classmethod
    def _create(cls, model_class: type[Organisation], *args: Any, **kwargs: Any) -> Organisation:
        kwargs.pop("place", None)
        return super()._create(model_class, *args, **kwargs)


def organisation_of(place: Any, **values: Any) -> Organisation:
    """Return the organisation of a place of the register, made where there is none."""
    kind = type(place).__name__.lower()
    found = Organisation.objects.filter(**{kind: place}).first()
    return found or OrganisationFactory(**{kind: place}, **values)


class MembershipFactory(DjangoModelFactory[Membership]):
    """Somebody who represents an organisation; ``hidden=True`` somebody who has only asked for it."""

    class Meta:
        model = Membership

    class Params:
        hidden = factory.Trait(state="requested", role="reader")

    person = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Role.REPRESENTATIVE
    state = "active"
    started_on = factory.LazyAttribute(lambda one: timezone.localdate() if one.state in {"active", "ended"} else None)
    ended_on = factory.LazyAttribute(lambda one: timezone.localdate() if one.state == "ended" else None)


class InvitationFactory(DjangoModelFactory[Invitation]):
    """An open invitation; only those who represent the organisation see it."""

    class Meta:
        model = Invitation

    class Params:
        hidden = factory.Trait()

    organisation = factory.SubFactory(OrganisationFactory)
    email = factory.Sequence(lambda n: f"eingeladen{n}@example.org")
    role = Role.READER
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=14))


class OrganisationClaimFactory(DjangoModelFactory[OrganisationClaim]):
    """An open claim."""

    class Meta:
        model = OrganisationClaim

    class Params:
        hidden = factory.Trait()

    person = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    evidence = "Ich leite das Hauptamt; Telefon 0123 456, Rathaus Zimmer 7."


class DelegationFactory(DjangoModelFactory[Delegation]):
    """An association acts for one of its municipalities, as both have agreed; ``hidden=True``: only offered."""

    class Meta:
        model = Delegation
        exclude = ("place",)

    class Params:
        hidden = factory.Trait(state="offered")

    place = factory.LazyFunction(lambda: MunicipalityFactory(association=AssociationFactory()))
    principal = factory.LazyAttribute(lambda one: organisation_of(one.place))
    delegate = factory.LazyAttribute(lambda one: organisation_of(_association(one)))
    tasks = factory.LazyFunction(lambda: ["assess", "apply"])
    state = "agreed"
    answered_at = factory.LazyAttribute(lambda one: None if one.state == "offered" else timezone.now())


def _association(one: Any) -> Any:
    place: Municipality = one.principal.municipality
    return place.association


class PersonProfileFactory(DjangoModelFactory[PersonProfile]):
    """A profile as it is at first: for those who are signed in. ``hidden=True``: for nobody else."""

    class Meta:
        model = PersonProfile

    class Params:
        hidden = factory.Trait(page_audience="me")

    person = factory.SubFactory(UserFactory)
    function_title = "Leitung Hauptamt"
    about = "Seit zehn Jahren im Rathaus."
    expertise = factory.LazyFunction(lambda: ["verwaltung"])
