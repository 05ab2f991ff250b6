"""The bell: how much somebody has not read yet."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.notifications.models import Notification


def bell(request: HttpRequest) -> dict[str, Any]:
    """Count what is unread; one statement, and only on a page that shows it to somebody who has signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"unread_notifications": SimpleLazyObject(lambda: Notification.objects.visible_to(user).unread().count())}
