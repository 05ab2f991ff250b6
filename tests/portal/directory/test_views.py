import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.directory.models import Municipality
from tests.factories.directory import (
    AssociationFactory,
    DistrictFactory,
    LandFactory,
    MunicipalityFactory,
    OutlineFactory,
    PostcodeFactory,
    SuccessionFactory,
)
from tests.factories.funding import ProgrammeFactory

pytestmark = pytest.mark.django_db


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def names(answer: Any) -> list[str]:
    return [place.name for place in answer.context["object_list"]]


# --- addresses ---


@pytest.mark.parametrize(
    "slug", ["08118048", "08118048-", "08118048-falsch", "08118048-LUDWIGSBURG", "08118048-%C3%A4"]
)
def test_the_key_decides_and_the_name_is_put_right(client: Client, slug: str) -> None:
    MunicipalityFactory(ags="08118048", name="Ludwigsburg")
    answer = client.get(f"/kommunen/{slug}/?a=1&a=2")
    assert (answer.status_code, answer["Location"]) == (301, "/kommunen/08118048-ludwigsburg/?a=1&a=2")


@pytest.mark.parametrize(
    "path", ["/kommunen/08118049/", "/kommunen/0811804/", "/kommunen/ludwigsburg/", "/kreise/99999/", "/laender/17-x/"]
)
def test_an_unknown_key_is_nowhere(client: Client, path: str) -> None:
    MunicipalityFactory(ags="08118048", name="Ludwigsburg")
    assert client.get("/kommunen/08118048-ludwigsburg/").status_code == 200
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("make", "address"),
    [
        (lambda: DistrictFactory(id="08118", name="Ludwigsburg"), "/kreise/08118-ludwigsburg/"),
        (lambda: AssociationFactory(id="081185001", name="GVV Süd"), "/gemeindeverbaende/081185001-gvv-sued/"),
        (lambda: LandFactory(id="16"), "/laender/16-thueringen/"),
    ],
)
def test_the_places_above_have_pages_too(client: Client, make: Any, address: str) -> None:
    assert make().get_absolute_url() == address
    answer = client.get(address)
    assert (answer.status_code, answer.content.decode().count("<h1")) == (200, 1)
    assert client.get(f"{address.split('-', maxsplit=1)[0]}/")["Location"] == address


# --- former municipalities ---


def test_an_old_key_leads_to_its_one_successor_which_says_so(client: Client) -> None:
    old = MunicipalityFactory(ags="16061007", name="Birkenfelde", valid_to=date(2023, 12, 31))
    new = MunicipalityFactory(ags="16061119", name="Uder")
    SuccessionFactory(predecessor=old, successor=new)
    answer = client.get("/kommunen/16061007-birkenfelde/")
    assert (answer.status_code, answer["Location"]) == (301, "/kommunen/16061119-uder/?frueher=16061007")
    page = client.get(answer["Location"])
    assert page.context["former"] == old
    assert "Birkenfelde" in text_of(page)
    # Nobody can make the page say it of a place that did not go up in it.
    MunicipalityFactory(ags="16061008", name="Anderswo", valid_to=date(2023, 12, 31))
    for key in ("16061008", "16061119", "x", "<script>", "٠٨١١٨٠٤٨"):
        other = client.get("/kommunen/16061119-uder/", {"frueher": key})
        assert (other.status_code, other.context["former"]) == (200, None)


def test_a_former_municipality_with_several_successors_names_them(client: Client) -> None:
    old = MunicipalityFactory(ags="16064055", name="Rodeberg", valid_to=date(2023, 12, 31))
    successors = [MunicipalityFactory(name=name) for name in ("Dingelstädt", "Mühlhausen")]
    for successor in successors:
        SuccessionFactory(predecessor=old, successor=successor)
    page = client.get(old.get_absolute_url())
    assert page.status_code == 200
    assert "31. Dezember 2023" in text_of(page)
    for successor in successors:
        assert f'href="{successor.get_absolute_url()}"' in page.content.decode()
    assert page.context["offers"] == page.context["comparable"] == []


