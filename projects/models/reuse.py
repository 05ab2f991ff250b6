"""Who uses again what others have made: how far they are, and after a year what came of it."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import Case, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.directory.models import Membership, Organisation
from portal.visibility import Viewer, VisibleQuerySet
from projects.models.counted import HOW_OFTEN_USED, HOW_WELL_SHOWN, recounts
from projects.models.projects import Project
from projects.vocabularies import CostBand, Criterion, ReuseStage

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

ASKED_AFTER = timedelta(days=365)
"""A year after an organisation began to use something it is asked what came of it."""


FURTHEST_FIRST = (ReuseStage.USING, ReuseStage.PLANNING, ReuseStage.INTERESTED, ReuseStage.ENDED)
"""In which order uses are listed: what works first, what has ended last."""


def furthest_first() -> Case:
    """SQL to list those who use something first, then those who plan it, then those who are interested."""
    whens = [When(stage=stage.value, then=Value(number)) for number, stage in enumerate(FURTHEST_FIRST)]
    return Case(*whens, default=Value(len(whens)))


class ReuseQuerySet(VisibleQuerySet["Reuse"]):
    """Reading who uses what again."""

    def visible_to(self, user: Viewer) -> Self:
        """Everybody sees who uses what is published; of anything else only those who say it."""
        shown = Q(project__live=True)
        if isinstance(user, User):
            shown |= Q(organisation__in=Membership.objects.of(user).active().values("organisation"))
        return self.filter(shown)

    def lasting(self) -> Self:
        """Return who uses what is published, or wants to; of drafts nobody learns, and what has ended is over."""
        return self.filter(project__live=True).exclude(stage=ReuseStage.ENDED)

    def with_parts(self) -> Self:
        """Join what a list shows."""
        return self.select_related(
            "project", "organisation__municipality__district", "organisation__municipality__land"
        )

    def to_be_asked(self, today: date) -> Self:
        """Return what has been used for a year without a word on what came of it."""
        return self.filter(stage=ReuseStage.USING, answered_on=None, since_on__lte=today - ASKED_AFTER)


class Reuse(models.Model):
    """An organisation uses again what another one has made, or wants to.

    Attributes:
        since_on: since when it is in this stage.
        answered_on: when it has said what came of it.
        hidden_on: since when editors keep its texts from readers, for the reason given; who uses it stays public.
    """

    id = models.UUIDField(_("key"), primary_key=True, default=uuid4, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="reuses", verbose_name=_("project"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    stage = models.CharField(_("how far are you?"), max_length=9, choices=ReuseStage, default=ReuseStage.INTERESTED)
    since_on = models.DateField(_("since"), default=timezone.localdate)
    experience = models.TextField(
        _("experience"),
        max_length=2_000,
        blank=True,
        help_text=_(
            "What others should know: what was easy, what was not, what you have changed. Everybody can read it."
        ),
    )
    why_ended = models.CharField(
        _("why not (any more)?"),
        max_length=300,
        blank=True,
        help_text=_("Only if you do not use it (any more): one sentence that saves others the same way."),
    )
    cost_band = models.CharField(_("cost"), max_length=13, choices=CostBand, blank=True)
    effort_days = models.PositiveIntegerField(_("effort in days of work"), null=True, blank=True)
    answered_on = models.DateField(_("said on"), null=True, blank=True, editable=False)
    hidden_on = models.DateField(_("hidden on"), null=True, blank=True, editable=False)
    hidden_reason = models.CharField(_("why it is hidden"), max_length=300, blank=True, editable=False)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = ReuseQuerySet.as_manager()

    if TYPE_CHECKING:
        outcomes: RelatedManager["Experience"]

    class Meta:
        """Each organisation once for each project."""

        verbose_name = _("use of a project by others")
        verbose_name_plural = _("uses of projects by others")
        ordering: ClassVar = ["project", "-since_on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "organisation"], name="projects_reuse_once"),
            models.CheckConstraint(condition=Q(stage__in=ReuseStage.values), name="projects_reuse_stage"),
            models.CheckConstraint(
                condition=Q(answered_on=None) | Q(stage__in=[ReuseStage.USING.value, ReuseStage.ENDED.value]),
                name="projects_reuse_answered_of_use",
            ),
            models.CheckConstraint(
                condition=~Q(stage=ReuseStage.ENDED.value) | Q(why_ended__regex=r"\S"),
                name="projects_reuse_ended_for_a_reason",
                violation_error_message=_("Please say in one sentence why you do not use it (any more)."),
            ),
            models.CheckConstraint(
                condition=Q(hidden_on=None, hidden_reason="")
                | (Q(hidden_on__isnull=False) & Q(hidden_reason__regex=r"\S")),
                name="projects_reuse_hidden_for_a_reason",
            ),
        ]
        triggers: ClassVar = [
            recounts("projects_how_often_used", HOW_OFTEN_USED),
            recounts("projects_how_well_shown_while_used", HOW_WELL_SHOWN.format(condition="id = changed")),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation"], name="projects_reuse_of")]

    def __str__(self) -> str:
        """Who and what."""
        return f"{self.organisation}: {self.project}"

    def get_absolute_url(self) -> str:
        """The form to change it, for the organisation alone; also for somebody who has joined several."""
        return f"{reverse('projects:reuse', args=[self.project.slug])}?fuer={self.organisation_id}"

    @property
    def is_of_another_place(self) -> bool:
        """Whether a second municipality speaks: of the register, and no place of the project nor its association.

        ``CONFIRMED_BY_ANOTHER`` says the same in SQL. Needs ``with_parts()`` and the project's places.
        """
        ours = self.organisation
        if not ours.is_of_the_register:
            return False
        home = ours.municipality.association_id if ours.municipality else None
        for place in self.project.places.all():
            around = place.municipality.association_id if place.municipality else None
            shared = (
                (place.municipality_id, ours.municipality_id),
                (place.district_id, ours.district_id),
                (place.association_id, ours.association_id),
                (place.association_id, home),
                (around, ours.association_id),
            )
            if any(key is not None and key == other for key, other in shared):
                return False
        return True


class Experience(models.Model):
    """What an organisation has seen of an effect that the project claims.

    Attributes:
        statements: what the project claimed when it answered (``Evidence.statement``); what is claimed later with
            other words or other figures nobody has confirmed.
    """

    class Outcome(models.TextChoices):
        """Whether the effect came as claimed."""

        CONFIRMED = "bestaetigt", _("We see this effect, too")
        SMALLER = "geringer", _("The effect is smaller with us")
        MISSING = "keine", _("We do not see this effect")

    reuse = models.ForeignKey(Reuse, models.CASCADE, related_name="outcomes", verbose_name=_("use"))
    criterion = models.CharField(_("criterion"), max_length=16, choices=Criterion)
    outcome = models.CharField(_("effect"), max_length=10, choices=Outcome)
    text = models.CharField(_("what you have seen"), max_length=300, blank=True)
    statements = models.JSONField(_("what was claimed then"), default=list, editable=False)

    class Meta:
        """Each criterion once."""

        verbose_name = _("experience with an effect")
        verbose_name_plural = _("experience with effects")
        ordering: ClassVar = ["reuse", "criterion"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reuse", "criterion"], name="projects_experience_once"),
            models.CheckConstraint(condition=Q(criterion__in=Criterion.values), name="projects_experience_criterion"),
        ]
        triggers: ClassVar = [
            recounts(
                "projects_how_well_shown_by_others",
                HOW_WELL_SHOWN.format(condition="id = changed"),
                "(SELECT r.project_id FROM projects_reuse r WHERE r.id = {row}.reuse_id)",
            )
        ]

    def __str__(self) -> str:
        """The outcome."""
        return str(self.get_outcome_display())
