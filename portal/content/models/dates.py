"""Small things that editors keep: notices of outages, dates and deadlines."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.visibility import Viewer, VisibleQuerySet


class ServiceNoticeQuerySet(models.QuerySet["ServiceNotice"]):
    """Reading notices."""

    def not_over(self) -> Self:
        """Return what is shown now or later, the newest beginning first."""
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=timezone.now()))


class ServiceNotice(models.Model):
    """A notice of an outage or of maintenance, on top of every page (DIN SPEC 66336, 5.11.3)."""

    class Kind(models.TextChoices):
        """How urgent it is."""

        INFO = "info", _("Information")
        WARNING = "warning", _("Restriction")
        DANGER = "danger", _("Outage")

    kind = models.CharField(_("kind"), max_length=7, choices=Kind, default=Kind.INFO)
    text = models.CharField(_("text"), max_length=300)
    starts_at = models.DateTimeField(_("shown from"), default=timezone.now)
    ends_at = models.DateTimeField(_("shown until"), null=True, blank=True)

    objects = ServiceNoticeQuerySet.as_manager()

    class Meta:
        """The newest first."""

        verbose_name = _("service notice")
        verbose_name_plural = _("service notices")
        ordering: ClassVar = ["-starts_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="content_servicenotice_ends_after_start",
                violation_error_message=_("The end lies before the beginning."),
            ),
        ]

    def __str__(self) -> str:
        """The text."""
        return self.text

    @property
    def until(self) -> datetime | None:
        """Its end, as pages name it."""
        return self.ends_at

    def is_shown_at(self, moment: datetime) -> bool:
        """Tell whether readers see it at a moment."""
        return self.starts_at <= moment and (self.ends_at is None or self.ends_at > moment)


class KeyDateQuerySet(VisibleQuerySet["KeyDate"]):
    """Reading dates."""

    def visible_to(self, user: Viewer) -> Self:  # noqa: ARG002 - everybody sees the same
        """Return all: editors enter only what is public."""
        return self.all()

    def upcoming(self) -> Self:
        """Return what is not past, soonest first."""
        return self.filter(on__gte=timezone.localdate()).order_by("on", "pk")


class KeyDate(models.Model):
    """A date or a deadline outside the portal that municipalities should know, with its source."""

    class Kind(models.TextChoices):
        """Whether one goes there or has to be done by then."""

        DATE = "date", _("Date")
        DEADLINE = "deadline", _("Deadline")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    title = models.CharField(_("title"), max_length=160)
    on = models.DateField(_("day"))
    url = models.URLField(_("source"), max_length=500, help_text=_("Where this date is stated."))

    objects = KeyDateQuerySet.as_manager()

    class Meta:
        """Soonest first."""

        verbose_name = _("date or deadline")
        verbose_name_plural = _("dates and deadlines")
        ordering: ClassVar = ["on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["title", "on"], name="content_keydate_once"),
        ]

    def __str__(self) -> str:
        """The title."""
        return self.title
