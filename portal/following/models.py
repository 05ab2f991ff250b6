"""What people follow, what a saved search asks for, and how everything stood when it was last looked at."""

from datetime import timedelta
from typing import Any, ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.notifications.models import Recipient, Rhythm
from portal.visibility import Viewer, VisibleQuerySet

UNDO = timedelta(days=7)
"""So long what was removed can be brought back."""

UNCONFIRMED = timedelta(days=7)
"""So long an e-mail address can be confirmed."""

LONGEST_VALUE = 500
"""Characters of one condition."""

SEVERAL = "\n"
"""Stands between values that count together."""

BESIDE = "\x1e"
"""Stands between the values of a filter and that of the filter it depends on, in one condition."""

RHYTHMS = [(one.value, one.label) for one in (Rhythm.NOW, Rhythm.DAILY, Rhythm.WEEKLY, Rhythm.PORTAL)]


class FollowQuerySet(VisibleQuerySet["Follow"]):
    """Reading what people follow."""

    def visible_to(self, user: Viewer) -> Self:
        """One's own."""
        return self.filter(recipient__person_id=user.pk) if user.is_authenticated else self.none()

    def active(self) -> Self:
        """What is told of now."""
        return self.filter(confirmed_at__isnull=False, removed_at=None)

    def removed(self) -> Self:
        """What can still be brought back."""
        return self.filter(removed_at__gt=timezone.now() - UNDO)


class Follow(models.Model):
    """A saved search, or one thing, that somebody wants to be told about.

    Attributes:
        resource: slug of the resource.
        object_key: primary key of the one thing; empty for a saved search.
        parameters: the filters of a saved search: each parameter with its values, sorted.
        fingerprint: of the filters, so that the database can tell the same from others.
        parameter_count: how many parameters those are; a row has to satisfy each.
        title: what its owner calls it.
        confirmed_at: since when it is told of; for an address without account once its owner has confirmed it.
        removed_at: since when it is not any more; for some days it can be brought back.
    """

    key = models.UUIDField(_("key"), default=uuid4, unique=True, editable=False)
    recipient = models.ForeignKey(Recipient, models.CASCADE, related_name="follows", verbose_name=_("recipient"))
    resource = models.CharField(_("list"), max_length=60)
    object_key = models.CharField(_("key of the thing"), max_length=64, blank=True)
    parameters: models.JSONField[dict[str, list[str]], dict[str, list[str]]] = models.JSONField(
        _("filters"), default=dict, blank=True
    )
    fingerprint = models.CharField(_("fingerprint of the filters"), max_length=64, editable=False)
    parameter_count = models.PositiveSmallIntegerField(_("number of filters"), default=0, editable=False)
    title = models.CharField(_("name"), max_length=200)
    rhythm = models.CharField(_("how often"), max_length=6, choices=RHYTHMS, default=Rhythm.WEEKLY)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)

    objects = FollowQuerySet.as_manager()

    class Meta:
        """The newest first; the same is followed once."""

        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["recipient", "resource", "object_key", "fingerprint"],
                condition=Q(removed_at=None),
                name="following_follow_once",
            ),
            models.CheckConstraint(
                condition=Q(object_key="") | Q(parameters={}), name="following_follow_search_or_thing"
            ),
            models.CheckConstraint(
                condition=Q(rhythm__in=["now", "daily", "weekly", "portal"]), name="following_follow_rhythm"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["resource", "object_key"], name="following_follow_thing"),
        ]

    def __str__(self) -> str:
        """What its owner calls it."""
        return self.title

    @property
    def is_search(self) -> bool:
        """Whether it is a list with filters, and not one thing."""
        return not self.object_key


class Condition(models.Model):
    """One value of one filter that at least one saved search asks for; asked once, however many searches have it.

    Of a filter that is more than a closed list, all values are one condition, with line breaks between them.
    """

    resource = models.CharField(_("list"), max_length=60)
    name = models.CharField(_("filter"), max_length=60)
    value = models.CharField(_("value"), max_length=LONGEST_VALUE)
    follows: models.ManyToManyField[Follow, Any] = models.ManyToManyField(
        Follow, related_name="conditions", verbose_name=_("saved searches")
    )

    class Meta:
        """Each once."""

        verbose_name = _("condition of saved searches")
        verbose_name_plural = _("conditions of saved searches")
        ordering: ClassVar = ["resource", "name", "value"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["resource", "name", "value"], name="following_condition_once"),
        ]

    def __str__(self) -> str:
        """Filter and value."""
        return f"{self.name}={self.value}"


class Seen(models.Model):
    """How a thing stood when it was last looked at; what differs from it is news.

    Attributes:
        standing: deadline, opening and details, as text.
        deadline: the last day, where there is one.
        changed_at: when something about it was news.
    """

    resource = models.CharField(_("list"), max_length=60)
    key = models.CharField(_("key"), max_length=64)
    standing: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("standing"), default=dict)
    deadline = models.DateField(_("deadline"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        """Each thing once."""

        verbose_name = _("last standing")
        verbose_name_plural = _("last standings")
        ordering: ClassVar = ["-changed_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["resource", "key"], name="following_seen_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["deadline"], condition=Q(deadline__isnull=False), name="following_seen_deadline"),
        ]

    def __str__(self) -> str:
        """List and key."""
        return f"{self.resource} {self.key}"


class Change(models.Model):
    """That a thing has changed and is to be looked at."""

    resource = models.CharField(_("list"), max_length=60)
    key = models.CharField(_("key"), max_length=64)

    class Meta:
        """Each thing once."""

        verbose_name = _("change to look at")
        verbose_name_plural = _("changes to look at")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["resource", "key"], name="following_change_once"),
        ]

    def __str__(self) -> str:
        """List and key."""
        return f"{self.resource} {self.key}"
