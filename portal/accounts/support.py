"""What holds while an administrator looks at the portal as another person: nothing is written (ADR 0017).

The session stays the administrator's; only ``request.user`` is the other person, for one request at a time.
"""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from psycopg.errors import ReadOnlySqlTransaction

from portal.accounts.services import support
from portal.middleware import GetResponse

if TYPE_CHECKING:
    from portal.accounts.models import SupportView

SESSION_KEY = "support_view"
"""Where the administrator's session keeps the key of the view."""

READING = frozenset({"GET", "HEAD", "OPTIONS"})
END = "accounts:end_support_view"
ASKS_ONLY = "accounts:session"

OWN_AFFAIRS = ("accounts:", "account_", "mfa_", "usersessions_", "socialaccount_", "openid_connect_")
"""How the names of addresses begin that are nobody's business but the person's own."""

SHOWN_NEVERTHELESS = frozenset({"accounts:overview", ASKS_ONLY, "accounts:record_of_processing"})


def present_view(request: HttpRequest) -> "SupportView | None":
    """Return the view under which this request is answered; None for everybody who is herself."""
    return cast("SupportView | None", getattr(request, "support_view", None))


def signed_in(request: HttpRequest) -> Any:
    """Return who has really signed in: the administrator while she looks as another person."""
    view = present_view(request)
    return view.viewer if view else request.user


def begin(request: HttpRequest, view: "SupportView") -> None:
    """Let the session's next requests be answered as the person's."""
    request.session[SESSION_KEY] = str(view.uuid)
    rotate_token(request)


def leave(request: HttpRequest) -> None:
    """Be oneself again. Forms that were shown as the other person's are no longer valid: they hold an old token."""
    request.session.pop(SESSION_KEY, None)
    rotate_token(request)


class SupportViewMiddleware:
    """Answers as the person viewed, and refuses whatever would write or is that person's own affair."""

    def __init__(self, get_response: GetResponse) -> None:
        """Take what answers."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; without a view nothing is different."""
        if not request.user.is_authenticated or SESSION_KEY not in request.session:
            return self.get_response(request)
        viewer = request.user
        view = support.running(key=request.session[SESSION_KEY], viewer=viewer)
        name = _name(request)
        if view is None:
            return self._over(request, name)
        # Ending the view, and how long the administrator's own session lasts, are her own affairs.
        if name == END or (name == ASKS_ONLY and request.method in READING):
            return self.get_response(request)
        request.support_view = view  # type: ignore[attr-defined] # read by present_view
        request.user = view.person
        _enforce(request, name)
        return self._reading_only(request)

    def _over(self, request: HttpRequest, name: str) -> HttpResponse:
        """The time was up, or a rule ended it: be oneself again, but never by a form that was meant otherwise."""
        if name == ASKS_ONLY:  # a script asks, nobody reads the answer
            return HttpResponse(status=204)
        leave(request)
        message = _("You no longer look at the portal as another person: the time was up.")
        if name == END or (request.method in READING and not request.path.startswith("/api/")):
            messages.info(request, message)
            return HttpResponseRedirect(reverse("accounts:people"))
        raise PermissionDenied(message + " " + _("Nothing was written."))

    def _reading_only(self, request: HttpRequest) -> HttpResponse:
        """Answer inside a transaction that the database lets only read, and that is taken back whatever happens."""
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
            response = self.get_response(request)
            transaction.set_rollback(True)
        if getattr(request, "wanted_to_write", False):
            raise PermissionDenied(
                _("This page writes something when it is opened. It cannot be viewed as another person.")
            )
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Note that the database has refused to write; the answer is made once the transaction is over."""
        refused = isinstance(exception, DatabaseError) and isinstance(exception.__cause__, ReadOnlySqlTransaction)
        if present_view(request) is None or not refused:
            return None
        request.wanted_to_write = True  # type: ignore[attr-defined] # read above
        return HttpResponse(status=403)


def _enforce(request: HttpRequest, name: str) -> None:
    if request.method not in READING:
        raise PermissionDenied(
            _("You look at the portal as another person and can only read. Nothing was written. End the view first.")
        )
    if name.startswith(OWN_AFFAIRS) and name not in SHOWN_NEVERTHELESS:
        raise PermissionDenied(
            _("This page belongs to the account of the person alone. It cannot be viewed as another person.")
        )
    if request.path.startswith(reverse("wagtailadmin_home")):
        raise PermissionDenied(_("The editors' admin cannot be viewed as another person: it writes while one reads."))


def _name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name or ""
    except Resolver404:
        return ""
