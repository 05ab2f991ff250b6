"""Configuration of the search app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """One search box for all kinds of things."""

    name = "portal.search"
    label = "search"
    verbose_name = _("Search")
