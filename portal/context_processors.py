"""What every page needs: the navigation, and how it is to look."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse

from portal.areas import areas
from portal.theme import chosen_theme
from portal.visibility import Viewer


def navigation(request: HttpRequest) -> dict[str, Any]:
    """List the entries that this reader may see, the current one marked; name the theme that this reader has chosen."""
    user = getattr(request, "user", AnonymousUser())
    entries = []
    for item in areas.each("navigation"):
        if item.visible_to(user):
            url = reverse(item.url_name)
            entries.append({"label": item.label, "url": url, "current": request.path.startswith(url)})
    return {
        "navigation": entries,
        "staff_pages": staff_pages(user),
        "theme": chosen_theme(request),
        "demo": settings.DEMO,
        "operator_email": settings.OPERATOR_EMAIL,
    }


def staff_pages(user: Viewer) -> list[dict[str, Any]]:
    """List what the centre's own people do in the portal; nobody else is asked about more than her roles."""
    if not user.is_authenticated or not (getattr(user, "is_superuser", False) or getattr(user, "roles", ())):
        return []
    found = (item for item in areas.each("staff_pages") if item.visible_to(user))
    return [{"label": item.label, "url": reverse(item.url_name)} for item in found]
