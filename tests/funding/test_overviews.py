"""Programmes side by side, lists to take along, how current they are, the landscape, and the match by API."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags
from openpyxl import load_workbook
from pypdf import PdfReader

from funding import indicators
from funding.services.overview import freshness, landscape
from portal import exports
from tests.factories.accounts import RoleGrantFactory, UserFactory
from tests.factories.directory import MunicipalityFactory
from tests.factories.funding import ConditionFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def test_up_to_four_programmes_stand_side_by_side_with_what_fits(client: Client) -> None:
    one = ProgrammeFactory(title="Rathaus", rate_min=60, rate_max=80, early_start="nein")
    other = ConditionFactory(programme__title="Radweg", maximum=5_000).programme
    client.cookies["kommune"] = MunicipalityFactory(ags="08118048", name="Ludwigsburg", population=93_593).pk
    page = client.get("/foerderung/vergleich/", {"programm": [one.slug, other.slug]})
    rows = {row.label: row.values for row in page.context["rows"]}
    assert rows["Passt es zu Ludwigsburg?"] == ["Etwas ist noch unbekannt", "Passt nicht"]
    assert rows["Was den Ausschlag gibt" if "Was den Ausschlag gibt" in rows else "Woran es liegt"][1].startswith(
        "Verlangt"
    )
    assert rows["Förderquote"] == ["60 % bis 80 %", ""]
    book = load_workbook(
        io.BytesIO(client.get("/foerderung/vergleich/", {"programm": one.slug, "als": "xlsx"}).content)
    ).active
    assert book is not None
    assert [cell.value for cell in book[1]] == [None, "Rathaus"]
    five = [ProgrammeFactory().slug for _ in range(5)]
    assert client.get("/foerderung/vergleich/", {"programm": five}).status_code == 400
    assert client.get("/foerderung/vergleich/", {"programm": ProgrammeFactory(hidden=True).slug}).status_code == 400
    assert "Noch ist kein Programm gewählt" in text(client.get("/foerderung/vergleich/"))


def test_a_list_is_taken_along_as_it_is_filtered_and_no_cell_is_a_formula(client: Client) -> None:
    ProgrammeFactory(title="=1+1", rate_max=80, kinds=["darlehen"])
    ProgrammeFactory(title="Anderes")
    ProgrammeFactory(title="Entwurf", hidden=True, kinds=["darlehen"])
    response = client.get("/foerderung/liste.csv", {"kind": "darlehen"})
    lines = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert [(line["Titel"], line["Förderquote bis, Prozent"]) for line in lines] == [("'=1+1", "80.0")]
    book = load_workbook(io.BytesIO(client.get("/foerderung/liste.xlsx", {"sort": "title"}).content)).active
    assert book is not None
    assert [row[0].value for row in book.iter_rows(min_row=2)] == ["=1+1", "Anderes"]
    assert book["A2"].data_type == "s"
    assert client.get("/foerderung/liste.csv", {"kind": "quatsch"}).status_code == 400
    assert client.get("/foerderung/liste.docx").status_code == 404


def test_a_list_is_printed_with_its_sources_and_never_cut(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    source = ProgrammeFactory(imported=True, title="Rathäuser #1", rate_max=62.5, closes_on=date(2031, 3, 1))
    ProgrammeFactory(title="Darlehen", kinds=["darlehen"])
    answer = client.get("/foerderung/liste.pdf", {"kind": "zuschuss"})
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    printed = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    for said in ("Rathäuser #1", "62,5", "1. März 2031", source.attribution[:30]):
        assert said in " ".join(printed.split()), said
    assert "Darlehen" not in printed
    monkeypatch.setitem(exports.MOST_ROWS, "pdf", 1)
    refused = client.get("/foerderung/liste.pdf")
    assert refused.status_code == 400
    assert "2 Einträge" in refused.content.decode()


@pytest.mark.parametrize("number", [1, 30])
def test_a_file_costs_the_same_for_any_number(client: Client, django_assert_num_queries, number: int) -> None:
    ProgrammeFactory.create_batch(number)
    with django_assert_num_queries(2):
        client.get("/foerderung/liste.csv")


def test_how_current_the_programmes_are_is_counted_and_shown(client: Client) -> None:
    today = timezone.localdate()
    for days in (0, 30, 31, 90, 180, 181):
        ProgrammeFactory(checked_on=today - timedelta(days=days))
    ProgrammeFactory(checked_on=None)
    ProgrammeFactory(hidden=True)
    ProgrammeFactory(absent_since=today)
    found = freshness()
    assert (found.total, found.within, found.never) == (7, {30: 2, 90: 4, 180: 5}, 1)
    assert "In den letzten 90 Tagen geprüft: 4 Programme (57,1 %)" in text(client.get("/foerderung/aktualitaet/"))
    assert indicators.share_current() == pytest.approx(57.14, abs=0.01)


def test_the_landscape_shows_gaps_and_coming_deadlines_to_those_who_shape_it() -> None:
    today = timezone.localdate()
    ProgrammeFactory(fields=["mobilitaet"], levels=["eu"], closes_on=today + timedelta(days=40))
    ProgrammeFactory(fields=["mobilitaet"], closes_on=today - timedelta(days=1))
    ProgrammeFactory(fields=["gesundheit_soziales"])
    found = landscape()
    assert "Verkehr und Mobilität" not in found.gaps
    assert "Gesundheit und Pflege" in found.gaps
    line = next(row for row in found.table.rows if row[0].text == "Verkehr und Mobilität")
    assert [cell.text for cell in line[1:]] == ["1 / 2", "1 / 1", "0 / 1", "0 / 0"]
    assert found.deadlines is not None
    assert sum(found.deadlines.series[0].values) == 1
    assert indicators.programmes_open() == 1
    evaluator = RoleGrantFactory(role="evaluator").person
    for person, status in ((UserFactory(), 403), (UserFactory(editor=True), 200), (evaluator, 200)):
        client = Client()
        client.force_login(person)
        assert client.get("/foerderung/landschaft/").status_code == status
    assert Client().get("/foerderung/landschaft/").status_code == 302


def test_the_api_says_for_a_municipality_what_fits_and_why(client: Client) -> None:
    place = MunicipalityFactory(ags="08118048", name="Ludwigsburg", population=93_593)
    programme = ConditionFactory(maximum=5_000).programme
    address = f"/api/v1/funding-programmes/{programme.slug}/match/"
    body = client.get(address, {"municipality": place.pk}).json()
    assert (body["municipality"], body["verdict"]) == ("08118048", "misfit")
    assert body["conditions"][0] == {
        "verdict": "misfit",
        "sentence": "Verlangt: höchstens 5.000 Einwohnerinnen und Einwohner. Ludwigsburg hat 93.593.",
        "source": "Nr. 3.1 der Richtlinie",
    }
    for query in ({}, {"municipality": "1"}, {"municipality": place.pk, "quark": "1"}, {"municipality": "\x00"}):
        refused = client.get(address, query)
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["name"] in {"municipality", "quark"}
    hidden = ProgrammeFactory(hidden=True)
    assert client.get(f"/api/v1/funding-programmes/{hidden.slug}/match/?municipality=08118048").status_code == 404
