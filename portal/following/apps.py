"""Configuration of what people follow."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowingConfig(AppConfig):
    """An app of the foundation."""

    name = "portal.following"
    verbose_name = _("Following")

    def ready(self) -> None:
        """Put what it gives to the portal into the registry, and hear of what changes."""
        from portal.following import area, signals  # noqa: F401, PLC0415 - registers itself

        signals.listen()
