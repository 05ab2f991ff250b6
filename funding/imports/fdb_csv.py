"""Reads the open CSV dump of the Förderdatenbank by its published column contract (table-schema.json, CSVW).

Cells of list columns hold JSON arrays; an empty cell is no value. The dump keeps what has left the source, marked
``absent``, so it is complete: a programme it does not name is not in the source. Its texts are plain.
"""

import csv
import datetime
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from funding.imports import fdb
from funding.models import Link, Programme
from funding.services import ContactRecord, Finding, LinkRecord, ProgrammeRecord
from funding.vocabularies import Applicant, Field, Kind, Level

MAX_BYTES = 500_000_000
"""Size of the file; the real dump has about 20 MB."""

MAX_CELL = 5_000_000
"""Characters of one cell. What fits here but not into a programme is refused with its row, not with the file."""

WEEK = r"\d{4}-W\d{2}"
PATTERNS = {
    "programme_slug": r"[^/]+",
    "url": re.escape(fdb.PROGRAMMES) + r".+",
    "id_url": r"[^/]+",
    "id_hash": r"[0-9a-f]{32}",
    "on_website_from": WEEK,
    "last_updated": WEEK,
    "on_website_to": WEEK,
}
"""What a value must look like as a whole."""

REQUIRED = (
    "programme_slug",
    "url",
    "id_url",
    "id_hash",
    "license_info",
    "on_website_from",
    "previous_update_dates",
    "absent",
)
"""Columns that must be there and filled in every row."""

TEXTS = {
    "short_description": "summary",
    "description": "description",
    "legal_requirements": "requirements",
    "procedure": "procedure",
    "deadlines": "deadlines",
    "required_documents": "required_documents",
    "processing_time": "processing_time",
    "application_language": "application_language",
    "legal_basis": "legal_basis",
    "legal_citation": "legal_citation",
    "status_note": "status_note",
    "keywords": "keywords",
}
"""Which column holds which text."""

CODES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "funding_type": ("kinds", {code: code for code in Kind.values}),
    "funding_area": ("fields", {code: code for code in Field.values}),
    "funding_location": ("areas", fdb.AREAS),
    "eligible_applicants": ("applicants", {code: code for code in Applicant.values}),
    "funding_body": ("levels", {code: code for code in Level.values}),
}
"""Which column holds which codes."""

CHECKED_ONLY = {
    "grw": frozenset({"grw_foerderung", "keine_grw_foerderung"}),
    "unternehmensgroesse": frozenset(
        {"kleinstunternehmen", "kleines_unternehmen", "mittleres_unternehmen", "grosses_unternehmen"}
    ),
}
"""Closed lists of columns that the portal does not show, but whose rows must keep the contract."""

CONTACT = {
    name: f"contact_info_{column}"
    for name, column in {
        "institution": "institution",
        "building": "building",
        "post_box": "post_box",
        "postcode": "zip_code",
        "city": "city",
        "country": "country",
        "phone": "phone",
        "mobile": "mobile",
        "fax": "fax",
        "email": "email",
        "website": "website",
    }.items()
}
"""Which column holds which part of the contact; road and number are joined apart."""

STREET = ("contact_info_road", "contact_info_house_id")

OPTIONAL: Mapping[str, str] = {
    "title": "title",
    **TEXTS,
    **{column: name for column, (name, _table) in CODES.items()},
    "funding_organisation": "funders",
    "date_of_issue": "issued_on",
    "further_links": "links",
    "contact_info_institution": "contacts",
}
"""Columns that a file may lack, and the field it is then silent about."""

KNOWN = {*REQUIRED, *OPTIONAL, *PATTERNS, *CHECKED_ONLY, *CONTACT.values(), *STREET}


def looks_like_it(first_line: str) -> bool:
    """Tell whether a file's first line is a header of the dump, even if columns are missing."""
    return len(KNOWN & {name.strip().strip('"') for name in first_line.split(",")}) >= 3  # noqa: PLR2004 - a few suffice


