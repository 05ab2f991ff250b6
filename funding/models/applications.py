"""What an organisation applies for: from the shortlist to the proof of use. Only the organisation itself sees it."""

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding import permissions
from funding.models.programmes import Programme
from funding.models.terms import euros
from portal.accounts.models import User
from portal.accounts.models.subject_rights import private_storage
from portal.directory.models import Delegation, Function, Membership, Organisation
from portal.keeping import KeptFile
from portal.state import StateMachine, Transition
from portal.visibility import Viewer, VisibleQuerySet

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    type Effect = Callable[["Application"], Collection[str]]

    from django.utils.functional import _StrOrPromise as StrOrPromise
    from django_stubs_ext.db.models.manager import RelatedManager


class ApplicationState(models.TextChoices):
    """How far an application is."""

    SHORTLISTED = "shortlisted", _("on the shortlist")
    PLANNED = "planned", _("planned")
    APPLIED = "applied", _("applied for")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("dropped")
    PAID = "paid", _("paid")
    PROVEN = "proven", _("proof of use done")


GRANTED = (ApplicationState.APPROVED, ApplicationState.PAID, ApplicationState.PROVEN)
"""States of an application that the municipality got money for, or will."""

DECIDED = (*GRANTED, ApplicationState.REFUSED)


def _sets(field: str) -> "Callable[[Application], Collection[str]]":
    """Make an effect that writes today's date into a field that has none."""

    def effect(application: "Application") -> "Collection[str]":
        if getattr(application, field) is None:
            setattr(application, field, timezone.localdate())
        return (field,)

    return effect


def _takes_back_what_is_shared(application: "Application") -> "Collection[str]":
    """Effect of the steps that lead away from a decision: what is not decided is not shared; the text stays."""
    application.sharing = Application.Sharing.NONE
    return ("sharing",)


def _begins_anew(application: "Application") -> "Collection[str]":
    """Effect of planning: the days of an earlier round move into the notes, so that the next one gets its own."""
    days = ((_("applied on"), application.applied_on), (_("decided on"), application.decided_on))
    said = [f"{label} {date_format(day, 'SHORT_DATE_FORMAT')}" for label, day in days if day]
    if said:
        line = gettext("Earlier round: %(days)s.") % {"days": ", ".join(said)}
        application.notes = f"{application.notes}\n{line}".strip()
        application.applied_on = application.decided_on = None
    return ("notes", "applied_on", "decided_on", *_takes_back_what_is_shared(application))


def _step(verb: str, label: "StrOrPromise", sources: tuple[str, ...], target: str, effect: "Effect") -> Transition:
    return Transition(
        verb=verb,
        label=label,
        sources=frozenset(sources),
        target=target,
        who=permissions.can_keep_application,
        effect=effect,
    )


MACHINE = StateMachine(
    states=ApplicationState,
    initial="shortlisted",
    final=frozenset({"proven"}),
    transitions=(
        _step("plan", _("We plan it"), ("shortlisted", "refused", "withdrawn"), "planned", _begins_anew),
        _step("submit", _("Application sent"), ("shortlisted", "planned"), "applied", _sets("applied_on")),
        _step("approve", _("Approved"), ("applied",), "approved", _sets("decided_on")),
        _step("refuse", _("Refused"), ("applied",), "refused", _sets("decided_on")),
        _step(
            "drop",
            _("Drop it"),
            ("shortlisted", "planned", "applied", "approved"),
            "withdrawn",
            _takes_back_what_is_shared,
        ),
        _step("pay", _("Money arrived"), ("approved",), "paid", _sets("paid_on")),
        _step("prove", _("Proof of use sent"), ("paid",), "proven", _sets("proven_on")),
    ),
)


class ApplicationQuerySet(VisibleQuerySet["Application"]):
    """Reading applications."""

    def visible_to(self, user: Viewer) -> Self:
        """Members of the organisation see its applications, and those whom it has asked to apply; nobody else."""
        if not isinstance(user, User):
            return self.none()
        own = Membership.objects.of(user).active().values("organisation")
        holding = Delegation.objects.all().holding().filter(tasks__contains=[permissions.APPLY])
        asked = holding.filter(
            delegate__memberships__person=user,
            delegate__memberships__state="active",
            delegate__memberships__role__in=["contributor", "representative"],
        )
        return self.filter(Q(organisation__in=own) | Q(organisation__in=asked.values("principal")))

    def with_parts(self) -> Self:
        """Join what a list shows."""
        return self.select_related("programme", "organisation")

    def due_by(self, day: date) -> Self:
        """Return those whose next step, or whose proof of use, is due up to a day."""
        going = self.exclude(state__in=["proven", "refused", "withdrawn"])
        return going.filter(Q(next_due_on__lte=day) | Q(proof_due_on__lte=day, state__in=["approved", "paid"]))

    def shared(self) -> Self:
        """Return what organisations let others reuse."""
        return self.exclude(sharing="none")


