"""The open CSV dump by its column contract."""

import csv
import datetime
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from funding.imports import fdb, fdb_csv
from funding.models import Programme
from funding.services import Finding, ProgrammeRecord
from tests.funding.conftest import COLUMNS, document, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def read(path: Path) -> list[ProgrammeRecord | Finding]:
    return list(fdb_csv.read(path))


def run(path: Path, capsys, **options: object) -> dict:
    call_command("import_funding", str(path), json=True, **options)
    return json.loads(capsys.readouterr().out)


def test_row_becomes_a_record_with_everything(dump):
    (record,) = read(
        dump(
            row(
                "Land/SH/Mein-Programm",
                title="Mein Programm",
                legal_basis="Gesetz",
                legal_citation="GVBl. 1",
                deadlines="31. März",
                procedure="Antrag",
                required_documents="Plan",
                processing_time="Drei Wochen",
                application_language="Deutsch",
                legal_requirements="Keine",
                status_note="Ruht",
                keywords="eins zwei",
                date_of_issue="2025-05-26T23:30:00+00:00",
                eligible_applicants=["kommune", "unternehmen"],
                funding_location=["schlesig_holstein", "de_ni", "de_st", "_bundesweit"],
                funding_organisation=["bkm"],
                contact_info_institution="Amt",
                contact_info_road="Weg",
                contact_info_house_id="3",
                contact_info_zip_code="12345",
                contact_info_city="Ort",
                contact_info_post_box="77",
                contact_info_email="a@example.org",
                contact_info_website="https://example.org/",
                further_links='[{"url": "https://example.org/a", "title": null}]',
            )
        )
    )
    assert isinstance(record, ProgrammeRecord)
    assert record.source_key == "land-sh-mein-programm"
    assert record.areas == ("01", "03", "15", "bundesweit")
    assert record.applicants == ("kommune", "unternehmen")
    assert record.issued_on == datetime.date(2025, 5, 27)  # in Berlin
    assert (record.contacts[0].street, record.contacts[0].post_box) == ("Weg 3", "77")
    assert [(link.title, link.url) for link in record.links] == [("https://example.org/a", "https://example.org/a")]
    assert record.attribution.startswith("Musterprogramm von jemandem")
    assert {name: getattr(record, name) for name in fdb_csv.TEXTS.values()} == {
        "summary": "Kurz gesagt.",
        "description": "Ausführlich gesagt.",
        "requirements": "Keine",
        "procedure": "Antrag",
        "deadlines": "31. März",
        "required_documents": "Plan",
        "processing_time": "Drei Wochen",
        "application_language": "Deutsch",
        "legal_basis": "Gesetz",
        "legal_citation": "GVBl. 1",
        "status_note": "Ruht",
        "keywords": "eins zwei",
    }


@pytest.mark.parametrize("column", fdb_csv.REQUIRED)
def test_file_without_a_required_column_is_refused_whole(dump, column):
    path = dump(row(), columns=[name for name in COLUMNS if name != column])
    with pytest.raises(fdb.FileRefusedError, match=rf"missing: {column}\.$"):
        read(path)


def test_file_without_an_optional_column_says_so_and_keeps_what_is_there(dump, capsys):
    run(dump(row(description="Von früher.", short_description="Alt.")), capsys)
    path = dump(row(short_description="Neu."), columns=[name for name in COLUMNS if name != "description"])
    report = run(path, capsys)
    assert report["changed"] == 1
    assert "description" in report["notes"][0]["message"]
    assert Programme.objects.values_list("summary", "description").get() == ("Neu.", "Von früher.")