def read(path: Path) -> Iterator[ProgrammeRecord | Finding]:
    """Yield the programmes of a dump; rows that break the contract are findings.

    Raises:
        FileRefusedError: the file as a whole breaks the contract: columns, encoding, quoting, no rows.
    """
    if path.stat().st_size > MAX_BYTES:
        raise fdb.FileRefusedError(_("The file is larger than %(limit)s MB.") % {"limit": MAX_BYTES // 1_000_000})
    previous_limit = csv.field_size_limit(MAX_CELL)
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            yield from _rows(csv.reader(lines, strict=True), file=str(path))
    except UnicodeDecodeError as error:
        message = _("The file is not encoded in UTF-8 (byte %(byte)s).")
        raise fdb.FileRefusedError(message % {"byte": f"0x{error.object[error.start]:02x}"}) from error
    finally:
        csv.field_size_limit(previous_limit)


def _rows(rows: Any, *, file: str) -> Iterator[ProgrammeRecord | Finding]:
    try:
        header = next(rows, None) or []
        yield from _check_header(header, file=file)
        silent = frozenset(name for column, name in OPTIONAL.items() if column not in header)
        empty = True
        line = rows.line_num + 1
        for cells in rows:
            if not cells:
                line = rows.line_num + 1
                continue
            empty = False
            yield from _row(header, cells, silent=silent, file=file, line=line)
            line = rows.line_num + 1
    except csv.Error as error:
        message = _("Line %(line)s cannot be read as CSV (%(reason)s).")
        raise fdb.FileRefusedError(message % {"line": rows.line_num, "reason": error}) from error
    if empty:
        raise fdb.FileRefusedError(_("The file has no rows."))


def _check_header(header: list[str], *, file: str) -> Iterator[Finding]:
    if missing := [name for name in REQUIRED if name not in header]:
        message = _("Required columns are missing: %(names)s.")
        raise fdb.FileRefusedError(message % {"names": ", ".join(missing)})
    if twice := sorted({name for name in header if header.count(name) > 1}):
        raise fdb.FileRefusedError(_("Columns occur twice: %(names)s.") % {"names": ", ".join(twice)})
    if lacking := [name for name in OPTIONAL if name not in header]:
        message = _("These columns are missing; what is there of them stays as it is: %(names)s.")
        yield Finding(file=file, line=1, message=message % {"names": ", ".join(lacking)}, rejected=False)


class _BrokenError(Exception):
    """A cell breaks the contract."""

    def __init__(self, column: str, value: str, message: str) -> None:
        super().__init__(message)
        self.column, self.value, self.message = column, value, message


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells of a row by column."""

    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        return self.cells.get(column, "")

    def items(self, column: str, kind: type = str) -> list[Any]:
        """Return the values of a list column."""
        text = self.text(column)
        if not text:
            return []
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise _BrokenError(column, text, _("The cell does not hold a JSON array.")) from error
        if not isinstance(found, list) or not all(isinstance(one, kind) for one in found):
            raise _BrokenError(column, text, _("The cell does not hold a JSON array of the right values."))
        return found

    def flag(self, column: str) -> bool:
        flags = {"true": True, "1": True, "false": False, "0": False}
        try:
            return flags[self.text(column).lower()]
        except KeyError as error:
            raise _BrokenError(column, self.text(column), _("The value is neither true nor false.")) from error

    def day(self, column: str) -> datetime.date | None:
        text = self.text(column)
        if not text:
            return None
        try:
            moment = datetime.datetime.fromisoformat(text)
            day = (moment.astimezone(timezone.get_default_timezone()) if moment.tzinfo else moment).date()
        except (ValueError, OverflowError) as error:
            raise _BrokenError(column, text, _("The value is not a date and time.")) from error
        if not fdb.EARLIEST <= day <= fdb.LATEST:
            raise _BrokenError(column, text, _("The date is out of bounds."))
        return day

    def after_week(self, column: str) -> datetime.date | None:
        """Return the Monday after an ISO week; None for an empty cell."""
        text = self.text(column)
        if not text:
            return None
        try:
            return datetime.date.fromisocalendar(int(text[:4]), int(text[-2:]), 1) + datetime.timedelta(days=7)
        except (ValueError, OverflowError) as error:
            raise _BrokenError(column, text, _("There is no such week.")) from error


def _row(
    header: list[str], cells: list[str], *, silent: frozenset[str], file: str, line: int
) -> Iterator[ProgrammeRecord | Finding]:
    if len(cells) != len(header):
        message = _("The row has %(found)s cells instead of %(expected)s.")
        yield Finding(file=file, line=line, message=message % {"found": len(cells), "expected": len(header)})
        return
    row = _Row(dict(zip(header, cells, strict=True)))
    notes: list[Finding] = []
    try:
        record = _record(row, silent=silent, file=file, line=line, notes=notes)
    except _BrokenError as error:
        yield Finding(
            file=file,
            line=line,
            column=error.column,
            value=error.value[:80],
            message=error.message,
            source_key=row.text("id_url"),
        )
        return
    yield from notes
    yield record


def _record(row: _Row, *, silent: frozenset[str], file: str, line: int, notes: list[Finding]) -> ProgrammeRecord:
    _check_patterns(row)
    key, url = row.text("id_url"), row.text("url")
    if fdb.source_key(url) != key:
        raise _BrokenError("id_url", key, _("The key does not agree with the address."))

    def note(column: str, value: str, message: str) -> None:
        notes.append(
            Finding(
                file=file,
                line=line,
                column=column,
                value=value[:80],
                message=message,
                rejected=False,
                source_key=key,
            )
        )

    values: dict[str, Any] = {name: row.text(column) for column, name in TEXTS.items()}
    for column, (name, table) in CODES.items():
        try:
            values[name] = fdb.translate(row.items(column), table)
        except fdb.UnknownCodeError as error:
            raise _BrokenError(column, error.value, _("This code is not in the closed list.")) from error
    for column, closed in CHECKED_ONLY.items():
        if unknown := [value for value in row.items(column) if value not in closed]:
            raise _BrokenError(column, unknown[0], _("This code is not in the closed list."))
    return ProgrammeRecord(
        source_key=key,
        source_url=url,
        attribution=row.text("license_info"),
        title=row.text("title") or key,  # as the dump's own licence line does
        text_format=Programme.TextFormat.PLAIN.value,
        funders=tuple(row.items("funding_organisation")),
        issued_on=row.day("date_of_issue"),
        contacts=_contacts(row, note),
        links=_links(row, note),
        absent=row.flag("absent"),
        absent_since=row.after_week("on_website_to") if row.flag("absent") else None,
        silent=silent,
        file=file,
        line=line,
        **values,
    )


def _check_patterns(row: _Row) -> None:
    for column in REQUIRED:
        if not row.text(column):
            raise _BrokenError(column, "", _("A value is required here."))
    for column, pattern in PATTERNS.items():
        text = row.text(column)
        if text and not re.fullmatch(pattern, text, flags=re.ASCII):
            raise _BrokenError(column, text, _("The value does not have the form that the contract demands."))
    row.items("previous_update_dates")


def _contacts(row: _Row, note: Any) -> tuple[ContactRecord, ...]:
    parts = {name: row.text(column) for name, column in CONTACT.items()}
    parts["street"] = " ".join(filter(None, [row.text(column) for column in STREET]))
    if not any(parts.values()):
        return ()
    if parts["email"] and not fdb.is_email(parts["email"]):
        note(CONTACT["email"], parts["email"], _("This is not an e-mail address; it was left out."))
        parts["email"] = ""
    if parts["website"] and not fdb.is_web_address(parts["website"]):
        note(CONTACT["website"], parts["website"], _("This is not a web address; it was left out."))
        parts["website"] = ""
    return (ContactRecord(**parts),)


def _links(row: _Row, note: Any) -> tuple[LinkRecord, ...]:
    found: dict[str, LinkRecord] = {}
    for one in row.items("further_links", dict):
        url, title = one.get("url"), one.get("title")
        if not isinstance(url, str) or not isinstance(title, str | None):
            raise _BrokenError("further_links", str(one), _("A link needs an address and may have a title."))
        if not fdb.is_web_address(url):
            note("further_links", url, _("This is not a web address; it was left out."))
        else:
            found.setdefault(url, LinkRecord(kind=Link.Kind.FURTHER.value, title=title or url, url=url))
    return tuple(found.values())
