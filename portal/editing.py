"""What editors write: drafted, approved, published, checked again – pages of the content and things of the areas alike.

An area's model becomes editable in the editors' admin by deriving from ``Editorial`` and by a view set in its
``wagtail_hooks.py``. The published version stays while a new one is drafted; every version is kept.
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import DateField, ExpressionWrapper, F, Q
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import DraftStateMixin, LockableMixin, PreviewableMixin, RevisionMixin, WorkflowMixin

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

CHECK_INTERVAL_DAYS = 365
"""After so many days without a check a text is marked as overdue, unless its editors say another number."""


def check_interval(days: int = CHECK_INTERVAL_DAYS) -> "models.PositiveSmallIntegerField[int, int]":
    """Make the field that says after how many days a check is due again."""
    return models.PositiveSmallIntegerField(
        _("to be checked every … days"),
        default=days,
        validators=[MinValueValidator(1), MaxValueValidator(1_826)],
        help_text=_("If the check is late, readers see that as well."),
    )


class CheckedQuerySet[M: models.Model](models.QuerySet[M]):
    """Finds what somebody has to look at again."""

    def overdue(self, today: date | None = None) -> Self:
        """Return what is published and was not checked in time; what was never checked counts from its publication."""
        due = ExpressionWrapper(
            Coalesce(F("checked_on"), TruncDate("first_published_at")) + F("check_interval_days"),
            output_field=DateField(),
        )
        return self.filter(live=True).alias(check_due=due).filter(check_due__lt=today or timezone.localdate())


class Checked(models.Model):
    """Something that has to be compared with reality again and again: who does it, how often, when last.

    ``checked_on`` belongs to the thing, not to one of its versions: restoring or publishing a version keeps it.
    """

    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("responsible"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Is reminded when the check is due."),
    )
    checked_on = models.DateField(_("checked on"), null=True, blank=True, editable=False)
    check_interval_days = check_interval()

    class Meta:
        """Only fields and behaviour."""

        abstract = True

    first_published_at: Any

    @property
    def check_due_on(self) -> date | None:
        """The last day on which the latest check is fresh enough; None for what was never published or checked."""
        since = self.checked_on
        if since is None and self.first_published_at is not None:
            since = timezone.localdate(self.first_published_at)
        return since and since + timedelta(days=self.check_interval_days)

    @property
    def is_check_overdue(self) -> bool:
        """Whether readers have to be told that nobody has checked this in time."""
        return self.check_due_on is not None and self.check_due_on < timezone.localdate()

    def with_content_json(self, content: dict[str, Any]) -> Self:
        """Make the object of one version, but keep when it was checked."""
        version: Self = super().with_content_json(content)  # type: ignore[misc] # Page and RevisionMixin have it
        version.checked_on = self.checked_on
        return version


class PublicationState(models.TextChoices):
    """Where a thing stands with the editors."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


def is_in_state(state: str) -> Q:
    """Return the condition that finds what is in a state."""
    match PublicationState(state):
        case PublicationState.PUBLISHED:
            return Q(live=True)
        case PublicationState.WITHDRAWN:
            return Q(live=False, first_published_at__isnull=False)
        case _:
            return Q(live=False, first_published_at=None)


def publication(state: str, *, at: datetime) -> dict[str, Any]:
    """Return the values of the fields that put what code writes (an import, a demonstration) into a state."""
    once = None if state == PublicationState.DRAFT else at
    return {"live": state == PublicationState.PUBLISHED, "first_published_at": once, "last_published_at": once}


class Editorial(Checked, PreviewableMixin, WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin):
    """A thing of an area that editors write, have approved and publish. ``live`` says whether readers see it."""

    State = PublicationState

    class Meta:
        """Only fields and behaviour."""

        abstract = True

    @property
    def state(self) -> PublicationState:
        """Never published, published, or published once and taken back."""
        if self.live:
            return PublicationState.PUBLISHED
        return PublicationState.WITHDRAWN if self.first_published_at else PublicationState.DRAFT

    @property
    def state_in_words(self) -> "StrOrPromise":
        """The state as editors need to know it."""
        if self.live and self.has_unpublished_changes:
            return _("Published, newer draft")
        return self.state.label

    def with_content_json(self, content: dict[str, Any]) -> Self:
        """Make the object of one version, but keep which version readers see.

        What was published without a version (by an import, say) names its latest one instead: without any, Wagtail
        would take it off the page when a change is scheduled.
        """
        version = super().with_content_json(content)
        version.live_revision_id = self.live_revision_id or (self.latest_revision_id if self.live else None)
        return version


def mark_checked(obj: Checked, *, today: date | None = None) -> None:
    """Note that somebody compared this with reality today. Who may do so is the caller's question.

    Only this one column is written: a note about a text must not fail for what is wrong in the text.
    """
    obj.checked_on = today or timezone.localdate()
    type(obj)._default_manager.filter(pk=obj.pk).update(checked_on=obj.checked_on)
