"""What two or more do together once they have found each other: partners, goal, who does what, steps, files."""

from typing import TYPE_CHECKING, ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.models import User
from portal.accounts.models.subject_rights import private_storage
from portal.content.models import Document
from portal.directory.models import Membership, Organisation
from portal.keeping import KeptFile
from portal.visibility import PublicQuerySet, Viewer, VisibleQuerySet
from projects.models.plans import Match

if TYPE_CHECKING:
    from datetime import date

    from django_stubs_ext.db.models.manager import RelatedManager


class CooperationState(models.TextChoices):
    """How far a co-operation is."""

    EXPLORING = "sondierung", _("getting to know each other")
    AGREED = "vereinbart", _("agreed")
    RUNNING = "umsetzung", _("under way")
    REALISED = "umgesetzt", pgettext_lazy("co-operation", "realised")
    ENDED = "beendet", _("ended without a result")


class CooperationQuerySet(VisibleQuerySet["Cooperation"]):
    """Reading co-operations."""

    def visible_to(self, user: Viewer) -> Self:
        """Members of the partners, and nobody else."""
        if not isinstance(user, User):
            return self.none()
        own = Membership.objects.of(user).active().values("organisation")
        return self.filter(partners__in=own).distinct()


class Cooperation(models.Model):
    """What partners do together."""

    State = CooperationState

    id = models.UUIDField(_("key"), primary_key=True, default=uuid4, editable=False)
    match = models.OneToOneField(Match, models.PROTECT, related_name="cooperation", verbose_name=_("proposal"))
    title = models.CharField(_("title"), max_length=160)
    goal = models.TextField(_("goal"), max_length=3_000, blank=True)
    division = models.TextField(
        _("who does what"), max_length=3_000, blank=True, help_text=_("Tasks, people by function, cost.")
    )
    saving = models.DecimalField(_("estimated saving in euros"), max_digits=12, decimal_places=2, null=True, blank=True)
    saving_note = models.CharField(_("how the saving was estimated"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=CooperationState, default=CooperationState.EXPLORING)
    partners: "models.ManyToManyField[Organisation, models.Model]" = models.ManyToManyField(
        Organisation, related_name="+", verbose_name=_("partners")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = CooperationQuerySet.as_manager()

    if TYPE_CHECKING:
        steps: RelatedManager["CooperationStep"]
        files: RelatedManager["CooperationFile"]

    class Meta:
        """The latest first."""

        verbose_name = _("co-operation")
        verbose_name_plural = _("co-operations")
        ordering: ClassVar = ["-updated_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=CooperationState.values), name="projects_cooperation_state"),
            models.CheckConstraint(condition=Q(saving=None) | Q(saving__gte=0), name="projects_cooperation_saving"),
        ]

    def __str__(self) -> str:
        """The title."""
        return self.title

    def get_absolute_url(self) -> str:
        """Its page, for the partners."""
        return reverse("projects:cooperation", args=[self.pk])


class CooperationStep(models.Model):
    """One thing to do."""

    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="steps", verbose_name=_("co-operation"))
    title = models.CharField(_("what is to be done"), max_length=200)
    who = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("who does it")
    )
    due_on = models.DateField(_("until"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)

    class Meta:
        """What is due first."""

        verbose_name = _("step of a co-operation")
        verbose_name_plural = _("steps of co-operations")
        ordering: ClassVar = [models.F("due_on").asc(nulls_last=True), "pk"]

    def __str__(self) -> str:
        """What is to be done."""
        return self.title

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been done by yesterday."""
        today: date = timezone.localdate()
        return self.done_on is None and self.due_on is not None and self.due_on < today


class CooperationFile(KeptFile):
    """A file of the partners; no address leads to it but the one that asks who wants it."""

    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="files", verbose_name=_("co-operation"))
    file = models.FileField(_("file"), storage=private_storage, upload_to="projects")

    class Meta(KeptFile.Meta):
        """The newest first."""

        verbose_name = _("file of a co-operation")
        verbose_name_plural = _("files of co-operations")


class AgreementTemplateQuerySet(PublicQuerySet["AgreementTemplate"]):
    """Reading templates; what editors offer is public."""

    def visible_to(self, user: Viewer) -> Self:
        """Return those in use."""
        return super().visible_to(user).filter(is_active=True)


class AgreementTemplate(models.Model):
    """A template for an agreement between municipalities, which editors offer."""

    title = models.CharField(_("title"), max_length=160)
    summary = models.CharField(_("when it fits"), max_length=300)
    document = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name=_("file"))
    is_active = models.BooleanField(_("in use"), default=True)

    objects = AgreementTemplateQuerySet.as_manager()

    class Meta:
        """By title."""

        verbose_name = _("template for an agreement")
        verbose_name_plural = _("templates for agreements")
        ordering: ClassVar = ["title", "pk"]

    def __str__(self) -> str:
        """The title."""
        return self.title
