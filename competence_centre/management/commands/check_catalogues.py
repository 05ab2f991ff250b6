"""Check that every word people see has a complete German translation."""

import difflib
import re
import shutil
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

PLACEHOLDER = re.compile(r"%\([a-z_]+\)[a-z]|%%|%[sd]|\{[a-z_]*\}")
IGNORED_FOLDERS = ("node_modules", "var", ".venv", "tests", "docs", "benchmarks", "scripts")


class Command(BaseCommand):
    """Fails for a message that is missing, untranslated, fuzzy, or has other placeholders than its original."""

    help = "Check the German catalogue; --update writes new messages into it first."
    requires_system_checks = ()

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--update", action="store_true", help="Extract the messages into the catalogue.")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        catalogue = Path(settings.LOCALE_PATHS[0]) / "de" / "LC_MESSAGES" / "django.po"
        if shutil.which("xgettext") is None:
            if options["update"]:
                raise CommandError("The program xgettext is needed to extract messages (package gettext).")
            self.stdout.write("xgettext is not installed: whether messages are missing was not checked.")
        else:
            before = catalogue.read_text(encoding="utf-8") if catalogue.exists() else ""
            _extract()
            if not options["update"]:
                after = catalogue.read_text(encoding="utf-8")
                catalogue.write_text(before, encoding="utf-8")
                self._compare(before, after)
        faults = list(_faults(polib.pofile(str(catalogue))))
        if faults:
            raise CommandError("\n".join(faults) + f"\n{len(faults)} messages need work.")
        self.stdout.write("The German catalogue is complete.")

    def _compare(self, before: str, after: str) -> None:
        known, wanted = (sorted(_ids(text)) for text in (before, after))
        if known != wanted:
            difference = difflib.unified_diff(known, wanted, "catalogue", "code", lineterm="", n=0)
            raise CommandError("The catalogue differs from the code:\n" + "\n".join(difference))


def _extract() -> None:
    call_command(
        "makemessages",
        locale=["de"],
        ignore_patterns=[f"{folder}/*" for folder in IGNORED_FOLDERS],
        no_location=True,
        no_obsolete=True,
        verbosity=0,
    )


def _ids(text: str) -> set[str]:
    return {f"{entry.msgctxt or ''}|{entry.msgid}" for entry in polib.pofile(text) if not entry.obsolete}


def _faults(catalogue: polib.POFile) -> Any:
    for entry in catalogue:
        if entry.obsolete:
            continue
        forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if entry.fuzzy:
            yield f"fuzzy: {entry.msgid}"
        if not all(forms):
            yield f"untranslated: {entry.msgid}"
            continue
        wanted = {frozenset(PLACEHOLDER.findall(text)) for text in (entry.msgid, entry.msgid_plural) if text}
        for text in forms:
            if "python-format" in entry.flags and frozenset(PLACEHOLDER.findall(text)) not in wanted:
                yield f"other placeholders than the original: {entry.msgid}"
