"""Addresses that mails come back from: counted, and spared once it is enough (domains 0.3, as Discourse does)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portal.notifications.models import Suppression

HARD, SOFT = 2.0, 1.0
"""Points of a mail that came back for good, and of one that did not get through after many attempts."""

ENOUGH = 4.0
"""With so many points no mail goes to an address any more."""

FADING = timedelta(days=30)
"""After so long without another one, the points are gone."""


def hash_of(address: str) -> str:
    """Return by what an address is known; it cannot be read out of it."""
    return salted_hmac("portal.notifications.suppression", address.strip().lower(), algorithm="sha256").hexdigest()


def is_suppressed(address: str) -> bool:
    """Whether no mail goes there."""
    return Suppression.objects.filter(address_hash=hash_of(address)).exclude(reason="").exists()


def count_bounce(address: str, *, points: float, now: datetime | None = None) -> Suppression:
    """Count a mail that came back; suppress the address when that is enough."""
    now = now or timezone.now()
    with transaction.atomic():
        Suppression.objects.bulk_create(
            [Suppression(address_hash=hash_of(address), counted_at=now)], ignore_conflicts=True
        )
        row = Suppression.objects.select_for_update().get(address_hash=hash_of(address))
        row.points = points + (0.0 if now - row.counted_at > FADING else row.points)
        row.counted_at = now
        if row.points >= ENOUGH and not row.reason:
            row.reason = Suppression.Reason.BOUNCE
        row.save()
    return row


def suppress(address: str, reason: Suppression.Reason) -> None:
    """Send nothing there any more."""
    Suppression.objects.update_or_create(
        address_hash=hash_of(address), defaults={"reason": reason, "counted_at": timezone.now()}
    )


def lift(address: str) -> bool:
    """Let mails go to an address again, because its owner says that they arrive; tell whether they did not before."""
    number, _by_model = Suppression.objects.filter(address_hash=hash_of(address)).delete()
    return bool(number)
