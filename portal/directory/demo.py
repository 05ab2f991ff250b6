"""Demonstration data of the register: about 450 real municipalities of all kinds, spread over all Länder.

The files in ``demo_data`` name their source and the rule by which they were chosen. They are loaded where no whole
register is imported; a whole register, imported later, takes their place row by row.
"""

import csv
import datetime as dt
import hashlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from portal.directory import services
from portal.directory.actors.register import follow_register
from portal.directory.imports import writing
from portal.directory.imports.extract import ExtractRow
from portal.directory.imports.gv100ad import MunicipalityRow, PlaceRow, Register
from portal.directory.models import Edition

FOLDER = Path(__file__).parent / "demo_data"
REGISTER_DAY = dt.date(2025, 11, 30)
EXTRACT_DAY = dt.date(2024, 12, 31)


def load() -> int:
    """Load the demonstration data where nothing better is there; return how many municipalities were new."""
    checksum = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(FOLDER.glob("*.csv")))).hexdigest()
    if services.has_register() or Edition.objects.filter(sha256=_mark(checksum, "register")).exists():
        return 0
    with services.single_import():
        register, located = _read()
        edition = _edition(Edition.Kind.REGISTER, REGISTER_DAY, _mark(checksum, "register"))
        levels, touched = writing.write_register(register, edition, retire=False)
        writing.write_extract(located, _edition(Edition.Kind.EXTRACT, EXTRACT_DAY, _mark(checksum, "extract")))
        writing.index_names(touched)
        writing.refresh_statistics()
        writing.standardise()
        follow_register()
    return len(levels["municipality"].created)


def _mark(checksum: str, part: str) -> str:
    """Return the checksum of one of the two sources inside the demonstration data."""
    return hashlib.sha256(f"{part} {checksum}".encode()).hexdigest()


def _edition(kind: Edition.Kind, as_of: dt.date, sha256: str) -> Edition:
    return Edition.objects.create(
        kind=kind,
        as_of=as_of,
        attribution=services.DESTATIS.format(year=as_of.year),
        attribution_url=services.DESTATIS_URL,
        sha256=sha256,
        partial=True,
    )


def _read() -> tuple[Register, list[ExtractRow]]:
    register = Register(as_of=REGISTER_DAY)
    register.laender = [_place(line, row) for line, row in _rows("laender.csv")]
    register.districts = [_place(line, row) for line, row in _rows("districts.csv")]
    register.associations = [_place(line, row) for line, row in _rows("associations.csv")]
    located = []
    districts = {row.key for row in register.districts}
    for line, row in _rows("municipalities.csv"):
        ars = row["ars"]
        ags = ars[:5] + ars[9:]
        register.municipalities.append(
            MunicipalityRow(
                line=line,
                ags=ags,
                ars=ars,
                official_name=row["name"],
                kind=row["kind"],
                area_km2=Decimal(row["area_km2"]),
                population=int(row["population"]),
                postcode=row["postcode"],
                has_district=ags[:5] in districts,
            )
        )
        located.append(
            ExtractRow(
                line=line,
                ags=ags,
                name=row["name"],
                longitude=float(row["longitude"]),
                latitude=float(row["latitude"]),
                urbanisation=int(row["urbanisation"]),
                postcode=row["postcode"],
            )
        )
    return register, located


def _rows(name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a file, numbered, without the lines at its head that say where it comes from."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        yield from enumerate(csv.DictReader(lines), start=1)


def _place(line: int, row: dict[str, str]) -> PlaceRow:
    return PlaceRow(line=line, key=row["key"], official_name=row["name"], seat=row["seat"], kind=row.get("kind", ""))
