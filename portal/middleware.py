"""What every answer carries, and the guard of forms that need no cookie."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

type GetResponse = Callable[[HttpRequest], HttpResponse]

PERMISSIONS_POLICY = ", ".join(
    [
        f"{feature}=()"
        for feature in (
            "accelerometer",
            "browsing-topics",
            "camera",
            "display-capture",
            "geolocation",
            "gyroscope",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "usb",
        )
    ]
    + [f"{feature}=(self)" for feature in ("publickey-credentials-create", "publickey-credentials-get")]  # passkeys
)


def response_headers(get_response: GetResponse) -> GetResponse:
    """Switch off the device features the portal does not use; keep personal pages out of all caches (ASVS 14.3.2)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if hasattr(request, "user") and request.user.is_authenticated:
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware


def require_same_origin[**P, R: HttpResponseBase](
    view: Callable[Concatenate[HttpRequest, P], R],
) -> Callable[Concatenate[HttpRequest, P], R]:
    """Refuse a form that another site sent, without a cookie.

    Django's CSRF protection sets a cookie on everybody who sees a form. For a harmless choice of an anonymous reader
    the browser's own word about where a request comes from is enough: every current browser sends ``Sec-Fetch-Site``,
    and every browser sends ``Origin`` with a POST. Without both the request is refused.

    Raises:
        PermissionDenied: the form was sent by another site, or nothing says which one sent it.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
        site = request.headers.get("Sec-Fetch-Site")
        origin = request.headers.get("Origin")
        own = f"{request.scheme}://{request.get_host()}"
        same = site == "same-origin" if site is not None else origin == own
        if not same:
            raise PermissionDenied(_("This form can only be sent from the portal itself. Please open the page again."))
        return view(request, *args, **kwargs)

    return guarded
