"""When the timetable was last seen at work."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """The last sign of life of something that must never stop.

    Attributes:
        alarmed_at: when the administrators were told that it is silent; empty while it lives.
    """

    name = models.CharField(_("name"), max_length=40, primary_key=True)
    at = models.DateTimeField(_("last seen at"))
    alarmed_at = models.DateTimeField(_("alarm sent at"), null=True, blank=True)

    class Meta:
        """By name."""

        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        """The name."""
        return self.name
