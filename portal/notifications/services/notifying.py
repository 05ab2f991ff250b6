"""Writing down that people are to be told something: in the transaction of what they are told about."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import batched
from typing import Any

from celery import current_app
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from portal.accounts.models import User
from portal.areas import areas
from portal.notifications.models import Notification, Preference, Recipient, Rhythm

BATCHING = timedelta(minutes=2)
"""So long an "at once" waits, so that what follows on the same subject goes with it (domains 0.3, as Zulip does)."""

BATCH = 1_000
"""Recipients that are written down with one statement."""

DELIVERING = "portal.notifications.tasks.deliver"
"""Name of the job that makes mails of notifications and sends them."""


def recipients_of(people: Iterable[User]) -> list[Recipient]:
    """Return the recipients that some people are, making those that are not there yet."""
    keys = list(dict.fromkeys(person.pk for person in people))
    found: list[Recipient] = []
    for some in batched(keys, BATCH):
        Recipient.objects.bulk_create((Recipient(person_id=key) for key in some), ignore_conflicts=True)
        found.extend(Recipient.objects.filter(person_id__in=some))
    return found


def recipient_of(person: User) -> Recipient:
    """Return the recipient that a person is."""
    return Recipient.objects.get_or_create(person=person)[0]


@transaction.atomic
def notify(  # noqa: PLR0913 - keywords alone, each says something else
    *,
    kind: str,
    to: Sequence[Recipient],
    about: Model | None,
    dedupe_key: str,
    thread: str = "",
    facts: Mapping[str, Any] | None = None,
    own_facts: Mapping[int, Mapping[str, Any]] | None = None,
    rhythms: Mapping[int, str] | None = None,
) -> int:
    """Write down that recipients are to be told something; who was told the same before is not told again.

    Args:
        kind: slug of the kind.
        to: who; several thousand are written down in a few statements.
        about: the object; whoever may not see it when the mail goes out is told nothing (C-02).
        dedupe_key: names what happened, with the version of what it says, so that it is told once.
        thread: what of it becomes one mail; by default what is about the same object.
        facts: what the message needs besides.
        own_facts: the same where it differs, by the recipients' primary keys.
        rhythms: by the recipients' primary keys, for kinds with rhythms of their own.

    Returns:
        How many are told now.
    """
    declared = areas.notification_kind(kind)
    if declared is None:
        message = f"No area declares the kind “{kind}”."
        raise LookupError(message)
    now = timezone.now()
    about_type = None if about is None else ContentType.objects.get_for_model(about)
    about_key = "" if about is None else str(about.pk)
    told = 0
    for some in batched(to, BATCH):
        chosen = {} if declared.is_mandatory else _preferences(kind, some)
        rows = []
        for one in some:
            own = (rhythms or {}).get(one.pk, declared.rhythm)
            rhythm = Rhythm.NOW if declared.is_mandatory else Rhythm(chosen.get(one.pk, own))
            rows.append(
                Notification(
                    recipient=one,
                    kind=kind,
                    about_type=about_type,
                    about_key=about_key,
                    thread=thread or f"{about_type.pk if about_type else kind}:{about_key}",
                    dedupe_key=dedupe_key,
                    facts={**(facts or {}), **(own_facts or {}).get(one.pk, {})},
                    rhythm=rhythm,
                    created_at=now,
                    due_at=now if declared.is_mandatory else now + BATCHING,
                )
            )
        before = Notification.objects.filter(dedupe_key=dedupe_key, recipient__in=some).count()
        Notification.objects.bulk_create(rows, ignore_conflicts=True)
        told += Notification.objects.filter(dedupe_key=dedupe_key, recipient__in=some).count() - before
    if declared.is_mandatory and told:
        transaction.on_commit(deliver_soon, robust=True)
    return told


def deliver_soon() -> None:
    """Start the job that sends; if that fails, the timetable starts it within a minute."""
    current_app.send_task(DELIVERING)


def withdraw(*, kind: str, about: Model, to: Collection[Recipient] | None = None) -> int:
    """Take back what was not sent yet: it does not hold any more (C-07); return how many notifications that were."""
    found: QuerySet[Notification] = Notification.objects.filter(
        kind=kind,
        about_type=ContentType.objects.get_for_model(about),
        about_key=str(about.pk),
        digest=None,
        withdrawn_at=None,
    )
    if to is not None:
        found = found.filter(recipient__in=to)
    return found.update(withdrawn_at=timezone.now())


def _preferences(kind: str, recipients: Sequence[Recipient]) -> dict[int, str]:
    rows = Preference.objects.filter(kind=kind, recipient__in=recipients)
    return dict(rows.values_list("recipient_id", "rhythm"))