def test_a_former_municipality_without_known_successor_still_has_its_page(client: Client) -> None:
    old = MunicipalityFactory(valid_to=date(2023, 12, 31))
    assert client.get(old.get_absolute_url()).status_code == 200


# --- the page of a municipality ---


def test_a_page_shows_the_facts_with_source_and_date(client: Client) -> None:
    association = AssociationFactory(id="081185001", name="GVV Marbach")
    place = MunicipalityFactory(
        association=association,
        name="Benningen",
        second_name="Bjeningen",
        official_name="Benningen am Neckar, Stadt",
        population=6323,
        area_km2="4.87",
        longitude=9.2456,
        latitude=48.9461,
    )
    PostcodeFactory(municipality=place, code="71726")
    shown = text_of(client.get(place.get_absolute_url()))
    for fact in (
        "Benningen / Bjeningen",
        "Benningen am Neckar, Stadt",
        "6.323",
        "4,87 km²",
        "1.298",  # inhabitants per km²
        "71726",
        place.ags,
        place.ars,
        "GVV Marbach",
        "Kreis 08118",
        "Baden-Württemberg",
        "48,9461°",
        "9,2456°",
        place.edition.attribution,
        "30. November 2025",
    ):
        assert fact in shown, fact


def test_a_page_without_coordinates_has_no_map_and_says_where_it_lies(client: Client) -> None:
    placed = MunicipalityFactory()
    assert '<svg class="map"' in client.get(placed.get_absolute_url()).content.decode()
    place = MunicipalityFactory(longitude=None, latitude=None, name="Weitweg")
    page = client.get(place.get_absolute_url())
    assert '<svg class="map"' not in page.content.decode()
    assert page.context["location"] != ""


def test_names_are_never_markup(client: Client) -> None:
    place = MunicipalityFactory(name="<script>alert(1)</script>", official_name="<b>x</b>")
    page = client.get(place.get_absolute_url()).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page


def test_the_areas_offer_what_the_reader_may_see(client: Client) -> None:
    place = MunicipalityFactory(ags="08118048")
    shown = [ProgrammeFactory(areas=["08"], applicants=["kommune"]) for _ in range(4)]
    ProgrammeFactory(areas=["09"], applicants=["kommune"])
    ProgrammeFactory(areas=["08"], applicants=["kommune"], hidden=True)
    page = client.get(place.get_absolute_url())
    (offer,) = [offer for offer in page.context["offers"] if offer.resource.slug == "funding-programmes"]
    assert (offer.count, len(offer.hits), offer.url) == (4, 3, "/foerderung/?municipality=08118048")
    assert {hit for hit, _reason in offer.hits} <= set(shown)
    assert all(reason for _hit, reason in offer.hits)
    assert f'href="{offer.url}"' in page.content.decode()


def test_an_unincorporated_area_has_a_page_and_no_offers(client: Client) -> None:
    ProgrammeFactory(areas=["08"], applicants=["kommune"])
    place = MunicipalityFactory(ags="08118048", kind=Municipality.Kind.FREE, population=0, size_score=None)
    page = client.get(place.get_absolute_url())
    assert (page.status_code, page.context["offers"], page.context["comparable"]) == (200, [], [])
    outside = MunicipalityFactory(ags="13000999", district=None, kind=Municipality.Kind.FREE, population=0, area_km2=0)
    assert client.get(outside.get_absolute_url()).status_code == 200


# --- the places above ---


