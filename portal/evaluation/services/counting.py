"""Writing down what was counted: numbers by day, without anything about who did it."""

from collections.abc import Mapping
from datetime import date

from django.db import connection
from django.db.models import Sum

from portal.counting import Key
from portal.evaluation.models import DailyCount

VISITS, DOWNLOADS = "visits", "downloads"

# Rows in one order, so that two processes that write at once do not wait for each other for ever.
_ADD = """
INSERT INTO evaluation_dailycount (day, what, subject, number)
SELECT * FROM unnest(%s::date[], %s::text[], %s::text[], %s::int[]) AS counted ORDER BY 1, 2, 3
ON CONFLICT (day, what, subject) DO UPDATE SET number = evaluation_dailycount.number + EXCLUDED.number
"""


def write_down(counted: Mapping[Key, int]) -> None:
    """Add numbers to those of their days; one statement."""
    days, whats, subjects = (list(column) for column in zip(*counted, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [days, whats, subjects, list(counted.values())])


def total(what: str, since: date, until: date) -> int:
    """Return how often something happened in a period, both days included."""
    rows = DailyCount.objects.filter(what=what, day__range=(since, until))
    return rows.aggregate(total=Sum("number"))["total"] or 0


def most_frequent(what: str, since: date, until: date, limit: int = 10) -> list[tuple[str, int]]:
    """Return of what something happened most often in a period."""
    rows = DailyCount.objects.filter(what=what, day__range=(since, until)).order_by()
    summed = rows.values("subject").annotate(total=Sum("number")).order_by("-total", "subject")
    return list(summed.values_list("subject", "total")[:limit])
