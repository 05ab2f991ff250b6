"""Imports for editors: ordering one, its report, and deciding about differences field by field."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from funding.forms import ImportForm
from funding.imports import running
from funding.models import Difference, ImportRun, Programme
from funding.services import COUNTS, reviewing
from funding.services.showing import shown_difference
from funding.views.editors import editor_of
from portal.errors import RefusedError

RUNS_SHOWN = 30
"""Reports on the overview; older ones are found by their address."""

PROGRAMMES_ON_A_PAGE = 10


def _trail() -> list[tuple[str, str]]:
    return [(_("Funding programmes"), reverse("funding:programme_list"))]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """List the imports with what came of each, and order another one."""
    me = editor_of(request)
    is_sent = request.method == "POST"
    form = ImportForm(request.POST, request.FILES) if is_sent else ImportForm()
    if is_sent and form.is_valid():
        try:
            run = running.order(
                by=me,
                file=form.cleaned_data["file"],
                is_trial=form.cleaned_data["is_trial"],
                by_review=not form.cleaned_data["takes_over"],
            )
        except running.NothingToImportError as error:
            form.add_error("file", str(error))
        else:
            return HttpResponseRedirect(run.get_absolute_url())
    context = {
        "form": form,
        "runs": list(ImportRun.objects.select_related("ordered_by")[:RUNS_SHOWN]),
        "waiting": reviewing.waiting_programmes(),
        "trail": _trail(),
    }
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "funding/imports.html", context, status=status)


@login_required
@require_safe
def import_run(request: HttpRequest, key: int) -> HttpResponse:
    """Show how far an import is, or its report."""
    editor_of(request)
    run = get_object_or_404(ImportRun.objects.select_related("ordered_by"), pk=key)
    trail = [*_trail(), (_("Imports"), reverse("funding:imports"))]
    left = max(0, run.counts.get("findings", 0) - len(run.findings))
    context = {"run": run, "read": running.progress_of(run), "counts": _counts(run), "left": left, "trail": trail}
    template = "funding/import_run.html#state" if request.headers.get("HX-Request") else "funding/import_run.html"
    return render(request, template, context)


def _counts(run: ImportRun) -> list[tuple[Any, int]]:
    labels = {**COUNTS, "rejected": _("rejected")}
    return [(label, run.counts[name]) for name, label in labels.items() if name in run.counts]


@login_required
@require_POST
def go_on(request: HttpRequest, key: int) -> HttpResponse:
    """Agree that a source has lost many programmes, and import it."""
    run = get_object_or_404(ImportRun, pk=key)
    try:
        running.go_on(run=run, by=editor_of(request))
    except running.NothingToImportError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(run.get_absolute_url())


@login_required
@require_safe
def differences(request: HttpRequest) -> HttpResponse:
    """List the programmes of which a source says something else than stands here, field by field."""
    editor_of(request)
    waiting = Difference.objects.open()
    found = Programme.objects.filter(Exists(waiting.filter(programme=OuterRef("pk")))).order_by("title", "pk")
    open_ones = Prefetch("differences", waiting.order_by("pk"), to_attr="waiting")
    page = Paginator(found.prefetch_related(open_ones, "contacts", "links"), PROGRAMMES_ON_A_PAGE).get_page(
        request.GET.get("page", "").replace("\x00", "")
    )
    held = Q(~Q(protected_fields=[])) | Exists(
        Difference.objects.filter(programme=OuterRef("pk"), decided_at__isnull=False)
    )
    kept = Prefetch("differences", Difference.objects.filter(decided_at__isnull=False), to_attr="kept")
    context = {
        "page_obj": page,
        "programmes": [(one, [shown_difference(one, d) for d in one.waiting]) for one in page],
        "held": list(Programme.objects.filter(held).prefetch_related(kept).order_by("title", "pk")),
        "trail": [*_trail(), (_("Imports"), reverse("funding:imports"))],
    }
    return render(request, "funding/differences.html", context)


@login_required
@require_POST
def decide(request: HttpRequest, slug: str) -> HttpResponse:
    """Decide about the differences of one programme; what was left open stays open.

    Raises:
        RefusedError: a choice is none of those that there are.
    """
    me = editor_of(request)
    programme = get_object_or_404(Programme, slug=slug)
    choices: dict[str, tuple[reviewing.Choice, str]] = {}
    for name, seen in request.POST.items():
        field = name.removeprefix("seen-")
        chosen = "accept" if "all" in request.POST else request.POST.get(f"choice-{field}", "")
        if field == name or not chosen:
            continue
        if chosen not in reviewing.CHOICES:
            raise RefusedError(_("This choice is not possible."))
        choices[field] = (chosen, str(seen))
    try:
        number = reviewing.decide(programme=programme, choices=choices, by=me)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        said = ngettext("%(title)s: %(n)s field taken over.", "%(title)s: %(n)s fields taken over.", number)
        messages.success(request, said % {"title": programme.title, "n": number})
    return HttpResponseRedirect(reverse("funding:differences"))


@login_required
@require_POST
def ask_again(request: HttpRequest, slug: str) -> HttpResponse:
    """Take back a protection or a decision to keep ours.

    Raises:
        Http404: there is no such field.
    """
    programme = get_object_or_404(Programme, slug=slug)
    try:
        reviewing.ask_again(programme=programme, field=request.POST.get("field", ""), by=editor_of(request))
    except KeyError as error:
        raise Http404(_("There is no such field.")) from error
    messages.success(request, _("The next import asks about this field again."))
    return HttpResponseRedirect(f"{reverse('funding:differences')}#held")
