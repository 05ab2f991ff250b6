"""Saying that an organisation uses a project again."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.directory.acting import acting_organisation
from portal.directory.models import Membership, Organisation
from portal.permissions import enforce
from projects.forms import HideForm, ReportForm, ReuseForm
from projects.models import Project, Reuse
from projects.permissions import can_edit, can_reuse
from projects.services import reusing
from projects.views.common import me, show_form, trail, visible_project


def _acting(request: HttpRequest) -> Organisation:
    """Return for whom the person acts.

    Raises:
        Http404: for nobody.
    """
    organisation = acting_organisation(request)
    if organisation is None:
        raise Http404(_("Please choose first for which organisation you act."))
    enforce(can_reuse(request.user, organisation))
    return organisation


def _for_whom(request: HttpRequest) -> Organisation:
    """Return the organisation that a link names, of those that the person writes for; else the one she acts for.

    A mail leads to the right one even where somebody has joined several, and without changing for whom she acts.

    Raises:
        Http404: for nobody.
    """
    named = request.GET.get("fuer", "")
    if not named:
        return _acting(request)
    held = Membership.objects.of(me(request)).active().select_related("organisation")
    found = next((one.organisation for one in held if str(one.organisation_id) == named), None)
    if found is None:
        raise Http404(_("You do not belong to this organisation."))
    enforce(can_reuse(request.user, found))
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reuse(request: HttpRequest, slug: str) -> HttpResponse:
    """Say how far the own organisation is with a project."""
    project = visible_project(request, slug)
    organisation = _for_whom(request)
    there = Reuse.objects.filter(project=project, organisation=organisation).first()
    form = ReuseForm(request.POST if request.method == "POST" else None, instance=there)
    if request.method == "POST" and form.is_valid():
        try:
            reusing.declare(project=project, organisation=organisation, by=me(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Thank you. It stands on the page of the project now."))
            return HttpResponseRedirect(f"{project.get_absolute_url()}#reuse")
    context = {"project": project, "organisation": organisation, "there": there, "trail": _trail(project)}
    return show_form(request, "projects/reuse_form.html", form, **context)


def _trail(project: Project) -> list[tuple[str, str]]:
    return trail((project.title, project.get_absolute_url()))


def _own(request: HttpRequest, project: Project) -> Reuse:
    return get_object_or_404(Reuse.objects.with_parts(), project=project, organisation=_for_whom(request))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_reuse(request: HttpRequest, slug: str) -> HttpResponse:
    """Take it back: it is asked first, for what was written about it goes with it."""
    project = visible_project(request, slug)
    found = _own(request, project)
    if request.method == "POST":
        reusing.withdraw(reuse=found, by=me(request))
        messages.success(request, _("Taken back."))
        return HttpResponseRedirect(project.get_absolute_url())
    return render(
        request, "projects/reuse_withdraw.html", {"project": project, "reuse": found, "trail": _trail(project)}
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hide_reuse(request: HttpRequest, slug: str, key: UUID) -> HttpResponse:
    """Let editors keep the texts of one who uses it again from readers, with a reason; and show them again."""
    project = visible_project(request, slug)
    found = get_object_or_404(Reuse.objects.with_parts(), project=project, pk=key)
    enforce(can_edit(request.user))
    form = HideForm(request.POST if request.method == "POST" else None)
    again = "again" in request.POST
    if again or (request.method == "POST" and form.is_valid()):
        reusing.hide(reuse=found, by=me(request), reason="" if again else form.cleaned_data["reason"])
        messages.success(
            request, _("Readers see the text again.") if again else _("Readers do not see the text any more.")
        )
        return HttpResponseRedirect(f"{project.get_absolute_url()}#reuse")
    return show_form(request, "projects/reuse_hide.html", form, project=project, reuse=found, trail=_trail(project))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reuse_report(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what came of it."""
    project = visible_project(request, slug)
    found = _own(request, project)
    form = ReportForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("cost_band", "effort_days", "experience")}
        try:
            reusing.report(reuse=found, by=me(request), outcomes=form.outcomes(), **values)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Thank you. What you have seen helps everybody who thinks about it."))
            return HttpResponseRedirect(f"{project.get_absolute_url()}#reuse")
    context = {"project": project, "reuse": found, "trail": _trail(project)}
    return show_form(request, "projects/reuse_report.html", form, **context)
