"""Configuration of the project area."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    """Task area 3."""

    name = "projects"
    verbose_name = _("Projects")

    def ready(self) -> None:
        """Follow what editors do in their admin."""
        from projects.services import publishing  # noqa: PLC0415 - models are ready only now

        publishing.connect()
