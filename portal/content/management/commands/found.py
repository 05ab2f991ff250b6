"""``manage.py found``: make the pages, roles and the workflow that the portal cannot be without."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.content.services.founding import found


class Command(BaseCommand):
    """Runs after ``migrate``; again and again does no harm."""

    help = "Makes the legal pages, the sections, the editors' groups and the workflow where they are missing."

    def handle(self, *_args: Any, **options: Any) -> None:
        made = found()
        if options["verbosity"]:
            self.stdout.write(f"{made} pages made.")
