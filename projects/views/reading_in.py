"""Reading in what stands in tables elsewhere: uploaded, judged line by line, and taken over on a second click."""

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from portal.directory.acting import acting_organisation
from portal.directory.models import Organisation
from portal.errors import RefusedError
from portal.permissions import enforce
from projects.forms import ImportForm
from projects.imports import publiccode, sheets
from projects.imports.sheets import Line, UnreadableError
from projects.permissions import can_edit, can_write_for
from projects.services import importing
from projects.views.common import me, show_form, trail

KEPT_SECONDS = 3_600
"""How long what was read is kept between looking and taking over; only whoever uploaded it finds it."""


def _for(request: HttpRequest) -> Organisation | None:
    """Return for which organisation somebody reads in; None: an editor, for the municipalities that are named.

    Raises:
        PermissionDenied: she neither edits nor writes for an organisation.
    """
    organisation = acting_organisation(request)
    if organisation is not None and can_write_for(request.user, organisation):
        return organisation
    enforce(can_edit(request.user))
    return None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def read_in(request: HttpRequest) -> HttpResponse:
    """Take a file and judge its lines; nothing is made yet."""
    organisation = _for(request)
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            lines = _read(file, organisation)
        except UnreadableError as error:
            form.add_error("file", str(error))
        else:
            token = secrets.token_urlsafe(12)
            cache.set(_key(request, token), (file.name, lines), KEPT_SECONDS)
            return HttpResponseRedirect(reverse("projects:read_in_report", args=[token]))
    above = trail((_("Our projects"), reverse("projects:ours")))
    return show_form(request, "projects/read_in.html", form, organisation=organisation, trail=above)


def _read(file: Any, organisation: Organisation | None) -> list[Line]:
    if file.size > sheets.MOST_BYTES:
        raise UnreadableError(_("The file is larger than 5 MB."))
    name, content = str(file.name), file.read()
    if name.lower().endswith((".yml", ".yaml")):
        line = publiccode.read(content)
        place = organisation.place if organisation is not None else None
        if place is not None and place.valid_to is None:
            line.places = [place.pk]  # the standard has no place; whoever reads it in has one
        return [line]
    return sheets.read(name, content)


def _key(request: HttpRequest, token: str) -> str:
    return f"projects:read-in:{me(request).pk}:{token}"


@login_required
@require_safe
def read_in_template(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the same for all
    """Give the empty table."""
    response = HttpResponse(
        sheets.template(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = 'attachment; filename="vorlage-projekte.xlsx"'
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def read_in_report(request: HttpRequest, token: str) -> HttpResponse:
    """Show what would come of each line, and on a click make drafts of what is right.

    Raises:
        RefusedError: what was uploaded is not kept any more.
    """
    organisation = _for(request)
    kept = cache.get(_key(request, token))
    if kept is None:
        raise RefusedError(
            _("What you have uploaded is kept for an hour and was taken over or is gone. Please upload it again.")
        )
    name, lines = kept
    if request.method == "POST":
        made = importing.take_over(lines, organisation=organisation, by=me(request))
        cache.delete(_key(request, token))
        said = ngettext("%(number)s draft was made.", "%(number)s drafts were made.", len(made))
        messages.success(request, said % {"number": len(made)})
        if len(made) == 1:
            return HttpResponseRedirect(reverse("projects:project_inside", args=[made[0].slug]))
        return HttpResponseRedirect(reverse("projects:ours"))
    judged = importing.judge(lines, organisation=organisation)
    counts = {state: len([one for one in judged if one.state == state]) for state in ("new", "there", "wrong")}
    above = trail((_("Read in"), reverse("projects:read_in")))
    context = {"name": name, "judged": judged, "counts": counts, "organisation": organisation, "trail": above}
    return render(request, "projects/read_in_report.html", context)