@pytest.mark.parametrize(
    "values, column, value",
    [
        ({"funding_type": ["geschenk"]}, "funding_type", "geschenk"),
        ({"funding_area": ["digitalisierung", "magie"]}, "funding_area", "magie"),
        ({"funding_location": ["schleswig_holstein"]}, "funding_location", "schleswig_holstein"),
        ({"funding_body": ["mars"]}, "funding_body", "mars"),
        ({"eligible_applicants": ["hund"]}, "eligible_applicants", "hund"),
        ({"grw": ["vielleicht"]}, "grw", "vielleicht"),
        ({"unternehmensgroesse": ["riesig"]}, "unternehmensgroesse", "riesig"),
        ({"funding_type": "zuschuss"}, "funding_type", "zuschuss"),
        ({"funding_type": "[1]"}, "funding_type", "[1]"),
        ({"funding_type": "[" * 100_000}, "funding_type", "[" * 80),
        ({"url": "https://example.org/x.html"}, "url", "https://example.org/x.html"),
        ({"id_hash": "kein-hash"}, "id_hash", "kein-hash"),
        ({"id_url": "etwas/anderes"}, "id_url", "etwas/anderes"),
        ({"id_url": "etwas-anderes"}, "id_url", "etwas-anderes"),
        ({"license_info": ""}, "license_info", ""),
        ({"absent": "vielleicht"}, "absent", "vielleicht"),
        ({"on_website_from": "2026-32"}, "on_website_from", "2026-32"),
        ({"absent": "true", "on_website_to": "2026-W99"}, "on_website_to", "2026-W99"),
        ({"date_of_issue": "gestern"}, "date_of_issue", "gestern"),
        ({"date_of_issue": "0207-01-01T00:00:00Z"}, "date_of_issue", "0207-01-01T00:00:00Z"),
        ({"further_links": '[{"title": "ohne Adresse"}]'}, "further_links", "{'title': 'ohne Adresse'}"),
    ],
)
def test_row_that_breaks_the_contract_is_rejected_with_line_column_and_value(dump, values, column, value):
    path = dump(row("Bund/a"), row("Bund/b", description="zwei\nZeilen"), row("Bund/c", **values), row("Bund/d"))
    first, second, finding, last = read(path)
    assert isinstance(finding, Finding)
    assert (finding.line, finding.column, finding.value) == (5, column, value)
    assert [one.source_key for one in (first, second, last)] == ["bund-a", "bund-b", "bund-d"]


@pytest.mark.parametrize(
    "values, column",
    [
        ({"title": "x" * 501}, "title"),
        ({"description": "a\x00b"}, "description"),
        ({"funding_organisation": '["\\ud800"]'}, "funders"),
        ({"contact_info_phone": "0" * 81}, "phone"),
        ({"description": "x" * 300_000}, ""),
    ],
)
def test_row_that_the_database_cannot_hold_is_rejected_and_the_others_are_imported(dump, capsys, values, column):
    report = run(dump(row("Bund/a", **values), row("Bund/b")), capsys)
    assert (report["created"], len(report["rejected"])) == (1, 1)
    assert (report["rejected"][0]["line"], report["rejected"][0]["column"]) == (2, column)
    assert list(Programme.objects.values_list("source_key", flat=True)) == ["bund-b"]


