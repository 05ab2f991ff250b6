"""Making mails of notifications: those of a day, of a week, and those that go at once.

Several schedulers may do so at once, one may be killed in between, and all may stand still for days: each recipient
gets one mail for each period, and each notification stands in one mail (C-10 to C-12).
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from portal.areas import areas
from portal.notifications.models import Recipient, Rhythm
from portal.notifications.models.deliveries import TEMPLATE_VERSION

BATCH = 1_000
"""Recipients whose mails are made in one transaction, by two statements."""

MORNING = time(7)
"""When the mails of a day and of a week go out, by the clock where the recipient lives; those of a week on Mondays."""


@dataclass(frozen=True, slots=True)
class Period:
    """A day or a week, which ends at a moment and then becomes a mail."""

    key: str
    end: datetime


def period_of(rhythm: str, now: datetime, zone: str) -> Period:
    """Return the day or week that has ended last, by the clock of a time zone (C-11)."""
    local = now.astimezone(ZoneInfo(zone))
    day = local.date() if local.time().replace(tzinfo=None) >= MORNING else local.date() - timedelta(days=1)
    if rhythm == Rhythm.DAILY:
        return Period(f"daily:{day:%Y-%m-%d}", datetime.combine(day, MORNING, tzinfo=ZoneInfo(zone)))
    monday = day - timedelta(days=day.weekday())
    year, week, _weekday = monday.isocalendar()
    return Period(f"weekly:{year}-W{week:02}", datetime.combine(monday, MORNING, tzinfo=ZoneInfo(zone)))


def build_mails(now: datetime | None = None) -> int:
    """Make every mail that is due; return how many."""
    now = now or timezone.now()
    made = _build(Rhythm.NOW, "", now, now, None)
    for zone in _zones():
        for rhythm in (Rhythm.DAILY, Rhythm.WEEKLY):
            period = period_of(rhythm, now, zone)
            made += _build(rhythm, period.key, period.end, now, zone)
    return made


def _zones() -> list[str]:
    waiting = Recipient.objects.filter(
        notifications__digest=None,
        notifications__withdrawn_at=None,
        notifications__rhythm__in=[Rhythm.DAILY, Rhythm.WEEKLY],
    )
    return sorted(set(waiting.order_by().values_list("time_zone", flat=True).distinct()))


# Whose mails are made: those who have something to be told, and no mail of this period. They are locked, so that of
# several schedulers each takes others.
_TAKE = """
SELECT recipient.id FROM notifications_recipient recipient
WHERE (%(zone)s::text IS NULL OR recipient.time_zone = %(zone)s)
    AND EXISTS (
        SELECT FROM notifications_notification waiting
        WHERE waiting.recipient_id = recipient.id AND waiting.rhythm = %(rhythm)s
            AND waiting.rhythm IN ('now', 'daily', 'weekly')
            AND waiting.digest_id IS NULL AND waiting.withdrawn_at IS NULL
            AND CASE WHEN %(rhythm)s = 'now' THEN waiting.due_at <= %(before)s ELSE waiting.created_at < %(before)s END
    )
    AND NOT EXISTS (
        SELECT FROM notifications_digest there
        WHERE there.recipient_id = recipient.id AND there.period_key = %(period)s
    )
LIMIT %(batch)s
FOR UPDATE OF recipient SKIP LOCKED
"""

# A statement of its own: it sees what others have stored until the locks were had.
_MAKE = """
WITH waiting AS (
    SELECT id, recipient_id, kind,
        CASE WHEN %(rhythm)s = 'now'
            THEN 'now:' || MIN(id) OVER (PARTITION BY recipient_id, thread) ELSE %(period)s END AS period_key
    FROM notifications_notification
    WHERE recipient_id = ANY(%(recipients)s) AND rhythm = %(rhythm)s
        AND digest_id IS NULL AND withdrawn_at IS NULL
        AND CASE WHEN %(rhythm)s = 'now' THEN due_at <= %(before)s ELSE created_at < %(before)s END
), made AS (
    INSERT INTO notifications_digest (recipient_id, rhythm, period_key, created_at)
    SELECT DISTINCT recipient_id, %(rhythm)s, period_key, %(now)s::timestamptz FROM waiting
    ON CONFLICT (recipient_id, period_key) DO NOTHING
    RETURNING id, recipient_id, period_key
), taken AS (
    UPDATE notifications_notification SET digest_id = made.id
    FROM waiting JOIN made USING (recipient_id, period_key)
    WHERE notifications_notification.id = waiting.id
), about AS (
    SELECT recipient_id, period_key, left(string_agg(DISTINCT kind, ', ' ORDER BY kind), 200) AS kinds,
        bool_or(kind = ANY(%(mandatory)s)) AS is_mandatory
    FROM waiting GROUP BY recipient_id, period_key
)
INSERT INTO notifications_delivery
    (key, digest_id, kinds, template_version, is_mandatory, state, attempts, due_at, reply, created_at)
SELECT gen_random_uuid(), made.id, about.kinds, %(version)s, about.is_mandatory,
    'queued', 0, %(now)s::timestamptz, '', %(now)s::timestamptz
FROM made JOIN about USING (recipient_id, period_key)
"""


def _build(rhythm: str, period: str, before: datetime, now: datetime, zone: str | None) -> int:
    made = 0
    values: dict[str, Any] = {
        "rhythm": str(rhythm),
        "period": period,
        "before": before,
        "now": now,
        "zone": zone,
        "batch": BATCH,
        "version": TEMPLATE_VERSION,
        "mandatory": [kind.slug for kind in areas.each("notifications") if kind.is_mandatory],
    }
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_TAKE, values)
            recipients = [key for (key,) in cursor.fetchall()]
            if not recipients:
                return made
            cursor.execute(_MAKE, {**values, "recipients": recipients})
            if not cursor.rowcount:  # others were faster; the next look does not find them any more
                return made
            made += cursor.rowcount
