"""What partners do together."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.directory.acting import acting_organisation
from portal.keeping import FileForm, give_back
from portal.permissions import enforce
from portal.visibility import visible_rows
from projects.forms import CooperationForm, CooperationStepForm, JoiningForm
from projects.models import (
    Cooperation,
    CooperationFile,
    CooperationStep,
    Joining,
    JoiningState,
)
from projects.permissions import can_keep_cooperation, can_leave
from projects.services import joining, planning
from projects.views.common import agreement_templates, me, sent_number, show_form, trail


def _trail(*further: tuple[str, str]) -> list[tuple[str, str]]:
    return trail((_("Radar"), reverse("projects:radar")), *further)


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
        "templates": agreement_templates(),
        "step_form": CooperationStepForm(cooperation=found),
        "file_form": FileForm(),
        "joinings": list(
            found.joinings.exclude(state=JoiningState.JOINED).select_related("organisation", "proposed_by")
        ),
        "trail": _trail(),
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
    seen, theirs = sent_number(request, "version") if form.is_bound else found.version, None
    if request.method == "POST" and form.is_valid():
        try:
            planning.keep_record(cooperation=form.save(commit=False), seen=seen, by=me(request))
        except planning.OutdatedError:
            stored = Cooperation.objects.get(pk=found.pk)
            seen, theirs = stored.version, _what_others_wrote(form, stored)
            form.add_error(
                None,
                _(
                    "Somebody else has saved this record meanwhile. Your entries are still here; what the others wrote"
                    " stands above the form. If you save now, yours replace theirs."
                ),
            )
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(found.get_absolute_url())
    context = {
        "cooperation": found,
        "seen": seen,
        "theirs": theirs,
        "trail": _trail((_("Co-operation"), found.get_absolute_url())),
    }
    return show_form(request, "projects/cooperation_form.html", form, **context)


def _what_others_wrote(form: CooperationForm, stored: Cooperation) -> list[tuple[str, str]]:
    """Return label and stored value of each field in which what is stored differs from what was written."""
    shown = CooperationForm(instance=stored)
    return [
        (str(field.label), shown.in_words(field.name))
        for field in shown
        if getattr(stored, field.name) != form.cleaned_data[field.name]
    ]


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


def _step(request: HttpRequest, key: UUID, step: int) -> CooperationStep:
    found = _visible(request, key)
    enforce(can_keep_cooperation(request.user, found))
    one: CooperationStep = get_object_or_404(found.steps.select_related("cooperation"), pk=step)
    return one


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_step(request: HttpRequest, key: UUID, step: int) -> HttpResponse:
    """Change what is to be done, by whom and until when."""
    one = _step(request, key, step)
    found = one.cooperation
    form = CooperationStepForm(request.POST if request.method == "POST" else None, instance=one, cooperation=found)
    if request.method == "POST" and form.is_valid():
        planning.change_step(step=form.save(commit=False), by=me(request))
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(f"{found.get_absolute_url()}#steps")
    above = _trail((found.title, found.get_absolute_url()))
    return show_form(request, "projects/step_form.html", form, cooperation=found, trail=above)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_step(request: HttpRequest, key: UUID, step: int) -> HttpResponse:
    """Delete a step, after asking."""
    one = _step(request, key, step)
    found = one.cooperation
    if request.method == "POST":
        planning.delete_step(step=one, by=me(request))
        messages.success(request, _("The step was deleted."))
        return HttpResponseRedirect(f"{found.get_absolute_url()}#steps")
    context = {"step": one, "cooperation": found, "trail": _trail((found.title, found.get_absolute_url()))}
    return render(request, "projects/step_delete.html", context)


# --- who takes part ---


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def propose_partner(request: HttpRequest, key: UUID) -> HttpResponse:
    """Propose a further partner."""
    found = _visible(request, key)
    enforce(can_keep_cooperation(request.user, found))
    form = JoiningForm(
        request.POST if request.method == "POST" else None, suggested=joining.suggested(found, me(request))
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = joining.propose_partner(cooperation=found, organisation=form.cleaned_data["chosen"], by=me(request))
        except ValidationError as error:
            form.add_error("organisation" if form.cleaned_data.get("organisation") else "place", error)
        else:
            messages.success(request, _("Proposed. Who has still to agree is told now."))
            return HttpResponseRedirect(made.get_absolute_url())
    above = _trail((found.title, found.get_absolute_url()))
    return show_form(request, "projects/joining_form.html", form, cooperation=found, trail=above)


def _joining(request: HttpRequest, key: UUID) -> Joining:
    rows: Any = visible_rows(Joining, request.user)
    found: Joining = get_object_or_404(rows.with_parts(), pk=key)
    return found


@login_required
@require_safe
def show_joining(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show who is to take part, who has consented, and ask whoever has still to answer."""
    found = _joining(request, key)
    waiting = found.waits_for()
    context = {
        "joining": found,
        "cooperation": found.cooperation,
        "partners": list(found.cooperation.partners.order_by("name", "pk")),
        "consents": list(found.consents.all()),
        "waiting": waiting,
        "is_partner": Cooperation.objects.visible_to(request.user).filter(pk=found.cooperation_id).exists(),
        "can_answer": joining.is_asked(request.user, found) and not found.cooperation.is_over,
        "trail": _trail(),
    }
    return render(request, "projects/joining.html", context)


@login_required
@require_POST
def answer_joining(request: HttpRequest, key: UUID) -> HttpResponse:
    """Answer for a partner, or for the organisation that is to take part.

    Raises:
        Http404: it is neither yes nor no.
    """
    found = _joining(request, key)
    said = request.POST.get("antwort", "")
    if said not in {"ja", "nein"}:
        raise Http404(_("Please answer yes or no."))
    try:
        answered = joining.answer_joining(joining=found, agrees=said == "ja", by=me(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return HttpResponseRedirect(found.get_absolute_url(), status=HTTPStatus.SEE_OTHER)
    messages.success(request, _("Thank you, your answer is stored."))
    takes_part = Cooperation.objects.visible_to(request.user).filter(pk=answered.cooperation_id).exists()
    to = answered.cooperation.get_absolute_url() if takes_part else reverse("projects:radar")
    return HttpResponseRedirect(to, status=HTTPStatus.SEE_OTHER)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave_cooperation(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take part no more, after asking: the organisation that somebody acts for, if it is a partner."""
    found = _visible(request, key)
    enforce(can_keep_cooperation(request.user, found))
    acting = acting_organisation(request)
    own = [one for one in found.partners.order_by("name", "pk") if can_leave(request.user, found, one)]
    organisation = next((one for one in own if acting is not None and one.pk == acting.pk), own[0])
    if request.method == "POST":
        joining.leave(cooperation=found, organisation=organisation, by=me(request))
        messages.success(request, _("%(name)s takes part no more.") % {"name": organisation.name})
        return HttpResponseRedirect(reverse("projects:radar"))
    number = found.partners.count()
    context = {
        "cooperation": found,
        "organisation": organisation,
        "ends": number <= joining.FEWEST,
        "trail": _trail((found.title, found.get_absolute_url())),
    }
    return render(request, "projects/cooperation_leave.html", context)


# --- files ---


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
