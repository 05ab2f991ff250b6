"""Technologies, how far municipalities should take them up, and who proposed which."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.directory.vocabularies import FieldOfAction
from portal.evaluation.permissions import can_keep_radar
from portal.fields import ChoicesField, LinesField
from portal.visibility import Viewer, VisibleQuerySet


class Ring(models.TextChoices):
    """What municipalities should do with a technology; from the outside of the picture to its middle."""

    WATCH = "beobachten", _("watch")
    TRY = "erproben", _("try out")
    USE = "einsetzen", _("use")
    REPLACE = "abloesen", _("replace")


class Maturity(models.TextChoices):
    """How far a technology has come."""

    RESEARCH = "forschung", _("research")
    PILOT = "pilot", _("pilots")
    MARKET = "markt", _("on the market")
    STANDARD = "standard", _("in wide use")


class TechnologyQuerySet(VisibleQuerySet["Technology"]):
    """Reading technologies."""

    def visible_to(self, user: Viewer) -> Self:
        """Everybody sees what is published; who looks after the radar sees drafts."""
        return self.all() if can_keep_radar(user) else self.filter(is_published=True)

    def overdue(self) -> Self:
        """Those whose review is due."""
        return self.filter(review_due_on__lt=timezone.localdate())


class Technology(models.Model):
    """A technology on the radar.

    Attributes:
        evidence: what the judgement rests on, in sentences.
        sources: addresses of what the evidence names.
        review_due_on: when the judgement is looked at again.
    """

    slug = models.SlugField(_("key"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    summary = models.CharField(_("summary"), max_length=300)
    description = models.TextField(_("what it means for municipalities"), max_length=5_000)
    ring = models.CharField(_("recommendation"), max_length=10, choices=Ring)
    maturity = models.CharField(_("maturity"), max_length=10, choices=Maturity)
    fields = ChoicesField(
        models.CharField(max_length=20, choices=FieldOfAction), verbose_name=_("fields of action"), default=list
    )
    risks = models.TextField(_("risks and data protection"), max_length=3_000, blank=True)
    evidence = models.TextField(_("evidence"), max_length=3_000)
    sources = LinesField(models.URLField(max_length=500), verbose_name=_("sources"), default=list, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible"),
    )
    review_due_on = models.DateField(_("to be judged again by"))
    is_published = models.BooleanField(_("published"), default=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = TechnologyQuerySet.as_manager()

    class Meta:
        """In the order of the alphabet."""

        verbose_name = _("technology")
        verbose_name_plural = _("technologies")
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ring__in=Ring.values), name="evaluation_technology_ring"),
            models.CheckConstraint(condition=Q(maturity__in=Maturity.values), name="evaluation_technology_maturity"),
            models.CheckConstraint(
                condition=Q(fields__contained_by=FieldOfAction.values) & ~Q(fields=[]),
                name="evaluation_technology_fields",
            ),
        ]

    def __str__(self) -> str:
        """The name."""
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("evaluation:technology", args=[self.slug])

    @property
    def field_labels(self) -> list[str]:
        """The fields of action as people call them."""
        return [str(field.label) for field in FieldOfAction if field in self.fields]

    @property
    def is_overdue(self) -> bool:
        """Whether the judgement should have been looked at again."""
        return self.review_due_on < timezone.localdate()


class RingChange(models.Model):
    """That a technology came to a ring, and why."""

    technology = models.ForeignKey(Technology, models.CASCADE, related_name="changes", verbose_name=_("technology"))
    before = models.CharField(_("before"), max_length=10, choices=Ring, blank=True)
    after = models.CharField(_("after"), max_length=10, choices=Ring)
    reason = models.CharField(_("reason"), max_length=500)
    changed_on = models.DateField(_("changed on"), default=timezone.localdate)

    class Meta:
        """The newest first; a change changes something."""

        verbose_name = _("change of recommendation")
        verbose_name_plural = _("changes of recommendations")
        ordering: ClassVar = ["-changed_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(before=models.F("after")), name="evaluation_ringchange_changes"),
        ]

    def __str__(self) -> str:
        """To which ring."""
        return f"{self.technology}: {self.get_after_display()}"


class ProposalQuerySet(VisibleQuerySet["Proposal"]):
    """Reading proposals."""

    def visible_to(self, user: Viewer) -> Self:
        """One's own; all for those who look after the radar."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if can_keep_radar(user) else self.filter(person_id=user.pk)

    def open(self) -> Self:
        """Those without an answer."""
        return self.filter(state="open")


class Proposal(models.Model):
    """A technology that somebody would like to see on the radar."""

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("taken up")
        DECLINED = "declined", _("not taken up")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    name = models.CharField(_("name of the technology"), max_length=120)
    reason = models.TextField(_("why it matters for municipalities"), max_length=2_000)
    source = models.URLField(_("where one can read about it"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        """The oldest first; nothing is declined without an answer."""

        verbose_name = _("proposed technology")
        verbose_name_plural = _("proposed technologies")
        ordering: ClassVar = ["created_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None)
                | (Q(decided_at__isnull=False) & ~Q(state="open") & Q(answer__regex=r"\S")),
                name="evaluation_proposal_answered",
            ),
        ]

    def __str__(self) -> str:
        """The technology."""
        return self.name
