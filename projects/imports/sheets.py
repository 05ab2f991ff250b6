"""The table of projects: its template, and reading a filled one (XLSX or CSV) line by line."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zipfile import BadZipFile

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils.exceptions import InvalidFileException

from portal.directory.vocabularies import FieldOfAction
from projects.vocabularies import CostBand, Criterion, Licence, Phase, SpatialEffect, Technology

MOST_LINES = 1_000
MOST_BYTES = 5 * 1024 * 1024
BETWEEN = re.compile(r"\s*[;\n]\s*")
"""Several values of one cell are separated by semicolons or stand in lines of their own."""


class UnreadableError(Exception):
    """A file cannot be read at all; says why."""


@dataclass(slots=True)
class Line:
    """A line of the table.

    Attributes:
        number: as the spreadsheet program counts it.
        values: fields of ``Project``.
        places: official keys.
        evidence: criterion, claim and source.
        problems: what is wrong: name of the column, and a sentence. With any it is not taken over.
    """

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)
    evidence: list[tuple[str, str, str]] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The title, as far as there is one."""
        return str(self.values.get("title", ""))


def _text(most: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > most:
            raise ValidationError(
                _("At most %(most)s characters are possible; these are %(number)s.")
                % {"most": most, "number": len(text)}
            )
        return text

    return read


def _one(choices: type[TextChoices]) -> Callable[[str], str]:
    by_name = {str(label).casefold(): code for code, label in choices.choices}

    def read(text: str) -> str:
        if text in choices.values:
            return text
        if (code := by_name.get(text.casefold())) is not None:
            return str(code)
        raise ValidationError(
            _("“%(value)s” is not known. Possible are: %(known)s.")
            % {"value": text, "known": ", ".join(str(label) for label in choices.labels)}
        )

    return read


def _several(choices: type[TextChoices]) -> Callable[[str], list[str]]:
    one = _one(choices)

    def read(text: str) -> list[str]:
        found = {one(part) for part in BETWEEN.split(text) if part}
        return [code for code in choices.values if code in found]

    return read


def _day(text: str) -> date:
    for written in ("%d.%m.%Y", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(text, written).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    raise ValidationError(_("“%(value)s” is no day. Please write it like 31.12.2026.") % {"value": text})


def _number(text: str) -> int:
    digits = text.removesuffix(".0")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 6):  # noqa: PLR2004 - more days than anybody works
        raise ValidationError(_("“%(value)s” is no whole number of days.") % {"value": text})
    return int(digits)


def _keys(text: str) -> list[str]:
    found = []
    for part in BETWEEN.split(text):
        key = part.strip().replace(" ", "")
        if not key:
            continue
        if not (key.isascii() and key.isdigit() and len(key) in {5, 8, 9}):
            raise ValidationError(
                _("“%(value)s” is no official key (municipality: 8 digits, association: 9, district: 5).")
                % {"value": part}
            )
        found.append(key)
    return list(dict.fromkeys(found))


COLUMNS: tuple[tuple[str, str, str, Callable[[str], Any]], ...] = (
    ("titel", "title", "Titel", _text(160)),
    ("kurzfassung", "summary", "Kurzfassung (höchstens 300 Zeichen)", _text(300)),
    ("orte", "places", "Orte: amtliche Schlüssel, mehrere mit Semikolon", _keys),
    ("handlungsfelder", "fields_of_action", "Handlungsfelder, mehrere mit Semikolon", _several(FieldOfAction)),
    ("phase", "phase", "Phase", _one(Phase)),
    ("beginn", "started_on", "Beginn, zum Beispiel 01.03.2025", _day),
    ("ende", "ended_on", "Ende", _day),
    ("beschreibung", "description", "Beschreibung", _text(8_000)),
    ("raumwirkung", "spatial_effect", "Raumwirkung", _one(SpatialEffect)),
    ("kosten", "cost_band", "Kosten", _one(CostBand)),
    ("personentage", "effort_days", "Personentage", _number),
    ("technik", "technologies", "Technik, mehrere mit Semikolon", _several(Technology)),
    ("lizenz", "licence", "Lizenz der Software", _one(Licence)),
    ("repository", "repository", "Adresse des Quelltextes", _text(500)),
    ("gelernt", "lessons_learnt", "Was wir gelernt haben", _text(4_000)),
    ("anders", "done_differently", "Was wir anders machen würden", _text(4_000)),
    ("nutzen", Criterion.BENEFIT.value, "Nutzen: eine prüfbare Aussage", _text(300)),
    ("nutzen_quelle", f"{Criterion.BENEFIT.value}:source", "Quelle dazu", _text(300)),
    ("geschaeftsmodell", Criterion.BUSINESS.value, "Geschäftsmodell: eine prüfbare Aussage", _text(300)),
    ("geschaeftsmodell_quelle", f"{Criterion.BUSINESS.value}:source", "Quelle dazu", _text(300)),
    ("effizienz", Criterion.EFFICIENCY.value, "Effizienz: eine prüfbare Aussage", _text(300)),
    ("effizienz_quelle", f"{Criterion.EFFICIENCY.value}:source", "Quelle dazu", _text(300)),
)
"""Name of the column, what it fills, what it means (the template is for German offices), and how it is read."""

NEEDED = ("titel", "kurzfassung", "orte", "handlungsfelder")
LISTS: dict[str, type[TextChoices]] = {
    "handlungsfelder": FieldOfAction,
    "phase": Phase,
    "raumwirkung": SpatialEffect,
    "kosten": CostBand,
    "technik": Technology,
    "lizenz": Licence,
}


def template() -> bytes:
    """Write an empty table with its columns, and a second sheet that explains each and lists what is possible."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Projekte"
    sheet.append([name for name, *_rest in COLUMNS])
    sheet.freeze_panes = "B2"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = 24
    help_sheet = book.create_sheet("Erläuterung")
    help_sheet.append(["Spalte", "Bedeutung", "Pflicht", "Mögliche Werte"])
    for name, _target, meaning, _read in COLUMNS:
        known = "; ".join(str(label) for label in LISTS[name].labels) if name in LISTS else ""
        help_sheet.append([name, meaning, "ja" if name in NEEDED else "", known])
    for cell in help_sheet[1]:
        cell.font = Font(bold=True)
    for column, width in (("A", 26), ("B", 52), ("C", 8), ("D", 100)):
        help_sheet.column_dimensions[column].width = width
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def read(name: str, content: bytes) -> list[Line]:
    """Read a filled table; what is wrong in a line stands in the line.

    Raises:
        UnreadableError: it is no table, lacks a column, or has too many lines.
    """
    rows = _rows_of_xlsx(content) if name.lower().endswith(".xlsx") else _rows_of_csv(content)
    lines = list(_lines(rows))
    if not lines:
        raise UnreadableError(_("The table has no line below its header."))
    return lines


def _rows_of_xlsx(content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError) as error:
        raise UnreadableError(_("This is no workbook that can be read (XLSX).")) from error
    sheet: Any = book.worksheets[0]
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > MOST_LINES * 2:
            break
        yield number, [_written(cell) for cell in row]
    book.close()


def _written(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\x00", "").strip()


def _rows_of_csv(content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    separator = max(";,\t", key=first.count)
    try:
        reader = csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=separator, strict=True)
        for row in reader:
            yield reader.line_num, [cell.strip() for cell in row]
    except csv.Error as error:
        raise UnreadableError(_("This is no table that can be read (CSV).")) from error


def _lines(rows: Iterator[tuple[int, list[str]]]) -> Iterator[Line]:
    header: list[str] = []
    known = {name: (target, how) for name, target, _meaning, how in COLUMNS}
    count = 0
    for number, row in rows:
        if not any(row):
            continue
        if not header:
            header = [cell.casefold().strip() for cell in row]
            _check_header(header, known)
            continue
        count += 1
        if count > MOST_LINES:
            raise UnreadableError(_("At most %(most)s lines are read at once.") % {"most": MOST_LINES})
        yield _line(number, dict(zip(header, row, strict=False)), known)


def _check_header(header: list[str], known: dict[str, Any]) -> None:
    if missing := [name for name in NEEDED if name not in header]:
        raise UnreadableError(
            _("These columns are missing: %(names)s. Please use the template.") % {"names": ", ".join(missing)}
        )
    if unknown := [name for name in header if name and name not in known]:
        raise UnreadableError(
            _("These columns are not known: %(names)s. Please use the template.") % {"names": ", ".join(unknown)[:300]}
        )


def _line(number: int, cells: dict[str, str], known: dict[str, Any]) -> Line:
    line = Line(number)
    said: dict[str, str] = {}
    for name, text in cells.items():
        if name not in known:
            continue
        if not text:
            if name in NEEDED:
                line.problems.append((name, _("This is needed.")))
            continue
        target, how = known[name]
        try:
            value = how(text)
        except ValidationError as error:
            line.problems.append((name, " ".join(error.messages)))
            continue
        if target == "places":
            line.places = value
        elif target.partition(":")[0] in Criterion.values:
            said[target] = value
        else:
            line.values[target] = value
    line.evidence = [
        (criterion, said[criterion], said.get(f"{criterion}:source", ""))
        for criterion in Criterion.values
        if criterion in said
    ]
    return line
