"""People and what belongs to their accounts."""

from portal.accounts.models.people import APPROVERS, EDITORS, User, UserManager

__all__ = ["APPROVERS", "EDITORS", "User", "UserManager"]