class Application(models.Model):
    """An application of an organisation for money of a programme.

    Attributes:
        owner: the function whose holder looks after it; a person may change, the function stays.
        next_step, next_due_on: what has to be done next, and by when.
        sharing: whether others may read ``shared_text``, and whether they learn whose it is.
    """

    class Sharing(models.TextChoices):
        """What others see of it."""

        NONE = "none", _("nobody but us")
        ANONYMOUS = "anonymous", _("everybody, without our name")
        NAMED = "named", _("everybody, with our name")

    State = ApplicationState

    id = models.UUIDField(_("key"), primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    title = models.CharField(
        _("undertaking"), max_length=200, help_text=_("What you want the money for, in a few words.")
    )
    state = models.CharField(_("state"), max_length=11, choices=ApplicationState, default=ApplicationState.SHORTLISTED)
    owner = models.CharField(_("who looks after it"), max_length=16, choices=Function, blank=True)
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    next_due_on = models.DateField(_("next step until"), null=True, blank=True)
    requested = euros(_("requested, in euros"))
    granted = euros(_("granted, in euros"))
    paid = euros(_("paid out, in euros"))
    file_number = models.CharField(_("file number of the authority"), max_length=100, blank=True)
    contact = models.CharField(_("contact at the authority"), max_length=300, blank=True)
    notes = models.TextField(_("notes"), max_length=5_000, blank=True)
    applied_on = models.DateField(_("applied on"), null=True, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    proof_due_on = models.DateField(_("proof of use until"), null=True, blank=True)
    proven_on = models.DateField(_("proof of use sent on"), null=True, blank=True)
    sharing = models.CharField(_("Who may reuse it?"), max_length=9, choices=Sharing, default=Sharing.NONE)
    shared_text = models.TextField(
        _("what others may reuse"),
        max_length=10_000,
        blank=True,
        help_text=_("For example the description of the undertaking, and what you would do differently. No names."),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = ApplicationQuerySet.as_manager()

    if TYPE_CHECKING:
        files: RelatedManager["ApplicationFile"]

    class Meta:
        """What is shared says something and is decided; dates follow each other."""

        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering: ClassVar = ["organisation", "-updated_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=list(ApplicationState.values)), name="funding_application_state"
            ),
            models.UniqueConstraint(fields=["organisation", "programme", "title"], name="funding_application_once"),
            models.CheckConstraint(
                condition=Q(sharing="none")
                | (Q(shared_text__regex=r"\S") & Q(state__in=["approved", "refused", "paid", "proven"])),
                name="funding_application_shared_says_something",
                violation_error_message=_(
                    "Others can reuse an application once it is decided, and only if there is something to read."
                ),
            ),
            models.CheckConstraint(
                condition=(Q(requested=None) | Q(requested__gte=0))
                & (Q(granted=None) | Q(granted__gte=0))
                & (Q(paid=None) | Q(paid__gte=0)),
                name="funding_application_amounts",
            ),
            models.CheckConstraint(
                condition=Q(applied_on=None) | Q(decided_on=None) | Q(decided_on__gte=models.F("applied_on")),
                name="funding_application_decided_after_it_was_sent",
                violation_error_message=_("The decision lies before the application."),
            ),
        ]
        triggers: ClassVar = [MACHINE.trigger("funding_application_states")]
        indexes: ClassVar = [
            models.Index(fields=["next_due_on"], name="funding_application_due"),
            models.Index(fields=["programme", "state"], name="funding_application_of"),
        ]

    def __str__(self) -> str:
        """The undertaking."""
        return self.title

    def get_absolute_url(self) -> str:
        """Its page, for the organisation alone."""
        return reverse("funding:application", args=[self.pk])

    @property
    def nearest_due(self) -> date | None:
        """The nearest day on which something has to be done."""
        days = [self.next_due_on, self.proof_due_on if self.state in {"approved", "paid"} else None]
        return min((day for day in days if day is not None), default=None)

    @property
    def is_overdue(self) -> bool:
        """Whether something should have been done by yesterday."""
        return self.nearest_due is not None and self.nearest_due < timezone.localdate()


class ApplicationFile(KeptFile):
    """A file that belongs to an application; no address leads to it but the one that asks who wants it."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="files", verbose_name=_("application"))
    file = models.FileField(_("file"), storage=private_storage, upload_to="funding")

    class Meta(KeptFile.Meta):
        """The newest first."""

        verbose_name = _("file of an application")
        verbose_name_plural = _("files of applications")