def test_a_district_adds_up_its_municipalities_of_today(client: Client) -> None:
    district = DistrictFactory(id="08118")
    association = AssociationFactory(district=district, id="081185001")
    MunicipalityFactory(association=association, name="Zell", population=1000, area_km2="10.5")
    MunicipalityFactory(district=district, name="Ahorn", population=2500, area_km2="20.25")
    MunicipalityFactory(district=district, name="Wald", kind=Municipality.Kind.FREE, population=0, area_km2="5.25")
    MunicipalityFactory(district=district, name="Alt", population=9, valid_to=date(2023, 12, 31))
    page = client.get(district.get_absolute_url())
    assert [member.name for member in page.context["members"]] == ["Ahorn", "Wald", "Zell"]
    facts = [fact["value"] for fact in page.context["facts"]]
    for value in ("3.500", "36,00 km²", "97", "2", "1"):
        assert value in facts
    assert page.content.decode().count('<svg class="map"') == 2
    for address in (f"/kommunen/?district={district.pk}", f"/kommunen/?association={association.pk}"):
        assert client.get(address).status_code == 200
    page = client.get(association.get_absolute_url())
    assert [member.name for member in page.context["members"]] == ["Zell"]


def test_a_land_lists_its_districts_with_their_sums(client: Client) -> None:
    MunicipalityFactory(ags="08118001", population=1000)
    MunicipalityFactory(ags="08118002", population=2000)
    MunicipalityFactory(ags="08115001", population=500)
    MunicipalityFactory(ags="09162000", population=99)
    page = client.get("/laender/08-baden-wuerttemberg/")
    rows = [(d.pk, d.municipality_count, d.inhabitants) for d in page.context["districts"]]
    assert rows == [("08115", 1, 500), ("08118", 2, 3000)]


@pytest.mark.parametrize("level", ["municipality", "association", "district", "land"])
def test_a_page_costs_the_same_for_one_and_for_many(client: Client, level: str) -> None:
    association = AssociationFactory(id="081185001")
    place = MunicipalityFactory(association=association, size_score=0, density_score=0)
    OutlineFactory(level="district", key="08118")
    OutlineFactory(level="land", key="08")
    pages = {
        "municipality": place.get_absolute_url(),
        "association": association.get_absolute_url(),
        "district": place.district.get_absolute_url(),
        "land": place.land.get_absolute_url(),
    }
    client.cookies["kommune"] = place.pk

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(pages[level]).status_code == 200
        return len(captured)

    one = cost()
    for number in range(9):
        other = MunicipalityFactory(association=association, size_score=number, density_score=number)
        former = MunicipalityFactory(valid_to=date(2023, 12, 31))
        SuccessionFactory(predecessor=former, successor=place)
        PostcodeFactory(municipality=other)
        PostcodeFactory(municipality=place)
        ProgrammeFactory(areas=["08"], applicants=["kommune"])
        AssociationFactory(district=place.district)
        DistrictFactory(land=place.land)
    assert cost() == one <= 8


# --- lists ---


def test_a_list_leaves_out_what_has_no_administration_unless_asked(client: Client) -> None:
    MunicipalityFactory(name="Hier")
    MunicipalityFactory(name="Früher", valid_to=date(2023, 12, 31))
    MunicipalityFactory(name="Wald", kind=Municipality.Kind.FREE)
    assert names(client.get("/kommunen/")) == ["Hier"]
    assert names(client.get("/kommunen/?include=former")) == ["Früher", "Hier"]
    assert names(client.get("/kommunen/?include=former&include=unincorporated")) == ["Früher", "Hier", "Wald"]
    assert client.get("/kommunen/?include=all").status_code == 400


