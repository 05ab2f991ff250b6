"""Forgetting: what somebody was told, and which mails went out."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from portal.notifications.models import Digest, Notification, Recipient, Suppression

NOTIFICATIONS_KEPT = timedelta(days=180)
MAILS_KEPT = timedelta(days=90)
UNCONFIRMED_KEPT = timedelta(days=7)
SUPPRESSIONS_KEPT = timedelta(days=730)


def purge_notifications() -> int:
    """Delete what is older than half a year."""
    number, _by_model = Notification.objects.filter(created_at__lt=timezone.now() - NOTIFICATIONS_KEPT).delete()
    return number


def purge_mails() -> int:
    """Delete the log of mails older than 90 days; what they told stays as long as it would without a mail."""
    number, _by_model = Digest.objects.filter(created_at__lt=timezone.now() - MAILS_KEPT).delete()
    return number


def purge_unconfirmed() -> int:
    """Delete addresses that nobody has confirmed within a week."""
    old = timezone.now() - UNCONFIRMED_KEPT
    number, _by_model = Recipient.objects.filter(person=None, confirmed_at=None, created_at__lt=old).delete()
    return number


def purge_suppressions() -> int:
    """Forget addresses that are spared no more, or for two years."""
    now = timezone.now()
    gone = Q(reason="", counted_at__lt=now - MAILS_KEPT) | Q(counted_at__lt=now - SUPPRESSIONS_KEPT)
    number, _by_model = Suppression.objects.filter(gone).delete()
    return number
