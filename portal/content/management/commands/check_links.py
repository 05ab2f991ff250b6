"""``manage.py check_links``: ask now what the nightly job asks."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from tqdm import tqdm

from portal.content.models import CheckedLink
from portal.content.services.links import check_links


class Command(BaseCommand):
    """Collects the links of all areas and asks for those that are due."""

    help = str(
        gettext_lazy(
            "Find out whether the links in the portal still lead somewhere: new ones, those that failed, and those "
            "that were asked a week ago. Does what the job of every night does."
        )
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--own-only", action="store_true", help=_("Ask for the portal's own addresses alone, no other server.")
        )

    def handle(self, *, own_only: bool, **_options: Any) -> None:
        with tqdm(unit="", file=sys.stderr, disable=not sys.stderr.isatty()) as bar:

            def show(done: int, total: int) -> None:
                bar.total, bar.n = total, done
                bar.refresh()

            run = check_links(outside=False if own_only else None, progress=show)
        words = _("%(asked)s links asked, %(failed)s of them lead nowhere, %(left)s left for the next run.")
        self.stdout.write(words % {"asked": run.asked, "failed": run.failed, "left": run.left})
        if run.is_void:
            self.stdout.write(_("No other server has answered: this machine has no way out. Nothing was counted."))
        for link in CheckedLink.objects.broken():
            self.stdout.write(f"{link.url}  {link.explanation()}")
