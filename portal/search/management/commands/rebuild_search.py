"""Reads everything anew for the search."""

from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from portal.search.indexing import rebuild


class Command(BaseCommand):
    """Needed after a change of what the search reads; every night it happens by itself. The search goes on working."""

    help = "Read everything anew for the search, count the words and take the compounds apart."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        with tqdm(disable=None, unit="") as bar:

            def progress(words: str, done: int, total: int) -> None:
                bar.total, bar.n = total, done
                bar.set_description(words)

            number = rebuild(progress)
        self.stdout.write(f"{number} entries are in the index.")
