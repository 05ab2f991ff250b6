"""The demonstration data: honest, of all kinds, and never mixed into a whole register."""

import math

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.directory import demo, services
from portal.directory.imports import geometry, recognise
from portal.directory.imports.gv100ad import Register
from portal.directory.imports.source import read_source
from portal.directory.models import Association, District, Edition, Land, Municipality, PlaceName, Postcode
from tests.factories.directory import EditionFactory
from tests.factories.register_files import real_file


@pytest.mark.django_db
def test_demo_holds_places_of_every_kind_and_land():
    assert demo.load() == 450
    places = Municipality.objects.all()
    assert set(places.values_list("kind", flat=True)) == set(Municipality.Kind.values)
    assert set(places.values_list("land", flat=True)) == {f"{number:02}" for number in range(1, 17)}
    assert (Land.objects.count(), District.objects.count()) == (16, 400)
    kinds = set(Association.objects.values_list("kind", flat=True))
    assert kinds == set(Association.Kind.values) - {"57"}  # there is none of this kind in Germany at present
    assert not places.filter(longitude=None).exists()
    assert not places.filter(urbanisation=None).exists()
    assert places.filter(name="Neuenkirchen").count() == 11
    assert places.get(pk="12052000").second_name == "Chóśebuz"
    assert places.exclude(second_name="").count() >= 12


@pytest.mark.django_db
def test_demo_names_its_sources_and_is_found():
    demo.load()
    place = Municipality.objects.get(pk="08118048")
    assert place.edition.attribution == (
        "Quelle: Gemeindeverzeichnis-Informationssystem GV-ISys, © Statistisches Bundesamt (Destatis), 2025"
    )
    assert (place.edition.partial, place.coordinates_edition.kind) == (True, Edition.Kind.EXTRACT)
    assert set(PlaceName.objects.filter(folded="ludwigsburg").values_list("municipality", flat=True)) == {place.pk}
    assert PlaceName.objects.filter(folded="71638").exists()
    assert Postcode.objects.filter(municipality=place, is_seat=True).count() == 1
    assert place.size_score is not None


@pytest.mark.django_db
def test_demo_twice_is_one_statement_or_two_and_changes_nothing():
    demo.load()
    with CaptureQueriesContext(connection) as queries:
        assert demo.load() == 0
    assert len(queries) <= 2
    assert Municipality.objects.count() == 450


@pytest.mark.django_db
def test_demo_leaves_a_whole_register_alone():
    EditionFactory(partial=True)
    assert not services.has_register()
    EditionFactory()
    assert services.has_register()
    assert demo.load() == 0
    assert Municipality.objects.count() == 0


@pytest.mark.django_db
def test_demo_has_a_dot_near_every_municipality_of_germany():
    """So that a map of the dots shows the country's shape; distances on a plane around 51° north are exact enough."""
    points = geometry.parse(read_source(real_file("geometry", "gemeinden_vg5000_2021_points.csv")))
    assert isinstance(points, geometry.Points)
    demo.load()

    def kilometres(longitude: float, latitude: float) -> tuple[float, float]:
        return longitude * 70.0, latitude * 111.3

    dots = [kilometres(*dot) for dot in Municipality.objects.values_list("longitude", "latitude")]
    everywhere = [kilometres(point.longitude, point.latitude) for point in points.rows]
    assert max(min(math.dist(place, dot) for dot in dots) for place in everywhere) < 28


@pytest.mark.django_db
def test_demo_facts_are_those_of_the_official_register():
    demo.load()
    register = recognise.parse(read_source(real_file("municipalities", "GV100AD_30112025.txt")))
    assert isinstance(register, Register)
    official = {
        row.ags: (row.ars, row.official_name, row.kind, row.area_km2, row.population) for row in register.municipalities
    }
    fields = ("ars", "official_name", "kind", "area_km2", "population")
    shown = {ags: tuple(facts) for ags, *facts in Municipality.objects.values_list("ags", *fields)}
    assert shown == {ags: official[ags] for ags in shown}
    assert [row.ags for row in register.municipalities if row.population >= 100_000 and row.ags not in shown] == []
    assert {row.key: row.kind for row in register.districts} == dict(District.objects.values_list("id", "kind"))
