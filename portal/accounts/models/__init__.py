"""People and what belongs to their accounts."""

from portal.accounts.models.people import APPROVERS, EDITORS, PeopleQuerySet, User, UserManager
from portal.accounts.models.roles import Role, RoleGrant
from portal.accounts.models.sign_ins import KEPT_FOR, Method, SignIn
from portal.accounts.models.subject_rights import DataExport, ErasureTombstone
from portal.accounts.models.support import SupportView
from portal.accounts.models.tokens import ApiToken, Scope

__all__ = [
    "APPROVERS",
    "EDITORS",
    "KEPT_FOR",
    "ApiToken",
    "DataExport",
    "ErasureTombstone",
    "Method",
    "PeopleQuerySet",
    "Role",
    "RoleGrant",
    "Scope",
    "SignIn",
    "SupportView",
    "User",
    "UserManager",
]
