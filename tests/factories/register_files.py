"""Files in the official formats, made for tests, and where the real ones lie."""

import io
from pathlib import Path

import openpyxl
import pytest

from tests.factories.directory import LAENDER

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def real_file(*parts: str) -> Path:
    """Return the path of a file of the shared data, or skip the test that needs it."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs the official file ../shared/data/{'/'.join(parts)}")
    return path


def record(  # noqa: PLR0913 - the columns of the format
    kind: str, ars: str, name: str, *, sort: str = "", seat: str = "", figures: str = "", day: str
) -> str:
    """Return one line of GV100AD; ``ars`` in the order Land, region, district, association, municipality."""
    key = f"{ars[:5]:<5}{ars[9:]:<3}{ars[5:9]:<4}"
    return f"{kind}{day}{key}{name:<50}{seat:<50}{sort:<6}{figures}".ljust(220)


def municipality(ars: str, name: str, *, day: str, sort: str = "64", population: int = 1832) -> str:
    """Return the line of a municipality of 12.50 km²."""
    return record(
        "60", ars, name, sort=sort, figures=f"{1250:011}{population:011}{population // 2:011}    12345", day=day
    )


def register_lines(*, day: str = "20240630", each: int = 640) -> list[str]:
    """Return a whole register: in each Land one district of ``each`` municipalities, two of them in an association."""
    lines = []
    for land, name in LAENDER.items():
        district = land + "051"
        lines.append(record("10", land, name, seat="Hauptstadt", day=day))
        lines.append(record("40", district, f"Kreis {land}", sort="44", seat="Kreisstadt", day=day))
        numbers = range(1, each + 1)
        lines += [record("50", f"{district}0{n:03}", f"Ort {n:03}", sort="50", day=day) for n in numbers[2:]]
        lines.append(record("50", f"{district}5001", "Amt Süd", sort="51", seat="Ort 001", day=day))
        lines += [
            municipality(f"{district}{'5001' if n < 3 else f'0{n:03}'}{n:03}", f"Ort {n:03}, Stadt", day=day)
            for n in numbers
        ]
    return lines


def as_file(lines: list[str], encoding: str = "utf-8") -> bytes:
    """Return the lines as a file's content."""
    return ("\n".join(lines) + "\n").encode(encoding)


CHANGES_HEADER = (
    ("Gebietsänderungen vom 01.01. - 31.12.2024",),
    (
        *("Kennziffer", "Regionaleinheit", "Abgebende / Aufgelöste Gemeinde", None, None, None, None, None),
        *("Aufnehmende / Neugebildete Gemeinde", None, None, "Wirksamkeitsdatum", None),
    ),
    (
        *(None, None, "Amtlicher Regionalschlüssel (ARS)", "Amtlicher Gemeinde-schlüssel (AGS)", "Name"),
        *("Änderungs-art 1)", "Fläche qm", "Einwohner", "Amtlicher Regionalschlüssel (ARS)"),
        *("Amtlicher Gemeinde-schlüssel (AGS)", "Name", "juristisch", "statistisch"),
    ),
    (),
)
FOOTNOTES = ((), ("1) Änderungsart:",), ("    1 = Auflösung",))


def change(old: str, new: str, *, kind: object = "1", day: object = "01.01.2024") -> tuple[object, ...]:
    """Return one row of a list of territorial changes."""
    return (
        *("16/2024/0001-R", "Gemeinde", old[:5] + "0" + old[5:] * 2, old, f"Alt {old}", kind, 5, "7"),
        *(new[:5] + "0" + new[5:] * 2, new, f"Neu {new}", day, day),
    )


def workbook(rows: tuple[tuple[object, ...], ...]) -> bytes:
    """Return an .xlsx file with a cover sheet and one table."""
    book = openpyxl.Workbook()
    cover = book.active
    assert cover is not None
    cover.append(["Daten aus dem Gemeindeverzeichnis"])
    sheet = book.create_sheet("Tabelle")
    for row in rows:
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def change_list(*rows: tuple[object, ...]) -> bytes:
    """Return a list of territorial changes as the statistical office publishes it."""
    return workbook((*CHANGES_HEADER, *rows, *FOOTNOTES))
