"""What the content gives to every page: notices of outages."""

from typing import Any

from django.http import HttpRequest

from portal.content.services.notices import notices_of_now


def service_notices(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001 - the same for everybody
    """Return the notices of now; kept for half a minute, so that pages cost no statement more."""
    return {"service_notices": notices_of_now()}
