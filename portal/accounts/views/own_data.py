"""A person's own data: what there is, a copy of it, and forgetting it; and the public record of processing."""

from collections.abc import Iterator
from typing import cast

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from portal.accounts.forms import EraseForm
from portal.accounts.models import DataExport, User
from portal.accounts.services import erasure, export, holdings
from portal.areas import Area, areas
from portal.operator import operator
from portal.privacy import Erasure, Processing, record_of_processing
from portal.throttling import within_limit

EXPORTS_PER_HOUR = 5
ATTEMPTS_PER_HOUR = 10


@login_required
@require_safe
def own_data(request: HttpRequest) -> HttpResponse:
    """Show what the portal holds of the person, and how far her export is."""
    shown = {"holdings": holdings.holdings(_me(request)), "exports": _exports(request)}
    if request.headers.get("HX-Request"):
        return render(request, "accounts/own_data.html#exports", shown)
    return render(request, "accounts/own_data.html", shown)


def _me(request: HttpRequest) -> User:
    """Return the signed-in person."""
    return cast("User", request.user)


def _exports(request: HttpRequest) -> list[DataExport]:
    """Return the person's exports that have not run out."""
    mine = DataExport.objects.filter(person=request.user.pk)
    return [each for each in mine if each.state != DataExport.State.READY or each.can_be_fetched]


@login_required
@require_POST
def request_export(request: HttpRequest) -> HttpResponse:
    """Have an export made."""
    if within_limit("export", str(request.user.pk), per_hour=EXPORTS_PER_HOUR):
        export.request_export(person=_me(request))
        messages.success(request, _("Your copy is being made. We send you a mail when it is ready."))
    else:
        messages.error(request, _("You have asked for several copies within an hour. Please try again later."))
    return redirect("accounts:own_data")


@login_required
@require_GET
def download(request: HttpRequest, key: str) -> HttpResponseBase:
    """Hand out an export to the person herself.

    Raises:
        Http404: there is none of that key, it is somebody else's, or it has run out.
    """
    wanted = get_object_or_404(DataExport, uuid=key, person=request.user.pk)
    if not wanted.can_be_fetched or not wanted.file.storage.exists(str(wanted.file.name)):
        raise Http404
    export.note_fetched(export=wanted)
    return FileResponse(
        wanted.file.open("rb"),
        as_attachment=True,
        filename=_("my-data.zip"),
        content_type="application/zip",
        headers={"Content-Encoding": "identity", "X-Content-Type-Options": "nosniff"},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Say what an erasure means, and do it once the person has shown that it is her."""
    person = _me(request)
    form = EraseForm(request, data=request.POST if request.method == "POST" else None)
    refused = erasure.hand_overs(person)
    if request.method == "POST" and not refused:
        if not within_limit("erasure", str(person.pk), per_hour=ATTEMPTS_PER_HOUR):
            form.add_error(None, _("Too many attempts. Please try again in an hour."))
        elif form.is_valid():
            try:
                erasure.erase(person=person, by=person)
            except erasure.ErasureRefusedError as error:
                refused = error.hand_overs
            else:
                logout(request)
                return redirect("accounts:erased")
    by_kind = holdings.erased_with(person)
    context = {
        "form": form,
        "refused": refused,
        "deleted": by_kind[Erasure.DELETE],
        "anonymised": by_kind[Erasure.ANONYMISE],
        "kept": by_kind[Erasure.KEEP],
    }
    return render(request, "accounts/erase.html", context, status=409 if refused and request.method == "POST" else 200)


@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    """Say that it is done."""
    return render(request, "accounts/erased.html")


@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """Show the record of processing activities (Art. 30 GDPR), made of the declarations."""
    return render(request, "accounts/record.html", {"operator": operator(), "parts": list(_record())})


def _record() -> Iterator[tuple[Area, list[Processing]]]:
    for area in areas:
        if area.personal_data:
            yield area, record_of_processing(area.personal_data)
