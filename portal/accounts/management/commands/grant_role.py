"""manage.py grant_role: the way to the first administrator."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from portal.accounts.models import Role, User
from portal.accounts.services.roles import grant_role


class Command(BaseCommand):
    """Gives a role of the centre to somebody who has an account."""

    help = "Gives a role of the centre to somebody who has an account, for example to the first administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address, the role and the reason."""
        parser.add_argument("email")
        parser.add_argument("role", choices=Role.values)
        parser.add_argument("--reason", required=True)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Give the role.

        Raises:
            CommandError: there is no such account, or it has the role already.
        """
        person = User.objects.filter(email=options["email"].lower()).first()
        if person is None:
            raise CommandError(_("There is no account with this e-mail address."))
        try:
            grant = grant_role(person=person, role=Role(options["role"]), by=None, reason=options["reason"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(str(grant))
