"""What somebody is told, and the mails that tell it: each notification belongs to one mail at most (C-12)."""

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.notifications.models.recipients import BY_MAIL, Recipient, Rhythm
from portal.visibility import Viewer, VisibleQuerySet


class Digest(models.Model):
    """The notifications of one mail: of a day, of a week, or of one subject within some minutes.

    Attributes:
        period_key: ``daily:2026-11-21``, ``weekly:2026-W47`` (day and week of the recipient's own time zone), or
            ``now:`` with the first notification. It is there once, however many schedulers run (C-10).
    """

    recipient = models.ForeignKey(Recipient, models.CASCADE, related_name="digests", verbose_name=_("recipient"))
    rhythm = models.CharField(_("how often"), max_length=6, choices=Rhythm)
    period_key = models.CharField(_("period"), max_length=40)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        """One for each recipient and period."""

        verbose_name = _("mail of notifications")
        verbose_name_plural = _("mails of notifications")
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recipient", "period_key"], name="notifications_digest_once"),
            models.CheckConstraint(condition=Q(rhythm__in=list(BY_MAIL)), name="notifications_digest_by_mail"),
        ]

    def __str__(self) -> str:
        """The period."""
        return self.period_key


class NotificationQuerySet(VisibleQuerySet["Notification"]):
    """Reading notifications."""

    def visible_to(self, user: Viewer) -> Self:
        """One's own, as long as they hold."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(recipient__person_id=user.pk, withdrawn_at=None).exclude(rhythm=Rhythm.NEVER)

    def unread(self) -> Self:
        """Those that were not read yet."""
        return self.filter(read_at=None)

    def unsent(self) -> Self:
        """Those that wait for a mail."""
        return self.filter(digest=None, withdrawn_at=None, rhythm__in=list(BY_MAIL))


class Notification(models.Model):
    """Something that one recipient is told, once.

    Attributes:
        about_type, about_key: what it is about; whether the recipient may know of it is asked again when it is sent.
        thread: notifications of one thread at about the same time become one mail.
        dedupe_key: tells it from every other one of this recipient; the same thing is told once.
        facts: what the message needs besides the object itself; no personal data.
        due_at: an "at once" waits until then, so that what follows within minutes goes with it (C-07).
    """

    key = models.UUIDField(_("key"), default=uuid4, unique=True, editable=False)
    recipient = models.ForeignKey(Recipient, models.CASCADE, related_name="notifications", verbose_name=_("recipient"))
    kind = models.CharField(_("kind"), max_length=60)
    about_type = models.ForeignKey(
        ContentType, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("kind of thing")
    )
    about_key = models.CharField(_("key of the thing"), max_length=64, blank=True)
    thread = models.CharField(_("thread"), max_length=160)
    dedupe_key = models.CharField(_("what tells it from others"), max_length=200)
    facts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("facts"), default=dict, blank=True)
    rhythm = models.CharField(_("how often"), max_length=6, choices=Rhythm)
    created_at = models.DateTimeField(_("created at"))
    due_at = models.DateTimeField(_("due at"))
    digest = models.ForeignKey(
        Digest, models.SET_NULL, null=True, blank=True, related_name="notifications", verbose_name=_("mail")
    )
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        """The newest first; the same thing once."""

        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recipient", "dedupe_key"], name="notifications_notification_once"),
            models.CheckConstraint(condition=Q(rhythm__in=Rhythm.values), name="notifications_notification_rhythm"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["recipient", "-created_at"], name="notifications_of_recipient"),
            models.Index(
                fields=["recipient"],
                condition=Q(read_at=None, withdrawn_at=None) & ~Q(rhythm="never"),
                name="notifications_unread",
            ),
            models.Index(
                fields=["rhythm", "recipient", "created_at"],
                condition=Q(digest=None, withdrawn_at=None, rhythm__in=["now", "daily", "weekly"]),
                name="notifications_unsent",
            ),
            models.Index(fields=["about_type", "about_key"], name="notifications_about"),
        ]

    def __str__(self) -> str:
        """Kind and what tells it from others."""
        return f"{self.kind}: {self.dedupe_key}"
