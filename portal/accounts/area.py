"""What the accounts give to the portal."""

from datetime import timedelta

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialToken
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from portal.accounts import permissions
from portal.accounts.models import (
    KEPT_FOR,
    ApiToken,
    DataExport,
    ErasureTombstone,
    RoleGrant,
    SignIn,
    SupportView,
    User,
)
from portal.accounts.models.support import KEPT_FOR as SUPPORT_VIEWS_KEPT_FOR
from portal.accounts.models.tokens import KEPT_AFTER, LONGEST
from portal.accounts.services import export, retention, roles, sessions, tokens
from portal.areas import Area, NavItem, areas
from portal.audit.models import AuditEvent
from portal.privacy import Erasure, PersonalData

SIGNING_IN = _("So that people can sign in and be recognised by those they work with.")


areas.register(
    Area(
        slug="accounts",
        label=_("Accounts"),
        summary=_("Signing in and one's own data."),
        order=900,
        account_pages=(
            NavItem(label=_("Name"), url_name="accounts:rename", description=_("What others see of you.")),
            NavItem(
                label=_("E-mail address"),
                url_name="account_email",
                description=_("You sign in with it, and mails go there."),
            ),
            NavItem(label=_("Password"), url_name="account_change_password", description=_("Change or set it.")),
            NavItem(
                label=_("Second factor"),
                url_name="mfa_index",
                description=_("An app for codes, passkeys and recovery codes."),
            ),
            NavItem(
                label=_("Where you are signed in"),
                url_name="usersessions_list",
                description=_("End sessions on other devices."),
            ),
            NavItem(
                label=_("Sign-ins"),
                url_name="accounts:history",
                description=_("When somebody signed in or tried to, in the last ninety days."),
            ),
            NavItem(
                label=_("API tokens"),
                url_name="accounts:api_tokens",
                description=_("For programs that use our programming interface in your name."),
            ),
            NavItem(
                label=_("Accesses of the support"),
                url_name="accounts:support_views",
                description=_("When the support has looked at the portal as you see it, and why."),
            ),
            NavItem(
                label=_("My data"),
                url_name="accounts:own_data",
                description=_("What is stored about you, a copy of it, and how to delete your account."),
            ),
            NavItem(
                label=_("Accounts of other providers"),
                url_name="socialaccount_connections",
                visible_to=lambda _user: bool(settings.OIDC_PROVIDERS),
                description=_("Sign in with an account that you have elsewhere."),
            ),
        ),
        staff_pages=(
            NavItem(
                label=_("People and roles"),
                url_name="accounts:people",
                visible_to=lambda user: bool(permissions.can_administer(user)),
            ),
            NavItem(
                label=_("Audit"),
                url_name="audit:events",
                visible_to=lambda user: bool(permissions.can_administer(user)),
            ),
        ),
        erasure_blockers=roles.hand_overs,
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
                purpose=SIGNING_IN,
                legal_basis=_("Art. 6(1)(b) GDPR"),
                erasure=Erasure.DELETE,
                retention=timedelta(days=731),
                purge=retention.purge_accounts,
                until=_("24 months after the last visit; 7 days if the address is not confirmed"),
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
                rows=sessions.of_person,
                fields=("expire_date",),
                purpose=_("Keeps a person signed in."),
                legal_basis=_("Art. 6(1)(b) GDPR"),
                erasure=Erasure.DELETE,
                retention=timedelta(days=14),
                purge=sessions.purge_expired,
            ),
            PersonalData(
                model=SupportView,
                subject="person",
                fields=("viewer", "reason", "started_at", "expires_at", "ended_at"),
                purpose=_("Shows people who of the support has looked at the portal as they see it, and why."),
                legal_basis=_("Art. 6(1)(e) with Art. 32 GDPR"),
                erasure=Erasure.DELETE,
                retention=SUPPORT_VIEWS_KEPT_FOR,
                retention_from="started_at",
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
            PersonalData(
                model=EmailAddress,
                subject="user",
                fields=("email",),
                purpose=SIGNING_IN,
                legal_basis=_("Art. 6(1)(b) GDPR"),
                erasure=Erasure.DELETE,
            ),
            PersonalData(
                model=EmailConfirmation,
                subject="email_address__user",
                fields=("sent",),
                purpose=SIGNING_IN,
                legal_basis=_("Art. 6(1)(b) GDPR"),
                erasure=Erasure.DELETE,
            ),
            PersonalData(
                model=Authenticator,
                subject="user",
                fields=("type", "created_at", "last_used_at"),  # the secret is for nobody's eyes
                purpose=_("Protects an account by a second factor."),
                legal_basis=_("Art. 6(1)(b) GDPR"),
                erasure=Erasure.DELETE,
            ),
            PersonalData(
                model=SocialAccount,
                subject="user",
                fields=("provider", "uid", "last_login", "date_joined", "extra_data"),
                purpose=_("So that people can sign in with an account of another provider."),
                legal_basis=_("Art. 6(1)(b) GDPR"),
                erasure=Erasure.DELETE,
            ),
            PersonalData(
                model=SocialToken,
                subject="account__user",
                fields=("expires_at",),  # the secrets are for nobody's eyes
                purpose=_("So that people can sign in with an account of another provider."),
                legal_basis=_("Art. 6(1)(b) GDPR"),
                erasure=Erasure.DELETE,
            ),
            PersonalData(
                model=UserSession,
                subject="user",
                fields=("ip", "user_agent", "created_at", "last_seen_at", "data"),
                purpose=_("Shows people where they are signed in; instead of the IP address a pseudonym is kept."),
                legal_basis=_("Art. 6(1)(b) GDPR"),
                erasure=Erasure.DELETE,
                retention=timedelta(hours=max(settings.SESSION_HOURS, settings.SESSION_HOURS_ROLE)),
                purge=sessions.purge_traces,
            ),
            PersonalData(
                model=ApiToken,
                subject="person",
                fields=(
                    "name",
                    "hint",
                    "scopes",
                    "created_at",
                    "expires_at",
                    "revoked_at",
                    "last_used_on",
                    "warned_at",
                ),
                purpose=_("So that programs of a person can use the programming interface in her name."),
                legal_basis=_("Art. 6(1)(b) GDPR"),
                erasure=Erasure.DELETE,
                retention=LONGEST + KEPT_AFTER,
                purge=tokens.purge_tokens,
                until=_("90 days after the token has ended"),
            ),
            PersonalData(
                model=SignIn,
                subject="person",
                fields=("at", "method", "device", "successful"),
                purpose=_("Shows people who tried to sign in to their account."),
                legal_basis=_("Art. 6(1)(f) GDPR"),
                erasure=Erasure.DELETE,
                retention=KEPT_FOR,
            ),
        ),
    )
)
