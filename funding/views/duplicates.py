"""Programmes that may stand here twice: made one by editors, and taken apart again."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from funding.forms import MergeForm
from funding.models import LikelyPair, Programme
from funding.services import duplicates as service
from funding.services.comparing import compare
from funding.views.editors import editor_of

PAIRS_SHOWN = 50
MERGED_SHOWN = 50


def _trail(*, below: bool = False) -> list[tuple[str, str]]:
    trail = [(_("Funding programmes"), reverse("funding:programme_list"))]
    return [*trail, (_("Duplicates"), reverse("funding:duplicates"))] if below else trail


@login_required
@require_safe
def duplicates(request: HttpRequest) -> HttpResponse:
    """List the pairs that look alike, and what was made one lately."""
    editor_of(request)
    return _overview(request, MergeForm())


def _overview(request: HttpRequest, form: MergeForm) -> HttpResponse:
    merged = Programme.objects.exclude(merged_into=None).select_related("merged_into").order_by("-updated_at", "pk")
    context = {
        "pairs": service.open_pairs(PAIRS_SHOWN),
        "number": LikelyPair.objects.open().count(),
        "merged": list(merged[:MERGED_SHOWN]),
        "form": form,
        "trail": _trail(),
    }
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "funding/duplicates.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest) -> HttpResponse:
    """Show two programmes side by side, say what happens, and make them one."""
    me = editor_of(request)
    form = MergeForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return _overview(request, form)
    kept, away = form.cleaned_data["bleibt"], form.cleaned_data["geht"]
    if request.method == "POST":
        try:
            service.merge(kept=kept, away=away, by=me)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return HttpResponseRedirect(reverse("funding:duplicates"))
        messages.success(request, _("Two have become one: %(title)s.") % {"title": kept.title})
        return HttpResponseRedirect(kept.get_absolute_url())
    context: dict[str, Any] = {"kept": kept, "away": away, "rows": compare([kept, away], None)}
    return render(request, "funding/merge.html", {**context, "trail": _trail(below=True)})


@login_required
@require_POST
def say_distinct(request: HttpRequest, key: int) -> HttpResponse:
    """Say that a pair is two programmes."""
    service.say_distinct(pair=get_object_or_404(LikelyPair, pk=key), by=editor_of(request))
    messages.success(request, _("Noted: these are two programmes."))
    return HttpResponseRedirect(reverse("funding:duplicates"))


@login_required
@require_POST
def take_apart(request: HttpRequest, slug: str) -> HttpResponse:
    """Show again what was merged."""
    away = get_object_or_404(Programme, slug=slug)
    try:
        service.take_apart(away=away, by=editor_of(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Taken apart: %(title)s is shown again.") % {"title": away.title})
    return HttpResponseRedirect(reverse("funding:duplicates"))
