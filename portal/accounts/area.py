"""What the accounts give to the portal."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import RoleGrant, User
from portal.areas import Area, areas
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
                fields=("email", "display_name", "created_at", "last_login"),
                purpose=_("So that people can sign in and be recognised by those they work with."),
                legal_basis=_("Art. 6(1)(b) GDPR"),
                erasure=Erasure.DELETE,
            ),
            PersonalData(
                model=RoleGrant,
                subject="person",
                fields=("role", "granted_at", "reason", "ended_at", "end_reason"),
                purpose=_("So that it can be said who may do what for the centre, and since when."),
                legal_basis=_("Art. 6(1)(c) GDPR"),
                erasure=Erasure.DELETE,
            ),
            PersonalData(
                model=Session,
                subject="",
                fields=("session_data",),
                purpose=_("Keeps a person signed in."),
                legal_basis=_("Art. 6(1)(b) GDPR"),
                erasure=Erasure.DELETE,
                retention=timedelta(days=14),
            ),
        ),
    )
)
