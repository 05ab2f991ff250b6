"""Configuration of the kernel."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PortalConfig(AppConfig):
    """Collects what each app declares in its ``area.py`` and checks it."""

    name = "portal"

    def ready(self) -> None:
        """Load every ``area.py`` once the models are there, then the checks over what they declared."""
        autodiscover_modules("area")
        from portal import checks  # noqa: F401, PLC0415 - registers itself; needs the apps to be loaded
