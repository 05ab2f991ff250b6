"""What the accounts give to the portal."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import DataExport, ErasureTombstone, User
from portal.accounts.services import export, retention, sessions
from portal.areas import Area, areas
from portal.audit.models import AuditEvent
from portal.privacy import Erasure, PersonalData

areas.register(
    Area(
        slug="accounts",
        label=_("Accounts"),
        summary=_("Signing in and one's own data."),
        order=900,
        personal_data=(
            PersonalData(
                model=User,
                subject="pk",
                fields=(
                    "email",
                    "display_name",
                    "uuid",
                    "groups",
                    "created_at",
                    "last_login",
                    "last_seen_on",
                    "warned_at",
                ),
                purpose=_("So that people can sign in and be recognised by those they work with."),
                legal_basis=_("Art. 6(1)(b) GDPR"),
                erasure=Erasure.DELETE,
                retention=timedelta(days=731),
                purge=retention.purge_accounts,
                until=_("24 months after the last visit; 7 days if the address is not confirmed"),
            ),
            PersonalData(
                model=Session,
                subject="",
                rows=sessions.of_person,
                fields=("expire_date",),
                purpose=_("Keeps a person signed in."),
                legal_basis=_("Art. 6(1)(b) GDPR"),
                erasure=Erasure.DELETE,
                retention=timedelta(days=14),
                purge=sessions.purge_expired,
            ),
            PersonalData(
                model=DataExport,
                subject="person",
                fields=("requested_at", "ready_at", "expires_at", "fetched_at"),
                files=("file",),
                purpose=_("So that people get a copy of their data (Art. 15 and 20 GDPR)."),
                legal_basis=_("Art. 6(1)(c) GDPR"),
                erasure=Erasure.DELETE,
                retention=timedelta(days=8),
                purge=export.purge_expired,
                until=_("7 days after it was made"),
            ),
            PersonalData(
                model=ErasureTombstone,
                subject="",
                fields=("uuid", "at"),
                purpose=_("So that a restored backup does not bring back who was erased."),
                legal_basis=_("Art. 6(1)(c) with Art. 17(1) GDPR"),
                erasure=Erasure.KEEP,
                until=_("as long as the portal is run; the key leads nowhere"),
            ),
            PersonalData(
                model=AuditEvent,
                subject="",
                rows=lambda person: AuditEvent.objects.filter(actor=person.uuid),
                fields=("at", "verb", "object_type", "reason", "changed"),
                purpose=_("So that it can be proved who did what. A line names people by a random key alone."),
                legal_basis=_("Art. 6(1)(e) with Art. 32 and Art. 17(3)(b) GDPR"),
                erasure=Erasure.KEEP,
                until=_(
                    "as long as the portal is run; once an account is erased, nothing leads from its key to a person"
                ),
            ),
        ),
    )
)
