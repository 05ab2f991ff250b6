"""What every page needs: the navigation."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse

from portal.areas import areas


def navigation(request: HttpRequest) -> dict[str, Any]:
    """List the entries that this reader may see, the current one marked."""
    user = getattr(request, "user", AnonymousUser())
    entries = []
    for item in areas.each("navigation"):
        if item.visible_to(user):
            url = reverse(item.url_name)
            entries.append({"label": item.label, "url": url, "current": request.path.startswith(url)})
    return {"navigation": entries, "demo": settings.DEMO, "operator_email": settings.OPERATOR_EMAIL}
