"""Configuration of the content app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    """What editors write."""

    name = "portal.content"
    label = "content"
    verbose_name = _("Content")

    def ready(self) -> None:
        """Listen to Wagtail's history for the audit."""
        from portal.content.services import publications  # noqa: PLC0415 - models are ready only now

        publications.listen()
