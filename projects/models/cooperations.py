"""What two or more do together once they have found each other: partners, goal, who does what, steps, files."""

from typing import TYPE_CHECKING, ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import Exists, OuterRef, Q
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
    """What partners do together.

    Attributes:
        version: grows whenever somebody stores it, so that two who write at once do not undo each other's work.
    """

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
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = CooperationQuerySet.as_manager()

    if TYPE_CHECKING:
        joinings: RelatedManager["Joining"]
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

    @property
    def is_over(self) -> bool:
        """Whether nothing more is done together: then nobody joins."""
        return self.state in {CooperationState.REALISED, CooperationState.ENDED}


class JoiningState(models.TextChoices):
    """What came of it."""

    OPEN = "offen", pgettext_lazy("joining", "open")
    JOINED = "beigetreten", _("joined")
    DECLINED = "abgelehnt", _("declined")


class JoiningQuerySet(VisibleQuerySet["Joining"]):
    """Reading who is to join."""

    def visible_to(self, user: Viewer) -> Self:
        """Members of the partners; those of whom they ask only once all have consented, until the answer is given."""
        if not isinstance(user, User):
            return self.none()
        own = list(Membership.objects.of(user).active().values_list("organisation", flat=True))
        consented = Joining.consents.through._default_manager.filter(
            joining=OuterRef(OuterRef("pk")), organisation=OuterRef("organisation")
        )
        lacking = Cooperation.partners.through._default_manager.filter(
            ~Exists(consented), cooperation=OuterRef("cooperation")
        )
        taking_part = Cooperation.partners.through._default_manager.filter(
            cooperation=OuterRef("cooperation"), organisation__in=own
        )
        return self.filter(Exists(taking_part) | Q(~Exists(lacking), organisation__in=own, state=JoiningState.OPEN))

    def with_parts(self) -> Self:
        """Join what a list of them shows."""
        return self.select_related("organisation", "proposed_by", "cooperation").prefetch_related("consents")


class Joining(models.Model):
    """An organisation is to become a further partner.

    The rule, the simplest that does wrong to nobody: a partner proposes it and consents thereby; every other partner
    has to consent, since each has agreed to work with those who are there and with nobody else. Only then is the
    organisation asked: before, it does not learn that there is a co-operation, nor of whom. It takes part once it has
    agreed itself. A single no, of a partner or of the organisation, ends it. Who has become a partner meanwhile has to
    consent as well, who has left need not.
    """

    State = JoiningState

    id = models.UUIDField(_("key"), primary_key=True, default=uuid4, editable=False)
    cooperation = models.ForeignKey(
        Cooperation, models.CASCADE, related_name="joinings", verbose_name=_("co-operation")
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    proposed_by = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    consents: "models.ManyToManyField[Organisation, models.Model]" = models.ManyToManyField(
        Organisation, related_name="+", verbose_name=_("partners that have consented")
    )
    state = models.CharField(_("state"), max_length=11, choices=JoiningState, default=JoiningState.OPEN)
    proposed_at = models.DateTimeField(_("proposed at"), auto_now_add=True)

    objects = JoiningQuerySet.as_manager()

    class Meta:
        """The latest first; an organisation is proposed once at a time."""

        verbose_name = _("proposal of a further partner")
        verbose_name_plural = _("proposals of further partners")
        ordering: ClassVar = ["-proposed_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cooperation", "organisation"], condition=Q(state="offen"), name="projects_joining_once"
            ),
            models.CheckConstraint(condition=Q(state__in=JoiningState.values), name="projects_joining_state"),
        ]

    def __str__(self) -> str:
        """Who is to join."""
        return str(self.organisation)

    def get_absolute_url(self) -> str:
        """Its page, for the partners and for whom they ask."""
        return reverse("projects:joining", args=[self.pk])

    def waits_for(self) -> list[Organisation]:
        """Return the partners that have not yet consented; once all have, the organisation itself; then nobody."""
        if self.state != JoiningState.OPEN:
            return []
        consented = {one.pk for one in self.consents.all()}
        partners = list(self.cooperation.partners.all())
        return [one for one in partners if one.pk not in consented] or [self.organisation]


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
