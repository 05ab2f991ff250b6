"""Pages for what went wrong, with navigation and the reason in words; for the API the same as problem+json."""

from http import HTTPStatus

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _

from portal.api import problem_response
from portal.context_processors import navigation


def _answer(request: HttpRequest, status: HTTPStatus, reason: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem_response(status, reason)
    return render(request, f"errors/{status.value}.html", {"reason": reason}, status=status)


def _words(exception: Exception | None) -> str:
    """The sentence that was meant for the reader; technical exceptions of Django itself are not."""
    text = str(exception.args[0]) if exception and exception.args and isinstance(exception.args[0], str) else ""
    return text if text.endswith(".") else ""


class RefusedError(BadRequest):
    """A request that is not answered as it stands; the text says why, for people."""


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: why is said where it was written for people, else it stays in the log: then it is for programmers."""
    said = str(exception) if isinstance(exception, RefusedError) else ""
    unclear = _("Something in the address or the form cannot be understood.")
    return _answer(request, HTTPStatus.BAD_REQUEST, said or unclear)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: with the reason that the predicate gave."""
    return _answer(request, HTTPStatus.FORBIDDEN, _words(exception) or _("You may not do this."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """403: the form was open for too long, or another site sent it."""
    return _answer(
        request,
        HTTPStatus.FORBIDDEN,
        _("The form is no longer valid. Please open the page again and send it once more."),
    )


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing is here, or nothing this reader may know of."""
    return _answer(request, HTTPStatus.NOT_FOUND, _words(exception) or _("There is nothing at this address."))


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """429: something was tried too often; the limits of signing in are counted by the minute."""
    answer = _answer(
        request,
        HTTPStatus.TOO_MANY_REQUESTS,
        _("This was tried too often within a short time. Please wait a minute and try again."),
    )
    answer["Retry-After"] = "60"
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours. Drawn without the database, which may be the cause."""
    if request.path.startswith("/api/"):
        return problem_response(HTTPStatus.INTERNAL_SERVER_ERROR, _("An error occurred on our side."))
    request.user = AnonymousUser()  # who it really is, only the database knows
    return HttpResponseServerError(loader.get_template("errors/500.html").render(navigation(request)))
