"""That an association or a district acts for one of its municipalities."""

from typing import ClassVar, Self
from uuid import uuid4

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.directory import permissions
from portal.directory.models.mails import MailDue, mail_index
from portal.directory.models.memberships import Membership
from portal.state import StateMachine, Transition
from portal.visibility import Viewer, VisibleQuerySet


class DelegatedTask(models.TextChoices):
    """What can be done for another organisation."""

    ASSESS = "assess", _("Take stock (assessment)")
    APPLY = "apply", _("Apply for funding and consulting")
    REGISTER = "register", _("Register for events and training")


class DelegationState(models.TextChoices):
    """Where a delegation stands."""

    OFFERED = "offered", _("offered")
    AGREED = "agreed", _("agreed")
    DECLINED = "declined", _("declined")
    REVOKED = "revoked", _("revoked")


def _answered(delegation: "Delegation") -> tuple[str, ...]:
    delegation.answered_at = timezone.now()
    return ("answered_at",)


def _revoked(delegation: "Delegation") -> tuple[str, ...]:
    delegation.revoked_at = timezone.now()
    return ("revoked_at",)


DELEGATION = StateMachine(
    states=DelegationState,
    initial="offered",
    final=frozenset({"declined", "revoked"}),
    transitions=(
        Transition(
            verb="agree",
            label=_("Agree"),
            sources=frozenset({"offered"}),
            target="agreed",
            who=permissions.can_answer_delegation,
            effect=_answered,
        ),
        Transition(
            verb="decline",
            label=_("Decline"),
            sources=frozenset({"offered"}),
            target="declined",
            who=permissions.can_answer_delegation,
            effect=_answered,
        ),
        Transition(
            verb="revoke",
            label=_("Revoke"),
            sources=frozenset({"offered", "agreed"}),
            target="revoked",
            who=permissions.can_revoke_delegation,
            effect=_revoked,
        ),
    ),
)


class DelegationQuerySet(VisibleQuerySet["Delegation"]):
    """Reading the delegations."""

    def live(self) -> Self:
        """Those that are offered or hold."""
        return self.filter(state__in=["offered", "agreed"])

    def holding(self) -> Self:
        """Those that hold, and whose municipality still belongs to the association or district by the register."""
        return self.filter(state="agreed", principal__ceased_on=None, delegate__ceased_on=None).filter(
            Q(principal__municipality__association=F("delegate__association"))
            | Q(principal__municipality__district=F("delegate__district"))
        )

    def visible_to(self, user: Viewer) -> Self:
        """Members of both sides see them."""
        mine = Membership.objects.of(user).active().values("organisation")
        return self.filter(Q(principal__in=mine) | Q(delegate__in=mine))


class Delegation(MailDue):
    """That one organisation acts for another in some tasks.

    Attributes:
        principal: the municipality that is acted for.
        delegate: its association or its district, which acts.
        asked_by_delegate: whether the acting side has asked; else the municipality has offered it.
    """

    State = DelegationState
    Task = DelegatedTask

    id = models.UUIDField(_("key"), primary_key=True, default=uuid4, editable=False)
    principal = models.ForeignKey(
        "directory.Organisation", models.PROTECT, related_name="delegations_given", verbose_name=_("for")
    )
    delegate = models.ForeignKey(
        "directory.Organisation", models.PROTECT, related_name="delegations_held", verbose_name=_("acts")
    )
    tasks: "ArrayField[list[str], list[str]]" = ArrayField(
        models.CharField(max_length=10, choices=DelegatedTask), verbose_name=_("tasks")
    )
    asked_by_delegate = models.BooleanField(_("asked for by the acting side"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=DelegationState, default=DelegationState.OFFERED)
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("offered by")
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("answered by"),
    )
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("revoked by")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        """One live delegation for each pair, and only between a municipality and what it belongs to."""

        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering: ClassVar = ["-created_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["principal", "delegate"],
                condition=Q(state__in=["offered", "agreed"]),
                name="directory_delegation_once",
            ),
            models.CheckConstraint(
                condition=Q(tasks__len__gt=0, tasks__contained_by=["assess", "apply", "register"]),
                name="directory_delegation_tasks",
            ),
            models.CheckConstraint(
                condition=Q(state="offered", answered_at=None)
                | Q(state__in=["agreed", "declined"], answered_at__isnull=False)
                | Q(state="revoked"),
                name="directory_delegation_answered",
            ),
            models.CheckConstraint(
                condition=Q(state="revoked", revoked_at__isnull=False) | (~Q(state="revoked") & Q(revoked_at=None)),
                name="directory_delegation_revoked",
            ),
        ]
        indexes: ClassVar = [mail_index("directory_delegation_mail")]
        triggers: ClassVar = [
            DELEGATION.trigger("delegation_states"),
            pgtrigger.Trigger(
                name="delegation_within_the_register",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("principal_id", "delegate_id"),  # type: ignore[no-untyped-call] # pgtrigger's own
                func="""
                    IF NOT EXISTS (
                        SELECT FROM directory_organisation principal
                        JOIN directory_municipality place ON place.ags = principal.municipality_id
                        JOIN directory_organisation delegate ON delegate.id = NEW.delegate_id
                            AND (delegate.association_id = place.association_id
                                 OR delegate.district_id = place.district_id)
                        WHERE principal.id = NEW.principal_id
                    ) THEN
                        RAISE EXCEPTION 'only the association or the district of a municipality can act for it'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'directory_delegation_within_the_register';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        """Who acts for whom."""
        return _("%(delegate)s acts for %(principal)s") % {"delegate": self.delegate, "principal": self.principal}

    @property
    def task_labels(self) -> list[str]:
        """The tasks in words."""
        return [str(DelegatedTask(task).label) for task in self.tasks]
