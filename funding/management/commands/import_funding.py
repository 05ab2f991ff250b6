"""``manage.py import_funding PATH…``: bring in funding programmes of the Förderdatenbank."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from funding.imports import fdb, fdb_csv, fdb_xml
from funding.services import Finding, ImportRunningError, ProgrammeRecord, Report, SourceShrankError, import_programmes

SNIFFED = 8192
"""Bytes of a file that are looked at to tell its format."""


class Command(BaseCommand):
    """Recognises each file by its content, imports, and reports in words or as JSON."""

    help = _("Imports funding programmes from the XML export or the CSV dump of the Förderdatenbank.")

    def add_arguments(self, parser: CommandParser) -> None:
        """Paths and switches."""
        parser.add_argument("paths", nargs="+", metavar="PATH", type=Path, help=_("file, or folder with XML documents"))
        parser.add_argument("--dry-run", action="store_true", help=_("show what would happen, change nothing"))
        parser.add_argument(
            "--accept-loss",
            action="store_true",
            help=_("import although the source has lost more than a fifth of its programmes"),
        )
        parser.add_argument("--json", action="store_true", help=_("report as JSON"))

    def handle(self, *, paths: list[Path], dry_run: bool, **options: Any) -> None:
        """Import everything that is named; each CSV file and all XML documents together are one transaction each.

        Raises:
            CommandError: nothing could be imported, or a file was refused.
        """
        documents, tables, refused = sort_by_content(paths)
        reports: list[Report] = []
        sources: list[tuple[str, str, Iterable[ProgrammeRecord | Finding], bool]] = []
        if documents:
            shown = tqdm(documents, desc=_("Documents"), unit="", disable=not sys.stderr.isatty())
            sources.append((str(documents[0].parent), "fdb-xml", fdb_xml.read(shown), False))
        for table in tables:
            shown_rows = tqdm(fdb_csv.read(table), desc=table.name, unit="", disable=not sys.stderr.isatty())
            sources.append((str(table), "fdb-csv", shown_rows, True))
        for place, imported_from, records, complete in sources:
            try:
                report = import_programmes(
                    records=records,
                    imported_from=imported_from,
                    licence=fdb.LICENCE,
                    licence_url=fdb.LICENCE_URL,
                    complete=complete,
                    dry_run=dry_run,
                    accept_loss=options["accept_loss"],
                )
            except (fdb.FileRefusedError, ImportRunningError) as error:
                refused.append(Finding(file=place, message=str(error)))
            except SourceShrankError as error:
                ask = _("If that is right, import it with --accept-loss; a trial run shows what would be marked.")
                refused.append(Finding(file=place, message=f"{error} {ask}"))
            else:
                reports.append(report)
        write = self._write_json if options["json"] else self._write_words
        write(reports, refused, dry_run=dry_run)
        if refused or not any(report.imported for report in reports):
            raise CommandError(_("Not everything could be imported.") if reports else _("Nothing was imported."))

    def _write_json(self, reports: list[Report], refused: list[Finding], *, dry_run: bool) -> None:
        total = _total(reports)
        total |= {"refused": [asdict(finding) for finding in refused], "dry_run": dry_run}
        self.stdout.write(json.dumps(total, ensure_ascii=False, indent=2))

    def _write_words(self, reports: list[Report], refused: list[Finding], *, dry_run: bool) -> None:
        if dry_run:
            self.stdout.write(_("Trial run: nothing was changed."))
        total = _total(reports)
        for name, label in (
            ("created", _("new")),
            ("changed", _("changed")),
            ("unchanged", _("unchanged")),
            ("absent", _("newly marked as no longer in the source")),
            ("unpublished", _("of the new ones as drafts")),
        ):
            self.stdout.write(f"{total[name]:>7}  {label}")
        self.stdout.write(f"{len(total['rejected']):>7}  " + _("rejected"))
        for report in reports:
            for finding in report.rejected:
                self.stdout.write(self.style.ERROR(_("Rejected: %(finding)s") % {"finding": finding}))
            for finding in report.notes:
                self.stdout.write(_("Note: %(finding)s") % {"finding": finding})
        for finding in refused:
            self.stdout.write(self.style.ERROR(_("Refused as a whole: %(finding)s") % {"finding": finding}))


def _total(reports: list[Report]) -> dict[str, Any]:
    total: dict[str, Any] = {
        name: sum(getattr(report, name) for report in reports)
        for name in ("created", "changed", "unchanged", "absent", "unpublished")
    }
    total["rejected"] = [asdict(finding) for report in reports for finding in report.rejected]
    total["notes"] = [asdict(finding) for report in reports for finding in report.notes]
    return total


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
