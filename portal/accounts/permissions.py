"""Who may administer people."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.permissions import Decision, Denied
from portal.visibility import Viewer

if TYPE_CHECKING:
    from portal.accounts.models import RoleGrant, User


def can_administer(user: Viewer, _obj: object = None) -> Decision:
    """Administrators see accounts and roles, and change roles."""
    if user.is_authenticated and getattr(user, "is_administrator", False):
        return True
    return Denied(_("Only administrators of the competence centre can look after people and roles."))


def can_grant_role(user: Viewer, person: "User") -> Decision:
    """Administrators give roles to people whose account is in use."""
    allowed = can_administer(user)
    if allowed and not person.is_active:
        return Denied(_("This account is switched off and cannot have a role."))
    return allowed


def can_change_access(user: Viewer, person: "User") -> Decision:
    """Administrators close accounts, open them and end their sessions; their own they leave by their own account."""
    allowed = can_administer(user)
    if allowed and person.pk == user.pk:
        return Denied(_("Your own sessions and your own account are in your account."))
    return allowed


def can_view_as(user: Viewer, person: "User") -> Decision:
    """Administrators look at the portal as others see it; never as somebody who has as many rights (ADR 0017)."""
    allowed = can_administer(user)
    if not allowed:
        return Denied(_("Only administrators of the competence centre can look at the portal as another person."))
    if person.pk == user.pk:
        return Denied(_("You already see the portal as yourself."))
    if person.is_superuser or person.is_staff or person.is_administrator:
        return Denied(_("Nobody can look at the portal as another administrator."))
    if not person.is_active:
        return Denied(_("This account is switched off: nobody sees the portal with it."))
    return True


def can_end_role(user: Viewer, _grant: "RoleGrant") -> Decision:
    """Administrators end roles; the last administrator's one is kept by the database."""
    return can_administer(user)
