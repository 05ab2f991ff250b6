"""The extract of the register as a workbook ("Alle politisch selbständigen Gemeinden"), for what GV100AD has not.

Centre coordinates, degree of urbanisation, and the postcode of the administration. Five header rows with merged cells,
then records of all levels (Satzart 10 to 60), then footnotes. Coordinates are text with a decimal comma; a few
municipalities have none, the unincorporated areas mostly no postcode.
"""

import datetime as dt
import itertools
import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from portal.directory.imports.gv100ad import LAENDER, LEAST_MUNICIPALITIES
from portal.directory.imports.sheets import Cells, Rows, at, columns_of, open_table, text
from portal.directory.imports.source import Refused
from portal.directory.models import Municipality

HEADER = 5
TITLES = {
    "record": "Satzart",
    "land": "Land",
    "region": "RB",
    "district": "Kreis",
    "association": "VB",
    "municipality": "Gem",
    "name": "Gemeindename",
    "postcode": "Postleitzahl",
    "longitude": "Längengrad",
    "latitude": "Breitengrad",
    "urbanisation": "Grad der Verstädterung",
}
LONGITUDES = (5.5, 15.5)
LATITUDES = (47.0, 55.5)
"""What the database accepts: a rectangle around Germany."""


@dataclass(frozen=True, slots=True)
class ExtractRow:
    """What the extract adds to a municipality; None or empty where it says nothing."""

    line: int
    ags: str
    name: str
    longitude: float | None
    latitude: float | None
    urbanisation: int | None
    postcode: str


@dataclass(slots=True)
class Extract:
    """All municipalities of one file."""

    as_of: dt.date
    rows: list[ExtractRow] = field(default_factory=list)


def open_extract(data: bytes) -> Rows | None:
    """Return the rows of the extract's table, or None if this workbook is something else."""
    return open_table(data, "Satz", "Amtlicher Regionalschlüssel", "Gemeindename", "Grad der Verstädterung")


def parse(rows: Rows) -> Extract:
    """Read the whole table.

    Raises:
        Refused: with row and reason, when anything does not fit.
    """
    header = [cells for _number, cells in itertools.islice(rows, HEADER)]
    extract = Extract(as_of=_as_of(header))
    # "Gemeindename" begins with "Gem" and stands above it; the key's parts are in the row below.
    columns = {
        **columns_of(header, {name: title for name, title in TITLES.items() if name != "municipality"}),
        **columns_of(header[3:4], {"municipality": "Gem"}),
    }
    laender: set[str] = set()
    seen: set[str] = set()
    number = HEADER
    for number, cells in rows:
        record = at(cells, columns["record"])
        if record == "10":
            laender.add(at(cells, columns["land"]))
        if record != "60":
            continue  # other levels, and the footnotes at the end
        row = _row(number, cells, columns)
        if row.ags in seen:
            raise Refused(_("The key %(key)s occurs twice.") % {"key": row.ags}, line=number)
        seen.add(row.ags)
        extract.rows.append(row)
    if len(laender) != LAENDER:
        reason = _("The file is incomplete: it holds %(count)s of the 16 Länder.")
        raise Refused(reason % {"count": len(laender)}, line=number)
    if len(extract.rows) < LEAST_MUNICIPALITIES:
        reason = _("The file is incomplete: it holds %(count)s municipalities.")
        raise Refused(reason % {"count": len(extract.rows)}, line=number)
    return extract


def _as_of(header: list[Cells]) -> dt.date:
    """Return the day in "Gebietsstand am 31.12.2024", or that in the title."""
    texts = " ".join(text(cell) for row in reversed(header) for cell in row)
    if found := re.search(r"(?:Gebietsstand|Postleitzahl) am (\d\d)\.(\d\d)\.(\d{4})", texts):
        day, month, year = (int(part) for part in found.groups())
        return dt.date(year, month, day)
    raise Refused(_("The table does not say of which day it is (Gebietsstand)."))


def _row(number: int, cells: Cells, columns: dict[str, int]) -> ExtractRow:
    parts = [at(cells, columns[part]) for part in ("land", "region", "district", "association", "municipality")]
    ars = "".join(parts)
    if not re.fullmatch(r"(0[1-9]|1[0-6])[0-9]{10}", ars):
        raise Refused(_("“%(key)s” is no key (ARS).") % {"key": ars}, line=number)
    postcode = at(cells, columns["postcode"])
    if postcode and not re.fullmatch(r"[0-9]{5}", postcode):
        raise Refused(_("“%(code)s” is no postcode.") % {"code": postcode}, line=number)
    urbanisation = at(cells, columns["urbanisation"]).lstrip("0")
    if urbanisation and urbanisation not in {str(value) for value in Municipality.Urbanisation.values}:
        reason = _("“%(code)s” is no degree of urbanisation.")
        raise Refused(reason % {"code": urbanisation}, line=number)
    longitude = _degrees(number, at(cells, columns["longitude"]), LONGITUDES)
    latitude = _degrees(number, at(cells, columns["latitude"]), LATITUDES)
    if (longitude is None) != (latitude is None):
        raise Refused(_("One of the two coordinates is missing."), line=number)
    return ExtractRow(
        line=number,
        ags=ars[:5] + ars[9:],
        name=at(cells, columns["name"]),
        longitude=longitude,
        latitude=latitude,
        urbanisation=int(urbanisation) if urbanisation else None,
        postcode=postcode,
    )


def _degrees(number: int, degrees: str, limits: tuple[float, float]) -> float | None:
    if degrees in {"", "0"}:  # so the shared area with Luxembourg
        return None
    try:
        value = float(degrees.replace(",", "."))
    except ValueError as error:
        raise Refused(_("“%(text)s” is no coordinate.") % {"text": degrees}, line=number) from error
    if not limits[0] <= value <= limits[1]:
        raise Refused(_("The coordinate %(text)s lies outside Germany.") % {"text": degrees}, line=number)
    return value
