"""Corrections: anybody proposes, editors decide."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from funding.forms import CorrectionForm
from funding.models import Correction, Programme
from funding.permissions import can_edit
from funding.services import correcting
from portal.accounts.models import User
from portal.middleware import require_same_origin
from portal.permissions import enforce
from portal.throttling import reader_of, within_limit
from portal.visibility import visible_rows

PER_HOUR = 20
"""Corrections that one reader may propose in an hour."""


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def propose_correction(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form, or keep what was sent; nobody needs an account, and no cookie is set."""
    return _sent(request, slug) if request.method == "POST" else _shown(request, slug, CorrectionForm())


@require_same_origin
def _sent(request: HttpRequest, slug: str) -> HttpResponse:
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        return _shown(request, slug, form, HTTPStatus.BAD_REQUEST)
    if not within_limit("correction", reader_of(request), per_hour=PER_HOUR):
        form.add_error(None, _("Too many corrections at once. Please try again in an hour."))
        return _shown(request, slug, form, HTTPStatus.TOO_MANY_REQUESTS)
    programme = _programme(request, slug)
    correcting.propose(programme=programme, **form.cleaned_data)
    return HttpResponseRedirect(f"{reverse('funding:propose_correction', args=[slug])}?gesendet=1")


def _shown(request: HttpRequest, slug: str, form: CorrectionForm, status: int = HTTPStatus.OK) -> HttpResponse:
    programme = _programme(request, slug)
    trail = [*programme.trail(), (programme.title, programme.get_absolute_url())]
    context = {"programme": programme, "form": form, "trail": trail, "is_sent": "gesendet" in request.GET}
    return render(request, "funding/correction.html", context, status=status)


def _programme(request: HttpRequest, slug: str) -> Programme:
    programme: Programme = get_object_or_404(visible_rows(Programme, request.user), slug=slug)
    return programme


@login_required
@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """List what readers proposed and nobody has decided yet, the oldest first."""
    enforce(can_edit(request.user, None))
    found = Correction.objects.filter(state="open").select_related("programme")
    trail = [(_("Funding programmes"), reverse("funding:programme_list"))]
    return render(request, "funding/corrections.html", {"corrections": list(found), "trail": trail})


@login_required
@require_POST
def decide_correction(request: HttpRequest, key: int) -> HttpResponse:
    """Accept or decline a correction."""
    enforce(can_edit(request.user, None))
    correction = get_object_or_404(Correction.objects.select_related("programme"), pk=key)
    assert isinstance(request.user, User)  # noqa: S101 - login_required
    try:
        if "accept" in request.POST:
            correcting.accept(correction=correction, by=request.user)
            messages.success(request, _("Taken over: %(title)s.") % {"title": correction.programme})
        else:
            correcting.decline(correction=correction, by=request.user)
            messages.success(request, _("Declined; the programme stays as it is."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return HttpResponseRedirect(reverse("funding:corrections"))
