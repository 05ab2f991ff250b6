"""The public statistics, and the evaluators' dashboard."""

from datetime import date, timedelta
from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.evaluation.models import Measure, Proposal, Review, ReviewInterval, Technology
from portal.evaluation.permissions import can_evaluate
from portal.evaluation.presenting import HEADER, Shown, as_rows, open_data, public_figures, shown
from portal.evaluation.services.counting import DOWNLOADS, VISITS, most_frequent, total
from portal.evaluation.services.measuring import SHOWN_DAYS, figures
from portal.evaluation.services.reviewing import next_due, reviewed_areas
from portal.exports import download
from portal.permissions import enforce
from portal.search.services import IN_VAIN, OPENED, SEARCHES, without_result

COUNTED_DAYS = 30


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Show the public indicators: what is asked, the value, the target, how it moves, its history."""
    context = {"heading": _("Statistics"), "groups": grouped(shown(public_figures()))}
    return render(request, "evaluation/statistics.html", context)


def grouped(rows: list[Shown]) -> list[tuple[str, list[Shown]]]:
    """Put the indicators of an area together."""
    return [(area, list(some)) for area, some in groupby(rows, key=lambda one: one.area)]


@require_safe
def statistics_csv(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    """Give the public measurements of a year as a file."""
    today = timezone.localdate()
    return download("csv", f"kennzahlen-{today:%Y-%m-%d}", HEADER, as_rows(public_figures(today)))


@require_safe
def statistics_json(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - as above
    """Give the same as JSON."""
    return JsonResponse(open_data())


@login_required
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show evaluators everything: all indicators, what is counted, reviews and measures, what is due."""
    enforce(can_evaluate(request.user))
    today = timezone.localdate()
    since = today - timedelta(days=COUNTED_DAYS - 1)
    rows = shown(figures(today - timedelta(days=SHOWN_DAYS), today, only_public=False))
    open_reviews = Review.objects.open()
    context = {
        "heading": _("Evaluation"),
        "groups": grouped(rows),
        "failed": [one for one in rows if one.error],
        "counts": [
            (_("Pages read"), total(VISITS, since, today)),
            (_("Files downloaded"), total(DOWNLOADS, since, today)),
            (_("Searches"), total(SEARCHES, since, today)),
            (_("Searches without result"), total(IN_VAIN, since, today)),
            (_("Results opened"), total(OPENED, since, today)),
        ],
        "most_read": most_frequent(VISITS, since, today),
        "in_vain": without_result(10, COUNTED_DAYS),
        "counted_days": COUNTED_DAYS,
        "reviews": open_reviews,
        "upcoming": _upcoming({review.area for review in open_reviews}, today),
        "measures": Measure.objects.unfinished().select_related("review"),
        "technologies": Technology.objects.overdue(),
        "proposals": Proposal.objects.open().count(),
        "today": today,
    }
    return render(request, "evaluation/dashboard.html", context)


def _upcoming(open_: set[str], today: date) -> list[tuple[str, date]]:
    """Return when each area without an open review is reviewed next, the soonest first."""
    intervals = dict(ReviewInterval.objects.values_list("area", "months"))
    areas = [area for area in reviewed_areas() if area.slug not in open_]
    due = [(str(area.label), next_due(area.slug, intervals, today)) for area in areas]
    return sorted(due, key=lambda one: one[1])
