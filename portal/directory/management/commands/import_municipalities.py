"""``manage.py import_municipalities FILE…``: the official register of municipalities."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.directory.imports.describe import describe
from portal.directory.imports.progress import Bar
from portal.directory.imports.source import Refused
from portal.directory.services import import_register


class Command(BaseCommand):
    """Reads registers (GV100AD), extracts and lists of territorial changes; all of them or none."""

    help = str(
        gettext_lazy(
            "Import the official register: GV100AD files, the extract with coordinates (.xlsx) and lists of "
            "territorial changes (.xlsx), recognised by their content. All files or none; a second run changes nothing."
        )
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help=_("Show the report and change nothing."))
        parser.add_argument("--json", action="store_true", help=_("Write the report as JSON."))

    def handle(self, *, files: list[Path], dry_run: bool, json: bool, **_options: Any) -> None:
        try:
            with Bar(sys.stderr) as bar:
                report = import_register(files=files, dry_run=dry_run, progress=bar.show)
        except Refused as refused:
            raise CommandError(_("Nothing was imported. %(reason)s") % {"reason": refused}) from refused
        self.stdout.write(_as_text(report.as_json()) if json else describe(report))


def _as_text(report: dict[str, Any]) -> str:
    return json.dumps(report, ensure_ascii=False, indent=1)
