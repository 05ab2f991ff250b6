"""How the funding area is evaluated."""

from datetime import date
from typing import Any

from django.db.models import Count, DateField, ExpressionWrapper, F, Q
from django.utils import timezone

from funding.models import Application, Programme, availability_on, next_deadline_on
from funding.services.overview import POSSIBLE, freshness
from funding.vocabularies import Area
from portal.evaluation.services.counting import total

MATCHES_VIEWED = "funding-matches-viewed"
"""What is counted when somebody sees whether a programme fits her municipality."""

SEARCHES, IN_VAIN = "funding-searches", "funding-searches-in-vain"
"""What is counted when somebody looks for words in the list, and when nothing has them."""

LAENDER = frozenset(Area.values) - {Area.NATIONWIDE.value, Area.OTHER.value}


def published_programmes() -> float:
    """Count the programmes that everybody can find and that their source still has."""
    return Programme.objects.filter(live=True, absent_since=None).count()


def share_checked() -> float | None:
    """Return how many in a hundred of the published programmes were checked in time; None without any."""
    due = ExpressionWrapper(F("checked_on") + F("check_interval_days"), output_field=DateField())
    counted = (
        Programme.objects.filter(live=True, absent_since=None)
        .alias(due=due)
        .aggregate(everything=Count("live"), checked=Count("live", filter=Q(due__gte=timezone.localdate())))
    )
    return 100 * counted["checked"] / counted["everything"] if counted["everything"] else None


def programmes_open() -> float:
    """Count the published programmes that can be applied for today, or soon."""
    today = timezone.localdate()
    rows: Any = Programme.objects.filter(live=True, absent_since=None)
    stated = rows.alias(coming_deadline=next_deadline_on(today)).alias(availability_code=availability_on(today))
    return float(stated.filter(availability_code__in=POSSIBLE).count())


def share_current() -> float | None:
    """Return how many in a hundred of the published programmes were checked within 90 days; None without any."""
    found = freshness()
    return 100 * found.within[90] / found.total if found.total else None


def laender_covered() -> float:
    """Count the Länder that have at least one published programme of their own."""
    rows = Programme.objects.filter(live=True, absent_since=None).values_list("areas", flat=True)
    return len(LAENDER & {area for areas in rows.iterator() for area in areas})


def applications_kept() -> float:
    """Count the applications that organisations keep track of."""
    return Application.objects.count()


def matches_viewed(day: date) -> float:
    """Count how often somebody saw on a day whether a programme fits her municipality."""
    return total(MATCHES_VIEWED, day, day)


def searches_in_vain(day: date) -> float | None:
    """Return how many in a hundred of a day's searches in the list found nothing; None without any."""
    made = total(SEARCHES, day, day)
    return round(100 * total(IN_VAIN, day, day) / made, 1) if made else None
