"""Accounts for the demonstration. They exist only where the portal runs with DEMO."""

from typing import TYPE_CHECKING, NamedTuple

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from portal.accounts import services
from portal.accounts.models import Role, User

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise


class DemoAccount(NamedTuple):
    """One account, and what can be tried with it."""

    email: str
    name: str
    roles: tuple[Role, ...]
    purpose: "StrOrPromise"


DEMO_PASSWORD = "Musterkommune-2026"  # noqa: S105 - public on purpose; shown on the sign-in page of a demonstration
DEMO_SECRET = "MUSTERKOMMUNEMUSTERKOMMUNEMUSTER"  # noqa: S105 - as the password; its code is shown where it is asked for
DEMO_ACCOUNTS = (
    DemoAccount(
        "redaktion@demo.example.org",
        "Rieke Redaktion (Demonstration)",
        (Role.EDITOR,),
        _("Editor: writes guides, news and programmes, sees drafts, and hands them in for approval."),
    ),
    DemoAccount(
        "freigabe@demo.example.org",
        "Frida Freigabe (Demonstration)",
        (Role.APPROVER,),
        _("Approver: approves, publishes and withdraws what others have written."),
    ),
    DemoAccount(
        "beratung@demo.example.org",
        "Bente Beratung (Demonstration)",
        (Role.ADVISOR,),
        _("Advisor: helps municipalities."),
    ),
    DemoAccount(
        "moderation@demo.example.org",
        "Mika Moderation (Demonstration)",
        (Role.MODERATOR,),
        _("Moderator: looks after what people write to each other."),
    ),
    DemoAccount(
        "auswertung@demo.example.org",
        "Alex Auswertung (Demonstration)",
        (Role.EVALUATOR,),
        _("Evaluator: measures what the centre achieves."),
    ),
    DemoAccount(
        "verwaltung@demo.example.org",
        "Vanja Verwaltung (Demonstration)",
        (Role.ADMINISTRATOR,),
        _("Administrator: looks after people and roles at /verwaltung/personen/."),
    ),
    DemoAccount(
        "kommune@demo.example.org",
        "Kim Kommune (Demonstration)",
        (),
        _("Clerk of a municipality: represents Adenau, a town of 2,935 inhabitants, and decides who joins."),
    ),
    DemoAccount(
        "verband@demo.example.org",
        "Vera Verband (Demonstration)",
        (),
        _("Association of municipalities: acts for the town of Adenau, because both have agreed."),
    ),
)


def load() -> int:
    """Make the accounts that are missing and return how many were made."""
    made = 0
    for account in DEMO_ACCOUNTS:
        if User.objects.filter(email=account.email).exists():
            continue
        user = User.objects.create_user(account.email, DEMO_PASSWORD, display_name=account.name)
        for role in account.roles:
            services.grant_role(person=user, role=role, by=None, reason="Demonstration")
        services.confirm_address(person=user)
        if account.roles:
            TOTP.activate(user, DEMO_SECRET)
        made += 1
    return made


def present_code(person: User) -> str:
    """Return the code that an app would show now to one of these accounts; empty for every other account.

    A code counts once. Where it was used a moment ago, the next one is shown, which is accepted a little early.
    """
    factor = Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.TOTP).first()
    if factor is None or person.email not in {account.email for account in DEMO_ACCOUNTS}:
        return ""
    app = factor.wrap()
    _before, now, after = (format_hotp_value(hotp_value(DEMO_SECRET, n)) for n in yield_hotp_counters_from_time())
    return str(after if cache.get(app._get_used_cache_key(now)) else now)