def test_the_filters_of_municipalities_narrow_the_list(client: Client) -> None:
    association = AssociationFactory(id="081185001")
    MunicipalityFactory(association=association, name="A", population=400, urbanisation=3)
    MunicipalityFactory(ags="08118900", name="B", population=2500, urbanisation=1, kind=Municipality.Kind.STADT)
    MunicipalityFactory(ags="09162000", name="C", population=1_500_000, urbanisation=1, kind=Municipality.Kind.CITY)
    for query, expected in (
        ("", ["A", "B", "C"]),
        ("land=08", ["A", "B"]),
        ("land=08&land=09", ["A", "B", "C"]),
        ("district=08118", ["A", "B"]),
        ("association=081185001", ["A"]),
        ("kind=63", ["B"]),
        ("size=under-500&size=from-500000", ["A", "C"]),
        ("urbanisation=1", ["B", "C"]),
        ("sort=-population", ["C", "B", "A"]),
        ("q=09162000", ["C"]),
        ("q=b&land=08", ["B"]),
    ):
        assert names(client.get(f"/kommunen/?{query}")) == expected, query
    for query in (
        "land=17",
        "district=99999",
        "district=8118",
        "association=1",
        "size=0",
        "urbanisation=4",
        "kind=99",
        "x=1",
    ):
        answer = client.get(f"/kommunen/?{query}")
        assert (answer.status_code, names(answer)) == (400, []), query


def test_facets_count_what_choosing_would_give(client: Client) -> None:
    for ags, kind in (("08118001", "64"), ("08118002", "63"), ("09162001", "64")):
        MunicipalityFactory(ags=ags, kind=kind)
    facets = {facet["name"]: facet for facet in client.get("/kommunen/?land=08").context["facets"]}
    assert [(v["value"], v["count"], v["selected"]) for v in facets["land"]["values"]] == [
        ("08", 2, True),
        ("09", 1, False),
    ]
    assert [(v["value"], v["count"]) for v in facets["kind"]["values"]] == [("63", 1), ("64", 1)]


@pytest.mark.parametrize("query", ["Südliche", "suedlich", "sudlich", "südliche wein", "07337", "073"])
def test_districts_are_found_by_name_and_key(client: Client, query: str) -> None:
    DistrictFactory(id="07337", name="Südliche Weinstraße")
    DistrictFactory(id="08118", name="Ludwigsburg")
    assert names(client.get("/kreise/", {"q": query})) == ["Südliche Weinstraße"]


def test_associations_are_filtered_by_land_district_and_kind(client: Client) -> None:
    AssociationFactory(id="081185001", name="A", kind="54")
    AssociationFactory(id="010515001", name="B", kind="51")
    for query, expected in (
        ("", ["A", "B"]),
        ("land=01", ["B"]),
        ("district=08118", ["A"]),
        ("kind=51", ["B"]),
        ("q=B", ["B"]),
    ):
        assert names(client.get(f"/gemeindeverbaende/?{query}")) == expected, query
    facets = {facet["name"]: facet for facet in client.get("/gemeindeverbaende/").context["facets"]}
    assert [(v["value"], v["count"]) for v in facets["land"]["values"]] == [("01", 1), ("08", 1)]


def test_the_laender_are_listed(client: Client) -> None:
    MunicipalityFactory(ags="08118001", population=1000)
    LandFactory(id="09")
    page = client.get("/laender/")
    assert [(land.name, land.inhabitants) for land in page.context["object_list"]] == [
        ("Baden-Württemberg", 1000),
        ("Bayern", 0),
    ]
    assert names(client.get("/laender/?q=wurttemberg")) == ["Baden-Württemberg"]


# --- suggestions ---


def test_suggestions_are_ten_labels_with_their_pages(client: Client) -> None:
    for number in range(12):
        MunicipalityFactory(name="Neuenkirchen", population=100 - number, ags=f"08{number + 115}001")
    answer = client.get("/kommunen/vorschlaege/?q=neuenk")
    body = answer.json()
    assert body[0] == {
        "ags": "08115001",
        "label": "Neuenkirchen (Kreis 08115, Baden-Württemberg)",
        "url": "/kommunen/08115001-neuenkirchen/",
    }
    assert len(body) == len({entry["label"] for entry in body}) == 10
    assert "private" in answer["Cache-Control"]
    assert client.get("/kommunen/vorschlaege/").json() == []


def test_a_text_that_is_too_long_is_refused_with_the_reason(client: Client) -> None:
    answer = client.get("/kommunen/vorschlaege/", {"q": "a" * 201})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert "200" in answer.json()["detail"]
