"""What was measured, and what was counted."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Measurement(models.Model):
    """What an indicator said on a day. A value never changes: measured again, the day says the same.

    Attributes:
        value: empty where nothing can be said (a share of nothing), or where measuring failed.
        error: why measuring failed; it can be tried again.
    """

    indicator = models.CharField(_("indicator"), max_length=60)
    day = models.DateField(_("day"))
    value = models.FloatField(_("value"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)
    measured_at = models.DateTimeField(_("measured at"))

    class Meta:
        """One for each indicator and day, the newest first."""

        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        ordering: ClassVar = ["-day", "indicator"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["indicator", "day"], name="evaluation_measurement_once"),
            models.CheckConstraint(
                condition=Q(error="") | Q(value__isnull=True), name="evaluation_measurement_value_or_error"
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="measured_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__error=""),
                func="""
                    RAISE EXCEPTION 'What was measured does not change.'
                        USING ERRCODE = 'integrity_constraint_violation';
                """,
            ),
        ]

    def __str__(self) -> str:
        """Indicator and day."""
        return f"{self.indicator}, {self.day:%Y-%m-%d}"


class DailyCount(models.Model):
    """How often something happened on a day. Nothing says who did it."""

    day = models.DateField(_("day"))
    what = models.CharField(_("what"), max_length=40)
    subject = models.CharField(_("of what"), max_length=200, blank=True)
    number = models.PositiveIntegerField(_("number"), default=0)

    class Meta:
        """Once for each day."""

        verbose_name = _("count of a day")
        verbose_name_plural = _("counts of days")
        ordering: ClassVar = ["-day", "what", "subject"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "what", "subject"], name="evaluation_dailycount_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["what", "day"], name="evaluation_dailycount_what")]

    def __str__(self) -> str:
        """Day and what."""
        return f"{self.day:%Y-%m-%d} {self.what}"
