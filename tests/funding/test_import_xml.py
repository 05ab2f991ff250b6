"""The official XML export: the real one, and documents crafted to break the import."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from funding.imports import fdb_xml
from funding.models import Contact, Link, Programme
from funding.services import Finding, ProgrammeRecord
from tests.factories.funding import ProgrammeFactory
from tests.funding.conftest import document

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def run(*paths: Path, capsys, **options: object) -> dict:
    call_command("import_funding", *map(str, paths), json=True, **options)
    return json.loads(capsys.readouterr().out)


def snapshot() -> list[dict]:
    return list(Programme.objects.order_by("pk").values())


def test_export_is_imported_with_everything_but_its_broken_document(export, capsys):
    report = run(export, capsys=capsys)
    assert (report["created"], report["changed"], report["unchanged"], report["absent"]) == (3, 0, 0, 0)
    assert [Path(finding["file"]).name for finding in report["rejected"]] == [
        "rgl-buergschaften-als-de-minimis-beihilfe-863736.xml"
    ]
    assert report["rejected"][0]["line"] == 38
    assert report["notes"] == []
    assert list(Programme.objects.order_by("source_key").values_list("source_key", "title", "live")) == [
        (
            "bund-ba-eingliederungszuschuss-bund",
            "Finanzielle Unterstützungsmöglichkeiten bei Neueinstellungen (Eingliederungszuschüsse)",
            True,
        ),
        (
            "bund-bkm-deutsch-franzoesische-kooperationen-film-ffa",
            (
                "Förderung Deutsch-Französischer Koproduktionen im Rahmen des Filmförderungsgesetzes 2025 "
                "(Minitraité-Förderung)"
            ),
            True,
        ),
        ("bund-bmas-einstiegsgeld", "Einstiegsgeld", True),
    ]


def test_export_imported_twice_writes_nothing_the_second_time(export, capsys):
    run(export, capsys=capsys)
    before = snapshot()
    contacts = list(Contact.objects.order_by("pk").values_list("pk", flat=True))
    report = run(export, capsys=capsys)
    assert (report["created"], report["changed"], report["unchanged"], report["absent"]) == (0, 0, 3, 0)
    assert snapshot() == before
    assert list(Contact.objects.order_by("pk").values_list("pk", flat=True)) == contacts


def test_export_texts_are_kept_byte_for_byte(export, capsys):
    run(export, capsys=capsys)
    file = export / "BMWI/FDB/Content/DE/Foerderprogramm/Bund/BA/eingliederungszuschuss-bund.xml"
    texts = {
        one.get("name"): one.findtext("text")
        for one in ET.parse(file).getroot().iter("property")  # noqa: S314 - our own test data
    }
    programme = Programme.objects.get(source_key="bund-ba-eingliederungszuschuss-bund")
    for name, field in fdb_xml.TEXTS.items():
        kept = getattr(programme, field)
        empty = '<div xmlns:xlink="http://www.w3.org/1999/xlink"></div>'
        assert f"<![CDATA[{kept or empty}]]>" == texts[name]
    assert programme.summary.startswith('<div xmlns:xlink="http://www.w3.org/1999/xlink"><p>Für die Einstellung')


def test_export_references_become_contact_address_funder_and_links(export, capsys):
    run(export, capsys=capsys)
    film = Programme.objects.get(source_key__startswith="bund-bkm")
    assert film.contacts.values(
        *("institution", "street", "postcode", "city", "phone", "fax", "email", "website")
    ).get() == {
        "institution": "FFA Filmförderungsanstalt",
        "street": "Große Präsidentenstraße 9",
        "postcode": "10178",
        "city": "Berlin",
        "phone": "+49 30 27577-0",
        "fax": "+49 30 27577-111",
        "email": "info@ffa.de",
        "website": "https://www.ffa.de/",
    }
    assert film.funders == ["Der Beauftragte der Bundesregierung für Kultur und Medien (BKM)"]
    assert list(film.links.filter(kind=Link.Kind.FURTHER).values_list("title", "url")) == [
        (
            "FFA ? Informationen zur Förderung (externer Link)",
            "https://www.ffa.de/deutsch-franzoesische-koproduktionsfonds.html",
        ),
        ("Serviceportal für Antragsstellung (externer Link)", "https://portal.ffa.de/start"),
    ]
    assert film.links.filter(kind=Link.Kind.LEGAL_BASIS).count() == 4
    assert (film.kinds, film.areas, film.levels) == (["darlehen", "buergschaft"], ["bundesweit"], ["bund"])
    assert (film.fields, film.applicants) == (["kultur_medien_sport"], ["unternehmen"])
    assert film.issued_on.isoformat() == "2025-05-26"


def test_export_provenance_is_kept(export, capsys):
    run(export, capsys=capsys)
    programme = Programme.objects.get(source_key="bund-bmas-einstiegsgeld")
    url = "https://www.foerderdatenbank.de/FDB/Content/DE/Foerderprogramm/Bund/BMAS/einstiegsgeld.html"
    assert programme.source_url == url
    assert (programme.licence, programme.licence_url) == (
        "CC BY-ND 4.0",
        "https://creativecommons.org/licenses/by-nd/4.0/deed.de",
    )
    assert programme.attribution == (
        "Einstiegsgeld von Bundesministerium für Wirtschaft und Energie, lizensiert unter CC BY-ND 4.0 "
        f"(https://creativecommons.org/licenses/by-nd/4.0/deed.de), Quelle: {url}"
    )
    assert (programme.source, programme.imported_from) == ("foerderdatenbank", "fdb-xml")
    assert programme.imported_at is not None


def test_single_document_keeps_the_contact_it_cannot_resolve(export, capsys):
    run(export, capsys=capsys)
    report = run(export / "BMWI/FDB/Content/DE/Foerderprogramm/Bund/BKM", capsys=capsys)
    assert (report["changed"], report["unchanged"]) == (0, 1)
    assert {note["column"] for note in report["notes"]} == {"contacts", "links", "funders"}
    film = Programme.objects.get(source_key__startswith="bund-bkm")
    assert film.contacts.get().email == "info@ffa.de"
    assert film.funders == ["Der Beauftragte der Bundesregierung für Kultur und Medien (BKM)"]
    assert film.links.count() == 6
    assert Programme.objects.filter(absent_since=None).count() == 3


def test_dry_run_reports_and_changes_nothing(export, capsys):
    report = run(export, capsys=capsys, dry_run=True)
    assert (report["created"], report["dry_run"]) == (3, True)
    assert Programme.objects.count() == 0


def test_own_and_demonstration_records_are_not_touched(export, capsys):
    own = ProgrammeFactory(slug="bund-bmas-einstiegsgeld", title="Unser eigenes")
    demo = ProgrammeFactory(source="demonstration", source_key="bund-bmas-einstiegsgeld", title="Zur Schau")
    before = list(Programme.objects.filter(pk__in=[own.pk, demo.pk]).order_by("pk").values())
    run(export, capsys=capsys)
    assert list(Programme.objects.filter(pk__in=[own.pk, demo.pk]).order_by("pk").values()) == before
    imported = Programme.objects.get(source="foerderdatenbank", source_key="bund-bmas-einstiegsgeld")
    assert imported.slug == "bund-bmas-einstiegsgeld-2"


def read(tmp_path: Path, *contents: str | bytes) -> list[ProgrammeRecord | Finding]:
    files = []
    for number, content in enumerate(contents):
        file = tmp_path / f"{number}.xml"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        files.append(file)
    return list(fdb_xml.read(files))


def test_crafted_document_is_read(tmp_path):
    (record,) = read(tmp_path, document(Foerdergebiet="schlesig_holstein", Foerderart="zuschuss"))
    assert isinstance(record, ProgrammeRecord)
    assert (record.title, record.source_key) == ("Mein Programm", "bund-muster-programm")
    assert (record.areas, record.kinds) == (("01",), ("zuschuss",))


BOMB = '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "content, reason",
    [
        (document().replace("<document", BOMB + "<document", 1), "declares a document type or entities"),
        (
            document().replace("<document", '<!DOCTYPE d SYSTEM "file:///etc/passwd"><document', 1),
            "declares a document",
        ),
        (document().replace("</document>", ""), "not well-formed"),
        ("", "not well-formed"),
        (document().replace("Mein", "Me\x02in"), "not well-formed"),
        (document().encode("latin-1").replace(b"Mein", b"M\xfcin"), "not well-formed"),
        (document().replace("UTF-8", "klingonisch"), "not well-formed"),
        ("<html><body>Hallo</body></html>", "not one of the export"),
        (document(path="/etc"), "not one of the export"),
        (document().replace("&lt;p&gt;", "&lt;div&gt;" * 200), "nested too deeply"),
        (document().replace("Mein", "x" * 5_000_001), "larger than 5 MB"),
    ],
)
def test_broken_document_is_reported_and_the_others_are_read(tmp_path, content, reason):
    finding, record = read(tmp_path, content, document(name="heil"))
    assert isinstance(finding, Finding)
    assert reason in str(finding)
    assert finding.file == str(tmp_path / "0.xml")
    assert isinstance(record, ProgrammeRecord)


def test_unknown_code_rejects_the_programme_with_the_value(tmp_path):
    (finding,) = read(tmp_path, document(Foerderart="geschenk"))
    assert isinstance(finding, Finding)
    assert (finding.column, finding.value, finding.source_key) == ("Foerderart", "geschenk", "bund-muster-programm")


def test_command_fails_when_nothing_could_be_imported(tmp_path, capsys):
    (tmp_path / "bombe.xml").write_text(document().replace("<document", BOMB + "<document", 1))
    with pytest.raises(CommandError):
        call_command("import_funding", str(tmp_path))
    assert "bombe.xml" in capsys.readouterr().out
    assert Programme.objects.count() == 0


@pytest.mark.parametrize("name", ["gibt-es-nicht.xml", "text.txt", "leer"])
def test_command_refuses_what_it_does_not_know(tmp_path, capsys, name):
    (tmp_path / "text.txt").write_text("Nur ein Brief.")
    (tmp_path / "leer").mkdir()
    with pytest.raises(CommandError):
        call_command("import_funding", str(tmp_path / name), json=True)
    refused = json.loads(capsys.readouterr().out)["refused"]
    assert [Path(finding["file"]).name for finding in refused] == [name]
