"""Reading in tables and ``publiccode.yml``: judged line by line, taken over on a second click."""

import contextlib
import io
import threading
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from portal.accounts.models import User
from projects.imports import publiccode, sheets
from projects.imports.sheets import UnreadableError
from projects.models import Project, Stage
from projects.services import exporting, importing
from projects.services.columns import COLUMN_OF, LAYOUTS, written
from tests.factories.funding import ProgrammeFactory
from tests.factories.projects import (
    FinancingFactory,
    InteractionFactory,
    PartnerFactory,
    ProjectFactory,
    ProjectLinkFactory,
    RiskFactory,
    SupplierFactory,
)
from tests.projects.conftest import Town, make_town, signed_in
from tests.racing import at_once

pytestmark = pytest.mark.django_db

GOOD = {
    "titel": "Mitfahrbank",
    "kurzfassung": "Ein Knopf, eine Anzeige.",
    "orte": "08118001",
    "handlungsfelder": "Verkehr und Mobilität; daseinsvorsorge",
    "phase": "In Betrieb",
    "beginn": "01.03.2025",
    "personentage": "12",
    "nutzen": "Fahrten gelingen.",
    "nutzen_quelle": "Bericht",
}


def table(*rows: dict[str, Any], kind: str = "csv") -> SimpleUploadedFile:
    names = list(dict.fromkeys(name for row in rows for name in row))
    if kind == "xlsx":
        book = Workbook()
        for line in (names, *([row.get(name, "") for name in names] for row in rows)):
            book.active.append(line)
        content = io.BytesIO()
        book.save(content)
        return SimpleUploadedFile("projekte.xlsx", content.getvalue())
    lines = [";".join(names), *(";".join(f'"{row.get(name, "")}"' for name in names) for row in rows)]
    return SimpleUploadedFile("projekte.csv", "\r\n".join(lines).encode())


