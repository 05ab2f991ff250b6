"""Read what other mail servers say about our mails, out of a mailbox file or the standard input."""

import mailbox
import sys
from argparse import ArgumentParser
from contextlib import closing
from typing import Any

from django.core.management.base import BaseCommand

from portal.notifications.services.returning import take_notice


class Command(BaseCommand):
    """Notices that mails came back, arrived or are late."""

    help = "Read notices about mails (RFC 3464): one from the standard input, or all of a mailbox file (mbox)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take a mailbox."""
        parser.add_argument("mailbox", nargs="?", help="a file in mbox format; without it one mail is read from stdin")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read and say how many were about mails of ours."""
        if options["mailbox"]:
            with closing(mailbox.mbox(options["mailbox"], create=False)) as box:
                raws = [message.as_bytes() for message in box]
        else:
            raws = [sys.stdin.buffer.read()]
        taken = sum(take_notice(raw) is not None for raw in raws)
        self.stdout.write(f"{taken} of {len(raws)} were about mails of the portal.")
