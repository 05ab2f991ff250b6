from datetime import date
from typing import Any

import pytest
from django.test import Client

from portal.directory.models import Municipality
from tests.factories.directory import (
    AssociationFactory,
    DistrictFactory,
    EditionFactory,
    LandFactory,
    MunicipalityFactory,
    PostcodeFactory,
    SuccessionFactory,
)

pytestmark = pytest.mark.django_db

API = "/api/v1"
SOURCE = {
    "as_of": "2025-11-30",
    "attribution": "Quelle: Gemeindeverzeichnis-Informationssystem GV-ISys, © Statistisches Bundesamt (Destatis), 2025",
    "attribution_url": "https://www.destatis.de/gemeindeverzeichnis",
}


def keys(answer: Any) -> list[str]:
    body = answer.json()
    return [row.get("ags") or row["id"] for row in body["results"]]


def test_a_municipality_is_told_whole(client: Client) -> None:
    place = MunicipalityFactory(
        ags="08118007",
        association=AssociationFactory(id="081185001", name="GVV Marbach"),
        name="Benningen am Neckar",
        coordinates_edition=EditionFactory(attribution="Amt A", attribution_url="", as_of=date(2024, 12, 31)),
        valid_from=date(2020, 1, 1),
    )
    PostcodeFactory(municipality=place, code="71727")
    PostcodeFactory(municipality=place, code="71726")
    assert client.get(f"{API}/municipalities/08118007/").json() == {
        "ags": "08118007",
        "ars": "081185001007",
        "name": "Benningen am Neckar",
        "second_name": "",
        "suffix": "",
        "official_name": "Benningen am Neckar",
        "label": "Benningen am Neckar (Kreis 08118, Baden-Württemberg)",
        "kind": "64",
        "kind_label": Municipality.Kind.GEMEINDE.label,
        "unincorporated": False,
        "land": {"key": "08", "name": "Baden-Württemberg"},
        "district": {"key": "08118", "name": "Kreis 08118"},
        "association": {"key": "081185001", "name": "GVV Marbach"},
        "area_km2": 12.5,
        "population": 1832,
        "size_class": "1000-1999",
        "urbanisation": 3,
        "postcodes": ["71726", "71727"],
        "longitude": 9.2,
        "latitude": 48.9,
        "coordinates_source": {"as_of": "2024-12-31", "attribution": "Amt A", "attribution_url": ""},
        "url": "http://testserver/kommunen/08118007-benningen-am-neckar/",
        "source": SOURCE,
        "valid_from": "2020-01-01",
        "valid_to": None,
        "successors": [],
    }


def test_an_old_key_still_answers_with_its_end_and_its_successors(client: Client) -> None:
    old = MunicipalityFactory(ags="16061007", name="Birkenfelde", valid_to=date(2023, 12, 31))
    new = MunicipalityFactory(ags="16061119", name="Uder")
    SuccessionFactory(predecessor=old, successor=new, effective_on=date(2024, 1, 1))
    answer = client.get(f"{API}/municipalities/16061007/")
    assert answer.status_code == 200
    body = answer.json()
    assert body["valid_to"] == "2023-12-31"
    assert body["successors"] == [{"ags": "16061119", "name": "Uder", "kind": "merger", "effective_on": "2024-01-01"}]
    assert keys(client.get(f"{API}/municipalities/")) == ["16061119"]
    assert keys(client.get(f"{API}/municipalities/?include=former")) == ["16061007", "16061119"]


def test_a_place_outside_of_every_district_is_told_too(client: Client) -> None:
    MunicipalityFactory(ags="13000999", district=None, kind=Municipality.Kind.FREE, population=0, area_km2=0)
    body = client.get(f"{API}/municipalities/13000999/").json()
    assert (body["district"], body["association"], body["unincorporated"]) == (None, None, True)


def test_district_association_and_land_are_told(client: Client) -> None:
    AssociationFactory(id="081185001", name="GVV Marbach", seat="Marbach", kind="56")
    common = {"source": SOURCE, "valid_from": None, "valid_to": None}
    land = {"key": "08", "name": "Baden-Württemberg"}
    assert client.get(f"{API}/associations/081185001/").json() == {
        "id": "081185001",
        "name": "GVV Marbach",
        "kind": "56",
        "kind_label": "Verwaltungsverband",
        "seat": "Marbach",
        "district": {"key": "08118", "name": "Kreis 08118"},
        "land": land,
        "url": "http://testserver/gemeindeverbaende/081185001-gvv-marbach/",
        **common,
    }
    district = client.get(f"{API}/districts/08118/").json()
    assert (district["id"], district["land"], district["kind"]) == ("08118", land, "44")
    assert client.get(f"{API}/laender/08/").json() == {
        "id": "08",
        "name": "Baden-Württemberg",
        "seat": "",
        "url": "http://testserver/laender/08-baden-wuerttemberg/",
        **common,
    }


@pytest.mark.parametrize(
    "path", ["municipalities/08118049", "municipalities/x", "districts/99999", "associations/1", "laender/17"]
)
def test_an_unknown_key_is_a_problem(client: Client, path: str) -> None:
    answer = client.get(f"{API}/{path}/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_lists_take_the_filters_of_the_pages(client: Client) -> None:
    MunicipalityFactory(ags="08118001", population=400, name="Ahorn")
    MunicipalityFactory(ags="09162001", population=2500, name="Zell")
    DistrictFactory(id="01051", name="Dithmarschen")
    LandFactory(id="16")
    for path, expected in (
        ("municipalities/?q=zel", ["09162001"]),
        ("municipalities/?land=08", ["08118001"]),
        ("municipalities/?district=09162", ["09162001"]),
        ("municipalities/?size=under-500", ["08118001"]),
        ("districts/?land=01", ["01051"]),
        ("districts/?q=dithm", ["01051"]),
        ("laender/?q=thueringen", ["16"]),
        ("associations/?kind=51", []),
    ):
        assert keys(client.get(f"{API}/{path}")) == expected, path


def test_rows_beyond_a_page_are_reached_by_the_cursor(client: Client) -> None:
    for number in range(5):
        MunicipalityFactory(ags=f"0811800{number}")
    first = client.get(f"{API}/municipalities/?limit=3")
    assert keys(first) == ["08118000", "08118001", "08118002"]
    assert keys(client.get(first.json()["next"])) == ["08118003", "08118004"]