def send(client: Client, file: SimpleUploadedFile) -> Any:
    return client.post(reverse("projects:read_in"), {"file": file}, follow=True)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_lines_are_judged_and_only_then_made(town: Town, kind: str) -> None:
    client = signed_in(town.contributor)
    wrong = {**GOOD, "titel": "Zweites", "phase": "irgendwann", "orte": "99999999"}
    answer = send(client, table(GOOD, {**GOOD}, wrong, kind=kind))
    assert answer.status_code == 200
    assert [(one.number, one.state) for one in answer.context["judged"]] == [(2, "new"), (3, "there"), (4, "wrong")]
    messages = " ".join(answer.context["judged"][2].messages)
    assert "phase: „irgendwann“ ist nicht bekannt" in messages
    assert "99999999" in messages
    assert not Project.objects.exists()
    client.post(answer.redirect_chain[-1][0])
    project = Project.objects.get()
    assert (project.organisation, project.stage, project.live) == (town.organisation, Stage.WRITING, False)
    assert project.fields_of_action == ["mobilitaet", "daseinsvorsorge"]
    assert project.effort_days == 12
    assert project.evidence.get().grade == "dokumentiert"
    assert project.latest_revision is not None
    again = send(client, table(GOOD, kind=kind))
    assert [one.state for one in again.context["judged"]] == ["there"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_guarded", [True, False])
def test_a_file_that_is_sent_twice_at_once_is_read_in_once(monkeypatch: pytest.MonkeyPatch, is_guarded: bool) -> None:
    """Without the lock, which lets one wait, both would find that the line is new."""
    town = make_town(ags="08118001")
    file = table(GOOD)
    lines = sheets.read(str(file.name), file.read())
    barrier = threading.Barrier(2)

    judging = importing.judge

    def judge(*args: Any, **kwargs: Any) -> Any:
        found = judging(*args, **kwargs)
        with contextlib.suppress(threading.BrokenBarrierError):
            # Both have judged before one of them writes, unless the lock lets one wait.
            barrier.wait(timeout=1 if is_guarded else 20)
        return found

    def take(person: User) -> Callable[[object], int]:
        return lambda _start: len(importing.take_over(lines, organisation=town.organisation, by=person))

    monkeypatch.setattr(importing, "judge", judge)
    if not is_guarded:
        monkeypatch.setattr(importing, "take_turns", lambda _model: None)
    made = at_once(take(town.representative), take(town.contributor))
    assert Counter(made) == (Counter([1, 0]) if is_guarded else Counter([1, 1]))
    assert Project.objects.count() == (1 if is_guarded else 2)


def test_what_was_uploaded_is_for_one_person_and_an_hour(town: Town) -> None:
    address = send(signed_in(town.contributor), table(GOOD)).redirect_chain[-1][0]
    assert signed_in(town.representative).get(address).status_code == 400
    first = signed_in(town.contributor)
    first.post(address)
    assert first.post(address).status_code == 400
    assert Project.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("x.csv", b"", "keine Zeile"),
        ("x.csv", b"titel;kurzfassung\nA;B\n", "Diese Spalten fehlen"),
        ("x.csv", b"titel;kurzfassung;orte;handlungsfelder;quatsch\nA;B;C;D;E\n", "nicht bekannt: quatsch"),
        ("x.csv", b'titel;kurzfassung;orte;handlungsfelder\n"A;B;C;D\n', "keine lesbare Tabelle"),
        ("x.xlsx", b"kein Archiv", "keine lesbare Arbeitsmappe"),
        ("x.yml", b"a: [", "kein lesbares YAML"),
        ("x.yml", b"a: 1", "keine publiccode.yml"),
        ("x.yml", b"x" * 300_000, "zu gro"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(town: Town, name: str, content: bytes, says: str) -> None:
    answer = send(signed_in(town.contributor), SimpleUploadedFile(name, content or b"\n"))
    assert answer.status_code == 400
    assert says in answer.content.decode()


def test_a_line_may_be_wrong_in_every_way_at_once() -> None:
    row = {
        "titel": "x" * 161,
        "kurzfassung": "",
        "orte": "Musterdorf",
        "handlungsfelder": "angeln",
        "beginn": "gestern",
        "personentage": "viele",
    }
    (line,) = sheets.read("x.csv", table(row).read())
    assert {column for column, _message in line.problems} == set(row)


def test_too_many_lines_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_LINES", 1)
    with pytest.raises(UnreadableError, match="Höchstens"):
        sheets.read("x.csv", table(GOOD, {**GOOD, "titel": "B"}).read())


def test_the_template_has_every_column_and_explains_it(town: Town) -> None:
    content = signed_in(town.contributor).get(reverse("projects:read_in_template")).content
    book = load_workbook(io.BytesIO(content))
    assert [cell.value for cell in book["Projekte"][1]] == [name for name, *_rest in sheets.COLUMNS]
    assert book["Erläuterung"].max_row == 1 + len(sheets.COLUMNS)


PUBLICCODE = """
publiccodeYmlVersion: "0.4"
name: Beteiligung
url: https://www.example.org/beteiligung.git
developmentStatus: stable
categories: [civic-engagement, quatsch]
legal: {license: AGPL-3.0-or-later}
description:
  en: {shortDescription: English, longDescription: Long}
  de: {shortDescription: Mitreden im Netz, longDescription: Lange Beschreibung}
"""


def test_a_publiccode_becomes_a_draft(town: Town) -> None:
    client = signed_in(town.contributor)
    answer = send(client, SimpleUploadedFile("publiccode.yml", PUBLICCODE.encode()))
    made = client.post(answer.redirect_chain[-1][0], follow=True)
    project = Project.objects.get()
    assert (project.title, project.summary, project.phase) == ("Beteiligung", "Mitreden im Netz", "betrieb")
    assert (project.licence, project.technologies) == ("AGPL-3.0-or-later", ["beteiligungsplattform"])
    assert "Ort" in made.content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "publiccodeYmlVersion: 1\nname: [a, b]\ndescription: 7\nlegal: 3\ncategories: x\nurl: javascript:alert(1)\n",
        "publiccodeYmlVersion: 1\nname: X\ndescription: {de: null}\n",
    ],
)
def test_an_odd_publiccode_breaks_nothing(text: str) -> None:
    line = publiccode.read(text.encode())
    assert line.values["repository"] == ""
    assert line.title


def judged(town: Town, row: dict[str, Any], kind: str = "csv") -> Any:
    (one,) = send(signed_in(town.contributor), table(row, kind=kind)).context["judged"]
    return one


