"""“My municipality”: chosen once, kept for the visit in a cookie, without an account and without a trace on the server.

The cookie holds the official key alone and goes when the browser closes. Whoever chooses nothing gets none.
"""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from portal.directory.models import AGS, Municipality

COOKIE = "kommune"
_REMEMBERED = "_my_municipality"


def choosable(key: str) -> Municipality | None:
    """Return the municipality of this key, with its places and the fields of action that it names.

    None for one that is no more, or has no administration.
    """
    if not re.fullmatch(AGS.removesuffix("$"), key):
        return None
    return Municipality.objects.current().municipalities().with_places().with_fields().filter(pk=key).first()


def my_municipality(request: HttpRequest) -> Municipality | None:
    """Return the reader's municipality, at most one statement a request; None when none, or no valid one, is chosen."""
    if not hasattr(request, _REMEMBERED):
        key = request.COOKIES.get(COOKIE)
        setattr(request, _REMEMBERED, choosable(key) if key else None)
    chosen: Municipality | None = getattr(request, _REMEMBERED)
    return chosen


def remember(response: HttpResponse, place: Municipality) -> None:
    """Keep the choice until the browser closes."""
    response.set_cookie(COOKIE, place.pk, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)


def forget(response: HttpResponse) -> None:
    """Remove the choice."""
    response.delete_cookie(COOKIE, samesite="Lax")


def choice_cookie(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: tell caches that an answer depends on the choice, and remove a choice that is no longer possible."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if hasattr(request, _REMEMBERED):
            patch_vary_headers(response, ["Cookie"])
            if COOKIE in request.COOKIES and my_municipality(request) is None and COOKIE not in response.cookies:
                forget(response)
        return response

    return middleware
