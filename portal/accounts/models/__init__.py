"""People and what belongs to their accounts."""

from portal.accounts.models.people import APPROVERS, EDITORS, User, UserManager
from portal.accounts.models.sign_ins import KEPT_FOR, Method, SignIn

__all__ = ["APPROVERS", "EDITORS", "KEPT_FOR", "Method", "SignIn", "User", "UserManager"]
