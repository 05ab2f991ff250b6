"""An organisation's applications, for those who act for it."""

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

from funding.forms import ApplicationForm
from funding.models import MACHINE, Application, ApplicationFile, ApplicationState, Programme
from funding.permissions import can_apply_for, can_keep_application
from funding.services import applying
from portal import exports
from portal.accounts.models import User
from portal.directory.acting import acting_organisation
from portal.keeping import FileForm, give_back
from portal.permissions import enforce
from portal.visibility import visible_rows


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - login_required
    return request.user


def _visible(request: HttpRequest, key: UUID) -> Application:
    """Return an application that the reader may see.

    Raises:
        Http404: there is none, or it is not hers to see.
    """
    found: Application = get_object_or_404(Application.objects.visible_to(request.user).with_parts(), pk=key)
    return found


def trail() -> list[tuple[str, str]]:
    """Name the pages above."""
    return [
        (_("Funding programmes"), reverse("funding:programme_list")),
        (_("Our applications"), reverse("funding:applications")),
    ]


@login_required
@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """List the applications of the organisations that the person belongs to, by state, what is due first.

    Raises:
        Http404: there is no such format.
    """
    rows = list(Application.objects.visible_to(request.user).with_parts().order_by("title", "pk"))
    if wanted := request.GET.get("als", ""):
        kind = exports.format_of(wanted)
        exports.refuse_too_many(kind, len(rows))
        table = [_row(one) for one in rows]
        return exports.download(kind, "foerderantraege", _header(), table, title=_("Our applications"))
    groups = [(state, [one for one in rows if one.state == state]) for state in ApplicationState]
    due = sorted((one for one in rows if one.nearest_due), key=lambda one: (str(one.nearest_due), str(one.pk)))
    context = {
        "groups": [(state, found) for state, found in groups if found],
        "due": [one for one in due if one.state not in {"proven", "refused", "withdrawn"}],
        "number": len(rows),
        "organisation": acting_organisation(request),
        "trail": trail()[:1],
    }
    return render(request, "funding/applications.html", context)


def _header() -> list[str]:
    names = ("title", "state", "requested", "granted", "paid", "applied_on", "decided_on", "paid_on", "proof_due_on")
    labels = [str(Application._meta.get_field(name).verbose_name) for name in (*names, "next_step", "next_due_on")]  # type: ignore[union-attr] # a field of its own
    return [_("Organisation"), _("Funding programme"), *labels]


def _row(one: Application) -> list[Any]:
    amounts = [None if amount is None else float(amount) for amount in (one.requested, one.granted, one.paid)]
    dates = [one.applied_on, one.decided_on, one.paid_on, one.proof_due_on]
    texts = [one.organisation.name, one.programme.title, one.title, one.get_state_display()]
    return [*texts, *amounts, *dates, one.next_step, one.next_due_on]


@login_required
@require_POST
def note(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a programme on the shortlist of the organisation that the person acts for.

    Raises:
        Http404: there is no such programme, or she acts for nobody.
    """
    programme = get_object_or_404(visible_rows(Programme, request.user), slug=slug)
    organisation = acting_organisation(request)
    if organisation is None:
        raise Http404(_("Please choose first for which organisation you act."))
    made = applying.note(organisation=organisation, programme=programme, title=programme.title[:200], by=_me(request))
    messages.success(request, _("It is on the shortlist of %(name)s.") % {"name": organisation})
    return HttpResponseRedirect(made.get_absolute_url())


@login_required
@require_safe
def application(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show one application, with the steps that are possible now."""
    found = _visible(request, key)
    return render(request, "funding/application.html", _context(request, found, FileForm()))


def _context(request: HttpRequest, found: Application, form: FileForm) -> dict[str, Any]:
    return {
        "application": found,
        "can_keep": bool(can_keep_application(request.user, found)),
        "steps": MACHINE.available(found, request.user),
        "files": list(found.files.select_related("uploaded_by")),
        "form": form,
        "trail": trail(),
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change what is noted about an application."""
    found = _visible(request, key)
    enforce(can_keep_application(request.user, found))
    form = ApplicationForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The application was saved."))
        return HttpResponseRedirect(found.get_absolute_url())
    status = HTTPStatus.BAD_REQUEST if request.method == "POST" else HTTPStatus.OK
    context = {"form": form, "application": found, "trail": [*trail(), (str(found), found.get_absolute_url())]}
    return render(request, "funding/application_form.html", context, status=status)


@login_required
@require_POST
def step(request: HttpRequest, key: UUID, verb: str) -> HttpResponse:
    """Take one step of an application.

    Raises:
        Http404: there is no such step.
    """
    found = _visible(request, key)
    try:
        found = applying.step(application=found, verb=verb, by=request.user)
    except KeyError as error:
        raise Http404(_("There is no such step.")) from error
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("State: %(state)s.") % {"state": found.get_state_display()})
    return HttpResponseRedirect(found.get_absolute_url())


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask whether an application is to be deleted for good, and do it."""
    found = _visible(request, key)
    enforce(can_keep_application(request.user, found))
    if request.method == "POST":
        applying.delete(application=found, by=_me(request))
        messages.success(request, _("The application was deleted."))
        return HttpResponseRedirect(reverse("funding:applications"))
    context = {"application": found, "trail": [*trail(), (str(found), found.get_absolute_url())]}
    return render(request, "funding/application_delete.html", context)


@login_required
@require_POST
def attach(request: HttpRequest, key: UUID) -> HttpResponse:
    """Keep a file with an application."""
    found = _visible(request, key)
    enforce(can_keep_application(request.user, found))
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            applying.attach(application=found, file=form.cleaned_data["file"], by=_me(request))
        except ValidationError as error:
            form.add_error("file", error)
        else:
            return HttpResponseRedirect(f"{found.get_absolute_url()}#files")
    return render(request, "funding/application.html", _context(request, found, form), status=HTTPStatus.BAD_REQUEST)


def _file(request: HttpRequest, key: UUID, file: UUID) -> ApplicationFile:
    found = _visible(request, key)
    kept: ApplicationFile = get_object_or_404(ApplicationFile.objects.filter(application=found), pk=file)
    return kept


@login_required
@require_safe
def download(request: HttpRequest, key: UUID, file: UUID) -> HttpResponseBase:
    """Give back a file, as a download and never as a page."""
    kept = _file(request, key, file)
    return give_back(kept.file, kept.name)


@login_required
@require_POST
def detach(request: HttpRequest, key: UUID, file: UUID) -> HttpResponse:
    """Delete a file."""
    kept = _file(request, key, file)
    applying.detach(file=kept, by=_me(request))
    messages.success(request, _("The file was deleted."))
    return HttpResponseRedirect(f"{kept.application.get_absolute_url()}#files")


def may_note(request: HttpRequest) -> str:
    """Return the name of the organisation on whose shortlist the reader may put programmes; empty for nobody."""
    organisation = acting_organisation(request)
    return organisation.name if organisation and can_apply_for(request.user, organisation) else ""
