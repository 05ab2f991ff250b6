"""Who belongs to which organisation, and from when to when."""

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Self
from uuid import uuid4

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.directory import permissions
from portal.directory.models.mails import MailDue, mail_index
from portal.state import StateMachine, Transition
from portal.visibility import Viewer, VisibleQuerySet

if TYPE_CHECKING:
    from datetime import date

REQUEST_VALID = timedelta(days=90)
"""A request that nobody has answered by then expires; it can be made again."""


class Role(models.TextChoices):
    """What somebody may do for an organisation."""

    READER = "reader", _("Reader")
    CONTRIBUTOR = "contributor", _("Contributor")
    REPRESENTATIVE = "representative", _("Representative")


ROLE_MEANINGS = {
    Role.READER: _("sees what the organisation sees"),
    Role.CONTRIBUTOR: _("also edits the profile and enters and applies for the organisation"),
    Role.REPRESENTATIVE: _("also decides about members and delegations"),
}
"""What each role allows, in words."""


class Function(models.TextChoices):
    """What somebody is in an organisation."""

    HEAD = "head", _("Head of the administration, mayor")
    TREASURER = "treasurer", _("Treasury")
    CDO = "cdo", _("Digitalisation (CDO)")
    CLIMATE = "climate", _("Climate management")
    IT = "it", _("IT")
    PLANNING = "planning", _("Planning and building")
    CLERK = "clerk", _("Clerk")
    COUNCIL = "council", _("Council")
    MANAGEMENT = "management", _("Management")
    OTHER = "other", _("Other function")


class MembershipState(models.TextChoices):
    """Where a membership stands."""

    REQUESTED = "requested", _("requested")
    ACTIVE = "active", _("active")
    ENDED = "ended", _("ended")
    WITHDRAWN = "withdrawn", _("withdrawn")
    REJECTED = "rejected", _("rejected")
    EXPIRED = "expired", _("expired")


def _starts(membership: "Membership") -> tuple[str, ...]:
    membership.started_on = timezone.localdate()
    return ("started_on",)


def _ends(membership: "Membership") -> tuple[str, ...]:
    start: date = membership.started_on or timezone.localdate()
    membership.ended_on = max(timezone.localdate(), start)
    return ("ended_on",)


MEMBERSHIP = StateMachine(
    states=MembershipState,
    initial="requested",
    final=frozenset({"ended", "withdrawn", "rejected", "expired"}),
    transitions=(
        Transition(
            verb="confirm",
            label=_("Confirm"),
            sources=frozenset({"requested"}),
            target="active",
            who=permissions.can_answer_request,
            effect=_starts,
        ),
        Transition(
            verb="reject",
            label=_("Reject"),
            sources=frozenset({"requested"}),
            target="rejected",
            who=permissions.can_answer_request,
        ),
        Transition(
            verb="withdraw",
            label=_("Withdraw"),
            sources=frozenset({"requested"}),
            target="withdrawn",
            who=permissions.can_withdraw_request,
        ),
        Transition(
            verb="expire",
            label=_("Expire"),
            sources=frozenset({"requested"}),
            target="expired",
            who=permissions.by_itself,
        ),
        Transition(
            verb="end",
            label=_("End the membership"),
            sources=frozenset({"active"}),
            target="ended",
            who=permissions.can_end_membership,
            effect=_ends,
        ),
    ),
)

LAST_REPRESENTATIVE = "directory_membership_last_representative"
"""Name of the rule that the trigger reports."""

# Over several rows a trigger alone is not safe: two who leave at the same moment do not see each other (domains X6).
# Nobody leaves as the last one either, unless the organisation is given back to the centre: the service that does it
# says so for its transaction (``portal.given_back``), and only the very last member can.
# The lock on the organisation lets the second wait until the first is stored; its count then sees the first.
_KEEPS_A_REPRESENTATIVE = """
    IF TG_OP = 'INSERT' THEN
        changed := NEW.organisation_id;
    ELSE
        changed := OLD.organisation_id;
    END IF;
    IF TG_OP <> 'INSERT' AND OLD.state = 'active' AND OLD.role = 'representative' THEN
        given_back := string_to_array(COALESCE(current_setting('portal.given_back', true), ''), ',');
        lost := changed::text <> ALL(given_back);
    END IF;
    PERFORM 1 FROM directory_organisation WHERE id = changed FOR UPDATE;
    SELECT count(*), count(*) FILTER (WHERE role = 'representative') INTO members, representatives
    FROM directory_membership WHERE organisation_id = changed AND state = 'active';
    IF members > 0 AND representatives = 0 THEN
        RAISE EXCEPTION 'an organisation with members needs a representative'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'directory_membership_last_representative';
    END IF;
    IF representatives = 0 AND lost THEN
        RAISE EXCEPTION 'the last representative hands over, or gives the organisation back'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'directory_membership_last_representative';
    END IF;
    RETURN NULL;
"""


