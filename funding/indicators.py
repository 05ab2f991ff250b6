"""How the funding area is evaluated."""

from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from funding.models import CHECK_INTERVAL_DAYS, Programme
from funding.vocabularies import Area

LAENDER = frozenset(Area.values) - {Area.NATIONWIDE.value, Area.OTHER.value}


def published_programmes() -> float:
    """Count the programmes that everybody can find and that their source still has."""
    return Programme.objects.filter(state=Programme.State.PUBLISHED, absent_since=None).count()


def share_checked() -> float | None:
    """Return how many in a hundred of the published programmes were checked in time; None without any."""
    since = timezone.localdate() - timedelta(days=CHECK_INTERVAL_DAYS)
    counted = Programme.objects.filter(state=Programme.State.PUBLISHED, absent_since=None).aggregate(
        everything=Count("state"), checked=Count("state", filter=Q(checked_on__gte=since))
    )
    return 100 * counted["checked"] / counted["everything"] if counted["everything"] else None


def laender_covered() -> float:
    """Count the Länder that have at least one published programme of their own."""
    rows = Programme.objects.filter(state=Programme.State.PUBLISHED, absent_since=None).values_list("areas", flat=True)
    return len(LAENDER & {area for areas in rows.iterator() for area in areas})
