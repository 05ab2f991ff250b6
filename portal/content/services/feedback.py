"""What readers say about a page: taken in without anything that tells who said it."""

from datetime import date, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from portal.content.models import Feedback

TEXTS_KEPT_FOR = timedelta(days=365)
"""So long a comment is kept; the answer itself names nobody and stays for the evaluation."""


def give_feedback(*, path: str, helpful: bool, text: str = "") -> Feedback:
    """Store one answer to “Was this page helpful?”."""
    return Feedback.objects.create(path=path, helpful=helpful, text=text)


def share_helpful(day: date) -> float | None:
    """Return how many of a hundred answers of the 90 days up to a day say that a page helped; None without any."""
    given = Feedback.objects.filter(given_on__range=(day - COUNTED_FOR, day))
    counted = given.aggregate(everything=Count("pk"), helpful=Count("pk", filter=Q(helpful=True)))
    return round(100 * counted["helpful"] / counted["everything"], 1) if counted["everything"] else None


COUNTED_FOR = timedelta(days=89)


def purge_feedback() -> int:
    """Empty the comments that are a year old and return how many. Runs every night."""
    old = Feedback.objects.filter(given_on__lt=timezone.localdate() - TEXTS_KEPT_FOR)
    return old.exclude(text="").update(text="")
