"""Forgetting what is older than it may be."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.accounts.services import retention


class Command(BaseCommand):
    """Does at once what the timetable does every night."""

    help = "Delete or anonymise what is older than the declarations of personal data keep it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")

    def handle(self, *_args: Any, **options: Any) -> None:
        done = retention.apply_retention(dry_run=options["dry_run"])
        width = max(len(line.model) for line in done)
        self.stdout.write(f"{'model':<{width}}  {'days':>5}  {'would go' if options['dry_run'] else 'gone':>8}")
        for line in done:
            self.stdout.write(f"{line.model:<{width}}  {line.days:>5}  {line.count:>8}")
        if not options["dry_run"]:
            self.stdout.write(f"People warned: {retention.warn_unused()}")
