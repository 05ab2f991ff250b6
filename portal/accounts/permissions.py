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


def can_end_role(user: Viewer, _grant: "RoleGrant") -> Decision:
    """Administrators end roles; the last administrator's one is kept by the database."""
    return can_administer(user)
