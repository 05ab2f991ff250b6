"""Configuration of the notifications."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """An app of the foundation."""

    name = "portal.notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        """Put what it gives to the portal into the registry."""
        from portal.notifications import area  # noqa: F401, PLC0415 - registers itself
