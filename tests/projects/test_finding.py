"""Finding projects: list, map, matrix, comparison, files, API, and the page of one."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from openpyxl import load_workbook
from pypdf import PdfReader

from portal.areas import areas
from portal.content.offers import about
from portal.content.services import notices
from portal.directory import maps
from portal.directory.models import Municipality
from portal.opendata import services as opendata
from projects import indicators
from projects.models import Project
from projects.services.overview import matrix
from tests.contract.test_hostile_input import HAND_MADE, RAW_QUERIES
from tests.factories.accounts import UserFactory
from tests.factories.actors import OrganisationFactory, organisation_of
from tests.factories.directory import AssociationFactory, MunicipalityFactory
from tests.factories.funding import ProgrammeFactory
from tests.factories.projects import (
    CooperationFactory,
    EvidenceFactory,
    ExperienceFactory,
    FinancingFactory,
    InteractionFactory,
    PartnerFactory,
    PictureFactory,
    ProjectFactory,
    ProjectFileFactory,
    ProjectLinkFactory,
    ProjectPlaceFactory,
    ReuseFactory,
    RiskFactory,
    SupplierFactory,
)
from tests.indexed import index_pending
from tests.projects.conftest import Town, signed_in

pytestmark = pytest.mark.django_db


def titles(answer) -> list[str]:
    return [str(one) for one in answer.context["page_obj"]]


@pytest.fixture
def some() -> dict[str, Project]:
    """A project from a small place, one from a city, one that failed, one abroad."""
    small = MunicipalityFactory(ags="08118001", name="Kleindorf", population=1_500, longitude=9.1, latitude=48.9)
    city = MunicipalityFactory(ags="14625002", name="Großstadt", population=300_000, longitude=13.7, latitude=51.0)
    return {
        "small": ProjectFactory(title="Mitfahrbank", place=small, licence="EUPL-1.2", cost_band="bis-10000"),
        "city": ProjectFactory(
            title="Datenplattform", place=city, fields_of_action=["daten"], technologies=["datenplattform"]
        ),
        "failed": ProjectFactory(title="Dorf-App", place=small, phase="gescheitert", effort_days=10),
        "abroad": ProjectFactory(title="Register in Aarhus", abroad=True, fields_of_action=["verwaltung"]),
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Datenplattform", "Dorf-App", "Mitfahrbank", "Register in Aarhus"]),
        ("action=daten", ["Datenplattform"]),
        ("size=1000-1999", ["Dorf-App", "Mitfahrbank"]),
        ("phase=gescheitert", ["Dorf-App"]),
        ("land=14", ["Datenplattform"]),
        ("open=ja", ["Mitfahrbank"]),
        ("cost=bis-10000", ["Mitfahrbank"]),
        ("effort=bis-20", ["Dorf-App"]),
        ("technology=datenplattform", ["Datenplattform"]),
        ("country=DK", ["Register in Aarhus"]),
        ("place=08118001", ["Dorf-App", "Mitfahrbank"]),
        ("place=08118001,14625002", ["Datenplattform", "Dorf-App", "Mitfahrbank"]),
        ("evidence=geprueft", ["Datenplattform"]),
        ("evidence=geprueft&evidence=behauptet", ["Datenplattform", "Mitfahrbank"]),
        ("criterion=nutzen", ["Mitfahrbank"]),
        ("criterion=nutzen&criterion=effizienz", ["Datenplattform", "Mitfahrbank"]),
        ("criterion=nutzen&evidence=geprueft", []),
        ("action=daten&phase=gescheitert", []),
    ],
)
def test_each_filter_keeps_what_it_says(client: Client, some: dict[str, Project], query: str, found: list[str]) -> None:
    EvidenceFactory(project=some["small"])
    checked = {"grade": "geprueft", "checked_by": "Beratung", "checked_on": date(2026, 5, 4)}
    EvidenceFactory(project=some["city"], criterion="effizienz", **checked)
    assert titles(client.get(f"{reverse('projects:project_list')}?{query}&sort=title")) == found


def test_a_programme_finds_what_it_has_paid_for(client: Client, some: dict[str, Project]) -> None:
    programme = ProgrammeFactory(slug="digital")
    FinancingFactory(project=some["small"], programme=programme)
    answer = client.get(f"{reverse('projects:project_list')}?programme=digital&q=")
    assert titles(answer) == ["Mitfahrbank"]
    assert 'name="programme" value="digital"' in answer.content.decode()  # searching on keeps it
    assert client.get(f"{reverse('projects:project_list')}?programme=nichts").status_code == 400


@pytest.mark.parametrize(
    "wrong",
    [
        "place=1",
        "place=99999999",
        "place=08118001,99999999",
        "organisation=x,y",
        "reused_by=,",
        "municipality=x",
        "phase=quatsch",
        "gibt=es",
    ],
)
def test_what_cannot_be_understood_is_said(client: Client, wrong: str) -> None:
    for name in ("project_list", "project_map", "project_matrix"):
        assert client.get(f"{reverse(f'projects:{name}')}?{wrong}").status_code == 400


def test_a_programme_and_its_projects_lead_to_each_other(client: Client, some: dict[str, Project]) -> None:
    programme = ProgrammeFactory(slug="digital", title="Digital vor Ort")
    for one in (some["small"], some["city"], ProjectFactory(hidden=True, title="Entwurf")):
        FinancingFactory(project=one, programme=programme)
    address = f"{reverse('projects:project_list')}?programme=digital"
    page = client.get(some["small"].get_absolute_url()).content.decode()
    assert f'href="{address}">Weitere Projekte mit diesem Förderprogramm' in page
    funding = client.get(programme.get_absolute_url()).content.decode()
    assert "Projekte, die damit finanziert wurden (2)" in funding
    assert f'href="{address}"' in funding
    assert "Entwurf" not in funding
    answer = client.get(address)
    assert titles(answer) == ["Datenplattform", "Mitfahrbank"]
    (chip,) = [one for one in answer.context["active_filters"] if one["name"] == "programme"]
    assert chip["value_label"] == "Digital vor Ort"
    assert "programme" not in chip["remove_url"]
    assert "damit finanziert" not in client.get(ProgrammeFactory().get_absolute_url()).content.decode()


def test_a_place_shows_its_projects_and_what_it_uses_again(client: Client, town: Town) -> None:
    for number in range(6):
        ProjectFactory(title=f"Eigenes {number}", place=town.place)
        ReuseFactory(organisation=town.organisation, project__title=f"Fremdes {number}")
    ProjectFactory(title="Entwurf", place=town.place, hidden=True)
    page = client.get(town.place.get_absolute_url()).content.decode()
    assert "Projekte von hier" in page
    assert page.count(">Eigenes") == 5
    assert page[page.index('id="uses-again"') :].count(">Fremdes") == 5
    assert "Entwurf" not in page
    own, used = "/projekte/?place=08118001", "/projekte/?reused_by=08118001"
    for address, begin in ((own, "Eigenes"), (used, "Fremdes")):
        assert f'href="{address}">' in page
        answer = client.get(address)
        assert titles(answer) == [f"{begin} {number}" for number in range(6)]
        assert [one["value_label"].split(" ")[0] for one in answer.context["active_filters"]] == ["Musterdorf"]
    assert page.count("Alle 6 Projekte") == 2
    organisation = client.get(town.organisation.get_absolute_url()).content.decode()
    assert f'href="{used}">' in organisation


def test_an_organisation_leads_to_all_that_it_has_written(client: Client, town: Town) -> None:
    for number in range(6):
        ProjectFactory(title=f"Eigenes {number}", organisation=town.organisation)
    page = client.get(town.organisation.get_absolute_url()).content.decode()
    assert page.count(">Eigenes") == 5
    assert 'href="/projekte/?organisation=08118001">' in page
    assert "Alle 6 Projekte" in page
    answer = client.get("/projekte/?organisation=08118001&q=")
    assert answer.context["count"] == 6
    assert 'name="organisation" value="08118001"' in answer.content.decode()


@pytest.mark.parametrize("level", ["association", "district"])
def test_associations_and_districts_show_their_projects(client: Client, some: dict[str, Project], level: str) -> None:
    union = AssociationFactory(id="081185001")
    place = union if level == "association" else union.district
    one = ProjectFactory(title="Gemeinsam", place=None)
    one.places.all().delete()
    ProjectPlaceFactory(project=one, municipality=None, **{level: place})
    assert f'href="{place.get_absolute_url()}"' in client.get(one.get_absolute_url()).content.decode()
    page = client.get(place.get_absolute_url()).content.decode()
    assert "Gemeinsam" in page
    assert titles(client.get(f"/projekte/?place={place.pk}")) == ["Gemeinsam"]


def test_words_find_claims_and_places(client: Client, some: dict[str, Project]) -> None:
    EvidenceFactory(project=some["city"], claim="Behörden finden Messwerte.")
    some["city"].save()
    index_pending()
    for words in ("Datenplattformen", "Großstadt", "Messwerte"):
        assert titles(client.get(f"{reverse('projects:project_list')}?q={words}")) == ["Datenplattform"]


def test_for_a_municipality_the_fitting_come_first_with_the_reason(client: Client, some: dict[str, Project]) -> None:
    MunicipalityFactory(ags="08118009", name="Nebenan", population=1_700)
    answer = client.get(f"{reverse('projects:project_list')}?municipality=08118009")
    assert titles(answer)[:2] == ["Mitfahrbank", "Dorf-App"]
    assert "Aus einem Ort so groß wie Nebenan" in answer.content.decode()


def test_for_our_municipality_is_a_way_to_look_at_projects(client: Client, some: dict[str, Project]) -> None:
    mine = MunicipalityFactory(ags="08118009", name="Nebenan", population=40_000)
    organisation_of(mine, fields_of_action=["daten"])
    address = reverse("projects:project_list")
    nobody = client.get(address)
    assert nobody.context["here"] == "list"
    assert f'href="{reverse("directory:municipality_list")}">Für unsere Kommune' in nobody.content.decode()
    client.cookies["kommune"] = mine.pk
    ours = client.get(address, follow=True)
    page = ours.content.decode()
    assert ours.context["here"] == "ours"
    assert titles(ours)[0] == "Datenplattform"
    assert "Dient einem Handlungsfeld, das Nebenan im Profil nennt: Digitale Infrastruktur und Daten." in page
    assert "Die Handlungsfelder des Profils zählen mit: Digitale Infrastruktur und Daten." in page
    assert f'href="{address}?municipality=08118009" aria-current="page">Für unsere Kommune' in page
    assert f'href="{address}?municipality=">Liste' in page
    plain = client.get(f"{address}?municipality=")
    assert (plain.context["here"], plain.status_code) == ("list", 200)
    assert client.get(f"{address}?municipality=08118009&sort=title").context["here"] == "list"
    assert (
        f'href="{address}?municipality=08118009&amp;phase=pilot"'
        in client.get(f"{reverse('projects:project_matrix')}?phase=pilot&municipality=").content.decode()
    )


def test_the_page_of_a_project_with_all_there_is_costs_eight_statements(
    some: dict[str, Project], client: Client, django_assert_max_num_queries
) -> None:
    """Also where the notices of the centre are asked for anew, as once a minute."""
    one = some["small"]
    for make in (EvidenceFactory, PartnerFactory, RiskFactory, SupplierFactory):
        make.create_batch(2, project=one)
    for make in (FinancingFactory, PictureFactory, ProjectFileFactory):
        make.create_batch(2, project=one)
    for reuse in ReuseFactory.create_batch(3, project=one, stage="nutzung"):
        ExperienceFactory(reuse=reuse, text="Bei uns auch.")
    ProjectFactory.create_batch(6)
    first = client.get(one.get_absolute_url())  # makes the pictures in the sizes of the page
    assert first.content.decode().count("Bei uns auch.") == 3
    cache.delete(notices.KEY)
    with django_assert_max_num_queries(8):
        answer = client.get(one.get_absolute_url())
    assert len(answer.context["similar"]) == 4


def test_list_map_and_matrix_cost_the_same_for_few_and_many(client: Client, django_assert_max_num_queries) -> None:
    ProjectFactory.create_batch(25)
    for name in ("project_list", "project_map", "project_matrix"):
        client.get(reverse(f"projects:{name}"))
        with django_assert_max_num_queries(8):
            client.get(reverse(f"projects:{name}"))


def test_the_matrix_counts_each_field_and_leads_to_the_list(client: Client, some: dict[str, Project]) -> None:
    counted = matrix(Project.objects.filter(live=True), "municipality=")
    rows = {row[0].text: row for row in counted.table.rows}
    assert [cell.text for cell in rows["Verkehr und Mobilität"][1:]] == ["0", "0", "0", "1", "0", "0", "1"]
    assert titles(client.get(rows["Verkehr und Mobilität"][7].url)) == ["Dorf-App"]
    assert rows["Verkehr und Mobilität"][1].url == ""
    assert len(titles(client.get(rows["Verkehr und Mobilität"][0].url))) == 2


def test_the_matrix_is_drawn_as_circles_that_lead_to_their_lists(client: Client, some: dict[str, Project]) -> None:
    for number in range(3):
        ProjectFactory(title=f"Noch eines {number}")
    page = client.get(f"{reverse('projects:project_matrix')}?q=").content.decode()
    assert page.count('class="chart__shade-1"') == 4  # the fields of what is found, each in one phase; one has two
    address = "/projekte/?action=mobilitaet&amp;phase=betrieb&amp;q="
    assert f'<a href="{address}" aria-label="Verkehr und Mobilität, In Betrieb: 4">' in page
    assert client.get(address.replace("&amp;", "&")).context["count"] == 4
    assert page.count(f'href="{address}"') == 2  # in the picture and in its table


def test_the_map_shows_laender_then_places(client: Client, some: dict[str, Project]) -> None:
    germany = client.get(reverse("projects:project_map")).content.decode()
    assert 'aria-label="Baden-Württemberg: 2 Projekte"' in germany
    assert 'aria-label="Sachsen: 1 Projekt"' in germany
    union = AssociationFactory(id="081185001", name="Verband Kleindorf")
    MunicipalityFactory(ags="08118005", association=union, longitude=9.9, latitude=48.2)
    ProjectPlaceFactory(project=some["city"], municipality=None, association=union)
    land = client.get(f"{reverse('projects:project_map')}?land=08").content.decode()
    assert 'aria-label="Kleindorf: 2 Projekte"' in land
    assert 'aria-label="Verband Kleindorf: 1 Projekt"' in land
    assert "?place=081185001" in land
    assert "14625002" not in land


def test_places_close_to_each_other_are_one_mark_with_their_number(client: Client) -> None:
    for number in range(3):
        place = MunicipalityFactory(ags=f"0811800{number}", longitude=9.1 + number / 1000, latitude=48.9)
        ProjectFactory(place=place)
    page = client.get(f"{reverse('projects:project_map')}?land=08").content.decode()
    assert page.count("map__cluster") == 1
    for number in range(3):
        assert f'href="/projekte/?place=0811800{number}">' in page  # the table has each
    address = "/projekte/?place=08118000,08118001,08118002"
    assert f'<a href="{address}" aria-label=' in page
    assert client.get(address).context["count"] == 3


def test_a_project_counts_once_however_many_places_it_has(client: Client, some: dict[str, Project]) -> None:
    """In a second Land, and in a second place of the same mark."""
    beside = MunicipalityFactory(ags="08118003", longitude=9.101, latitude=48.901)
    ProjectPlaceFactory(project=some["small"], municipality=beside)
    ProjectPlaceFactory(project=some["small"], municipality=MunicipalityFactory(ags="14625009"))
    found = client.get(reverse("projects:project_map"))
    assert found.context["map"].description.startswith("3 Projekte")
    assert 'aria-label="Sachsen: 2 Projekte"' in found.content.decode()
    land = client.get(f"{reverse('projects:project_map')}?land=08").content.decode()
    assert f'aria-label="Kleindorf, {beside.name}: 2 Projekte"' in land
    assert client.get("/projekte/?place=08118001,08118003").context["count"] == 2


def test_what_is_abroad_is_named_below_the_map(client: Client, some: dict[str, Project]) -> None:
    page = client.get(reverse("projects:project_map")).content.decode()
    assert '<a href="/projekte/?country=DK">1 Projekt im Ausland</a> ist nicht auf der Karte.' in page
    assert titles(client.get("/projekte/?country=DK")) == ["Register in Aarhus"]
    assert "im Ausland" not in client.get(f"{reverse('projects:project_map')}?country=DE").content.decode()


def test_the_map_shows_by_another_shape_who_uses_something_again(client: Client, some: dict[str, Project]) -> None:
    here = organisation_of(Municipality.objects.get(name="Kleindorf"))
    draft = ProjectFactory(hidden=True)
    elsewhere = organisation_of(MunicipalityFactory(ags="08118070", name="Fern", longitude=9.9, latitude=48.2))
    secret = organisation_of(MunicipalityFactory(ags="08118071", name="Geheim", longitude=8.9, latitude=48.1))
    ReuseFactory(project=some["city"], organisation=here)  # where a project of its own is, too
    ReuseFactory(project=some["city"], organisation=elsewhere)
    ReuseFactory(project=draft, organisation=secret)
    germany = client.get(reverse("projects:project_map"))
    assert "Ringe: 2 Orte nutzen" in germany.context["map"].description
    assert [[cell.text for cell in row] for row in germany.context["map"].table.rows if row[0].text == "Sachsen"] == [
        ["Sachsen", "1", "0"]
    ]
    for who in (client, signed_in(UserFactory(editor=True))):
        page = who.get(f"{reverse('projects:project_map')}?land=08").content.decode()
        assert page.count('class="map__cluster"') == 1
        assert page.count('class="map__reuse"') == 2
        assert page.count("map__number--ring") == 1  # around the other one a number stands already
        assert '<a href="/projekte/?reused_by=08118070" aria-label="Fern: nutzt 1 Projekt nach' in page
        assert "Geheim" not in page
    assert titles(client.get("/projekte/?reused_by=08118001,08118070")) == ["Datenplattform"]


@pytest.mark.parametrize("land", ["", "?land=08"])
def test_the_map_costs_the_same_with_all_kinds_of_places(
    client: Client, town: Town, django_assert_max_num_queries, land: str
) -> None:
    union = AssociationFactory(id="081185001")
    MunicipalityFactory(ags="08118005", association=union, longitude=9.9, latitude=48.2)
    for place in (union, union.district, town.place):
        kind = type(place).__name__.lower()
        project = ProjectFactory()
        ProjectPlaceFactory(project=project, **{"municipality": None, kind: place})
        ReuseFactory(project=project, organisation=organisation_of(place))
    cache.clear()
    with django_assert_max_num_queries(8):
        answer = client.get(f"{reverse('projects:project_map')}{land}")
    assert "Ringe: 3 Orte" in answer.context["map"].description


def test_an_association_lies_in_the_middle_of_its_municipalities(client: Client, town: Town) -> None:
    union = AssociationFactory(id="081185001", name="Verband Kleindorf")
    for number in range(2):
        MunicipalityFactory(ags=f"0811801{number}", association=union, longitude=9.8 + number / 5, latitude=48.2)
    one = ProjectFactory(title="Gemeinsam")
    one.places.all().delete()
    ProjectPlaceFactory(project=one, municipality=None, association=union)
    ReuseFactory(project=one, organisation=organisation_of(union.district))
    ReuseFactory(project=one, organisation=town.organisation)
    answer = client.get(one.get_absolute_url())
    at = maps.project(9.9, 48.2)
    assert f'class="map__mark" cx="{at.x:.1f}" cy="{at.y:.1f}"' in answer.content.decode()
    names = [row[0].text for row in answer.context["map"].table.rows]
    assert names[0] == "Verband Kleindorf"
    assert union.district.name in names


def test_two_are_compared_and_taken_along(client: Client, some: dict[str, Project]) -> None:
    slugs = "&".join(f"projekt={some[name].slug}" for name in ("small", "city"))
    address = f"{reverse('projects:comparison')}?{slugs}"
    page = client.get(address).content.decode()
    assert "Mitfahrbank" in page
    assert "Datenplattform, Dashboard" in page
    sheet = load_workbook(io.BytesIO(client.get(f"{address}&als=xlsx").content)).active
    assert [cell.value for cell in sheet[1]][1:] == ["Mitfahrbank", "Datenplattform"]
    assert client.get(f"{address}&projekt=gibt-es-nicht").status_code == 400


@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf", "json", "geojson"])
def test_a_list_is_taken_along_in_every_format(client: Client, some: dict[str, Project], kind: str) -> None:
    answer = client.get(f"{reverse('projects:list_export', args=[kind])}?action=mobilitaet")
    assert answer.status_code == 200
    content = answer.content
    match kind:
        case "csv":
            rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
            assert {row[0] for row in rows[1:]} == {"Mitfahrbank", "Dorf-App"}
        case "xlsx":
            assert load_workbook(io.BytesIO(content)).active.max_row == 3
        case "pdf":
            assert "Mitfahrbank" in PdfReader(io.BytesIO(content)).pages[0].extract_text()
        case "json":
            assert len(json.loads(content)) == 2
        case _:
            features = json.loads(content)["features"]
            assert {tuple(one["geometry"]["coordinates"]) for one in features} == {(9.1, 48.9)}
    assert client.get(f"{reverse('projects:list_export', args=[kind])}?phase=quatsch").status_code == 400


def test_the_profile_is_one_page_that_screen_readers_can_read(client: Client, some: dict[str, Project]) -> None:
    one = some["small"]
    for make in (EvidenceFactory, RiskFactory, PartnerFactory):
        make(project=one)
    answer = client.get(reverse("projects:project_profile", args=[one.slug]))
    document = PdfReader(io.BytesIO(answer.content))
    assert len(document.pages) == 1
    assert "Wege zum Rathaus fallen weg." in document.pages[0].extract_text()
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]


# --- the page of one ---


def test_a_page_says_what_is_a_fact_and_what_is_a_suppliers_own(client: Client, some: dict[str, Project]) -> None:
    one = some["small"]
    SupplierFactory(project=one, name="Zweite GmbH")
    SupplierFactory(project=one, name="Erste GmbH")
    page = client.get(one.get_absolute_url()).content.decode()
    assert page.index("Erste GmbH") < page.index("Zweite GmbH")
    assert "keine Empfehlung" in page
    assert "Alternativen" in page
    assert '"@type": "Project"' in page
    sold = ProjectFactory(organisation=OrganisationFactory(kind="company"))
    assert "Eigener Eintrag eines Anbieters" in client.get(sold.get_absolute_url()).content.decode()


def test_a_failure_begins_with_what_was_learnt(client: Client) -> None:
    one = ProjectFactory(phase="gescheitert", lessons_learnt="Niemand hat gefragt.", description="Eine Beschreibung.")
    page = client.get(one.get_absolute_url()).content.decode()
    assert page.index("Niemand hat gefragt.") < page.index("Eine Beschreibung.")


def test_the_mailbox_is_for_those_who_are_signed_in(client: Client) -> None:
    one = ProjectFactory(contact_email="amt@example.org")
    assert "amt@example.org" not in client.get(one.get_absolute_url()).content.decode()
    assert "amt@example.org" in signed_in(UserFactory()).get(one.get_absolute_url()).content.decode()
    assert "amt@example.org" not in client.get(f"/api/v1/projects/{one.slug}/").content.decode()


def test_data_for_machines_cannot_end_its_element(client: Client) -> None:
    one = ProjectFactory(title="</script><b>x", repository="https://www.example.org/code", licence="MIT")
    page = client.get(one.get_absolute_url()).content.decode()
    assert "</script><b>" not in page
    assert "https://spdx.org/licenses/MIT.html" in page


def test_similar_projects_share_fields_and_technology(client: Client, some: dict[str, Project]) -> None:
    other = ProjectFactory(title="Noch eine Plattform", fields_of_action=["daten"], technologies=["datenplattform"])
    answer = client.get(other.get_absolute_url())
    assert [str(one) for one in answer.context["similar"]] == ["Datenplattform"]


# --- API ---


def test_the_api_says_all_of_a_project(client: Client, some: dict[str, Project]) -> None:
    EvidenceFactory(project=some["small"])
    body = client.get(f"/api/v1/projects/{some['small'].slug}/").json()
    assert body["places"] == [{"kind": "municipality", "key": "08118001", "name": some["small"].place_names()[0]}]
    assert body["evidence"][0]["grade"] == {"code": "behauptet", "label": "Behauptet"}
    assert body["written_by"] is None


def test_the_api_ranks_for_a_municipality_with_reasons(client: Client, some: dict[str, Project]) -> None:
    MunicipalityFactory(ags="08118009", name="Nebenan", population=1_700)
    body = client.get("/api/v1/projects/match/?municipality=08118009&action=mobilitaet").json()
    assert [one["title"] for one in body] == ["Mitfahrbank"]
    assert "Dient dem Handlungsfeld" in body[0]["reasons"][0]
    for wrong in ("", "municipality=1", "municipality=08118009&action=angeln", "municipality=08118009&x=1"):
        assert client.get(f"/api/v1/projects/match/?{wrong}").status_code == 400


def test_the_api_gives_geojson_in_pieces(client: Client) -> None:
    for number in range(3):
        ProjectFactory(place=MunicipalityFactory(ags=f"0811800{number}", longitude=9.1, latitude=48.9))
    body = client.get("/api/v1/projects/geojson/?limit=2").json()
    assert (body["type"], len(body["features"])) == ("FeatureCollection", 2)
    rest = client.get(body["next"]).json()
    assert (len(rest["features"]), rest["next"]) == (1, None)


def test_the_api_says_who_uses_it_again(client: Client, town: Town) -> None:
    reuse = ReuseFactory(organisation=town.organisation)
    body = client.get(f"/api/v1/projects/{reuse.project.slug}/reuses/").json()
    assert [(one["name"], one["stage"]["code"]) for one in body] == [("Musterdorf", "nutzung")]


# --- figures ---


def test_the_indicators_count_what_they_say(some: dict[str, Project]) -> None:
    EvidenceFactory(project=some["small"], grade="geprueft", checked_by="Beratung", checked_on=some["small"].checked_on)
    ReuseFactory(project=some["city"], organisation__municipality__population=9_000)
    CooperationFactory(state="umgesetzt")
    assert indicators.published() == 4
    assert indicators.share_confirmed() == 100
    assert indicators.share_checked() == 25
    assert indicators.failures() == 1
    assert indicators.reused() == 1
    assert indicators.small_places() == 1
    assert (indicators.proposed(), indicators.accepted(), indicators.realised()) == (1, 1, 1)


def test_a_profile_stays_on_one_page_however_much_there_is_to_say(client: Client) -> None:
    texts = dict.fromkeys(("lessons_learnt", "done_differently", "transfer_conditions"), "Ein langes Wort " * 100)
    one = ProjectFactory(summary="Kurz. " * 50, cost_note="n" * 300, effort_days=999_999, **texts)
    EvidenceFactory.create_batch(8, project=one, claim="Es wirkt. " * 30, measured="m" * 120, after=1, unit="u" * 30)
    RiskFactory.create_batch(8, project=one, description="Etwas fällt aus. " * 17, countermeasure="Wartung. " * 33)
    FinancingFactory.create_batch(8, project=one, programme=None, text="Geld " * 40)
    EvidenceFactory(
        project=one,
        grade="geprueft",
        source="Quelle " * 40,
        source_url=f"https://www.example.org/{'x' * 470}",
        method="Messung " * 37,
        checked_by="Stelle " * 28,
        checked_on=one.checked_on,
    )
    Project.objects.filter(pk=one.pk).update(
        country="DK", place_abroad="A" * 120, what_would_change="Ein Register. " * 200, checked_on=date(2020, 1, 1)
    )
    answer = client.get(reverse("projects:project_profile", args=[one.slug]))
    document = PdfReader(io.BytesIO(answer.content))
    assert len(document.pages) == 1
    assert "seit mehr als einem halben Jahr" in " ".join(document.pages[0].extract_text().split())


def test_a_page_shows_on_a_map_who_uses_it_again(client: Client, town: Town) -> None:
    place = MunicipalityFactory(ags="14625002", longitude=13.7, latitude=51.0)
    project = ProjectFactory(title="Datenplattform", place=place)
    ReuseFactory(project=project, organisation=town.organisation)
    page = client.get(project.get_absolute_url()).content.decode()
    assert "Wo es genutzt wird" in page
    assert page.count('class="map__ring"') == 1  # the original
    assert page.count('class="map__rings"') == 1  # all that use it again
    assert "Datenplattform" in client.get(town.organisation.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("address", "parameters"),
    [
        (reverse("projects:project_map"), ["q", "land"]),
        (reverse("projects:project_matrix"), ["q", "action"]),
        (reverse("projects:radar"), ["land", "unknown"]),
        (reverse("projects:comparison"), ["projekt"]),
        (reverse("projects:list_export", args=["csv"]), ["q"]),
        (reverse("projects:list_export", args=["geojson"]), ["q"]),
    ],
)
def test_no_view_of_the_results_is_broken_by_its_address(
    some: dict[str, Project], address: str, parameters: list[str]
) -> None:
    """List and API meet all hostile values (test_hostile_input.py); these views share their filters."""
    client = Client(raise_request_exception=False)
    queries = [f"{name}={quote(value, errors='surrogatepass')}" for name in parameters for value in HAND_MADE]
    for query in [*queries, *RAW_QUERIES]:
        answer = client.get(f"{address}?{query}", headers={"HX-Request": "true"})
        assert answer.status_code < 500, query


# --- what is taken along ---


def with_everything(place: MunicipalityFactory, **values: Any) -> Project:
    """Make a project with one of everything that may belong to it."""
    one = ProjectFactory(title="Mitfahrbank", place=place, licence="EUPL-1.2", **values)
    EvidenceFactory(
        project=one,
        claim="Wege zum Rathaus fallen weg.",
        measured="Fahrten",
        before=10,
        after=3,
        unit="im Monat",
        source="Bericht 2026",
        grade="geprueft",
        checked_by="Beratungsstelle",
        checked_on=date(2026, 5, 4),
    )
    for make in (PartnerFactory, RiskFactory, SupplierFactory, InteractionFactory, ProjectLinkFactory):
        make(project=one)
    FinancingFactory(project=one, programme=ProgrammeFactory(title="Digitale Dörfer"))
    FinancingFactory(project=one, programme=None, text="Haushalt", share_percent=None)
    for make in (PictureFactory, ProjectFileFactory):
        make(project=one)
    ExperienceFactory(reuse=ReuseFactory(project=one, cost_band="bis-10000", effort_days=7))
    return one


def taken_along(client: Client, kind: str) -> Any:
    answer = client.get(reverse("projects:list_export", args=[kind]))
    assert answer.status_code == 200
    return answer.content


def statements(call: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        call()
        return len(captured)


def table_of(client: Client) -> list[dict[str, str]]:
    text = taken_along(client, "csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def test_the_table_says_all_of_a_profile(client: Client, town: Town) -> None:
    company = OrganisationFactory(kind="company", name="Anbieterin GmbH")
    with_everything(
        town.place,
        organisation=company,
        checked_on=timezone.localdate() - timedelta(days=400),
        first_published_at=timezone.now() - timedelta(days=400),
        lessons_learnt="Früh fragen.",
        done_differently="Kleiner anfangen.",
        data_basis="Fahrpläne",
        personal_data="nein",
        dpia="nicht-noetig",
        transferable_sizes=["1000-1999"],
        transfer_conditions="Strom am Ort",
        contact_function="clerk",
        contact_email="amt@example.org",
        repository="https://www.example.org/code",
    )
    (row,) = table_of(client)
    said = (
        "Nutzen für Bürgerinnen, Bürger und Anwendende: Wege zum Rathaus fallen weg. Fahrten: vorher 10 im Monat, "
        "nachher 3 im Monat. Quelle: Bericht 2026. Geprüft von Beratungsstelle am 4. Mai 2026. "
        "[Vom Kompetenzzentrum geprüft]"
    )
    assert row["belege"] == said
    assert row["risiken"].endswith("Wer kein Smartphone hat, bleibt außen vor. | Es geht auch am Telefon.")
    assert row["anbieter"] == "Muster Software GmbH | Musterportal | nicht offen | Offenes Portal (EUPL 1.2)"
    assert row["finanzierung"] == "Digitale Dörfer | 60 %\nHaushalt"
    assert row["wechselwirkungen"].endswith(" | Weniger Fahrten sparen Energie.")
    assert row["partner"] == "Stadtwerke Musterstadt | Kommunales Unternehmen | betreiben die Sensoren"
    assert row["links"] == "Seite des Projektes | https://www.example.org/projekt | Seite des Projektes"
    assert (row["gelernt"], row["anders"]) == ("Früh fragen.", "Kleiner anfangen.")
    assert (row["personenbezogene_daten"], row["datengrundlage"]) == ("Nein", "Fahrpläne")
    assert row["uebertragbar_bedingungen"] == "Strom am Ort"
    assert row["beschreibung"] == "Zuerst haben wir gefragt, dann gebaut."
    assert (row["eintrag_eines_anbieters"], row["bestaetigung_ueberfaellig"]) == ("Ja", "Ja")
    assert all(row[name] for name in ("dsfa", "uebertragbar_auf_groessen", "ansprechstelle", "repository"))
    assert "amt@example.org" not in str(row)
    ProjectFactory(title="Zweites")
    assert [one["eintrag_eines_anbieters"] for one in table_of(client)] == ["Ja", ""]
    assert [one["bestaetigung_ueberfaellig"] for one in table_of(client)] == ["Ja", ""]


def test_no_cell_of_the_table_is_a_formula(client: Client, town: Town) -> None:
    one = ProjectFactory(place=town.place, description="=1+1")
    RiskFactory(project=one)
    PartnerFactory(project=one, name="=HYPERLINK(1)")
    (row,) = table_of(client)
    assert (row["beschreibung"], row["partner"][:2]) == ("'=1+1", "'=")
    sheet = load_workbook(io.BytesIO(taken_along(client, "xlsx"))).active
    assert not [cell for cell in sheet[2] if cell.data_type == "f"]
    assert "=1+1" in [cell.value for cell in sheet[2]]


def test_the_json_file_says_what_the_api_says(client: Client, town: Town) -> None:
    one = with_everything(town.place)
    (taken,) = json.loads(taken_along(client, "json"))
    assert taken == client.get(f"/api/v1/projects/{one.slug}/").json()


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json", "geojson", "pdf"])
def test_a_file_costs_the_same_for_few_and_many(
    client: Client, town: Town, kind: str, django_assert_num_queries: Any
) -> None:
    with_everything(town.place)
    taken_along(client, kind)  # makes the picture
    few = statements(lambda: taken_along(client, kind))
    for _number in range(4):
        with_everything(MunicipalityFactory())
    taken_along(client, kind)
    with django_assert_num_queries(few):
        taken_along(client, kind)


def test_no_project_is_missing_in_the_file_with_coordinates(client: Client, some: dict[str, Project]) -> None:
    nowhere = ProjectFactory(title="Ohne Koordinaten", place=MunicipalityFactory(longitude=None, latitude=None))
    for content in (taken_along(client, "geojson"), client.get("/api/v1/projects/geojson/").content):
        features = json.loads(content)["features"]
        assert {one["properties"]["slug"] for one in features} == {one.slug for one in [*some.values(), nowhere]}
        without = [one for one in features if one["geometry"] is None]
        assert {one["properties"]["slug"] for one in without} == {some["abroad"].slug, nowhere.slug}
        assert {one["properties"]["place"] for one in without} >= {"Aarhus, Dänemark"}


def test_a_profile_says_who_checked_and_what_would_have_to_change(client: Client) -> None:
    late = timezone.localdate() - timedelta(days=400)
    one = ProjectFactory(title="Register in Aarhus", abroad=True, checked_on=late)
    EvidenceFactory(project=one, grade="geprueft", checked_by="Beratungsstelle", checked_on=late, source="Bericht")
    FinancingFactory(project=one, programme=None, text="Haushalt", share_percent=40)
    document = PdfReader(io.BytesIO(client.get(reverse("projects:project_profile", args=[one.slug])).content))
    text = " ".join(document.pages[0].extract_text().split())
    assert len(document.pages) == 1
    for said in (
        "Ein zentrales Register.",
        "Haushalt, 40 %",
        "Beratungsstelle",
        "Quelle: Bericht",
        f"Bestätigt am {date_format(late)}",
        "seit mehr als einem halben Jahr",
    ):
        assert said in text or said.replace("am ", "am: ") in text, (said, text)


# --- marks ---


@pytest.fixture
def marked() -> Project:
    """What a company writes about what it sells, and nobody has confirmed for long."""
    long_ago = timezone.now() - timedelta(days=400)
    return ProjectFactory(
        title="Verkaufsschlager",
        organisation=OrganisationFactory(kind="company"),
        checked_on=long_ago.date(),
        first_published_at=long_ago,
    )


MARKS = ("Eigener Eintrag eines Anbieters", "Lange nicht bestätigt")


def test_marks_stand_in_the_comparison(client: Client, marked: Project) -> None:
    other = ProjectFactory()
    answer = client.get(f"{reverse('projects:comparison')}?projekt={marked.slug}&projekt={other.slug}")
    rows = {row.label: row.values for row in answer.context["rows"]}
    assert MARKS[0] in rows["Geschrieben von"][0]
    assert MARKS[1] in rows["Bestätigt am"][0]
    assert not [mark for mark in MARKS for row in answer.context["rows"] if mark in row.values[1]]


@pytest.mark.parametrize("words", ["Verkaufsschlager", "einfacher", "gebaut"])
def test_marks_stand_with_each_hit_of_the_search_whatever_was_found(
    client: Client, marked: Project, words: str
) -> None:
    index_pending()
    page = client.get(f"{reverse('search:results')}?q={words}").content.decode()
    assert all(mark in page for mark in MARKS)
    assert "Verkaufsschlager" not in client.get(f"{reverse('search:results')}?q=bestätigt").content.decode()


def test_marks_stand_where_the_portal_recommends_a_project(
    client: Client, marked: Project, django_assert_max_num_queries: Any
) -> None:
    for _number in range(3):
        ProjectFactory(organisation=OrganisationFactory(kind="company"))
    with django_assert_max_num_queries(20):
        found = [
            (thing.title, thing.reason)
            for group in about(None, fields=["mobilitaet"], limit=5)["groups"]
            for thing in group.things
        ]
    assert all(mark in dict(found)["Verkaufsschlager"] for mark in MARKS)
    assert sum("Eigener Eintrag" in reason for _title, reason in found) == 4
    MunicipalityFactory(ags="08118009")
    body = client.get("/api/v1/projects/match/?municipality=08118009").json()
    assert {(one["of_a_supplier"], one["check_overdue"]) for one in body} == {(True, True), (True, False)}


# --- API: reuse, pictures, files ---


def test_the_api_finds_what_a_municipality_uses_again(client: Client, town: Town, neighbour: Town) -> None:
    uses, plans, _other = ProjectFactory.create_batch(3)
    ReuseFactory(project=uses, organisation=town.organisation)
    ReuseFactory(project=plans, organisation=town.organisation, stage="planung")
    ReuseFactory(project=plans, organisation=neighbour.organisation)
    ReuseFactory(project=ProjectFactory(hidden=True), organisation=town.organisation)
    for reader in (client, signed_in(UserFactory(editor=True))):
        body = reader.get(f"/api/v1/projects/?reused_by={town.place.pk}").json()
        assert {one["slug"] for one in body["results"]} == {uses.slug, plans.slug}
    assert titles(client.get(f"{reverse('projects:project_list')}?reused_by={neighbour.place.pk}")) == [plans.title]
    for wrong in ("1", "99999999"):
        assert client.get(f"/api/v1/projects/?reused_by={wrong}").status_code == 400


def test_the_api_names_those_first_who_use_it(client: Client) -> None:
    project = ProjectFactory()
    for stage in ("interesse", "planung", "nutzung"):
        ReuseFactory(project=project, stage=stage)
    ExperienceFactory(reuse=project.reuses.get(stage="nutzung"))
    body = client.get(f"/api/v1/projects/{project.slug}/reuses/").json()
    assert [one["stage"]["code"] for one in body] == ["nutzung", "planung", "interesse"]
    assert body[0]["outcomes"][0]["outcome"]["code"] == "bestaetigt"


def test_the_api_says_what_others_have_seen_and_which_pictures_there_are(client: Client, town: Town) -> None:
    one = with_everything(town.place)
    ExperienceFactory(reuse=ReuseFactory(project=one, effort_days=3), outcome="geringer")
    ReuseFactory(project=one, stage="interesse")
    body = client.get(f"/api/v1/projects/{one.slug}/").json()
    said = body["reuse_summary"]
    assert [(row["stage"]["code"], row["number"]) for row in said["stages"]] == [("nutzung", 2), ("interesse", 1)]
    seen = [(row["criterion"]["code"], row["outcome"]["code"], row["number"]) for row in said["outcomes"]]
    assert seen == [("nutzen", "bestaetigt", 1), ("nutzen", "geringer", 1)]
    assert [(row["cost_band"]["code"], row["number"]) for row in said["costs"]] == [("bis-10000", 1)]
    assert said["effort_days"] == [3, 7]
    (picture,) = body["pictures"]
    assert (picture["alt"], picture["credit"]) == (
        one.pictures.get().image.description,
        one.pictures.get().image.credit,
    )
    assert "original_images" not in picture["url"]
    (file,) = body["files"]
    for address in (picture["url"], file["url"]):
        answer: Any = client.get(urlsplit(address).path)
        assert b"".join(answer.streaming_content)
    assert file["title"] == one.files.get().document.title
    assert [code["code"] for code in body["criteria"]] == ["nutzen"]
    assert body["laender"] == ["08"]


def test_a_picture_whose_file_is_gone_has_no_address(client: Client) -> None:
    picture = PictureFactory()
    picture.image.file.storage.delete(picture.image.file.name)
    body = client.get(f"/api/v1/projects/{picture.project.slug}/").json()
    assert body["pictures"][0]["url"] is None


def test_a_page_of_the_api_costs_the_same_for_one_and_for_twenty(
    client: Client, django_assert_num_queries: Any
) -> None:
    with_everything(MunicipalityFactory())
    address = "/api/v1/projects/?limit=200"
    client.get(address)
    few = statements(lambda: client.get(address))
    for _number in range(19):
        with_everything(MunicipalityFactory())
    client.get(address)
    with django_assert_num_queries(few):
        assert len(client.get(address).json()["results"]) == 20
    assert few <= 8


def test_the_file_of_the_night_costs_the_same_for_one_and_for_thirty(
    settings: Any, tmp_path: Path, django_assert_num_queries: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    resource = areas.resource_of(Project)
    with_everything(MunicipalityFactory())
    list(opendata._rows(resource))
    few = statements(lambda: list(opendata._rows(resource)))
    for _number in range(29):
        with_everything(MunicipalityFactory())
    list(opendata._rows(resource))
    with django_assert_num_queries(few):
        rows = list(opendata._rows(resource))
    assert len(rows) == 30
    assert all(len(one["evidence"]) == 1 and one["pictures"][0]["url"] for one in rows)
