"""The official formats: what is read, and what is refused with line and reason."""

import datetime as dt
import gzip
from decimal import Decimal

import openpyxl
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.directory.imports import recognise
from portal.directory.imports.changes import ChangeList
from portal.directory.imports.extract import Extract
from portal.directory.imports.gv100ad import Register
from portal.directory.imports.source import Refused, Source, read_source
from tests.factories.register_files import (
    as_file,
    change,
    change_list,
    municipality,
    real_file,
    record,
    register_lines,
    workbook,
)

DAY = "20240630"


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return register_lines(day=DAY)


def parse(data: bytes):
    return recognise.parse(Source(name="file", data=data, sha256=""))


def refusal(data: bytes) -> tuple[int | None, str]:
    with pytest.raises(Refused) as caught:
        parse(data)
    assert caught.value.file == "file"
    return caught.value.line, caught.value.reason


# --- GV100AD -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_register_is_read_in_its_encodings(lines, encoding, line_end):
    register = parse((line_end.join(lines) + line_end).encode(encoding))
    assert isinstance(register, Register)
    assert (register.as_of, register.lines) == (dt.date(2024, 6, 30), len(lines))
    assert [row.official_name for row in register.laender][7] == "Baden-Württemberg"
    assert (len(register.laender), len(register.districts)) == (16, 16)
    assert [row.official_name for row in register.associations] == ["Amt Süd"] * 16
    assert len(register.municipalities) == 16 * 640
    first, second, third = register.municipalities[:3]
    assert (first.line, first.ags, first.ars) == (642, "01051001", "010515001001")
    assert (first.area_km2, first.population, first.postcode) == (Decimal("12.5"), 1832, "12345")
    assert (second.ars, third.ars) == ("010515001002", "010510003003")


def _replaced(lines: list[str], number: int, line: str) -> bytes:
    return as_file([*lines[: number - 1], line, *lines[number:]])


def test_register_that_is_cut_in_a_line_is_refused(lines):
    assert refusal(as_file(lines[:3000]) + lines[3000][:75].encode()) == (
        3001,
        "The file is cut off: its last line has 75 instead of 220 characters.",
    )


def test_register_that_is_cut_between_lines_is_refused(lines):
    assert refusal(as_file(lines[:9000])) == (9000, "The file is incomplete: it holds 8 of the 16 Länder.")
    assert refusal(as_file(lines[:-1])) == (
        19855,
        "The association 160510640 has 0 municipalities: lines are missing.",
    )


def test_register_with_too_few_municipalities_is_refused(lines):
    few = [line for line in lines if not ("100" <= line[15:18] <= "300" or "0100" <= line[18:22] <= "0300")]
    assert refusal(as_file(few))[1].startswith("The file is incomplete: it holds ")


def test_register_in_another_order_is_refused(lines):
    swapped = [*lines[:1000], lines[1001], lines[1000], *lines[1002:]]
    assert refusal(as_file(swapped)) == (
        1002,
        "The record 010510360360 stands in the wrong place: the file is not in order.",
    )


def test_register_with_a_key_twice_is_refused(lines):
    assert refusal(as_file([*lines[:1000], lines[999], *lines[1000:]])) == (
        1001,
        "The key 010510359359 occurs twice.",
    )


def test_register_without_a_land_is_refused(lines):
    without = [line for line in lines if line[10:12] != "10"]
    assert refusal(as_file(without))[1] == "The file is incomplete: it holds 15 of the 16 Länder."
    assert refusal(as_file(lines[1:])) == (1, "Its Land 01 does not stand before it.")


def test_register_without_a_district_or_an_association_is_refused(lines):
    assert refusal(as_file([lines[0], *lines[2:]])) == (2, "Its district 01051 does not stand before it.")
    assert refusal(as_file([*lines[:2], *lines[3:]])) == (
        643,
        "Its association 010510003 does not stand before it.",
    )


def test_register_whose_association_has_one_member_is_refused(lines):
    line, reason = refusal(as_file([*lines[:641], *lines[642:]]))
    assert (line, reason) == (641, "The association 010515001 has 1 municipalities: lines are missing.")


def test_register_of_two_days_is_refused(lines):
    assert refusal(_replaced(lines, 700, lines[699].replace(DAY, "20240331"))) == (
        700,
        "The line is of 20240331, the file of 20240630.",
    )


def test_register_of_the_future_is_refused():
    assert refusal(as_file(register_lines(day="29991231"))) == (1, "The file claims to show a day in the future.")


def test_register_of_no_day_is_refused():
    assert refusal(as_file(register_lines(day="20240631"))) == (1, "“20240631” is no date.")


