"""Configuration of the audit app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """The append-only record of who did what."""

    name = "portal.audit"
    label = "audit"
    verbose_name = _("Audit")
