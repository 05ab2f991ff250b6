"""Looking at the portal as another person: who did it, with whom, why, and until when (ADR 0017)."""

from datetime import datetime, timedelta
from typing import ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MOST_MINUTES = 60
"""The setting ``SUPPORT_VIEW_MINUTES`` can be no more than this: the database refuses a longer view."""

LONGEST = timedelta(minutes=MOST_MINUTES)
SHORTEST_REASON = 10
"""Characters of a reason: enough for a file number or half a sentence."""

KEPT_FOR = timedelta(days=365)
"""So long the person can see who has looked."""


class SupportViewQuerySet(models.QuerySet["SupportView"]):
    """Reading support views."""

    def visible_to(self, user: "models.Model") -> Self:
        """The person sees the views of her own account."""
        return self.filter(person_id=user.pk) if user.pk else self.none()

    def open(self) -> Self:
        """Keep what nobody and nothing has ended yet."""
        return self.filter(ended_at=None)


class SupportView(models.Model):
    """One look of an administrator at the portal as another person sees it. It reads and never writes.

    Attributes:
        viewer: the administrator; None once that account is erased.
        person: whose view it is.
        reason: why; the person reads it.
        expires_at: it ends then at the latest.
        ended_at: when it ended; None while it runs, or until somebody notices that it has run out.
    """

    uuid = models.UUIDField(_("random key"), default=uuid4, unique=True, editable=False)
    viewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("by whom"),
        null=True,
        blank=True,
        related_name="+",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"), related_name="support_views"
    )
    reason = models.CharField(_("reason"), max_length=500)
    started_at = models.DateTimeField(_("begun at"), default=timezone.now)
    expires_at = models.DateTimeField(_("until at the latest"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = SupportViewQuerySet.as_manager()

    class Meta:
        """One at a time for each administrator, never of herself, never longer than the limit."""

        verbose_name = _("access of the support")
        verbose_name_plural = _("accesses of the support")
        ordering: ClassVar = ["-started_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["viewer"], condition=Q(ended_at=None), name="accounts_support_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("started_at")) & Q(expires_at__lte=F("started_at") + LONGEST),
                name="accounts_support_within_the_limit",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")) & Q(ended_at__lte=F("expires_at")),
                name="accounts_support_ends_in_time",
            ),
            models.CheckConstraint(
                condition=Q(viewer=None) | ~Q(viewer=F("person")), name="accounts_support_of_somebody_else"
            ),
            models.CheckConstraint(
                condition=GreaterThanOrEqual(Length("reason"), SHORTEST_REASON), name="accounts_support_with_a_reason"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "-started_at"], name="accounts_support_newest")]

    def __str__(self) -> str:
        """When it began; nobody's name."""
        return f"{self._meta.verbose_name} ({self.started_at:%Y-%m-%d %H:%M})"

    @property
    def has_run_out(self) -> bool:
        """Tell whether its time is up."""
        return timezone.now() >= self.expires_at

    @property
    def is_running(self) -> bool:
        """Tell whether it goes on now."""
        return self.ended_at is None and not self.has_run_out

    @property
    def until(self) -> datetime:
        """When it ended or will end at the latest."""
        return self.ended_at or self.expires_at
