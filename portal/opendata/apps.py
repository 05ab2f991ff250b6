"""Configuration of the open data."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpenDataConfig(AppConfig):
    """An app of the foundation."""

    name = "portal.opendata"
    verbose_name = _("Open data")

    def ready(self) -> None:
        """Put what it gives to the portal into the registry."""
        from portal.opendata import area  # noqa: F401, PLC0415 - registers itself; models are ready only now
