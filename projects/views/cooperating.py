"""What partners do together."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.keeping import FileForm, give_back
from portal.permissions import enforce
from portal.visibility import visible_rows
from projects.forms import CooperationForm, CooperationStepForm
from projects.models import AgreementTemplate, Cooperation, CooperationFile, CooperationStep
from projects.permissions import can_keep_cooperation
from projects.services import planning
from projects.views.common import me, show_form, trail


def _visible(request: HttpRequest, key: UUID) -> Cooperation:
    found: Cooperation = get_object_or_404(visible_rows(Cooperation, request.user), pk=key)
    return found


def _context(request: HttpRequest, found: Cooperation, **forms: Any) -> dict[str, Any]:
    keeps = bool(can_keep_cooperation(request.user, found))
    return {
        "cooperation": found,
        "partners": list(found.partners.order_by("name", "pk")),
        "steps": list(found.steps.select_related("who")),
        "files": list(found.files.select_related("uploaded_by")),
        "keeps": keeps,
        "templates": list(AgreementTemplate.objects.filter(is_active=True).select_related("document")),
        "step_form": CooperationStepForm(cooperation=found),
        "file_form": FileForm(),
        "trail": trail((_("Radar"), reverse("projects:radar"))),
        **forms,
    }


@login_required
@require_safe
def cooperation(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show the record in common."""
    found = _visible(request, key)
    return render(request, "projects/cooperation.html", _context(request, found))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_cooperation(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change goal, division of work, saving and state."""
    found = _visible(request, key)
    enforce(can_keep_cooperation(request.user, found))
    form = CooperationForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(found.get_absolute_url())
    above = trail((_("Radar"), reverse("projects:radar")), (_("Co-operation"), found.get_absolute_url()))
    return show_form(request, "projects/cooperation_form.html", form, cooperation=found, trail=above)


@login_required
@require_POST
def add_step(request: HttpRequest, key: UUID) -> HttpResponse:
    """Note something to do."""
    found = _visible(request, key)
    enforce(can_keep_cooperation(request.user, found))
    form = CooperationStepForm(request.POST, cooperation=found)
    if not form.is_valid():
        context = _context(request, found, step_form=form, form=form)
        return render(request, "projects/cooperation.html", context, status=400)
    planning.add_step(cooperation=found, step=form.save(commit=False), by=me(request))
    return HttpResponseRedirect(f"{found.get_absolute_url()}#steps")


@login_required
@require_POST
def tick_step(request: HttpRequest, key: UUID, step: int) -> HttpResponse:
    """Say that something is done, or not after all."""
    found = _visible(request, key)
    one: CooperationStep = get_object_or_404(found.steps.all(), pk=step)
    planning.tick(step=one, done=request.POST.get("erledigt") == "ja", by=me(request))
    return HttpResponseRedirect(f"{found.get_absolute_url()}#steps")


@login_required
@require_POST
def attach_file(request: HttpRequest, key: UUID) -> HttpResponse:
    """Keep a file for the partners."""
    found = _visible(request, key)
    enforce(can_keep_cooperation(request.user, found))
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            planning.attach(cooperation=found, file=form.cleaned_data["file"], by=me(request))
        except ValidationError as error:
            form.add_error("file", error)
        else:
            return HttpResponseRedirect(f"{found.get_absolute_url()}#files")
    return render(request, "projects/cooperation.html", _context(request, found, file_form=form, form=form), status=400)


def _file(request: HttpRequest, key: UUID, file: UUID) -> CooperationFile:
    kept: CooperationFile = get_object_or_404(
        CooperationFile.objects.filter(cooperation=_visible(request, key)), pk=file
    )
    return kept


@login_required
@require_safe
def download_file(request: HttpRequest, key: UUID, file: UUID) -> HttpResponseBase:
    """Give back a file, as a download and never as a page."""
    kept = _file(request, key, file)
    return give_back(kept.file, kept.name)


@login_required
@require_POST
def detach_file(request: HttpRequest, key: UUID, file: UUID) -> HttpResponse:
    """Delete a file."""
    kept = _file(request, key, file)
    planning.detach(file=kept, by=me(request))
    messages.success(request, _("The file was deleted."))
    return HttpResponseRedirect(f"{kept.cooperation.get_absolute_url()}#files")
