"""Load the demonstration data."""

from typing import Any

from django.core.management.base import BaseCommand

import funding.demo
import portal.accounts.demo
import portal.content.demo
import portal.directory.actors.demo
import portal.directory.demo
import portal.evaluation.demo
import projects.demo
from portal.opendata.services import write_dumps
from portal.search.indexing import rebuild


class Command(BaseCommand):
    """Each app loads its own demonstration data; what is there already stays as it is."""

    help = "Load the demonstration data. A second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        loaded = {
            "places": portal.directory.demo.load(),
            "funding programmes": funding.demo.load(),
            "accounts": portal.accounts.demo.load(),
            "actors": portal.directory.actors.demo.load(),
            "projects": projects.demo.load(),
            "applications": funding.demo.load_applications(portal.directory.actors.demo.TOWN),
            "drafts and plans": projects.demo.load_own(portal.directory.actors.demo.TOWN),
            "pages of content": portal.content.demo.load(),
            "technologies": portal.evaluation.demo.load(),
        }
        if any(loaded.values()):
            rebuild()
            write_dumps()
        self.stdout.write(", ".join(f"{number} {what}" for what, number in loaded.items()) + " loaded.")
