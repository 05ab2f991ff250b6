"""People and what belongs to their accounts."""

from portal.accounts.models.people import APPROVERS, EDITORS, PeopleQuerySet, User, UserManager
from portal.accounts.models.roles import Role, RoleGrant
from portal.accounts.models.sign_ins import KEPT_FOR, Method, SignIn

__all__ = [
    "APPROVERS",
    "EDITORS",
    "KEPT_FOR",
    "Method",
    "PeopleQuerySet",
    "Role",
    "RoleGrant",
    "SignIn",
    "User",
    "UserManager",
]
