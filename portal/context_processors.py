"""What every page needs: the navigation, and how it is to look."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse

from portal.areas import areas
from portal.theme import chosen_theme


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
        "theme": chosen_theme(request),
        "demo": settings.DEMO,
        "operator_email": settings.OPERATOR_EMAIL,
    }
