"""Accounts for the demonstration. They exist only where the portal runs with DEMO."""

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Role, User
from portal.accounts.services.roles import grant_role

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise


class DemoAccount(NamedTuple):
    """One account, and what can be tried with it."""

    email: str
    name: str
    roles: tuple[Role, ...]
    purpose: "StrOrPromise"


DEMO_PASSWORD = "Musterkommune-2026"  # noqa: S105 - public on purpose; shown on the sign-in page of a demonstration
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
        _("Clerk of a municipality: sees what everybody sees."),
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
            grant_role(person=user, role=role, by=None, reason="Demonstration")
        made += 1
    return made
