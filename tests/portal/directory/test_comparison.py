from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.directory.comparison import comparable_municipalities, reasons
from portal.directory.models import Municipality
from tests.factories.directory import AssociationFactory, MunicipalityFactory

pytestmark = pytest.mark.django_db


def town(ags: str, size: float | None = 0.0, density: float | None = 0.0, **values: Any) -> Municipality:
    return MunicipalityFactory(ags=ags, size_score=size, density_score=density, **values)


def likes(place: Municipality) -> list[str]:
    return [hit.municipality.pk for hit in comparable_municipalities(place)]


def test_the_closest_in_size_come_first_on_both_sides() -> None:
    place = town("08118001")
    town("08118002", 0.5)
    town("08118003", -0.2)
    town("08118004", 0.1)
    assert likes(place) == ["08118004", "08118003", "08118002"]


def test_six_are_shown_in_one_statement_however_many_there_are() -> None:
    place = town("08118001")
    for number in range(2, 30):
        town(f"081180{number:02}", number / 10)
    with CaptureQueriesContext(connection) as captured:
        hits = comparable_municipalities(place)
        labels = [hit.municipality.label() for hit in hits]
    assert (len(labels), len(captured)) == (6, 1)


@pytest.mark.parametrize(
    "difference",
    [
        {"density": 1.0},
        {"ags": "09118002"},
        {"association": "member"},
        {"urbanisation": 1},
        {"kind": Municipality.Kind.STADT},
    ],
    ids=lambda difference: next(iter(difference)),
)
def test_each_difference_puts_a_municipality_behind(difference: dict[str, Any]) -> None:
    place = town("08118001")
    if difference.get("association"):
        difference = {"association": AssociationFactory(id="081185001")}
    other = town(difference.pop("ags", "08118002"), **difference)
    alike = town("08118003")
    assert likes(place) == [alike.pk, other.pk]


def test_size_weighs_more_than_everything_small_together() -> None:
    place = town("08118001")
    far = town("08118002", 1.5)
    other = town("09118003", 0.0, kind=Municipality.Kind.STADT, urbanisation=2)
    assert likes(place) == [other.pk, far.pk]


def distances(place: Municipality) -> dict[str, float]:
    hits = [hit.municipality for hit in comparable_municipalities(place)]
    return {hit.pk: hit.distance for hit in hits}  # type: ignore[attr-defined] # annotated


def test_what_is_unknown_neither_helps_nor_hurts() -> None:
    place = town("08118001", urbanisation=3)
    same = town("08118002", 0.3, urbanisation=3)
    unknown = town("08118003", 0.3, urbanisation=None)
    different = town("08118004", 0.3, urbanisation=1)
    found = distances(place)
    assert found[same.pk] < found[unknown.pk] < found[different.pk]
    blank = town("08118005", 0.3, None, urbanisation=None)
    found = distances(blank)
    assert found[same.pk] == found[unknown.pk] == found[different.pk] == 0


def test_what_is_no_living_municipality_is_not_compared() -> None:
    place = town("08118001")
    town("08118002", kind=Municipality.Kind.FREE)
    town("08118003", valid_to=date(2023, 12, 31))
    town("08118004", None)
    compared = town("08118005")
    assert likes(place) == [compared.pk]


@pytest.mark.parametrize(
    "values", [{"kind": Municipality.Kind.FREE}, {"valid_to": date(2023, 12, 31)}, {"size": None}], ids=str
)
def test_what_is_no_living_municipality_has_none_like_it(values: dict[str, Any]) -> None:
    town("08118002")
    assert likes(town("08118003")) == ["08118002"]
    assert likes(town("08118001", **values)) == []


def test_the_index_on_size_gives_the_candidates() -> None:
    place = town("08118001")
    for number in range(2, 60):
        town(f"081180{number:02}", number / 10)
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as captured:
        comparable_municipalities(place)
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {captured[0]['sql'].replace('%', '%%')}", [])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert plan.count("directory_municipality_size") == 2


def test_reasons_say_what_two_have_in_common() -> None:
    place = town("08118001", population=4500, area_km2=10, association=AssociationFactory(id="081185001"))
    other = town("08119001", population=4812, area_km2=11, association=AssociationFactory(id="081195001"))
    said = " | ".join(reasons(place, other))
    assert len(reasons(place, other)) == 6
    assert "4.812" in said
    assert "437" in said
    far = town("09119001", population=100_000, area_km2=100, kind=Municipality.Kind.STADT, urbanisation=1)
    assert len(reasons(place, far)) == 1  # its size alone, as a number
    assert "100.000" in reasons(place, far)[0]


def test_two_words_for_an_urban_district_are_one_kind() -> None:
    place = town("08111000", kind=Municipality.Kind.CITY_BW)
    city = town("09162000", kind=Municipality.Kind.CITY)
    other = town("09163000", kind=Municipality.Kind.STADT)
    assert likes(place) == [city.pk, other.pk]
