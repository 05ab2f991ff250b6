"""People and what belongs to their accounts."""

from portal.accounts.models.people import APPROVERS, EDITORS, PeopleQuerySet, User, UserManager
from portal.accounts.models.roles import Role, RoleGrant

__all__ = ["APPROVERS", "EDITORS", "PeopleQuerySet", "Role", "RoleGrant", "User", "UserManager"]
