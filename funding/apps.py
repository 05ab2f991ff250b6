"""Configuration of the funding area."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FundingConfig(AppConfig):
    """Task area 9."""

    name = "funding"
    verbose_name = _("Funding")
