"""Light or dark: as the reader's device is set, unless the reader has chosen otherwise in the portal.

The cookie holds one word, lasts a year and is set only by choosing. Whoever chooses nothing gets none.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

COOKIE = "theme"
LIGHT, DARK = "light", "dark"
THEMES = (LIGHT, DARK)
REMEMBERED_FOR = 365 * 24 * 3600  # seconds
_ASKED = "_theme_was_asked"


def chosen_theme(request: HttpRequest) -> str:
    """Return ``light`` or ``dark`` as chosen; empty when the device decides. The answer then depends on the cookie."""
    setattr(request, _ASKED, True)
    wanted = request.COOKIES.get(COOKIE, "")
    return wanted if wanted in THEMES else ""


def remember(response: HttpResponse, theme: str) -> None:
    """Keep the choice for a year in this browser."""
    response.set_cookie(
        COOKIE,
        theme,
        max_age=REMEMBERED_FOR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def forget(response: HttpResponse) -> None:
    """Leave it to the device again."""
    response.delete_cookie(COOKIE, samesite="Lax")


def theme_cookie(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: tell caches that a page which was drawn in a theme depends on the choice."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if hasattr(request, _ASKED):
            patch_vary_headers(response, ["Cookie"])
        return response

    return middleware
