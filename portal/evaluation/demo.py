"""Demonstration of the evaluation: invented judgements on technologies, a history of figures, a report. All marked."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from portal.areas import areas
from portal.evaluation.models import Measure, Measurement, Review, RingChange, Technology
from portal.evaluation.services.measuring import measure_all
from portal.evaluation.services.reviewing import as_stored, figures_of, months_later

CONTENT = Path(__file__).parent / "demo_data" / "evaluation.json"
WEEKS = 26
"""So long is the invented history."""

GROWTH = 0.012
"""So much less each indicator had a week before; what is to fall had so much more."""


def load() -> int:
    """Make what is missing and return how many technologies were made."""
    content = json.loads(CONTENT.read_text(encoding="utf-8"))
    there = set(Technology.objects.values_list("slug", flat=True))
    missing = [entry for entry in content["technologies"] if entry["slug"] not in there]
    with transaction.atomic(), translation.override("de"):
        for entry in missing:
            _technology(entry)
        if missing:
            measure_all()
            _history()
            _report(content["report"])
    return len(missing)


def _technology(entry: dict[str, Any]) -> None:
    today = timezone.localdate()
    history = entry.pop("history")
    due = today + timedelta(days=entry.pop("due_in_days"))
    technology = Technology.objects.create(review_due_on=due, is_published=True, is_demonstration=True, **entry)
    before = ""
    for change in history:
        RingChange.objects.create(
            technology=technology,
            before=before,
            after=change["ring"],
            reason=change["reason"],
            changed_on=today - timedelta(days=change["days_ago"]),
        )
        before = change["ring"]


def _history() -> None:
    """Invent what was measured each week before today; the page says that it is invented."""
    today = timezone.localdate()
    now = {row.indicator: row.value for row in Measurement.objects.filter(day=today)}
    rows = []
    for indicator in areas.each("indicators"):
        value = now.get(indicator.slug)
        if value is None:
            continue
        for week in range(1, WEEKS):
            falls = indicator.better == "lower"
            earlier = value * (1 + (GROWTH if falls else -GROWTH) * week)
            rounded = round(earlier, 1) if indicator.unit else float(round(earlier))
            rows.append(
                Measurement(
                    indicator=indicator.slug,
                    day=today - timedelta(days=7 * week),
                    value=rounded,
                    measured_at=timezone.now(),
                )
            )
    Measurement.objects.bulk_create(rows, ignore_conflicts=True)


def _report(entry: dict[str, Any]) -> None:
    """Publish an invented report on the funding area, with its measures."""
    today = timezone.localdate()
    review = Review(area=entry["area"], since=months_later(today, -6), until=today - timedelta(days=1))
    if Review.objects.filter(area=review.area).exists():
        return
    review.findings = entry["findings"]
    review.save()
    for measure in entry["measures"]:
        days = measure.pop("due_in_days")
        Measure.objects.create(review=review, due_on=today + timedelta(days=days), **measure)
    review.figures = [as_stored(figure) for figure in figures_of(review)]
    review.matters = entry["matters"]
    review.published_at = timezone.now()
    review.save()