@pytest.mark.parametrize(
    "line, reason",
    [
        (record("70", "01051", "X", day=DAY), "Unknown record type (Satzart) “70”."),
        (municipality("010510359359", "X", day=DAY, sort="99"), "Unknown kind (Textkennzeichen) “99”."),
        (municipality("010510359359", "", day=DAY), "The name is missing."),
        (municipality("01O510359359", "X", day=DAY), "“01O513590359” is no key of a record of type 60."),
        (municipality("010510359359", "X", day=DAY)[:-1], "The line has 219 instead of 220 characters."),
        (municipality("010510359359", "X", day=DAY) + " ", "The line has 221 instead of 220 characters."),
        (
            municipality("010510359359", "X", day=DAY).replace("00000001832", "0000000183x"),
            "“0000000183x” is no number.",
        ),
        (
            municipality("010510359359", "X", day=DAY).replace("00000000916", "00000009160"),
            "More men than inhabitants.",
        ),
        (municipality("010510359359", "X", day=DAY).replace("12345", "1234x"), "“1234x” is no postcode."),
        ("", "The line has 0 instead of 220 characters."),
    ],
)
def test_register_with_one_broken_line_is_refused(lines, line, reason):
    assert refusal(_replaced(lines, 1000, line)) == (1000, reason)


def test_register_in_a_wrong_encoding_is_refused(lines):
    text = as_file(lines).decode()
    wrong = "The character U+%s does not occur in names: the encoding is wrong."
    assert refusal(text.encode("cp850")) == (641, wrong % "0081")
    assert refusal(text.encode().decode("iso-8859-1").encode()) == (641, wrong % "00C3")
    assert refusal(text.encode("utf-16-le"))[1].startswith("This is no file of the register")


def test_register_with_a_broken_byte_is_refused(lines):
    data = bytearray(as_file(lines))
    data[220 * 2000] = 0xFF
    line, reason = refusal(bytes(data))
    assert reason == "The file is damaged: it is UTF-8 except in this line."
    assert data.decode("iso-8859-1").split("\n")[line - 1].find("ÿ") != -1
    assert refusal(as_file(lines)[: as_file(lines).index("ü".encode()) + 1]) == (
        641,
        "The file is cut off in the middle of a character.",
    )


def test_register_whose_city_district_has_other_municipalities_is_refused(lines):
    assert refusal(_replaced(lines, 2, lines[1][:122] + "41" + lines[1][124:])) == (
        2,
        "The kind of the district 01051 does not fit its municipalities.",
    )


@pytest.mark.parametrize(
    "data, reason",
    [
        (b"", "The file is empty."),
        (b" \n\n", "The file is empty."),
        (b"ags;name\n08118048;Ludwigsburg\n", "This is no file of the register"),
        (b"\x89PNG\r\n\x1a\n", "This is no file of the register"),
        (b"PK\x03\x04 no archive", "The workbook is damaged or incomplete."),
        (b'{"type": "FeatureCollection"}', "This is no file of the register"),
    ],
)
def test_foreign_files_are_refused(data, reason):
    assert refusal(data)[1].startswith(reason)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes_are_refused_and_never_break(data):
    for prefix in (b"", b"1020240630", b"PK\x03\x04"):
        with pytest.raises(Refused):
            parse(prefix + data)


def test_hostile_files_are_refused():
    folder = real_file("bad-input")
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    assert files
    for path in files:
        with pytest.raises(Refused):
            recognise.parse(read_source(path))


# --- reading -------------------------------------------------------------------------------------------------------


def test_source_is_unpacked_and_known_by_its_content(tmp_path):
    (tmp_path / "plain").write_bytes(b"content")
    (tmp_path / "packed").write_bytes(gzip.compress(b"content"))
    plain, packed = read_source(tmp_path / "plain"), read_source(tmp_path / "packed")
    assert (plain.data, plain.sha256) == (packed.data, packed.sha256)
    assert (plain.name, packed.name) == ("plain", "packed")


def test_source_that_cannot_be_read_is_refused(tmp_path):
    (tmp_path / "cut.gz").write_bytes(gzip.compress(b"content" * 100)[:-9])
    reasons = {}
    for name in ("missing", ".", "cut.gz"):
        with pytest.raises(Refused) as caught:
            read_source(tmp_path / name)
        reasons[name] = str(caught.value)
    assert reasons["missing"] == "missing: The file cannot be read (No such file or directory)."
    assert reasons["."].endswith("The file cannot be read (Is a directory).")
    assert reasons["cut.gz"] == "cut.gz: The archive is damaged or incomplete."


# --- lists of territorial changes ------------------------------------------------------------------------------------


def test_changes_are_read_with_numbers_and_dates_of_any_type():
    changes = parse(
        change_list(
            change("16061007", "16061119"),
            change("07131007", "07131007", kind=2, day=dt.datetime(2024, 3, 1)),  # noqa: DTZ001 - as in a sheet
            ("09/2024/0004-R", "Gemeindeverband", "096729457", None, "Großer Auersberg", "1"),
            change("07232096", "07232503", kind=3.0, day="31.12.2024"),
        )
    )
    assert isinstance(changes, ChangeList)
    assert changes.as_of == dt.date(2024, 12, 31)
    assert [(row.line, row.kind, row.old_ags, row.new_ags, row.effective_on) for row in changes.rows] == [
        (5, "merger", "16061007", "16061119", dt.date(2024, 1, 1)),
        (6, "partial", "07131007", "07131007", dt.date(2024, 3, 1)),
        (8, "key", "07232096", "07232503", dt.date(2024, 12, 31)),
    ]


