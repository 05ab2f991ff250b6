"""Reviews as evaluators write them, and reports as everybody reads them."""

from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.evaluation.forms import FindingsForm, MeasureForm, OutcomeForm
from portal.evaluation.models import Measure, Review
from portal.evaluation.permissions import can_evaluate
from portal.evaluation.presenting import in_words, period, shown, stored_chart, target_in_words, trend_in_words
from portal.evaluation.report import as_pdf
from portal.evaluation.services import reviewing
from portal.permissions import enforce

if TYPE_CHECKING:
    from portal.accounts.models import User


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, key: int) -> HttpResponse:
    """Show an open review with all that it is about; keep findings, decide measures."""
    enforce(can_evaluate(request.user))
    found = get_object_or_404(Review.objects.visible_to(request.user), pk=key)
    if found.is_published:
        return redirect(found)
    person = cast("User", request.user)
    action = request.POST.get("action", "")
    findings = FindingsForm(request.POST if action == "findings" else None, initial={"findings": found.findings})
    measure = MeasureForm(request.POST if action == "measure" else None)
    if action == "findings" and findings.is_valid():
        reviewing.write_findings(review=found, findings=findings.cleaned_data["findings"], by=person)
        messages.success(request, _("The findings were saved."))
        return redirect("evaluation:review", found.pk)
    if action == "measure" and measure.is_valid():
        reviewing.decide_measure(review=found, by=person, **measure.cleaned_data)
        messages.success(request, _("The measure was noted."))
        return redirect("evaluation:review", found.pk)
    context = {
        "heading": _("Review: %(area)s") % {"area": found.area_label},
        "review": found,
        "period": period(found.since, found.until),
        "rows": shown(reviewing.figures_of(found)),
        "matters": reviewing.matters_of(found),
        "earlier": reviewing.earlier_measures(found),
        "measures": found.measures.select_related("owner"),
        "states": Measure.State.choices,
        "findings": findings,
        "measure": measure,
        "form": measure if action == "measure" else findings,
    }
    return render(request, "evaluation/review.html", context, status=400 if findings.errors or measure.errors else 200)


@login_required
@require_POST
def update_measure(request: HttpRequest, key: int) -> HttpResponse:
    """Say what became of a measure."""
    enforce(can_evaluate(request.user))
    measure = get_object_or_404(Measure, pk=key)
    form = OutcomeForm(request.POST)
    try:
        if form.is_valid():
            reviewing.update_measure(measure=measure, by=cast("User", request.user), **form.cleaned_data)
            messages.success(request, _("The measure was updated."))
        else:
            messages.error(request, _("The measure was not updated: please choose a state."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    open_ = Review.objects.open().filter(area=measure.review.area).first()
    return redirect(open_ if open_ is not None else "evaluation:dashboard")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, key: int) -> HttpResponse:
    """Ask whether the report is to be published as it is, and publish it."""
    enforce(can_evaluate(request.user))
    found = get_object_or_404(Review.objects.visible_to(request.user), pk=key)
    if found.is_published:
        return redirect(found)
    if request.method == "POST":
        try:
            published = reviewing.publish(review=found, by=cast("User", request.user))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("evaluation:review", found.pk)
        messages.success(request, _("The report is published."))
        return redirect(published)
    context = {"heading": _("Publish the report?"), "review": found, "period": period(found.since, found.until)}
    return render(request, "evaluation/publish.html", context)


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """List the published reports."""
    published = Review.objects.published()
    rows = [(one, period(one.since, one.until)) for one in published]
    return render(request, "evaluation/reports.html", {"heading": _("Evaluation reports"), "rows": rows})


@require_safe
def report(request: HttpRequest, area: str, until: str) -> HttpResponse:
    """Show a report."""
    found = _published(area, until)
    figures = [
        {
            **one,
            "words": f"{in_words(one['value'])} {one['unit']}".strip(),
            "trend": trend_in_words(one["change"], one["unit"]),
            "target_words": target_in_words(one["target"], one["better"], one["unit"]),
            "chart": stored_chart(one, number),
        }
        for number, one in enumerate(one for one in found.figures if one["public"])
    ]
    context = {
        "heading": _("Evaluation report: %(area)s") % {"area": found.area_label},
        "review": found,
        "period": period(found.since, found.until),
        "figures": figures,
        **_measures(found),
    }
    return render(request, "evaluation/report.html", context)


@require_safe
def report_pdf(request: HttpRequest, area: str, until: str) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    """Give a report as an accessible PDF."""
    found = _published(area, until)
    response = HttpResponse(as_pdf(found, **_measures(found)), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="evaluationsbericht-{found.area}-{found.until}.pdf"'
    return response


def _measures(found: Review) -> dict[str, Any]:
    return {"measures": list(found.measures.all()), "earlier": reviewing.earlier_measures(found)}


def _published(area: str, until: str) -> Review:
    """Find a published report.

    Raises:
        Http404: there is none of that area and day.
    """
    try:
        day = date.fromisoformat(until)
    except ValueError as error:
        raise Http404 from error
    return get_object_or_404(Review.objects.published(), area=area, until=day)
