"""Who may read the audit."""

from django.utils.translation import gettext_lazy as _

from portal.permissions import Decision, Denied
from portal.visibility import Viewer


def can_read(user: Viewer, _event: object = None) -> Decision:
    """Administrators of the centre read the audit."""
    if user.is_authenticated and getattr(user, "is_administrator", False):
        return True
    return Denied(_("Only administrators of the competence centre can read the audit."))