@pytest.mark.parametrize(
    "row, line, reason",
    [
        (change("16061007", "1606111"), 5, "“1606111” is no key (AGS)."),
        (change("16061007", "16061119", kind="5"), 5, "Unknown kind of change “5”."),
        (change("16061007", "16061119", day="31.02.2024"), 5, "“31.02.2024” is no date."),
        (change("16061007", "16061119", day=None), 5, "“” is no date."),
        ((None, *change("16061007", "16061119")[1:]), 5, "The line has no number (Kennziffer)."),
        (("16/2024/0001-R", "Ortsteil"), 5, "Unknown level “Ortsteil”."),
    ],
)
def test_changes_with_a_broken_row_are_refused(row, line, reason):
    assert refusal(change_list(row)) == (line, reason)


def test_changes_without_their_end_or_header_are_refused():
    whole = (("Gebietsänderungen vom 01.01. - 31.12.2024",),)
    header = ("Kennziffer", None, "Abgebende", *[None] * 5, "Aufnehmende", None, None, "Wirksamkeitsdatum")
    assert refusal(workbook((*whole, header)))[1] == "The column “Regionaleinheit” is missing."
    assert refusal(workbook((("Ohne Zeit",), header)))[1] == "The list does not say which time it covers."


def test_workbook_of_another_kind_is_refused():
    assert refusal(workbook((("Name", "Ort"), ("A", "B")))) == (
        None,
        "This workbook is neither the extract of the register nor a list of territorial changes.",
    )


def test_real_changes_are_read():
    changes = recognise.parse(read_source(real_file("municipalities", "Gebietsaenderungen_2024.xlsx")))
    assert isinstance(changes, ChangeList)
    assert (changes.as_of, len(changes.rows)) == (dt.date(2024, 12, 31), 67)
    assert [row.new_ags for row in changes.rows if row.old_ags == "16076004"] == ["16076094"]


# --- the extract ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def extract() -> Extract:
    found = recognise.parse(read_source(real_file("municipalities", "AuszugGV4QAktuell_2024.xlsx")))
    assert isinstance(found, Extract)
    return found


def test_real_extract_is_read_whole(extract):
    assert (extract.as_of, len(extract.rows)) == (dt.date(2024, 12, 31), 10959)
    assert sum(row.longitude is None for row in extract.rows) == 3
    assert sum(not row.postcode for row in extract.rows) == 201
    assert {row.urbanisation for row in extract.rows} == {1, 2, 3}
    flensburg = extract.rows[0]
    assert (flensburg.line, flensburg.ags, flensburg.postcode) == (10, "01001000", "24937")
    assert (flensburg.longitude, flensburg.latitude, flensburg.urbanisation) == (9.43751, 54.78252, 1)


def _extract_with(rows: int, **cells: object) -> bytes:
    """Return the first rows of the real extract, with cells of the first municipality (row 10) replaced."""
    source = openpyxl.load_workbook(real_file("municipalities", "AuszugGV4QAktuell_2024.xlsx"), read_only=True)
    table = [list(row) for row in source.worksheets[1].iter_rows(max_row=rows, values_only=True)]
    columns = {"municipality": 6, "postcode": 13, "longitude": 14, "latitude": 15, "urbanisation": 18}
    for name, value in cells.items():
        table[9][columns[name]] = value
    return workbook(tuple(tuple(row) for row in table))


@pytest.mark.parametrize(
    "cells, reason",
    [
        ({"municipality": "00"}, "“01001000000” is no key (ARS)."),
        ({"postcode": "2493"}, "“2493” is no postcode."),
        ({"longitude": "neun"}, "“neun” is no coordinate."),
        ({"longitude": "54,78", "latitude": "9,43"}, "The coordinate 54,78 lies outside Germany."),
        ({"latitude": None}, "One of the two coordinates is missing."),
        ({"urbanisation": "04"}, "“4” is no degree of urbanisation."),
    ],
)
def test_extract_with_a_broken_row_is_refused(cells, reason):
    assert refusal(_extract_with(14, **cells)) == (10, reason)


def test_extract_that_is_cut_off_is_refused():
    assert refusal(_extract_with(60)) == (60, "The file is incomplete: it holds 1 of the 16 Länder.")


def test_extract_without_a_column_is_refused():
    table = workbook((("Satzart", "Amtlicher Regionalschlüssel", "Gemeindename", "Grad der Verstädterung"), ()))
    assert refusal(table)[1] == "The table does not say of which day it is (Gebietsstand)."