def test_cell_larger_than_the_csv_module_expects_is_read(dump, capsys):
    limit = csv.field_size_limit()
    text = "wort " * (limit // 4)
    assert len(text) > limit
    assert run(dump(row(description=text)), capsys)["created"] == 1
    assert Programme.objects.get().description == text
    assert csv.field_size_limit() == limit


def test_row_with_too_many_cells_is_rejected(dump):
    path = dump(row("Bund/a"))
    with path.open("a", encoding="utf-8", newline="") as lines:
        lines.write("nur,drei,Zellen\r\n")
    _record, finding = read(path)
    assert isinstance(finding, Finding)
    assert (finding.line, "3 cells" in finding.message) == (3, True)


def test_second_row_of_a_key_is_rejected(dump, capsys):
    report = run(dump(row(title="Erste"), row(title="Zweite")), capsys)
    assert (report["created"], report["rejected"][0]["line"]) == (1, 3)
    assert Programme.objects.get().title == "Erste"


def test_byte_order_mark_is_no_part_of_the_first_column(dump):
    path = dump(row())
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert isinstance(read(path)[0], ProgrammeRecord)


@pytest.mark.parametrize(
    "damage, reason",
    [
        (lambda content: content.decode().encode("latin-1"), "not encoded in UTF-8"),
        (lambda content: content.decode().encode("utf-16"), "not encoded in UTF-8"),
        (lambda content: content + b'"abgeschnitten', "Line 3 cannot be read as CSV"),
        (lambda content: content.partition(b"\r\n")[0], "no rows"),
        (lambda _content: b"", "Required columns are missing"),
        (lambda content: content.replace(b",", b";"), "Required columns are missing"),
        (lambda content: content.replace(b",title,", b",url,", 1), "Columns occur twice: url"),
    ],
)
def test_damaged_file_is_refused_whole(dump, damage, reason):
    path = dump(row(description="Über die Maßen"))
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(fdb.FileRefusedError, match=reason):
        read(path)


def test_truncated_file_imports_nothing_of_its_beginning(dump, capsys):
    path = dump(row("Bund/a"), row("Bund/b"))
    path.write_bytes(path.read_bytes() + b'"abgeschnitten')
    with pytest.raises(CommandError):
        run(path, capsys)
    assert json.loads(capsys.readouterr().out)["refused"][0]["message"].startswith("Line 4")
    assert Programme.objects.count() == 0


def test_later_dump_changes_marks_and_brings_back(dump, capsys):
    run(dump(row("Bund/a"), row("Bund/b"), row("Bund/c")), capsys)
    untouched = Programme.objects.values().get(source_key="bund-a")
    report = run(dump(row("Bund/a"), row("Bund/b", title="Neu")), capsys)
    assert (report["created"], report["changed"], report["unchanged"], report["absent"]) == (0, 1, 1, 1)
    assert Programme.objects.values().get(source_key="bund-a") == untouched
    assert Programme.objects.get(source_key="bund-b").title == "Neu"
    assert Programme.objects.get(source_key="bund-c").absent_since == timezone.localdate()
    report = run(dump(row("Bund/a"), row("Bund/b", title="Neu"), row("Bund/c")), capsys)
    assert (report["changed"], report["unchanged"], report["absent"]) == (1, 2, 0)
    assert Programme.objects.get(source_key="bund-c").absent_since is None


def test_absent_row_is_kept_with_the_monday_after_its_last_week(dump, capsys):
    report = run(dump(row(absent="true", on_website_to="2026-W34")), capsys)
    assert (report["created"], report["absent"]) == (1, 1)
    assert Programme.objects.get().absent_since == datetime.date(2026, 8, 24)
    assert run(dump(row(absent="true", on_website_to="2026-W34")), capsys)["unchanged"] == 1


def test_rejected_row_is_not_taken_for_missing(dump, capsys):
    run(dump(row("Bund/a"), row("Bund/b")), capsys)
    report = run(dump(row("Bund/a", funding_type=["geschenk"]), row("Bund/b")), capsys)
    assert (report["absent"], len(report["rejected"])) == (0, 1)
    assert Programme.objects.filter(absent_since=None).count() == 2


def test_row_without_a_readable_key_keeps_all_from_being_marked(dump, capsys):
    run(dump(row("Bund/a"), row("Bund/b")), capsys)
    report = run(dump(row("Bund/a", id_url=""), row("Bund/b")), capsys)
    assert report["absent"] == 0
    assert "nothing was marked" in report["notes"][0]["message"]


def test_programme_without_an_area_comes_in_as_a_draft(dump, capsys):
    report = run(dump(row(funding_location=[])), capsys)
    assert (report["created"], report["unpublished"]) == (1, 1)
    assert Programme.objects.get().state == Programme.State.DRAFT


def test_published_programme_that_loses_its_area_is_rejected_and_stays(dump, capsys):
    run(dump(row("Bund/a"), row("Bund/b")), capsys)
    report = run(dump(row("Bund/a", funding_location=[]), row("Bund/b")), capsys)
    assert (report["changed"], report["absent"], report["rejected"][0]["column"]) == (0, 0, "areas")
    assert Programme.objects.get(source_key="bund-a").areas == ["01"]


def test_programme_without_a_title_is_called_by_its_key_as_in_the_licence_line(dump, capsys):
    run(dump(row("Bund/namenlos", title="")), capsys)
    assert Programme.objects.get().title == "bund-namenlos"


def test_state_that_an_editor_chose_survives_an_import(dump, capsys):
    run(dump(row()), capsys)
    Programme.objects.update(live=False)
    run(dump(row(title="Neu")), capsys)
    assert Programme.objects.values_list("title", "live").get() == ("Neu", False)


def test_bad_contact_and_link_are_left_out_with_a_note(dump, capsys):
    report = run(
        dump(
            row(
                contact_info_institution="Amt",
                contact_info_email="a@example.org; b@example.org",
                contact_info_website="javascript:alert(1)",
                further_links=json.dumps([{"url": "javascript:alert(1)", "title": "Klick"}]),
            )
        ),
        capsys,
    )
    assert [note["column"] for note in report["notes"]] == [
        "contact_info_email",
        "contact_info_website",
        "further_links",
    ]
    assert Programme.objects.get().contacts.values_list("institution", "email", "website").get() == ("Amt", "", "")
    assert Programme.objects.get().links.count() == 0


def test_dump_updates_what_the_export_brought(dump, tmp_path, capsys):
    (tmp_path / "programm.xml").write_text(document())
    run(tmp_path / "programm.xml", capsys)
    first = Programme.objects.get()
    report = run(dump(row("Bund/Muster/programm")), capsys)
    second = Programme.objects.get()
    assert (report["created"], report["changed"], second.pk) == (0, 1, first.pk)
    assert (first.text_format, second.text_format) == ("html", "text")
    assert (first.imported_from, second.imported_from) == ("fdb-xml", "fdb-csv")


def test_report_in_words_names_line_column_and_value(dump, capsys):
    call_command("import_funding", str(dump(row("Bund/a"), row("Bund/b", funding_type=["geschenk"]))))
    out = capsys.readouterr().out
    assert "programme.csv" in out
    assert "3" in out
    assert "[funding_type]" in out
    assert "“geschenk”" in out
