"""Factories for the audit."""

import factory
from factory.django import DjangoModelFactory

from portal.audit.models import AuditEvent, Verb


class AuditEventFactory(DjangoModelFactory[AuditEvent]):
    """A line that tells of a role that somebody was given. Administrators alone see it."""

    class Meta:
        model = AuditEvent

    class Params:
        hidden = factory.Trait()

    verb = Verb.ROLE_GRANTED
    object_type = "accounts.user"
    object_key = factory.Sequence(str)