WHOLE = {
    "partner": "Stadtwerke | Kommunales Unternehmen | betreiben die Sensoren\nVerein | union",
    "finanzierung": "Digitale Dörfer | 60 %\nHaushalt der Gemeinde",
    "anbieter": "Muster GmbH | Musterportal | nicht offen | Offenes Portal",
    "risiken": "Datenschutz | Daten gehen verloren | Sicherung jede Nacht",
    "wechselwirkungen": "hilft | energie | Weniger Fahrten sparen Energie.",
    "links": "Bericht | https://www.example.org/bericht | Bericht, Studie\nSeite | https://www.example.org/",
    "datengrundlage": "Fahrpläne",
    "personenbezogene_daten": "nein",
    "dsfa": "nicht-noetig",
    "uebertragbar_auf_groessen": "1000-1999; 2000-4999",
    "uebertragbar_bedingungen": "Strom am Ort",
    "nachnutzung_bedingungen": "Wir helfen.",
    "ansprechstelle": "clerk",
    "kosten_hinweis": "500 Euro im Jahr",
}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_line_brings_all_that_belongs_to_a_project(town: Town, kind: str) -> None:
    programme = ProgrammeFactory(title="Digitale Dörfer")
    client = signed_in(town.contributor)
    answer = send(client, table({**GOOD, **WHOLE}, kind=kind))
    assert answer.context["judged"][0].messages == []
    client.post(answer.redirect_chain[-1][0])
    one = Project.objects.get()
    partners = [(part.name, part.kind, part.role) for part in one.partners.all()]
    assert partners == [("Stadtwerke", "enterprise", "betreiben die Sensoren"), ("Verein", "union", "")]
    paid = [(part.programme, part.text, part.share_percent) for part in one.financing.all()]
    assert paid == [(programme, "", 60), (None, "Haushalt der Gemeinde", None)]
    (supplier,), (risk,), (effect,) = one.suppliers.all(), one.risks.all(), one.interactions.all()
    assert (supplier.licence, supplier.alternatives) == ("nicht offen", "Offenes Portal")
    assert (risk.kind, risk.countermeasure) == ("datenschutz", "Sicherung jede Nacht")
    assert (effect.effect, effect.field) == ("hilft", "energie")
    assert [link.kind for link in one.links.all()] == ["bericht", "seite"]
    assert (one.personal_data, one.dpia, one.contact_function) == ("nein", "nicht-noetig", "clerk")
    assert (one.transferable_sizes, one.cost_note) == (["1000-1999", "2000-4999"], "500 Euro im Jahr")
    assert (one.data_basis, one.transfer_conditions, one.reuse_conditions) == (
        "Fahrpläne",
        "Strom am Ort",
        "Wir helfen.",
    )
    assert one.get_latest_revision_as_object().risks.get().description == "Daten gehen verloren"


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        ("partner", "Stadtwerke | Zauberer", "partner: Eintrag 1, Art: „Zauberer“ ist nicht bekannt"),
        ("partner", "A | union | B | C", "partner: Eintrag 1, zu viele Teile"),
        ("anbieter", "A | B | C | D\nMuster GmbH | Portal", "anbieter: Eintrag 2, Lizenz: "),
        ("risiken", "Datenschutz | Etwas", "risiken: Eintrag 1, "),
        ("links", "Seite | javascript:alert(1)", "links: Eintrag 1, Adresse: "),
        ("finanzierung", "Haushalt | viel", "finanzierung: Eintrag 1, "),
        ("finanzierung", "Haushalt | 101", "finanzierung: Eintrag 1, Anteil an den Kosten in %: Ein Anteil liegt"),
        ("finanzierung", "H" * 201, "finanzierung: Kein Förderprogramm"),
        ("finanzierung", " | 40", "finanzierung: Eintrag 1, "),
        ("partner", "\n".join(["Verein | union"] * 31), "partner: Höchstens 30 Einträge"),
        ("dsfa", "vielleicht", "dsfa: „vielleicht“ ist nicht bekannt"),
        ("kosten_hinweis", "x" * 301, "kosten_hinweis: "),
        ("ort_im_ausland", "Tartu", "ort_im_ausland: "),
        ("staat", "Atlantis", "staat: „Atlantis“ ist nicht bekannt"),
        ("staat", "Dänemark", "orte: "),
    ],
)
def test_what_is_wrong_in_a_cell_is_said_with_its_column(town: Town, column: str, cell: str, says: str) -> None:
    one = judged(town, {**GOOD, column: cell})
    assert one.state == "wrong"
    assert any(message.startswith(says) for message in one.messages), one.messages


