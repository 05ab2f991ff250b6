"""How the funding area is evaluated."""

from django.db.models import Count, DateField, ExpressionWrapper, F, Q
from django.utils import timezone

from funding.models import Programme
from funding.vocabularies import Area

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


def laender_covered() -> float:
    """Count the Länder that have at least one published programme of their own."""
    rows = Programme.objects.filter(live=True, absent_since=None).values_list("areas", flat=True)
    return len(LAENDER & {area for areas in rows.iterator() for area in areas})
