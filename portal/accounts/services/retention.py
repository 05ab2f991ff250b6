"""What is forgotten by itself: what is older than its retention, accounts that nobody confirmed or nobody uses."""

import calendar
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.utils import timezone

from portal.accounts.addresses import has_confirmed_address
from portal.accounts.models import User
from portal.accounts.services import erasure, holdings, mails
from portal.areas import areas
from portal.privacy import Erasure, PersonalData

if TYPE_CHECKING:
    from django.db.models import QuerySet

logger = logging.getLogger(__name__)

UNCONFIRMED_FOR = timedelta(days=7)
WARNED_AFTER, ERASED_AFTER = 23, 24
"""Months since the last visit."""

NOTICE = timedelta(days=28)
"""So long before the erasure a warning has to lie, even where a job did not run for months."""


@dataclass(frozen=True, slots=True)
class Purged:
    """What one declaration lost, or would lose."""

    label: str
    model: str
    days: int
    count: int


def apply_retention(*, dry_run: bool = False) -> list[Purged]:
    """Delete or anonymise whatever is older than its declaration keeps it. May run twice without harm.

    Args:
        dry_run: everything is done and taken back: nothing changes, no file goes, no mail is sent.

    Raises:
        ExceptionGroup: some declarations could not be carried out; all others were.
    """
    done: list[Purged] = []
    failed: list[Exception] = []
    for declared in _with_retention():
        days = declared.retention.days if declared.retention else 0
        try:
            count = _taken_back(declared) if dry_run else purge(declared)
        except Exception as error:  # what one area cannot forget must not keep the others from forgetting
            logger.exception("Retention failed: %s", declared.model._meta.label)
            failed.append(error)
            continue
        done.append(Purged(declared.label, declared.model._meta.label, days, count))
    if failed:
        raise ExceptionGroup("Not everything could be forgotten.", failed)
    return done


def _taken_back(declared: PersonalData) -> int:
    """Purge, count, and undo it."""
    with transaction.atomic():
        count = purge(declared)
        transaction.set_rollback(True)
    return count


def _with_retention() -> Iterator[PersonalData]:
    """Yield what has a retention; accounts last, because their erasure deletes rows of all others."""
    declared = [each for each in areas.each("personal_data") if each.retention is not None]
    yield from (each for each in declared if each.model is not User)
    yield from (each for each in declared if each.model is User)


def purge(declared: PersonalData) -> int:
    """Purge the rows of one declaration and return how many."""
    if declared.purge is not None:
        return declared.purge()
    with transaction.atomic():
        rows = overdue(declared)
        if declared.erasure is Erasure.ANONYMISE:
            return holdings.anonymise_rows(declared, rows)
        return holdings.delete_rows(declared, rows)


def overdue(declared: PersonalData) -> "QuerySet[Any]":
    """Return the rows that are older than their retention; of those to be anonymised the ones that name somebody."""
    retention = declared.retention or timedelta.max
    name = declared.counted_from()
    found = declared.model._meta.get_field(name)
    is_moment = isinstance(found, models.DateTimeField)
    before = (timezone.now() if is_moment else timezone.localdate()) - retention
    rows = declared.model._base_manager.filter(**{f"{name}__lt": before})
    if declared.erasure is Erasure.ANONYMISE:
        named = models.Q()
        for link in declared.links():
            named |= models.Q(**{f"{link.name}__isnull": False})
        for emptied, value in declared.emptied().items():
            named |= ~models.Q(**{emptied: value})
        rows = rows.filter(named)
    return rows


def purge_accounts() -> int:
    """Erase the accounts that were never confirmed and those that nobody uses; return how many. Runs every night."""
    gone = 0
    for person in [*unconfirmed(), *unused()]:
        try:
            erasure.erase(person=person, by=None, reason="retention", confirm=has_confirmed_address(person))
        except erasure.ErasureRefusedError as refused:
            logger.warning("An account has to stay until something is handed over: %s", "; ".join(refused.messages))
            continue
        gone += 1
    return gone


def unconfirmed() -> list[User]:
    """Return the accounts whose address nobody confirmed within a week."""
    old = User.objects.filter(created_at__lt=timezone.now() - UNCONFIRMED_FOR, last_login=None, last_seen_on=None)
    confirmed = EmailAddress.objects.filter(user_id=OuterRef("pk"), verified=True)
    return list(old.filter(~Exists(confirmed), is_superuser=False, is_staff=False, groups=None).order_by("pk"))


def unused() -> list[User]:
    """Return the accounts whose last visit is two years ago and whose persons were warned in time."""
    limit = months_before(timezone.localdate(), ERASED_AFTER)
    return list(_ordinary(limit).filter(warned_at__lt=timezone.now() - NOTICE))


def warn_unused() -> int:
    """Warn those whose last visit is 23 months ago, once each, and return how many. Runs every night.

    Raises:
        OSError: the mail server does not take a mail. Who was warned stays marked as warned.
    """
    limit = months_before(timezone.localdate(), WARNED_AFTER)
    warned = 0
    for key in _ordinary(limit).filter(warned_at=None).values_list("pk", flat=True):
        with transaction.atomic():
            person = (
                User.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=key, warned_at=None).first()
            )
            if person is None:
                continue
            person.warned_at = timezone.now()
            person.save(update_fields=["warned_at"])
            mails.warn_of_erasure(person, erased_on=timezone.localdate() + NOTICE + timedelta(days=2))
        warned += 1
    return warned


def _ordinary(limit: date) -> "QuerySet[User]":
    """Return people without a role of the centre whose last visit was on that day or before.

    Who has a role is left out: its end is an administrator's decision, and the clock must not lock the centre out of
    its own portal.
    """
    day_made = TruncDate("created_at")
    seen = Greatest(Coalesce(F("last_seen_on"), day_made), Coalesce(TruncDate("last_login"), day_made), day_made)
    ordinary = User.objects.filter(is_superuser=False, is_staff=False, groups=None)
    return ordinary.annotate(active_on=seen).filter(active_on__lte=limit).order_by("pk")


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    month += 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
