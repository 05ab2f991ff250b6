"""Files of the Förderdatenbank: which format each has, and what its reader makes of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from funding.imports import fdb_csv, fdb_xml
from funding.services import Finding, ProgrammeRecord

SNIFFED = 8192
"""Bytes of a file that are looked at to tell its format."""

type Shown = Callable[[Iterable[Any], str], Iterable[Any]]
"""Shows how far a loop is, given what it runs over and its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is imported in one transaction.

    Attributes:
        place: the file or folder, for reports.
        imported_from: short name of the format.
        records: what the reader yields.
        complete: whether these are all that the source has.
    """

    place: str
    imported_from: str
    records: Iterable[ProgrammeRecord | Finding]
    complete: bool


def sources_of(paths: Sequence[Path], shown: Shown = lambda loop, _name: loop) -> tuple[list[Source], list[Finding]]:
    """Tell what can be imported, each CSV file and all XML documents together, and what is neither."""
    documents, tables, refused = sort_by_content(paths)
    sources = []
    if documents:
        records = fdb_xml.read(shown(documents, _("Documents")))
        place = str(documents[0].parent)
        sources.append(Source(place=place, imported_from="fdb-xml", records=records, complete=False))
    for table in tables:
        rows = shown(fdb_csv.read(table), table.name)
        sources.append(Source(place=str(table), imported_from="fdb-csv", records=rows, complete=True))
    return sources, refused


def sort_by_content(paths: Iterable[Path]) -> tuple[list[Path], list[Path], list[Finding]]:
    """Tell XML documents and CSV dumps apart by what is in them; what is neither is refused."""
    documents: list[Path] = []
    tables: list[Path] = []
    refused: list[Finding] = []
    for path in paths:
        try:
            found = list(_files(path))
            if not found:
                refused.append(Finding(file=str(path), message=_("There is no XML document and no CSV file in here.")))
            for file in found:
                match _format(file):
                    case "xml":
                        documents.append(file)
                    case "csv":
                        tables.append(file)
                    case _:
                        message = _("The file is neither a document of the XML export nor the CSV dump.")
                        refused.append(Finding(file=str(file), message=message))
        except OSError as error:
            message = _("The file cannot be read (%(reason)s).")
            refused.append(Finding(file=str(path), message=message % {"reason": error.strerror}))
    return list(dict.fromkeys(documents)), list(dict.fromkeys(tables)), refused


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    yield from sorted(file for file in path.rglob("*") if file.suffix.lower() in {".xml", ".csv"} and file.is_file())


def _format(file: Path) -> str:
    with file.open("rb") as content:
        start = content.read(SNIFFED)
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<") or start[:2] in {
        b"\xff\xfe",
        b"\xfe\xff",
    }:
        return "xml"
    first_line = start.decode("utf-8-sig", errors="replace").partition("\n")[0]
    return "csv" if fdb_csv.looks_like_it(first_line.strip()) else ""
