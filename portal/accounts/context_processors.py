"""When the session ends, for every page of somebody who is signed in (WCAG 2.2.1)."""

from typing import Any

from django.http import HttpRequest

from portal.accounts import session_limits as limits
from portal.accounts.support import present_view


def session_end(request: HttpRequest) -> dict[str, Any]:
    """Tell when the session ends, and whose view is shown; nothing for anonymous readers."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or limits.BEGAN not in request.session:
        return {}
    return {
        "session_limits": limits.limits_of(request),
        "warn_before": limits.WARN_BEFORE,
        "support_view": present_view(request),
    }
