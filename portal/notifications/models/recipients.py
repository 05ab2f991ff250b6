"""Who is told something, and how each wants to be told."""

from datetime import datetime
from typing import ClassVar, Self
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.visibility import Viewer, VisibleQuerySet


class Rhythm(models.TextChoices):
    """How often somebody is told of something."""

    NOW = "now", _("at once")
    DAILY = "daily", _("once a day")
    WEEKLY = "weekly", _("once a week")
    PORTAL = "portal", _("in the portal only")
    NEVER = "never", _("never")


BY_MAIL = (Rhythm.NOW, Rhythm.DAILY, Rhythm.WEEKLY)


class RecipientQuerySet(VisibleQuerySet["Recipient"]):
    """Reading recipients."""

    def visible_to(self, user: Viewer) -> Self:
        """Only oneself."""
        return self.filter(person_id=user.pk) if user.is_authenticated else self.none()

    def reachable(self) -> Self:
        """Those whose address is confirmed and whose account is in use."""
        return self.filter(Q(person__is_active=True) | Q(person=None, confirmed_at__isnull=False))


class Recipient(models.Model):
    """Whoever is told something: a person with an account, or an e-mail address alone that its owner has confirmed."""

    key = models.UUIDField(_("key"), default=uuid4, unique=True, editable=False)
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="recipient",
        verbose_name=_("person"),
    )
    email = models.EmailField(
        _("e-mail address"), max_length=254, blank=True, help_text=_("Of somebody without an account.")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="de")
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Berlin", editable=False)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        """Either a person or an address; quiet hours have both ends."""

        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, email="") | Q(Q(person__isnull=True), ~Q(email="")),
                name="notifications_recipient_person_or_address",
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="notifications_recipient_lower_case"),
            models.UniqueConstraint(
                fields=["email"], condition=~Q(email=""), name="notifications_recipient_address_once"
            ),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="notifications_recipient_quiet_both_ends",
            ),
        ]

    def __str__(self) -> str:
        """The person, or the number; an address stands nowhere but where it is needed."""
        return str(self.person) if self.person_id else _("Subscriber %(number)s") % {"number": self.pk}

    @property
    def address(self) -> str:
        """Where mails go."""
        return self.person.email if self.person is not None else self.email

    @property
    def viewer(self) -> Viewer:
        """As whom this recipient looks at the portal; without an account as everybody does."""
        return self.person if isinstance(self.person, User) else AnonymousUser()

    @property
    def is_reachable(self) -> bool:
        """Whether optional mails may go there."""
        return self.person.is_active if self.person is not None else self.confirmed_at is not None

    def quiet_end(self, now: datetime) -> datetime | None:
        """Return when the quiet hours that ``now`` lies in are over; None outside of them."""
        if self.quiet_from is None or self.quiet_until is None or self.quiet_from == self.quiet_until:
            return None
        local = now.astimezone(ZoneInfo(self.time_zone))
        minute = local.time().replace(tzinfo=None)
        over_midnight = self.quiet_from > self.quiet_until
        inside = self.quiet_from <= minute < self.quiet_until
        if over_midnight:
            inside = minute >= self.quiet_from or minute < self.quiet_until
        if not inside:
            return None
        day = local.date()
        if over_midnight and minute >= self.quiet_from:
            day = day.fromordinal(day.toordinal() + 1)
        return datetime.combine(day, self.quiet_until, tzinfo=local.tzinfo)


class Preference(models.Model):
    """How often a recipient is told of one kind of thing; without one the kind's own rhythm holds."""

    recipient = models.ForeignKey(Recipient, models.CASCADE, related_name="preferences", verbose_name=_("recipient"))
    kind = models.CharField(_("kind"), max_length=60)
    rhythm = models.CharField(_("how often"), max_length=6, choices=Rhythm)

    class Meta:
        """One for each kind."""

        verbose_name = _("preference for notifications")
        verbose_name_plural = _("preferences for notifications")
        ordering: ClassVar = ["recipient", "kind"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recipient", "kind"], name="notifications_preference_once"),
            models.CheckConstraint(condition=Q(rhythm__in=Rhythm.values), name="notifications_preference_known"),
        ]

    def __str__(self) -> str:
        """Kind and rhythm."""
        return f"{self.kind}: {self.get_rhythm_display()}"