def test_a_project_abroad_needs_no_key(town: Town) -> None:
    client = signed_in(town.contributor)
    row = {
        **GOOD,
        "orte": "",
        "staat": "Estland",
        "ort_im_ausland": "Tartu",
        "was_sich_aendern_muesste": "Ein zentrales Register.",
    }
    client.post(send(client, table(row)).redirect_chain[-1][0])
    one = Project.objects.get()
    assert (one.country, one.place_abroad, one.what_would_change) == ("EE", "Tartu", "Ein zentrales Register.")
    assert one.missing() == []
    assert judged(town, row).state == "there"
    assert judged(town, {**GOOD, "titel": "Anderes", "orte": ""}).state == "wrong"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_was_taken_along_can_be_read_in(town: Town, kind: str) -> None:
    source = ProjectFactory(
        place=town.place,
        title="-Mitfahrbank",
        description="Zeile 1\nZeile 2; „mehr“",
        started_on=date(2025, 3, 1),
        effort_days=12,
        spatial_effect="kommune",
        cost_band="bis-10000",
        cost_note="=500 Euro",
        technologies=["app", "buchung"],
        licence="EUPL-1.2",
        repository="https://www.example.org/code",
        personal_data="nein",
        dpia="geplant",
        transferable_sizes=["1000-1999"],
        contact_function="clerk",
        **{
            name: f"Text: {name}"
            for name in ("reuse_conditions", "data_basis", "transfer_conditions", "lessons_learnt", "done_differently")
        },
    )
    for make in (PartnerFactory, RiskFactory, SupplierFactory, InteractionFactory, ProjectLinkFactory):
        make.create_batch(2, project=source)
    FinancingFactory(project=source, programme__title="Digitale Dörfer")
    FinancingFactory(project=source, programme=None, text="Haushalt | Rest", share_percent=None)
    client = signed_in(town.contributor)
    taken = client.get(reverse("projects:list_export", args=[kind])).content
    source.places.all().delete()  # else it would be there already
    answer = send(client, SimpleUploadedFile(f"projekte.{kind}", taken))
    assert [(one.state, one.messages) for one in answer.context["judged"]] == [("new", [])]
    client.post(answer.redirect_chain[-1][0])
    made = Project.objects.exclude(pk=source.pk).get()
    for name in COLUMN_OF:
        if name == "places":
            assert [place.municipality for place in made.places.all()] == [town.place]
        elif name in LAYOUTS:
            assert written(made, name) == written(source, name) != ""
        else:
            assert getattr(made, name) == getattr(source, name), name


def test_what_means_the_same_has_the_same_name_in_both_tables() -> None:
    read_in = {name for name, *_rest in sheets.COLUMNS}
    assert set(exporting.header()) == set(COLUMN_OF.values()) | set(exporting.ONLY_TAKEN_ALONG)
    assert set(COLUMN_OF.values()) <= read_in
    assert not read_in & set(exporting.ONLY_TAKEN_ALONG)


def test_the_template_explains_how_entries_are_written(town: Town) -> None:
    book = load_workbook(io.BytesIO(sheets.template()))
    rows = {row[0]: row[3] for row in book["Erläuterung"].iter_rows(values_only=True)}
    assert "Anbieter | Produkt oder Leistung | Lizenz | Alternativen" in rows["anbieter"]
    assert "Kommunales Unternehmen" in rows["partner"]
    assert "Estland" in rows["staat"]


def test_a_draft_from_a_publiccode_lies_where_its_organisation_lies(town: Town) -> None:
    client = signed_in(town.contributor)
    answer = send(client, SimpleUploadedFile("publiccode.yml", PUBLICCODE.encode()))
    client.post(answer.redirect_chain[-1][0])
    assert Project.objects.get().places.get().municipality == town.place
    again = send(client, SimpleUploadedFile("publiccode.yml", PUBLICCODE.encode()))
    assert again.context["judged"][0].state == "there"
