"""Tables to take along, as CSV and as XLSX. A cell is never a formula, whoever wrote its text."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

Format = Literal["csv", "xlsx"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins like this is calculated by spreadsheet programs that open a CSV file (OWASP: CSV injection)."""


def download(kind: Format, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Answer with a table as a file.

    Args:
        kind: the format.
        name: the file's name without its ending.
        header: names of the columns.
        rows: the cells; moments are given in the portal's time zone.
    """
    content = as_csv(header, rows) if kind == "csv" else as_xlsx(header, rows)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8" if kind == "csv" else XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Write a table with semicolons and a byte order mark, as German spreadsheet programs expect it (RFC 4180)."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_as_text(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Write a workbook with one sheet, whose header stays in sight."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, name, bold=True) for name in header])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    if isinstance(value, datetime):
        value = timezone.localtime(value).replace(tzinfo=None)  # the format knows no time zones
    elif value is not None and not isinstance(value, int | float | date):
        value = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # a text stays a text, even one that begins with "="
    if bold:
        cell.font = Font(bold=True)
    return cell
