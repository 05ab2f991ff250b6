"""Configuration of the search app."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """One search box for all kinds of things."""

    name = "portal.search"
    label = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        """Put the triggers in place after each migration, and listen to what is saved."""
        from portal.search import signals  # noqa: PLC0415 - models are ready only now

        signals.listen()
        post_migrate.connect(_install_triggers, sender=self, dispatch_uid="portal.search.triggers")


def _install_triggers(**_kwargs: Any) -> None:
    from portal.search import triggers  # noqa: PLC0415 - as above

    triggers.install()