class MembershipQuerySet(VisibleQuerySet["Membership"]):
    """Reading the memberships."""

    def active(self) -> Self:
        """Those that hold now."""
        return self.filter(state="active")

    def representatives(self) -> Self:
        """Those who may decide for an organisation."""
        return self.active().filter(role="representative")

    def of(self, person: Viewer) -> Self:
        """Those of one person; an anonymous reader has none."""
        return self.filter(person_id=person.pk) if person.is_authenticated else self.none()

    def visible_to(self, user: Viewer) -> Self:
        """One's own, and the active ones of one's organisations; all of those that one represents.

        Moderators and administrators of the centre see all.
        """
        if not user.is_authenticated:
            return self.none()
        if permissions.looks_after_actors(user):
            return self.all()
        mine = Membership.objects.of(user).active()
        return self.filter(
            Q(person_id=user.pk)
            | Q(state="active", organisation__in=mine.values("organisation"))
            | Q(organisation__in=mine.representatives().values("organisation"))
        )


class Membership(MailDue):
    """That a person belongs to an organisation: since when, with which rights, and who confirmed it."""

    State = MembershipState

    id = models.UUIDField(_("key"), primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        "directory.Organisation", models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    function = models.CharField(_("function"), max_length=16, choices=Function, default=Function.OTHER)
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.READER)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REQUESTED)
    message = models.TextField(_("message"), blank=True, max_length=1_000)
    started_on = models.DateField(_("since"), null=True, blank=True)
    ended_on = models.DateField(_("until"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("confirmed by"),
        help_text=_("Empty where an address of the official domain confirmed it."),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        """One live membership for each person and organisation; whoever has members has a representative."""

        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering: ClassVar = ["created_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "organisation"],
                condition=Q(state__in=["requested", "active"]),
                name="directory_membership_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["active", "ended"], started_on__isnull=False)
                | Q(state__in=["requested", "withdrawn", "rejected", "expired"], started_on=None),
                name="directory_membership_start",
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_on__gte=F("started_on")) | (~Q(state="ended") & Q(ended_on=None)),
                name="directory_membership_end",
            ),
            models.CheckConstraint(
                condition=Q(role__in=["reader", "contributor", "representative"]), name="directory_membership_role"
            ),
        ]
        indexes: ClassVar = [
            mail_index("directory_membership_mail"),
            models.Index(
                fields=["organisation", "role"], condition=Q(state="active"), name="directory_membership_active"
            ),
        ]
        triggers: ClassVar = [
            MEMBERSHIP.trigger("membership_states"),
            pgtrigger.Trigger(
                name="membership_moves_not",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__organisation__df=pgtrigger.F("new__organisation"))
                | pgtrigger.Q(old__person__df=pgtrigger.F("new__person")),
                func="""
                    RAISE EXCEPTION 'a membership stays with its person and organisation'
                        USING ERRCODE = 'check_violation';
                """,
            ),
            pgtrigger.Trigger(
                name="keeps_a_representative",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                timing=pgtrigger.Deferred,
                declare=[
                    ("changed", "uuid"),
                    ("members", "bigint"),
                    ("representatives", "bigint"),
                    ("given_back", "text[]"),
                    ("lost", "boolean := false"),
                ],
                func=_KEEPS_A_REPRESENTATIVE,
            ),
        ]

    def __str__(self) -> str:
        """Who, where, and in which state."""
        return f"{self.person}, {self.organisation} ({self.get_state_display()})"

    @property
    def is_active(self) -> bool:
        """Whether it holds now."""
        return self.state == self.State.ACTIVE
