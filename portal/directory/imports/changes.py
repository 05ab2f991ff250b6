"""The official lists of territorial changes ("Gebietsänderungen vom … bis …") as workbooks.

A header with merged cells, one line for each change with the old and the new keys, then footnotes. Numbers appear as
numbers or as text. Lines on associations are passed over: their members have lines of their own.
"""

import datetime as dt
import itertools
import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from portal.directory.imports.sheets import Rows, at, open_table, squeeze, text
from portal.directory.imports.source import Refused
from portal.directory.models import AGS, Succession

KINDS = {
    "1": Succession.Kind.MERGER,
    "2": Succession.Kind.PARTIAL,
    "3": Succession.Kind.KEY_CHANGE,
    "4": Succession.Kind.RENAMING,
}
"""Änderungsart: Auflösung, Teilausgliederung, Schlüsseländerung, Namensänderung."""

COLUMNS: tuple[str, ...] = ("number", "level", "old_ars", "old_ags", "old_name", "kind", "area", "population")
COLUMNS += ("new_ars", "new_ags", "new_name", "effective_on", "statistical")
EXPECTED = {
    0: {0: "Kennziffer", 1: "Regionaleinheit", 2: "Abgebende", 8: "Aufnehmende", 11: "Wirksamkeitsdatum"},
    1: {2: "Amtlicher Regional", 3: "Amtlicher Gemeinde", 5: "Änderungsart", 9: "Amtlicher Gemeinde", 11: "juristisch"},
}
"""How the cells of the header's two rows begin; merged cells are empty but the first."""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """That the territory or the key of one municipality, or a part of it, went to another (or to itself)."""

    line: int
    kind: str
    old_ags: str
    old_name: str
    new_ags: str
    new_name: str
    effective_on: dt.date


@dataclass(slots=True)
class ChangeList:
    """All lines on municipalities of one list, up to and including the day ``as_of``."""

    as_of: dt.date
    rows: list[ChangeRow] = field(default_factory=list)


def open_changes(data: bytes) -> Rows | None:
    """Return the rows of the list, or None if this workbook is something else."""
    return open_table(data, "Kennziffer", "Abgebende", "Aufnehmende", "Wirksamkeitsdatum")


def parse(rows: Rows) -> ChangeList:
    """Read the whole list.

    Raises:
        Refused: with row and reason, when anything does not fit.
    """
    head = list(itertools.islice(rows, 4))
    titles = " ".join(text(cell) for _number, cells in head for cell in cells)
    found = re.search(r"vom \d\d\.\d\d\.(?:\d{4})? ?(?:-|–|bis) ?(\d\d\.\d\d\.\d{4})", titles)
    if not found:
        raise Refused(_("The list does not say which time it covers."))
    _check_header([list(cells) for _number, cells in head])
    changes = ChangeList(as_of=_day(found.group(1), 1))
    footnotes = False
    for number, cells in rows:
        values = {name: at(cells, index) for index, name in enumerate(COLUMNS)}
        if not re.fullmatch(r"\d\d/\d{4}/\d{4}.*", values["number"]):
            footnotes = footnotes or bool(values["number"])
            if any(values[name] for name in ("old_ags", "new_ags", "kind")):
                raise Refused(_("The line has no number (Kennziffer)."), line=number)
            continue
        if footnotes:
            raise Refused(_("A change stands below the footnotes: the list is not in order."), line=number)
        if values["level"] == "Gemeinde":
            changes.rows.append(_row(number, values, cells[11] if len(cells) > 11 else None))  # noqa: PLR2004
        elif values["level"] not in {"Gemeindeverband", "Kreis", "Regierungsbezirk", "Land"}:
            raise Refused(_("Unknown level “%(level)s”.") % {"level": values["level"]}, line=number)
    if not footnotes:
        raise Refused(_("The list is cut off: its footnotes are missing."))
    return changes


def _check_header(rows: list[list[Any]]) -> None:
    """Refuse a list whose columns stand elsewhere; where the two header rows begin differs between lists."""
    start = next((n for n, row in enumerate(rows) if row and text(row[0]) == EXPECTED[0][0]), None)
    for offset, titles in EXPECTED.items():
        for index, title in titles.items():
            row = rows[start + offset] if start is not None and start + offset < len(rows) else []
            if not squeeze(at(row, index)).startswith(squeeze(title)):
                raise Refused(_("The column “%(title)s” is missing.") % {"title": title})


def _row(number: int, values: dict[str, str], effective_on: Any) -> ChangeRow:
    for name in ("old_ags", "new_ags"):
        if not re.fullmatch(AGS, values[name]):
            raise Refused(_("“%(key)s” is no key (AGS).") % {"key": values[name]}, line=number)
    if values["kind"] not in KINDS:
        raise Refused(_("Unknown kind of change “%(kind)s”.") % {"kind": values["kind"]}, line=number)
    return ChangeRow(
        line=number,
        kind=KINDS[values["kind"]],
        old_ags=values["old_ags"],
        old_name=values["old_name"],
        new_ags=values["new_ags"],
        new_name=values["new_name"],
        effective_on=_day(effective_on, number),
    )


def _day(value: Any, number: int) -> dt.date:
    """Return a date that stands in the sheet as a date or as text (01.12.2024)."""
    if isinstance(value, dt.datetime):
        return value.date()
    parts = re.fullmatch(r"(\d\d)\.(\d\d)\.(\d{4})", text(value))
    try:
        day, month, year = (int(part) for part in parts.groups()) if parts else (0, 0, 0)
        return dt.date(year, month, day)
    except ValueError as error:
        raise Refused(_("“%(date)s” is no date.") % {"date": text(value)}, line=number) from error
