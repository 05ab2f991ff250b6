"""The table of projects: its template, and reading a filled one (XLSX or CSV) line by line."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any
from zipfile import BadZipFile

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils.exceptions import InvalidFileException

from portal.directory.models import Function, SizeClass
from portal.directory.vocabularies import FieldOfAction
from portal.exports import FORMULA
from projects.services import columns
from projects.services.columns import COLUMN_OF, LAYOUTS, code_of
from projects.services.exporting import ONLY_TAKEN_ALONG
from projects.vocabularies import (
    CostBand,
    Country,
    Criterion,
    Dpia,
    Known,
    Licence,
    Phase,
    SpatialEffect,
    Technology,
)

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
        parts: what else belongs to it, by the name of its relation: the values of each entry.
        problems: what is wrong: name of the column, and a sentence. With any it is not taken over.
    """

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)
    evidence: list[tuple[str, str, str]] = field(default_factory=list)
    parts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
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
    return partial(code_of, choices.choices)


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


def _parts(name: str) -> Callable[[str], list[dict[str, Any]]]:
    return partial(columns.read, name)


_MEANING: tuple[tuple[str, str, Callable[[str], Any]], ...] = (
    ("title", "Titel", _text(160)),
    ("summary", "Kurzfassung (höchstens 300 Zeichen)", _text(300)),
    ("places", "Orte: amtliche Schlüssel, mehrere mit Semikolon; bei Projekten im Ausland leer", _keys),
    ("fields_of_action", "Handlungsfelder, mehrere mit Semikolon", _several(FieldOfAction)),
    ("phase", "Phase", _one(Phase)),
    ("started_on", "Beginn, zum Beispiel 01.03.2025", _day),
    ("ended_on", "Ende", _day),
    ("description", "Beschreibung", _text(8_000)),
    ("spatial_effect", "Raumwirkung", _one(SpatialEffect)),
    ("country", "Staat; leer: Deutschland", _one(Country)),
    ("place_abroad", "Ort im Ausland, zum Beispiel Tartu", _text(120)),
    ("what_would_change", "Nur im Ausland: was sich in Deutschland ändern müsste", _text(3_000)),
    ("partners", "Wer beteiligt war", _parts("partners")),
    ("cost_band", "Kosten", _one(CostBand)),
    ("cost_note", "Hinweis zu den Kosten, zum Beispiel laufende Kosten im Jahr", _text(300)),
    ("effort_days", "Personentage", _number),
    ("financing", "Woher das Geld kam; ein Förderprogramm mit seinem Titel hier im Portal", _parts("financing")),
    ("technologies", "Technik, mehrere mit Semikolon", _several(Technology)),
    ("licence", "Lizenz der Software", _one(Licence)),
    ("repository", "Adresse des Quelltextes", _text(500)),
    ("reuse_conditions", "Was andere für die Nachnutzung brauchen und was Sie anbieten", _text(2_000)),
    ("suppliers", "Anbieter, jeder mit Lizenz und mindestens einer Alternative", _parts("suppliers")),
    ("data_basis", "Welche Daten nötig sind und woher sie kommen", _text(2_000)),
    ("personal_data", "Werden personenbezogene Daten verarbeitet?", _one(Known)),
    ("dpia", "Datenschutz-Folgenabschätzung (Art. 35 DSGVO)", _one(Dpia)),
    ("interactions", "Wechselwirkungen mit anderen Handlungsfeldern", _parts("interactions")),
    ("risks", "Risiken und Nebenwirkungen, jeweils mit dem, was dagegen getan wird", _parts("risks")),
    ("lessons_learnt", "Was wir gelernt haben", _text(4_000)),
    ("done_differently", "Was wir anders machen würden", _text(4_000)),
    ("transferable_sizes", "Für Kommunen dieser Größen geeignet, mehrere mit Semikolon", _several(SizeClass)),
    ("transfer_conditions", "Was andere Kommunen dafür brauchen", _text(2_000)),
    ("contact_function", "Ansprechstelle: Funktion, keine Person", _one(Function)),
    ("links", "Verweise nach außen", _parts("links")),
)

COLUMNS: tuple[tuple[str, str, str, Callable[[str], Any]], ...] = (
    *((COLUMN_OF[target], target, meaning, how) for target, meaning, how in _MEANING),
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
    COLUMN_OF[target]: choices
    for target, choices in (
        ("fields_of_action", FieldOfAction),
        ("phase", Phase),
        ("spatial_effect", SpatialEffect),
        ("country", Country),
        ("cost_band", CostBand),
        ("technologies", Technology),
        ("licence", Licence),
        ("personal_data", Known),
        ("dpia", Dpia),
        ("transferable_sizes", SizeClass),
        ("contact_function", Function),
    )
}


def _possible(name: str, target: str) -> str:
    """Say what may stand in a column: the values of a closed list, or the parts of an entry."""
    if name in LISTS:
        return "; ".join(str(label) for label in LISTS[name].labels)
    if target in LAYOUTS:
        said = [f"Ein Eintrag je Zeile der Zelle, Teile durch | getrennt: {columns.layout(target)}"]
        said += [f"{label}: {', '.join(choices)}" for label, choices in columns.closed_lists(target)]
        return ". ".join(said)
    return ""


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
    for name, target, meaning, _read in COLUMNS:
        help_sheet.append([name, meaning, "ja" if name in NEEDED else "", _possible(name, target)])
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
            yield reader.line_num, [_unguarded(cell.strip()) for cell in row]
    except csv.Error as error:
        raise UnreadableError(_("This is no table that can be read (CSV).")) from error


def _unguarded(cell: str) -> str:
    """Take away the apostrophe that our own tables set before what would be a formula (``portal.exports``)."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


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
    if unknown := [name for name in header if name and name not in {*known, *ONLY_TAKEN_ALONG}]:
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
            if name in NEEDED and not (name == COLUMN_OF["places"] and _is_abroad(cells)):
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
        elif target in LAYOUTS:
            line.parts[target] = value
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


def _is_abroad(cells: dict[str, str]) -> bool:
    """Tell whether a line names another country; what cannot be understood is reported in its own column."""
    try:
        return code_of(Country.choices, cells.get(COLUMN_OF["country"]) or Country.DE) != Country.DE
    except ValidationError:
        return True
