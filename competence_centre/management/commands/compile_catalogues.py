"""Compile the translations: for the image of production, where the web servers are started later."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from competence_centre.catalogues import compile_catalogues


class Command(BaseCommand):
    """Write a .mo file beside every .po file that is newer than it."""

    help = "Compile the translations (locale/**/*.po)."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        for source in compile_catalogues(Path(folder) for folder in settings.LOCALE_PATHS):
            self.stdout.write(f"{source.name} ({source.parent.parent.name}) compiled.")
