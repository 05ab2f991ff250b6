"""Accounts for the demonstration. They exist only where the portal runs with DEMO."""

from typing import TYPE_CHECKING, NamedTuple

from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import APPROVERS, EDITORS, User

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise


class DemoAccount(NamedTuple):
    """One account, and what can be tried with it."""

    email: str
    name: str
    groups: tuple[str, ...]
    purpose: "StrOrPromise"


DEMO_PASSWORD = "Musterkommune-2026"  # noqa: S105 - public on purpose; shown on the sign-in page of a demonstration
DEMO_ACCOUNTS = (
    DemoAccount(
        "redaktion@demo.example.org",
        "Rieke Redaktion (Demonstration)",
        (EDITORS,),
        _("Editor: writes guides, news and programmes, sees drafts, and hands them in for approval."),
    ),
    DemoAccount(
        "freigabe@demo.example.org",
        "Frida Freigabe (Demonstration)",
        (APPROVERS,),
        _("Approver: approves, publishes and withdraws what others have written."),
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
        user.groups.set([Group.objects.get_or_create(name=name)[0] for name in account.groups])
        made += 1
    return made
