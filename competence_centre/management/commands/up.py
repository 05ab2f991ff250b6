"""`manage.py up`: the same as `make run`, for those who have set up the checkout already."""

import os
import sys
from typing import Any, NoReturn

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Become the supervisor, which decides the environment before the settings are read."""

    help = "Run the whole portal on this machine: database, web server, worker and timetable."
    requires_system_checks = ()

    def handle(self, *_arguments: Any, **_options: Any) -> NoReturn:
        """Replace this process, so that who stops it stops everything."""
        os.execv(sys.executable, [sys.executable, "-m", "competence_centre.supervisor"])  # noqa: S606 - on purpose
