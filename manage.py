#!/usr/bin/env python
"""Django's command-line entrance."""

import os
import sys


def main() -> None:
    """Run one management command with the portal's settings; after a `make run` on the database that it made."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "competence_centre.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - settings must be named first

    from competence_centre.preparation import local_environment  # noqa: PLC0415 - as above

    with local_environment():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
