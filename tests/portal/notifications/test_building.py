"""Mails of a day and of a week: one for each person and period, nothing lost and nothing twice."""

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from portal.notifications.models import Delivery, Digest, Notification, Rhythm
from portal.notifications.services.building import build_mails, period_of
from portal.notifications.services.notifying import BATCHING, notify, withdraw
from tests.factories.funding import ProgrammeFactory
from tests.factories.notifications import NotificationFactory, PreferenceFactory, RecipientFactory
from tests.portal.notifications.kinds import MANDATORY, OPTIONAL

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("rhythm", "now", "key", "end"),
    [
        (
            "daily",
            datetime(2026, 11, 21, 6, 59, tzinfo=BERLIN),
            "daily:2026-11-20",
            datetime(2026, 11, 20, 7, tzinfo=BERLIN),
        ),
        (
            "daily",
            datetime(2026, 11, 21, 7, 0, tzinfo=BERLIN),
            "daily:2026-11-21",
            datetime(2026, 11, 21, 7, tzinfo=BERLIN),
        ),
        (
            "weekly",
            datetime(2026, 11, 22, 23, 0, tzinfo=BERLIN),
            "weekly:2026-W47",
            datetime(2026, 11, 16, 7, tzinfo=BERLIN),
        ),
        (
            "weekly",
            datetime(2026, 11, 23, 7, 0, tzinfo=BERLIN),
            "weekly:2026-W48",
            datetime(2026, 11, 23, 7, tzinfo=BERLIN),
        ),
        (
            "weekly",
            datetime(2027, 1, 1, 12, 0, tzinfo=BERLIN),
            "weekly:2026-W53",
            datetime(2026, 12, 28, 7, tzinfo=BERLIN),
        ),
        # both changes of the clock: seven o'clock stays seven o'clock (C-11)
        ("daily", datetime(2027, 3, 28, 5, 0, tzinfo=UTC), "daily:2027-03-28", datetime(2027, 3, 28, 7, tzinfo=BERLIN)),
        (
            "daily",
            datetime(2027, 3, 28, 4, 59, tzinfo=UTC),
            "daily:2027-03-27",
            datetime(2027, 3, 27, 7, tzinfo=BERLIN),
        ),
        (
            "daily",
            datetime(2026, 10, 25, 6, 0, tzinfo=UTC),
            "daily:2026-10-25",
            datetime(2026, 10, 25, 7, tzinfo=BERLIN),
        ),
        (
            "daily",
            datetime(2026, 10, 25, 5, 59, tzinfo=UTC),
            "daily:2026-10-24",
            datetime(2026, 10, 24, 7, tzinfo=BERLIN),
        ),
    ],
)
def test_a_period_ends_at_seven_by_the_clock_of_the_recipient(
    rhythm: str, now: datetime, key: str, end: datetime
) -> None:
    period = period_of(rhythm, now, "Europe/Berlin")
    assert (period.key, period.end) == (key, end)


@pytest.mark.django_db
def test_a_weekly_mail_goes_out_on_three_mondays_one_of_them_after_the_clocks_change() -> None:
    """C-11: Monday 07:00 in three successive weeks, the change to summer time on 28 March 2027 among them."""
    recipient = RecipientFactory()
    mondays = [datetime(2027, 3, day, 7, tzinfo=BERLIN) for day in (15, 22, 29)]
    for monday in mondays:
        NotificationFactory(recipient=recipient, rhythm=Rhythm.WEEKLY, created_at=monday - timedelta(days=2))
        assert build_mails(monday - timedelta(minutes=1)) == 0
        assert build_mails(monday) == 1
        assert build_mails(monday + timedelta(days=3)) == 0
    assert list(Digest.objects.order_by("pk").values_list("period_key", flat=True)) == [
        "weekly:2027-W11",
        "weekly:2027-W12",
        "weekly:2027-W13",
    ]


@pytest.mark.django_db
def test_after_a_pause_of_three_days_there_is_one_mail_with_everything() -> None:
    recipient = RecipientFactory()
    start = datetime(2026, 11, 16, 12, tzinfo=BERLIN)
    for days in range(3):
        NotificationFactory(recipient=recipient, rhythm=Rhythm.DAILY, created_at=start + timedelta(days=days))
    assert build_mails(start + timedelta(days=3)) == 1
    assert Digest.objects.get().notifications.count() == 3


@pytest.mark.django_db
def test_the_job_run_twice_makes_one_mail_and_the_database_allows_no_other() -> None:
    """C-10."""
    now = datetime(2026, 11, 20, 12, tzinfo=BERLIN)
    row = NotificationFactory(created_at=now - timedelta(days=1))
    assert build_mails(now) == 1
    assert build_mails(now) == 0
    digest = Digest.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Digest.objects.create(recipient=row.recipient, rhythm="daily", period_key=digest.period_key, created_at=now)


@pytest.mark.django_db
def test_what_comes_late_waits_for_the_next_mail_and_is_not_lost() -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=BERLIN)
    first = NotificationFactory(created_at=now - timedelta(days=1))
    build_mails(now)
    late = NotificationFactory(recipient=first.recipient, created_at=now - timedelta(days=1))
    assert build_mails(now) == 0
    assert build_mails(now + timedelta(days=1)) == 1
    late.refresh_from_db()
    assert late.digest is not None


@pytest.mark.django_db
def test_what_was_mailed_at_once_is_not_repeated_in_the_mail_of_the_day() -> None:
    """C-12."""
    recipient = RecipientFactory()
    programme = ProgrammeFactory()
    notify(kind=OPTIONAL, to=[recipient], about=programme, dedupe_key="eins")
    later = timezone.now() + BATCHING
    assert build_mails(later) == 1
    Notification.objects.update(rhythm=Rhythm.DAILY)
    assert build_mails(later + timedelta(days=2)) == 0


