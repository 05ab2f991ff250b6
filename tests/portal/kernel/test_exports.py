"""Tables to take along."""

import csv
import datetime
import io
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import BadRequest
from django.http import Http404
from django.utils import timezone
from pypdf import PdfReader

from portal.exports import MOST_ROWS, as_csv, as_pdf, as_xlsx, download, format_of, refuse_too_many

HEADER = ["Name", "Anzahl", "Zeit"]
NOON = datetime.datetime(2026, 7, 1, 10, 0, tzinfo=datetime.UTC)
HOSTILE = ["=1+1", "+49 30 1", "-2", "@SUM(A1)", "\t=1", '=HYPERLINK("https://example.org")']


def test_a_csv_file_is_as_german_spreadsheet_programs_expect_it() -> None:
    content = as_csv(HEADER, [["Straße; „Größe“", 3, NOON], [None, 1.5, datetime.date(2026, 1, 2)]])
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert rows == [
        HEADER,
        ["Straße; „Größe“", "3", "2026-07-01T12:00:00+02:00"],
        ["", "1.5", "2026-01-02"],
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_is_never_calculated(text: str) -> None:
    row = next(csv.reader(io.StringIO(as_csv(["x"], [[text]]).decode("utf-8-sig").split("\r\n", 1)[1]), delimiter=";"))
    assert row == [f"'{text}"]
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(["x"], [[text]]))).active
    assert (sheet["A2"].value.strip(), sheet["A2"].data_type) == (text.strip(), "s")


def test_a_negative_number_stays_a_number() -> None:
    assert as_csv(["x"], [[-2]]).decode("utf-8-sig") == "x\r\n-2\r\n"


def test_a_workbook_keeps_kinds_and_its_header_in_sight() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(HEADER, [["Ä\x0bö", 3, NOON]]))).active
    assert [cell.value for cell in sheet[1]] == HEADER
    assert sheet["A1"].font.bold
    assert sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet[2]] == ["Äö", 3, timezone.localtime(NOON).replace(tzinfo=None)]


def test_a_list_is_printed_with_tags_for_screen_readers() -> None:
    rows = [["Straße #1 $x$ *fett*", 1234.5, NOON], ['"\\")#panic()', None, datetime.date(2026, 1, 2)]]
    reader = PdfReader(io.BytesIO(as_pdf("Unsere Liste", HEADER, rows)))
    catalogue: Any = reader.trailer["/Root"]
    assert (catalogue["/Lang"], catalogue["/MarkInfo"]["/Marked"]) == ("de", True)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in catalogue["/Metadata"].get_data()
    assert reader.metadata
    assert reader.metadata.title == "Unsere Liste"
    printed = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    said = ("Unsere Liste", "2 Einträge", "Straße #1 $x$ *fett*", "1.234,5", "1. Juli 2026 12:00", '"\\")#panic()')
    for text in said:
        assert text in printed, text
    assert printed.count("Anzahl") == 1, "what is empty is left out"


def test_a_list_that_does_not_go_into_one_file_is_refused_and_not_cut() -> None:
    refuse_too_many("pdf", MOST_ROWS["pdf"])
    with pytest.raises(BadRequest, match="501 Einträge"):
        refuse_too_many("pdf", MOST_ROWS["pdf"] + 1)
    with pytest.raises(Http404):
        format_of("docx")


def test_a_file_is_kept_by_nobody_on_the_way() -> None:
    answer = download("csv", "liste", HEADER, [])
    assert answer["Content-Disposition"] == 'attachment; filename="liste.csv"'
    assert answer["Cache-Control"] == "private, no-store"
