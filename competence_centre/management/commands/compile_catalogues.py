"""Compile the translations without the gettext programs, which a bare machine lacks."""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Write a .mo file beside every .po file that is newer than it."""

    help = "Compile the translations (locale/**/*.po)."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        for folder in settings.LOCALE_PATHS:
            for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                target = source.with_suffix(".mo")
                if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
                    continue
                unfinished = target.with_suffix(".mo.part")
                polib.pofile(str(source)).save_as_mofile(str(unfinished))
                unfinished.replace(target)
                self.stdout.write(f"{source.name} ({source.parent.parent.name}) compiled.")
