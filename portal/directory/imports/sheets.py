"""Opening an .xlsx file safely and finding the sheet with the table."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml import DefusedXmlException
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from portal.directory.imports.source import MAX_BYTES, Refused

HEADER_ROWS = 8
"""A table's header begins within so many rows of its sheet."""

type Cells = Sequence[Any]
type Rows = Iterator[tuple[int, Cells]]
"""Rows of a sheet, each with its number, counted from one as the spreadsheet program shows it."""


def is_workbook(data: bytes) -> bool:
    """Tell whether the content is a ZIP archive, as .xlsx files are."""
    return data[:4] == b"PK\x03\x04"


def open_table(data: bytes, *titles: str) -> Rows | None:
    """Return the rows of the first sheet whose header holds all ``titles``, or None if none does.

    Raises:
        Refused: the file is damaged, or unpacks to more than a register can need.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > 4 * MAX_BYTES:
                raise Refused(_("The workbook unpacks to more than a register can need."))
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in workbook.worksheets:
            head = sheet.iter_rows(max_row=HEADER_ROWS, values_only=True)
            texts = [text(cell) for row in head for cell in row]
            if all(any(cell.startswith(title) for cell in texts) for title in titles):
                return _rows(sheet)
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, InvalidFileException) as error:
        raise Refused(_("The workbook is damaged or incomplete.")) from error
    except (ParseError, DefusedXmlException) as error:
        raise Refused(_("The workbook is damaged.")) from error
    return None


def _rows(sheet: Any) -> Rows:
    try:
        yield from enumerate(sheet.iter_rows(values_only=True), start=1)
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, ParseError, DefusedXmlException) as error:
        raise Refused(_("The workbook is damaged or incomplete.")) from error


def columns_of(header: Sequence[Cells], titles: dict[str, str]) -> dict[str, int]:
    """Find the column of each title in the header's rows; titles are given by how they begin.

    Line breaks and hyphens inside titles are compared as the file has them without blanks, because editions differ
    in where they break a word.
    """
    found: dict[str, int] = {}
    for row in header:
        for index, cell in enumerate(row):
            for name, title in titles.items():
                if name not in found and squeeze(text(cell)).startswith(squeeze(title)):
                    found[name] = index
    missing = [title for name, title in titles.items() if name not in found]
    if missing:
        raise Refused(_("The column “%(title)s” is missing.") % {"title": missing[0]})
    return found


def squeeze(title: str) -> str:
    """Return a title without blanks, line breaks and hyphens."""
    return "".join(c for c in title if c.isalnum()).casefold()


def text(cell: Any) -> str:
    """Return a cell's text without surrounding blanks; numbers as digits, nothing as an empty text."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def at(cells: Cells, index: int) -> str:
    """Return the text of a row's cell; read-only sheets leave out empty cells at a row's end."""
    return text(cells[index]) if index < len(cells) else ""
