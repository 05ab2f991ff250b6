"""What holds for every request of somebody who is signed in: the session's end, and the second factor of a role."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlencode

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts import session_limits as limits
from portal.api import problem_response

type GetResponse = Callable[[HttpRequest], HttpResponse]

ASKS_ONLY = "accounts:session"
"""The address that tells how long a session lasts; asking does not make it longer."""

WITHOUT_SECOND_FACTOR = ("account_", "mfa_", "accounts:", "usersessions_", "socialaccount_", "openid_connect_")
"""How the names of addresses begin that somebody needs who is to set up a second factor."""
ALWAYS = frozenset({"theme", "content:imprint", "content:privacy", "content:accessibility", "content:contact"})
"""What the law wants to be within reach always."""


def session_limits(get_response: GetResponse) -> GetResponse:
    """End a session that was not used for long, or that has lasted long enough."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if limits.BEGAN not in request.session:
                limits.begin(request)
            if limits.limits_of(request).seconds_left == 0:
                logout(request)
                return _ended(request)
            if _name(request) != ASKS_ONLY and limits.use(request):
                UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=timezone.now())
        return get_response(request)

    return middleware


def _ended(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem_response(HTTPStatus.UNAUTHORIZED, _("You have been signed out."))
    if _name(request) == ASKS_ONLY:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    messages.info(request, _("You have been signed out because your time was up. Please sign in again."))
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")


def second_factor(get_response: GetResponse) -> GetResponse:
    """Lead people whose role needs a second factor to setting it up before anything else (ASVS 5.0, 6.3.3)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        person = request.user
        if (
            person.is_authenticated
            and person.needs_second_factor
            and not person.has_second_factor
            and not _needed_for_set_up(_name(request))
        ):
            reason = _("Your role needs a second factor when you sign in. Please set one up first.")
            if request.path.startswith("/api/"):
                return problem_response(HTTPStatus.FORBIDDEN, reason)
            messages.warning(request, reason)
            return HttpResponseRedirect(f"{reverse('mfa_index')}?{urlencode({'next': request.get_full_path()})}")
        return get_response(request)

    return middleware


def _needed_for_set_up(name: str) -> bool:
    return name in ALWAYS or name.startswith(WITHOUT_SECOND_FACTOR)


def _name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name or ""
    except Resolver404:
        return ""
