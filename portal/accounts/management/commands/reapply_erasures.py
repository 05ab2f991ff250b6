"""After a restore: forgetting again."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.accounts.services import erasure


class Command(BaseCommand):
    """May run any number of times."""

    help = "Erase again the accounts that a restored backup has brought back."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(f"Accounts erased again: {erasure.reapply()}")
