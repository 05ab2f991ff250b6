"""What readers say about a page: taken in without anything that tells who said it."""

from datetime import timedelta

from django.utils import timezone

from portal.content.models import Feedback

TEXTS_KEPT_FOR = timedelta(days=365)
"""So long a comment is kept; the answer itself names nobody and stays for the evaluation."""


def give_feedback(*, path: str, helpful: bool, text: str = "") -> Feedback:
    """Store one answer to “Was this page helpful?”."""
    return Feedback.objects.create(path=path, helpful=helpful, text=text)


def purge_feedback() -> int:
    """Empty the comments that are a year old and return how many. Runs every night."""
    old = Feedback.objects.filter(given_on__lt=timezone.localdate() - TEXTS_KEPT_FOR)
    return old.exclude(text="").update(text="")
