"""Lets a test see the error pages as the portal itself draws them."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse

FAILURES: dict[str, Exception] = {
    "400": SuspiciousOperation("as asked"),
    "403": PermissionDenied("Nur zum Test."),
    "500": RuntimeError("as asked"),
}


def fail_as_asked(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: raise what the parameter `fail-with` names, as a view would."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if wanted := request.GET.get("fail-with"):
            raise FAILURES[wanted]
        return get_response(request)

    return middleware
