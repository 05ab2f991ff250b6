"""The addresses of the editors' admin: Wagtail's own, behind our gate and under a policy of their own."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.csp import CSP
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from portal.content.admin.account import AccountView

type View = Callable[..., HttpResponse]

POLICY: dict[str, Any] = settings.EDITING_CSP

NOT_OURS = ("wagtailusers_users", "wagtailusers_groups", "wagtailusers_api_tokens")
"""Namespaces for accounts and groups: accounts are the portal's own, and the groups are made by ``found_roles``."""

ONLY_FOR_WAGTAIL = ("wagtailadmin_error_test", "wagtailadmin_login")
"""Names of views that raise an error to try it, and that sign in beside the portal's own page."""


def editors_only(view: View) -> View:
    """Let editors in, ask others to sign in, and tell those who are signed in why they may not.

    Wagtail sends the latter to the sign-in page, which sends whoever is signed in back again. It also takes for granted
    that its forms arrive whole.

    Raises:
        PermissionDenied: somebody is signed in who is no editor.
        BadRequest: a form came without its fields.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.has_perm("wagtailadmin.access_admin"):
            try:
                response = view(request, *args, **kwargs)
            except MultiValueDictKeyError as error:
                raise BadRequest from error
            # A preview is a public page with the policy of one; shown in the admin, it follows the admin's.
            response.headers.pop(CSP.HEADER_ENFORCE, None)
            return response
        if request.user.is_authenticated or request.headers.get("X-Requested-With") == "XMLHttpRequest":
            raise PermissionDenied(_("This part of the portal is for its editors."))
        return redirect_to_login(request.get_full_path())

    return guarded


def nothing_here(_view: View) -> View:
    """Stand in for a view that the portal does not use; its name stays, because Wagtail builds addresses from it."""

    def answer(_request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        raise Http404

    return answer


def _is_unused(entry: URLPattern | URLResolver) -> bool:
    if isinstance(entry, URLResolver):
        return entry.namespace in NOT_OURS
    return entry.name in ONLY_FOR_WAGTAIL


urlpatterns = [
    path("account/", AccountView.as_view(), name="wagtailadmin_account"),  # before Wagtail's of the same address
    *wagtailadmin_urls.urlpatterns,
]
decorate_urlpatterns([entry for entry in urlpatterns if _is_unused(entry)], nothing_here)
decorate_urlpatterns(urlpatterns, editors_only)
decorate_urlpatterns(urlpatterns, csp_override(POLICY))
