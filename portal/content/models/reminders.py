"""Who was reminded in which week, so that nobody is reminded twice."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Reminder(models.Model):
    """The mail of one week to one person about content whose check is overdue."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    week = models.DateField(_("week"), help_text=_("Its Monday."))

    class Meta:
        """Once a week."""

        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering: ClassVar = ["-week", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "week"], name="content_reminder_once_a_week"),
        ]

    def __str__(self) -> str:
        """The week; the person stays unnamed."""
        return f"{self.week}"
