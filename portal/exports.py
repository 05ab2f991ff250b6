"""Tables to take along, as CSV, XLSX and PDF. A cell is never a formula, whoever wrote its text."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import IO, Any, Literal, cast

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format, localize, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from portal.errors import RefusedError
from portal.printing import heading, paragraph, terms, to_pdf

Format = Literal["csv", "xlsx", "pdf"]
TYPES: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
MOST_ROWS: dict[str, int] = {"csv": 5_000, "xlsx": 5_000, "pdf": 500}
"""Rows in one file of each format."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins like this is calculated by spreadsheet programs that open a CSV file (OWASP: CSV injection)."""


def format_of(kind: str) -> Format:
    """Read in which format somebody wants a table.

    Raises:
        Http404: there is no such format.
    """
    if kind not in TYPES:
        raise Http404(_("There is no such format."))
    return cast("Format", kind)


def refuse_too_many(kind: Format, number: int) -> None:
    """Refuse what does not go into one file: never silently fewer rows than were found.

    Raises:
        RefusedError: there are more rows than one file of this format has.
    """
    if number > MOST_ROWS[kind]:
        said = _("These are %(number)s entries; one file has at most %(most)s. Please choose fewer by the filters.")
        raise RefusedError(said % {"number": number_format(number), "most": number_format(MOST_ROWS[kind])})


def download(
    kind: Format, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = ""
) -> HttpResponse:
    """Answer with a table as a file.

    Args:
        kind: the format.
        name: the file's name without its ending.
        header: names of the columns.
        rows: the cells; moments are given in the portal's time zone.
        title: what a PDF is headed by; without it the name.
    """
    match kind:
        case "csv":
            written = as_csv(header, rows)
        case "xlsx":
            written = as_xlsx(header, rows)
        case "pdf":
            written = as_pdf(title or name, header, rows)
    response = HttpResponse(written, content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Write a table with semicolons and a byte order mark, as German spreadsheet programs expect it (RFC 4180)."""
    file = io.BytesIO()
    write_csv(file, header, rows)
    return file.getvalue()


def write_csv(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write the same into a file that is open, row by row, and return how many rows."""
    number = 0
    file.write(b"\xef\xbb\xbf")
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    for number, row in enumerate(rows, 1):  # noqa: B007 - the last number is how many there are
        writer.writerow([_as_text(cell) for cell in row])
    text.detach()
    return number


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


def as_pdf(title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Print a list (PDF/UA): each row under its first cell as a heading, with what its other cells say."""
    today = timezone.localdate()
    return to_pdf(title, today, lambda _folder: _printed(today, header, list(rows)))


def _printed(today: date, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    number = ngettext("%(number)s entry", "%(number)s entries", len(rows)) % {"number": number_format(len(rows))}
    yield paragraph(_("%(number)s, as of %(date)s.") % {"number": number, "date": date_format(today)})
    for first, *others in rows:
        yield heading(2, str(first))
        said = [(name, _in_words(cell)) for name, cell in zip(header[1:], others, strict=True)]
        yield terms([(name, cell) for name, cell in said if cell])


def _in_words(value: Any) -> str:
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value)
    return "" if value is None else str(localize(value, use_l10n=True))


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
