"""manage.py check_roles: tells whether the groups say the same as the roles."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal.accounts.services.roles import differences


class Command(BaseCommand):
    """Compares the members of the groups with the roles of the centre."""

    help = "Compares the members of the groups with the roles of the centre; fails where they differ."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Compare.

        Raises:
            CommandError: they differ; names group and random key of the account.
        """
        found = differences()
        if found:
            raise CommandError("\n".join(f"{group}: {', '.join(keys)}" for group, keys in found.items()))
        self.stdout.write(_("Groups and roles agree."))
