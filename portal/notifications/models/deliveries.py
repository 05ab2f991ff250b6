"""Mails on their way, and the addresses that mails no longer go to."""

from typing import ClassVar, Self
from uuid import uuid4

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.areas import areas
from portal.notifications.models.notifications import Digest
from portal.notifications.permissions import can_look_after
from portal.visibility import Viewer, VisibleQuerySet

TEMPLATE_VERSION = 1
"""Goes up when the mails' frame changes, so that the log says what somebody got."""


class DeliveryState(models.TextChoices):
    """Where a mail stands; the words of GOV.UK Notify, and two of our own."""

    QUEUED = "queued", _("waits")
    SENDING = "sending", _("is being sent")
    SENT = "sent", _("sent")
    DELIVERED = "delivered", _("delivered")
    TEMPORARY = "temporary_failure", _("failed, is tried again")
    PERMANENT = "permanent_failure", _("refused by the mail server")
    TECHNICAL = "technical_failure", _("given up")
    SUPPRESSED = "suppressed", _("not sent: the address takes no mails")
    CANCELLED = "cancelled", _("not sent: nothing was left to say")


DELIVERY_STATES = (
    ("queued", "sending"),
    ("queued", "cancelled"),
    ("temporary_failure", "sending"),
    *(("sending", state) for state in DeliveryState.values if state not in {"sending", "delivered"}),
    ("sent", "delivered"),
    ("sent", "permanent_failure"),  # the mail server took it, and a later one sent it back
    ("sent", "temporary_failure"),
    ("permanent_failure", "queued"),
    ("technical_failure", "queued"),
    ("suppressed", "queued"),
)
"""Every way from one state to another; the database knows no other."""

DEAD = (DeliveryState.PERMANENT, DeliveryState.TECHNICAL)
"""What nobody tries again by itself."""


class DeliveryQuerySet(VisibleQuerySet["Delivery"]):
    """Reading deliveries."""

    def visible_to(self, user: Viewer) -> Self:
        """Administrators look after the mails."""
        return self.all() if can_look_after(user) else self.none()

    def dead(self) -> Self:
        """Those that were given up."""
        return self.filter(state__in=list(DEAD))


class Delivery(models.Model):
    """One mail on its way. It holds neither the address nor a word of the mail: both are read when it is sent.

    Attributes:
        due_at: not sent before.
        claimed_until: until then the worker that took it has it for itself.
        handed_at: since then it is with the mail server. A worker that was killed before has sent nothing; one that
            was killed later may have: then the mail goes out again under the same Message-ID, by which mailboxes
            know that it is the same.
        reply: what the mail server said last, without addresses.
    """

    key = models.UUIDField(_("key"), default=uuid4, unique=True, editable=False)
    digest = models.OneToOneField(Digest, models.CASCADE, related_name="delivery", verbose_name=_("mail"))
    kinds = models.CharField(_("what it is about"), max_length=200, blank=True)
    template_version = models.PositiveSmallIntegerField(_("version of the frame"), default=TEMPLATE_VERSION)
    is_mandatory = models.BooleanField(_("mandatory"), default=False)
    state = models.CharField(_("state"), max_length=20, choices=DeliveryState, default=DeliveryState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due at"))
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    handed_at = models.DateTimeField(_("handed over at"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    reply = models.CharField(_("last answer of the mail server"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"))

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        """The newest first; what was sent has its moment."""

        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="notifications_delivery_state"),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "delivered"]) | Q(sent_at__isnull=False),
                name="notifications_delivery_sent_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(claimed_until__isnull=False),
                name="notifications_delivery_claimed_until",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=["queued", "temporary_failure"]),
                name="notifications_delivery_due",
            ),
            models.Index(fields=["claimed_until"], condition=Q(state="sending"), name="notifications_delivery_claim"),
        ]
        triggers: ClassVar = [
            pgtrigger.FSM(name="delivery_states", field="state", transitions=list(DELIVERY_STATES)),
        ]

    def __str__(self) -> str:
        """The period and the state."""
        return f"{self.digest}: {self.get_state_display()}"

    @property
    def kind_labels(self) -> str:
        """What it is about, in words; what nobody declares any more by its slug."""
        declared = {kind.slug: str(kind.label) for kind in areas.each("notifications")}
        return "; ".join(declared.get(slug, slug) for slug in self.kinds.split(", "))


class Suppression(models.Model):
    """An address that mails come back from, or whose owner wants none; known by a keyed hash alone.

    Attributes:
        points: a mail that came back for good counts more than one that came back for a while; they fade with time.
        reason: why no mail goes there; empty as long as the points do not suffice.
    """

    class Reason(models.TextChoices):
        """Why no mail goes there."""

        BOUNCE = "hard_bounce", _("mails came back")
        COMPLAINT = "complaint", _("reported as unwanted")
        ALL = "unsubscribe_all", _("wants no mails")

    address_hash = models.CharField(_("hash of the address"), max_length=64, unique=True)
    points = models.FloatField(_("points"), default=0)
    counted_at = models.DateTimeField(_("counted at"))
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True)

    class Meta:
        """The newest first."""

        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        ordering: ClassVar = ["-counted_at", "pk"]

    def __str__(self) -> str:
        """The reason; the address is not known."""
        return str(self.get_reason_display() or _("watched"))
