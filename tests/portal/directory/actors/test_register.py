"""Organisations of the register exist before anybody registers, and follow it."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

import portal.directory.demo
from portal.directory.actors.register import follow_register
from portal.directory.models import Association, District, Municipality, Organisation
from tests.factories.actors import MembershipFactory, OrganisationFactory
from tests.factories.directory import AssociationFactory, DistrictFactory, MunicipalityFactory

pytestmark = pytest.mark.django_db


def test_every_place_with_an_administration_is_an_organisation_once() -> None:
    association = AssociationFactory(id="081185001", name="Verband")
    town = MunicipalityFactory(ags="08118048", association=association, name="Ludwigsburg")
    MunicipalityFactory(ags="08118999", kind=Municipality.Kind.FREE)
    MunicipalityFactory(ags="08118998", valid_to=dt.date(2020, 12, 31))
    assert follow_register() == 3
    rows = Organisation.objects.order_by("slug").values_list("kind", "slug", "name", "land", "district", "municipality")
    assert list(rows) == [
        ("district", "08118", "Kreis 08118", "08", "08118", None),
        ("municipality", "08118048", "Ludwigsburg", "08", None, "08118048"),
        ("association", "081185001", "Verband", "08", None, None),
    ]
    assert town.organisation.get_absolute_url() == "/akteure/08118048/"
    with CaptureQueriesContext(connection) as captured:
        assert follow_register() == 0
    assert len(captured) <= 5  # three statements and the transaction, however many places there are


def test_a_place_that_ceased_keeps_its_organisation_with_all_that_hangs_on_it() -> None:
    town = MunicipalityFactory(name="Altdorf")
    follow_register()
    membership = MembershipFactory(organisation=town.organisation)
    Municipality.objects.filter(pk=town.pk).update(valid_to=dt.date(2025, 12, 31), name="Altdorf (alt)")
    assert follow_register() == 1
    membership.refresh_from_db()
    organisation = Organisation.objects.get(pk=membership.organisation_id)
    assert (organisation.name, organisation.ceased_on) == ("Altdorf (alt)", dt.date(2025, 12, 31))
    assert membership.state == "active"
    Municipality.objects.filter(pk=town.pk).update(valid_to=None)
    follow_register()
    organisation.refresh_from_db()
    assert organisation.ceased_on is None


def test_what_the_organisation_says_about_itself_is_left_alone() -> None:
    town = MunicipalityFactory()
    follow_register()
    Organisation.objects.update(description="Wir", official_domain="musterdorf.example")
    Municipality.objects.filter(pk=town.pk).update(name="Neuer Name")
    follow_register()
    organisation = Organisation.objects.get(municipality=town)
    assert (organisation.name, organisation.description) == ("Neuer Name", "Wir")
    assert organisation.official_domain == "musterdorf.example"


def test_the_demonstration_has_an_organisation_for_each_place() -> None:
    portal.directory.demo.load()
    current = [
        Municipality.objects.current().municipalities().count(),
        District.objects.current().count(),
        Association.objects.current().count(),
    ]
    kinds = ("municipality", "district", "association")
    assert [Organisation.objects.filter(kind=kind).count() for kind in kinds] == current
    assert sum(current) > 500


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "municipality"},
        {"kind": "company", "municipality": True},
        {"kind": "district", "municipality": True},
        {"kind": "municipality", "municipality": True, "district": True},
        {"kind": "unknown"},
        {"kind": "company", "official_domain": "Muster.de"},
        {"kind": "company", "official_domain": "muster"},
        {"kind": "company", "description_audience": "me"},
        {"kind": "company", "slug": "Groß"},
    ],
)
def test_the_database_refuses_what_does_not_fit(values: dict[str, Any]) -> None:
    made: dict[str, Any] = {"municipality": MunicipalityFactory, "district": DistrictFactory}
    for name in values.keys() & made.keys():
        values = values | {name: made[name]()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(**({"name": "Muster", "slug": "muster"} | values))
    OrganisationFactory(municipality=MunicipalityFactory())
