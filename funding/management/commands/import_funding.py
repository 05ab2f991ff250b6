"""``manage.py import_funding PATH…``: bring in funding programmes of the Förderdatenbank."""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from funding.imports import fdb
from funding.imports.reading import sources_of
from funding.services import COUNTS, Finding, ImportRunningError, Report, SourceShrankError, import_programmes


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
        parser.add_argument(
            "--review",
            action="store_true",
            help=_("let changes of known programmes wait for an editor instead of taking them over"),
        )
        parser.add_argument("--json", action="store_true", help=_("report as JSON"))

    def handle(self, *, paths: list[Path], dry_run: bool, **options: Any) -> None:
        """Import everything that is named; each CSV file and all XML documents together are one transaction each.

        Raises:
            CommandError: nothing could be imported, or a file was refused.
        """
        reports: list[Report] = []
        sources, refused = sources_of(paths, _with_progress)
        for source in sources:
            try:
                report = import_programmes(
                    records=source.records,
                    imported_from=source.imported_from,
                    licence=fdb.LICENCE,
                    licence_url=fdb.LICENCE_URL,
                    complete=source.complete,
                    dry_run=dry_run,
                    accept_loss=options["accept_loss"],
                    by_review=options["review"],
                )
            except (fdb.FileRefusedError, ImportRunningError) as error:
                refused.append(Finding(file=source.place, message=str(error)))
            except SourceShrankError as error:
                ask = _("If that is right, import it with --accept-loss; a trial run shows what would be marked.")
                refused.append(Finding(file=source.place, message=f"{error} {ask}"))
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
        for name, label in COUNTS.items():
            self.stdout.write(f"{total[name]:>7}  {label}")
        self.stdout.write(f"{len(total['rejected']):>7}  " + _("rejected"))
        for report in reports:
            for finding in report.rejected:
                self.stdout.write(self.style.ERROR(_("Rejected: %(finding)s") % {"finding": finding}))
            for finding in report.notes:
                self.stdout.write(_("Note: %(finding)s") % {"finding": finding})
        for finding in refused:
            self.stdout.write(self.style.ERROR(_("Refused as a whole: %(finding)s") % {"finding": finding}))


def _with_progress(loop: Iterable[Any], name: str) -> Iterable[Any]:
    return tqdm(loop, desc=name, unit="", disable=not sys.stderr.isatty())


def _total(reports: list[Report]) -> dict[str, Any]:
    total: dict[str, Any] = {name: sum(getattr(report, name) for report in reports) for name in COUNTS}
    total["rejected"] = [asdict(finding) for report in reports for finding in report.rejected]
    total["notes"] = [asdict(finding) for report in reports for finding in report.notes]
    return total
