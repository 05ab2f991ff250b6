"""One line for each thing that somebody did and that must be traceable (ASVS 5.0, chapter 16; domains 0.3).

The database refuses to change or delete a line. It names people and things by reference alone, so an erasure has
nothing to rewrite here: a person is the random key of an account, which leads nowhere once the account is gone.
"""

from typing import ClassVar, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.audit.permissions import can_read
from portal.privacy import is_person
from portal.visibility import Viewer, VisibleQuerySet


class Verb(models.TextChoices):
    """What can be done that has to be traceable. A verb is never renamed: lines with it stay for ever."""

    ROLE_GRANTED = "role-granted", _("Role granted")
    ROLE_ENDED = "role-ended", _("Role ended")
    MEMBERSHIP_REQUESTED = "membership-requested", _("Membership requested")
    MEMBERSHIP_INVITED = "membership-invited", _("Invited into an organisation")
    MEMBERSHIP_CONFIRMED = "membership-confirmed", _("Membership confirmed")
    MEMBERSHIP_CHANGED = "membership-changed", _("Membership changed")
    MEMBERSHIP_ENDED = "membership-ended", _("Membership ended")
    CLAIM_OPENED = "claim-opened", _("Organisation claimed")
    CLAIM_WITHDRAWN = "claim-withdrawn", _("Claim withdrawn")
    CLAIM_ACCEPTED = "claim-accepted", _("Claim accepted")
    CLAIM_REJECTED = "claim-rejected", _("Claim rejected")
    DELEGATION_OFFERED = "delegation-offered", _("Delegation offered")
    DELEGATION_AGREED = "delegation-agreed", _("Delegation agreed")
    DELEGATION_DECLINED = "delegation-declined", _("Delegation declined")
    DELEGATION_REVOKED = "delegation-revoked", _("Delegation revoked")
    ORGANISATION_CREATED = "organisation-created", _("Organisation created")
    ORGANISATION_CHANGED = "organisation-changed", _("Organisation changed")
    DATA_EXPORTED = "data-exported", _("Personal data exported")
    PERSON_ERASED = "person-erased", _("Person erased")
    SUPPORT_STARTED = "support-started", _("Looked at the portal as another person")
    SUPPORT_ENDED = "support-ended", _("Stopped looking as another person")
    TOKEN_CREATED = "token-created", _("API token created")
    TOKEN_REVOKED = "token-revoked", _("API token revoked")
    SIGN_IN_CHANGED = "sign-in-changed", _("Way of signing in changed")
    IMPORTED = "imported", _("Data imported")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn from publication")
    AUDIT_EXPORTED = "audit-exported", _("Audit exported")


def key_of(thing: models.Model) -> str:
    """Return how the audit names a thing: people by their random key, which leads nowhere once they are erased."""
    kind = thing._meta.model  # not type(): the person of a request is a wrapper until she is looked at
    return str(getattr(thing, "uuid", None) if is_person(kind) else thing.pk)


class AuditEventQuerySet(VisibleQuerySet["AuditEvent"]):
    """Reading the record."""

    def visible_to(self, user: Viewer) -> Self:
        """Administrators see all of it; nobody else sees any of it here."""
        return self if can_read(user) else self.none()

    def about(self, thing: models.Model) -> Self:
        """Lines about one thing."""
        return self.filter(object_type=thing._meta.label_lower, object_key=key_of(thing))


class AuditEvent(models.Model):
    """One line of the record.

    Attributes:
        actor: the random key of the person who did it; None: the portal did it by itself, or an anonymous reader.
        on_behalf_of: the key of the organisation that the person acted for; empty: for nobody but herself.
        object_type: the model of the thing, for example ``directory.organisation``.
        changed: names of the fields that changed; never their values.
        request: the key of the request in which it happened; the same key stands in the log of the server.
    """

    at = models.DateTimeField(_("when"), auto_now_add=True)
    actor = models.UUIDField(_("who"), null=True, blank=True)
    on_behalf_of = models.CharField(_("on behalf of"), max_length=40, blank=True)
    verb = models.CharField(_("what"), max_length=30, choices=Verb)
    object_type = models.CharField(_("kind of thing"), max_length=80)
    object_key = models.CharField(_("key of the thing"), max_length=64)
    reason = models.TextField(_("reason"), blank=True, max_length=1000)
    changed: "ArrayField[list[str], list[str]]" = ArrayField(
        models.CharField(max_length=80), default=list, blank=True, verbose_name=_("changed fields")
    )
    request = models.UUIDField(_("request"), null=True, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        """Append-only."""

        verbose_name = _("line of the audit")
        verbose_name_plural = _("lines of the audit")
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(verb__in=Verb.values), name="audit_event_known_verb"),
            models.CheckConstraint(
                condition=~Q(object_type="") & ~Q(object_key=""), name="audit_event_about_something"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"], name="audit_event_newest"),
            models.Index(fields=["object_type", "object_key"], name="audit_event_thing"),
            models.Index(fields=["actor", "-at"], name="audit_event_actor"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(  # PostgreSQL asks about TRUNCATE once for the statement, never for a row
                name="no_truncate",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'Cannot truncate table %', TG_TABLE_NAME;",
            ),
        ]

    def __str__(self) -> str:
        """What was done, and when."""
        return f"{self.get_verb_display()} ({self.at:%Y-%m-%d %H:%M})"
