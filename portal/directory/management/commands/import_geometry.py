"""``manage.py import_geometry FILE…``: outlines for the maps, and points where the register has none."""

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
from portal.directory.services import import_geometry

FIRST_YEAR, LAST_YEAR = 1990, 2100


class Command(BaseCommand):
    """Reads GeoJSON outlines of Länder and districts and a CSV of points; all of them or none."""

    help = str(
        gettext_lazy(
            "Import outlines of Länder and districts (GeoJSON) and points inside municipalities (CSV) of the BKG. "
            "Points are used only where the register has no coordinates."
        )
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--year", type=int, default=2021, help=_("Year of the edition, for the attribution."))
        parser.add_argument("--dry-run", action="store_true", help=_("Show the report and change nothing."))
        parser.add_argument("--json", action="store_true", help=_("Write the report as JSON."))

    def handle(self, *, files: list[Path], year: int, dry_run: bool, json: bool, **_options: Any) -> None:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise CommandError(_("%(year)s is no year of an edition.") % {"year": year})
        try:
            with Bar(sys.stderr) as bar:
                report = import_geometry(files=files, year=year, dry_run=dry_run, progress=bar.show)
        except Refused as refused:
            raise CommandError(_("Nothing was imported. %(reason)s") % {"reason": refused}) from refused
        self.stdout.write(_as_text(report.as_json()) if json else describe(report))


def _as_text(report: dict[str, Any]) -> str:
    return json.dumps(report, ensure_ascii=False, indent=1)
