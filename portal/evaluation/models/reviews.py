"""Reviews of areas at set intervals, and the measures that follow from them."""

from datetime import date
from typing import Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.areas import areas
from portal.evaluation.permissions import can_evaluate
from portal.visibility import Viewer, VisibleQuerySet

HALF_A_YEAR = 6


class ReviewInterval(models.Model):
    """How often an area is reviewed, where it is not every half-year."""

    area = models.CharField(_("area"), max_length=60, unique=True)
    months = models.PositiveSmallIntegerField(_("months"), default=HALF_A_YEAR)

    class Meta:
        """One for each area."""

        verbose_name = _("interval of reviews")
        verbose_name_plural = _("intervals of reviews")
        ordering: ClassVar = ["area"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(months__range=(1, 36)), name="evaluation_interval_months"),
        ]

    def __str__(self) -> str:
        """The area."""
        return self.area


class ReviewQuerySet(VisibleQuerySet["Review"]):
    """Reading reviews."""

    def visible_to(self, user: Viewer) -> Self:
        """Everybody reads what is published; evaluators see the open ones."""
        return self.all() if can_evaluate(user) else self.published()

    def published(self) -> Self:
        """Those with a report."""
        return self.filter(published_at__isnull=False)

    def open(self) -> Self:
        """Those that wait for findings."""
        return self.filter(published_at=None)


class Review(models.Model):
    """One look at an area: what its figures say, what was found, what is to be done.

    Attributes:
        area: slug of the area.
        since, until: the period, both days included.
        figures: the indicators as they stood when it was published, so that the report never changes.
        matters: what was overdue, said by readers, looked for in vain: label and number.
        findings: what the evaluator concludes from it.
    """

    area = models.CharField(_("area"), max_length=60)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"))
    figures: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        _("figures"), default=list, blank=True
    )
    matters: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        _("matters"), default=list, blank=True
    )
    findings = models.TextField(_("findings"), blank=True, max_length=10_000)
    opened_at = models.DateTimeField(_("opened at"), auto_now_add=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        """One open review for each area; a report says something."""

        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering: ClassVar = ["-until", "area"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area"], condition=Q(published_at=None), name="evaluation_review_one_open"),
            models.UniqueConstraint(fields=["area", "until"], name="evaluation_review_once"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="evaluation_review_period"),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(findings__regex=r"\S"), name="evaluation_review_says_something"
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="report_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
                # Of a person who is gone the name goes; everything else of a report stays.
                func="""
                    IF TG_OP = 'UPDATE'
                        AND (to_jsonb(NEW) - 'published_by_id') = (to_jsonb(OLD) - 'published_by_id') THEN
                        RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'A published report does not change.'
                        USING ERRCODE = 'integrity_constraint_violation';
                """,
            ),
        ]

    def __str__(self) -> str:
        """Area and period."""
        return f"{self.area_label}, {self.until:%m/%Y}"

    def get_absolute_url(self) -> str:
        """The report; before it is published, where it is written."""
        if not self.is_published:
            return reverse("evaluation:review", args=[self.pk])
        return reverse("evaluation:report", args=[self.area, self.until.isoformat()])

    @property
    def is_published(self) -> bool:
        """Whether everybody reads it."""
        return self.published_at is not None

    @property
    def area_label(self) -> str:
        """What people call the area."""
        return next((str(area.label) for area in areas if area.slug == self.area), self.area)


class MeasureQuerySet(models.QuerySet["Measure"]):
    """Reading measures."""

    def unfinished(self) -> Self:
        """Those that something is still to be done for."""
        return self.filter(state__in=["planned", "ongoing"])

    def overdue(self, today: date | None = None) -> Self:
        """Those whose day is over."""
        return self.unfinished().filter(due_on__lt=today or timezone.localdate())


class Measure(models.Model):
    """Something that was decided in a review: who does it until when, and what became of it."""

    class State(models.TextChoices):
        """Where it stands."""

        PLANNED = "planned", _("planned")
        ONGOING = "ongoing", _("under way")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    review = models.ForeignKey(Review, models.PROTECT, related_name="measures", verbose_name=_("review"))
    text = models.CharField(_("what is to be done"), max_length=500)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    function = models.CharField(
        _("function"), max_length=120, help_text=_("Named in the report, for instance “Editors”; no name of a person.")
    )
    due_on = models.DateField(_("until"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PLANNED)
    result = models.CharField(_("what became of it"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        """The soonest first; what was dropped says why."""

        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering: ClassVar = ["due_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="dropped") | Q(result__regex=r"\S"), name="evaluation_measure_dropped_says_why"
            ),
        ]

    def __str__(self) -> str:
        """What is to be done."""
        return self.text
