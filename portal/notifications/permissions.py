"""Who may do what with notifications."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.permissions import Decision, Denied
from portal.visibility import Viewer

if TYPE_CHECKING:
    from portal.notifications.models import Delivery


def can_look_after(user: Viewer, _delivery: "Delivery | None" = None) -> Decision:
    """Administrators see which mails went out and which did not, and let them be sent again."""
    if user.is_authenticated and getattr(user, "is_administrator", False):
        return True
    return Denied(_("Only administrators of the competence centre look after the mails."))