@pytest.mark.django_db
def test_several_changes_within_minutes_become_one_mail_and_what_is_taken_back_none() -> None:
    """C-07."""
    recipient, other = RecipientFactory(), RecipientFactory()
    programme = ProgrammeFactory()
    for number in range(3):
        notify(kind=OPTIONAL, to=[recipient, other], about=programme, dedupe_key=f"change:{number}")
    withdraw(kind=OPTIONAL, about=programme, to=[other])
    assert build_mails(timezone.now()) == 0
    assert build_mails(timezone.now() + BATCHING) == 1
    digest = Digest.objects.get()
    assert (digest.recipient, digest.notifications.count()) == (recipient, 3)


@pytest.mark.django_db
def test_the_same_is_told_once_and_preferences_decide_how_often() -> None:
    people = [RecipientFactory() for _ in range(3)]
    PreferenceFactory(recipient=people[1], kind=OPTIONAL, rhythm=Rhythm.WEEKLY)
    PreferenceFactory(recipient=people[2], kind=MANDATORY, rhythm=Rhythm.NEVER)
    programme = ProgrammeFactory()
    assert notify(kind=OPTIONAL, to=people, about=programme, dedupe_key="eins") == 3
    assert notify(kind=OPTIONAL, to=people, about=programme, dedupe_key="eins") == 0
    notify(kind=MANDATORY, to=people, about=programme, dedupe_key="zwei")
    rhythms = {(row.kind, row.recipient_id): row.rhythm for row in Notification.objects.all()}
    assert rhythms[(OPTIONAL, people[0].pk)] == Rhythm.NOW
    assert rhythms[(OPTIONAL, people[1].pk)] == Rhythm.WEEKLY
    assert rhythms[(MANDATORY, people[2].pk)] == Rhythm.NOW


@pytest.mark.django_db
def test_an_unknown_kind_is_loud() -> None:
    with pytest.raises(LookupError):
        notify(kind="gibt-es-nicht", to=[], about=None, dedupe_key="eins")


@pytest.mark.django_db
def test_the_cost_is_the_same_for_one_and_for_three_hundred_recipients() -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=BERLIN)
    counts = []
    for number in (1, 300):
        for _ in range(number):
            NotificationFactory(recipient=RecipientFactory(subscriber=True), created_at=now - timedelta(days=1))
        with CaptureQueriesContext(connection) as captured:
            assert build_mails(now) == number
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_three_schedulers_at_once_make_one_mail_for_each() -> None:
    """C-10; with the control that without the key of the period there would be several."""
    now = datetime(2026, 11, 20, 12, tzinfo=BERLIN)
    for _ in range(40):
        NotificationFactory(
            recipient=RecipientFactory(subscriber=True), rhythm=Rhythm.WEEKLY, created_at=now - timedelta(days=9)
        )
    barrier = threading.Barrier(3)
    made: list[int] = []

    def schedule() -> None:
        barrier.wait()
        made.append(build_mails(now))
        connection.close()

    threads = [threading.Thread(target=schedule) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(made) == Digest.objects.count() == Delivery.objects.count() == 40
    assert not Notification.objects.filter(digest=None).exists()


class Mailing(RuleBasedStateMachine):
    """Days pass, schedulers run or stand still, things happen: each is in one mail, and no period has two."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 10, 22, 12, tzinfo=BERLIN)
        self.recipients = [RecipientFactory(subscriber=True) for _ in range(2)]
        self.number = 0

    @rule(who=st.integers(0, 1), rhythm=st.sampled_from([Rhythm.DAILY, Rhythm.WEEKLY]))
    def something_happens(self, who: int, rhythm: Rhythm) -> None:
        self.number += 1
        NotificationFactory(recipient=self.recipients[who], rhythm=rhythm, created_at=self.now, due_at=self.now)

    @rule(hours=st.sampled_from([1, 12, 24, 72, 24 * 8]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(times=st.integers(1, 3))
    def the_scheduler_runs(self, times: int) -> None:
        for _ in range(times):
            build_mails(self.now)
        for row in Notification.objects.filter(digest=None):
            end = period_of(row.rhythm, self.now, "Europe/Berlin").end
            had_one = Digest.objects.filter(
                recipient=row.recipient, period_key=period_of(row.rhythm, self.now, "Europe/Berlin").key
            )
            assert row.created_at >= end or had_one.exists(), "left behind"

    @rule()
    def winter_begins(self) -> None:
        self.now = max(self.now, datetime(2026, 10, 25, 12, tzinfo=BERLIN))

    @rule()
    def summer_begins(self) -> None:
        self.now = max(self.now, datetime(2027, 3, 28, 12, tzinfo=BERLIN))

    @invariant()
    def no_period_has_two_mails(self) -> None:
        keys = list(Digest.objects.values_list("recipient", "period_key"))
        assert len(keys) == len(set(keys))
        assert Delivery.objects.count() == len(keys)

    @invariant()
    def no_mail_is_empty(self) -> None:
        assert not Digest.objects.filter(notifications=None).exists()


class TestMailing(TestCase):
    """The machine, in a database of its own for each run."""

    def test_nothing_is_lost_and_nothing_twice(self) -> None:
        quick = settings(
            max_examples=25, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        )

        class Run(Mailing):
            def __init__(self) -> None:
                Digest.objects.all().delete()
                Notification.objects.all().delete()
                super().__init__()

        run_state_machine_as_test(Run, settings=quick)
