"""People and what belongs to their accounts."""

from portal.accounts.models.people import APPROVERS, EDITORS, User, UserManager
from portal.accounts.models.subject_rights import DataExport, ErasureTombstone

__all__ = ["APPROVERS", "EDITORS", "DataExport", "ErasureTombstone", "User", "UserManager"]
