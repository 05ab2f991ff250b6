"""Configuration of the directory app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    """The register of places and the shared vocabulary."""

    name = "portal.directory"
    label = "directory"
    verbose_name = _("Register")
