"""How people come to an organisation: an invitation by those who are there, a claim by those who are not yet."""

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.directory import permissions
from portal.directory.models.mails import MailDue, mail_index
from portal.directory.models.memberships import Function, Membership, Role
from portal.permissions import Decision, Denied
from portal.state import StateMachine, Transition
from portal.visibility import Viewer, VisibleQuerySet

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

INVITATION_VALID = timedelta(days=14)
"""So long an invitation can be accepted."""

ANSWERED_KEPT = timedelta(days=90)
"""So long an invitation that was answered or has expired is kept, so that representatives see what became of it."""


class InvitationState(models.TextChoices):
    """Where an invitation stands."""

    OPEN = "open", _("open")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("expired")


def _in_time(invitation: "Invitation") -> Decision:
    if timezone.now() < invitation.expires_at:
        return True
    return Denied(_("This invitation has expired. Please ask for a new one."))


def _invitation_way(verb: str, label: "StrOrPromise", target: str, **more: object) -> Transition:
    return Transition(verb=verb, label=label, sources=frozenset({"open"}), target=target, **more)  # type: ignore[arg-type] # who and guard


INVITATION = StateMachine(
    states=InvitationState,
    initial="open",
    final=frozenset({"accepted", "declined", "withdrawn", "expired"}),
    transitions=(
        _invitation_way("accept", _("Accept"), "accepted", who=permissions.can_answer_invitation, guard=_in_time),
        _invitation_way("decline", _("Decline"), "declined", who=permissions.can_answer_invitation),
        _invitation_way("withdraw", _("Withdraw"), "withdrawn", who=permissions.can_withdraw_invitation),
        _invitation_way("expire", _("Expire"), "expired", who=permissions.by_itself),
    ),
)


class InvitationQuerySet(VisibleQuerySet["Invitation"]):
    """Reading the invitations."""

    def open(self) -> Self:
        """Those that can still be accepted."""
        return self.filter(state="open", expires_at__gt=timezone.now())

    def visible_to(self, user: Viewer) -> Self:
        """Representatives see those of their organisations; whoever is invited has the link of the mail."""
        mine = Membership.objects.of(user).representatives()
        return self.filter(organisation__in=mine.values("organisation"))


class Invitation(MailDue):
    """That somebody may become a member. It goes to an address: nobody learns whether there is an account with it."""

    State = InvitationState

    id = models.UUIDField(_("key"), primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(
        "directory.Organisation", models.CASCADE, related_name="invitations", verbose_name=_("organisation")
    )
    email = models.EmailField(_("e-mail address"), max_length=254)
    function = models.CharField(_("function"), max_length=16, choices=Function, default=Function.OTHER)
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.READER)
    message = models.TextField(_("message"), blank=True, max_length=1_000)
    state = models.CharField(_("state"), max_length=10, choices=InvitationState, default=InvitationState.OPEN)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("invited by")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("can be accepted until"))

    objects = InvitationQuerySet.as_manager()

    class Meta:
        """One open invitation for each address and organisation."""

        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering: ClassVar = ["created_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["email", "organisation"], condition=Q(state="open"), name="directory_invitation_once"
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="directory_invitation_lower_case"),
            models.CheckConstraint(
                condition=Q(role__in=["reader", "contributor", "representative"]), name="directory_invitation_role"
            ),
        ]
        indexes: ClassVar = [mail_index("directory_invitation_mail")]
        triggers: ClassVar = [INVITATION.trigger("invitation_states")]

    def __str__(self) -> str:
        """Into which organisation; the address stands nowhere but where it is needed."""
        return _("Invitation into %(organisation)s") % {"organisation": self.organisation}


# --- claims ---------------------------------------------------------------------------------------------------------


class ClaimState(models.TextChoices):
    """Where a claim stands."""

    OPEN = "open", _("open")
    WITHDRAWN = "withdrawn", _("withdrawn")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")


def _decided(claim: "OrganisationClaim") -> tuple[str, ...]:
    claim.decided_at = timezone.now()
    return ("decided_at",)


CLAIM = StateMachine(
    states=ClaimState,
    initial="open",
    final=frozenset({"withdrawn", "accepted", "rejected"}),
    transitions=(
        Transition(
            verb="withdraw",
            label=_("Withdraw"),
            sources=frozenset({"open"}),
            target="withdrawn",
            who=permissions.can_withdraw_claim,
        ),
        Transition(
            verb="accept",
            label=_("Accept"),
            sources=frozenset({"open"}),
            target="accepted",
            who=permissions.can_decide_claim,
            effect=_decided,
        ),
        Transition(
            verb="reject",
            label=_("Reject"),
            sources=frozenset({"open"}),
            target="rejected",
            who=permissions.can_decide_claim,
            effect=_decided,
        ),
    ),
)


class ClaimQuerySet(VisibleQuerySet["OrganisationClaim"]):
    """Reading the claims."""

    def open(self) -> Self:
        """Those that wait for a decision."""
        return self.filter(state="open")

    def visible_to(self, user: Viewer) -> Self:
        """One's own; all for those who decide them."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if permissions.can_decide_claim(user) else self.filter(person_id=user.pk)


class OrganisationClaim(MailDue):
    """That somebody says to represent an organisation, with what shows it; the centre decides."""

    State = ClaimState

    id = models.UUIDField(_("key"), primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    organisation = models.ForeignKey(
        "directory.Organisation", models.CASCADE, related_name="claims", verbose_name=_("organisation")
    )
    function = models.CharField(_("function"), max_length=16, choices=Function, default=Function.OTHER)
    evidence = models.TextField(_("evidence"), max_length=3_000)
    state = models.CharField(_("state"), max_length=10, choices=ClaimState, default=ClaimState.OPEN)
    reason = models.TextField(_("reason"), blank=True, max_length=1_000)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        """One open claim for each person and organisation; nobody is rejected without a reason."""

        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering: ClassVar = ["created_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "organisation"], condition=Q(state="open"), name="directory_claim_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="rejected") | Q(reason__regex=r"\S"), name="directory_claim_rejected_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["accepted", "rejected"], decided_at__isnull=False)
                | Q(state__in=["open", "withdrawn"], decided_at=None),
                name="directory_claim_decided",
            ),
            models.CheckConstraint(condition=Q(evidence__regex=r"\S"), name="directory_claim_with_evidence"),
        ]
        indexes: ClassVar = [mail_index("directory_claim_mail")]
        triggers: ClassVar = [CLAIM.trigger("claim_states")]

    def __str__(self) -> str:
        """Who, and for which organisation."""
        return f"{self.person}: {self.organisation}"
