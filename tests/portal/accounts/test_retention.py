"""What is forgotten by itself."""

import datetime
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import models
from django.db.models import F
from django.test import Client
from django.utils import timezone
from wagtail.contrib.forms.models import FormSubmission

from portal.accounts.models import EDITORS, ApiToken, DataExport, User
from portal.accounts.services import retention
from portal.areas import areas
from portal.content.models import BarrierReport, Feedback
from portal.notifications.models import Digest, Notification, Recipient, Suppression
from portal.privacy import PersonalData
from tests.factories.accounts import ApiTokenFactory, DataExportFactory, UserFactory
from tests.factories.content import BarrierReportFactory, FeedbackFactory, FormPageFactory
from tests.factories.notifications import (
    DigestFactory,
    NotificationFactory,
    RecipientFactory,
    SuppressionFactory,
)
from tests.portal.accounts import marking

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(days=3000)


def unconfirmed_account():
    person = UserFactory()
    EmailAddress.objects.filter(user=person).update(verified=False)
    return person


def old_account():
    person = unconfirmed_account()
    User.objects.filter(pk=person.pk).update(created_at=timezone.now() - timedelta(days=8))
    return User.objects.filter(pk=person.pk)


def old_session():
    Session.objects.create(session_key="old", session_data="", expire_date=timezone.now() - timedelta(days=1))
    return Session.objects.filter(session_key="old")


def session_that_is_over():
    row = UserSession.objects.create(user=UserFactory(), session_key="over", ip="fd00::", user_agent="")
    return UserSession.objects.filter(pk=row.pk)


def old_token():
    ended = timezone.now() - timedelta(days=91)
    made = ApiTokenFactory(created_at=ended - timedelta(days=30), expires_at=ended)
    return ApiToken.objects.filter(pk=made.pk)


def old_export():
    made = DataExportFactory(expires_at=timezone.now() - timedelta(minutes=1))
    return DataExport.objects.filter(pk=made.pk)


def old_report():
    report = BarrierReportFactory(answer="Behoben.", answered_at=timezone.now() - LONG_AGO)
    return BarrierReport.objects.filter(pk=report.pk)


def old_feedback():
    given = FeedbackFactory(text="Alter Text")
    Feedback.objects.filter(pk=given.pk).update(given_on=timezone.localdate() - LONG_AGO)
    return Feedback.objects.filter(pk=given.pk).exclude(text="")


def old_submission():
    row = FormSubmission.objects.create(page=FormPageFactory(), form_data={})
    FormSubmission.objects.filter(pk=row.pk).update(submit_time=timezone.now() - LONG_AGO)
    return FormSubmission.objects.filter(pk=row.pk)


def old_notification():
    row = NotificationFactory(created_at=timezone.now() - timedelta(days=181))
    return Notification.objects.filter(pk=row.pk)


def old_mail():
    row = DigestFactory(created_at=timezone.now() - timedelta(days=91))
    return Digest.objects.filter(pk=row.pk)


def unconfirmed_address():
    row = RecipientFactory(subscriber=True, confirmed_at=None)
    Recipient.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(days=8))
    return Recipient.objects.filter(pk=row.pk)


def old_suppression():
    row = SuppressionFactory(counted_at=timezone.now() - timedelta(days=731))
    return Suppression.objects.filter(pk=row.pk)


OLD = {  # how to make what a purge of its own has to take
    "accounts.User": old_account,
    "sessions.Session": old_session,
    "usersessions.UserSession": session_that_is_over,
    "accounts.DataExport": old_export,
    "accounts.ApiToken": old_token,
    "content.BarrierReport": old_report,
    "notifications.Notification": old_notification,
    "notifications.Digest": old_mail,
    "notifications.Recipient": unconfirmed_address,
    "notifications.Suppression": old_suppression,
    "content.Feedback": old_feedback,
    "wagtailforms.FormSubmission": old_submission,
}
WITH_RETENTION = [entry for entry in areas.each("personal_data") if entry.retention]


def old_row(declared: PersonalData):
    """Return a query for a row that is due: by the declared date, or as this table says."""
    if declared.purge is not None:
        return OLD[declared.model._meta.label]()
    person = UserFactory()
    row = marking.make_row(declared, person, marking.Marks())
    age(declared, row, declared.retention + timedelta(days=2))
    return retention.overdue(declared).filter(pk=row.pk)


def age(declared: PersonalData, row: models.Model, days: timedelta) -> None:
    """Let a row's retention have begun so long ago; its other dates move with that one."""
    name = declared.counted_from()
    rows = declared.model._base_manager.filter(pk=row.pk)
    begun = getattr(row, name)
    moved = timezone.now() - days
    by = begun - moved if isinstance(begun, datetime.datetime) else timedelta()
    others = [field.name for field in declared.model._meta.concrete_fields if isinstance(field, models.DateTimeField)]
    rows.update(**{other: F(other) - by for other in others} | {name: moved})


@pytest.mark.parametrize("declared", WITH_RETENTION, ids=lambda entry: entry.model._meta.label)
def test_every_retention_is_really_applied(declared: PersonalData) -> None:
    due = old_row(declared)
    assert due.count() == 1
    counted = {line.model: line.count for line in retention.apply_retention(dry_run=True)}
    assert counted[declared.model._meta.label] == 1
    assert due.count() == 1, "a dry run changes nothing"
    retention.apply_retention()
    assert due.count() == 0
    assert all(line.count == 0 for line in retention.apply_retention()), "once is enough"


def test_what_is_young_enough_stays() -> None:
    person = UserFactory()
    rows = [(d, marking.make_row(d, person, marking.Marks())) for d in WITH_RETENTION if d.purge is None]
    assert rows
    for declared, row in rows:
        age(declared, row, declared.retention - timedelta(days=2))
    retention.apply_retention()
    assert all(declared.model._base_manager.filter(pk=row.pk).exists() for declared, row in rows)


def test_the_command_says_what_would_go() -> None:
    due = old_account()
    out = StringIO()
    call_command("apply_retention", "--dry-run", stdout=out)
    assert "accounts.User" in out.getvalue()
    line = next(line for line in out.getvalue().splitlines() if line.startswith("accounts.User"))
    assert line.split() == ["accounts.User", "731", "1"]
    assert due.exists()
    call_command("apply_retention", stdout=out)
    assert not due.exists()


def test_one_area_that_fails_does_not_keep_the_others_from_forgetting(monkeypatch) -> None:
    from portal.accounts.services import sessions

    due = old_report()
    broken = [entry for entry in WITH_RETENTION if entry.model is Session]
    assert broken[0].purge is sessions.purge_expired
    original = retention.purge
    monkeypatch.setattr(retention, "purge", lambda d: 1 / 0 if d.model is Session else original(d))
    with pytest.raises(ExceptionGroup):
        retention.apply_retention()
    assert not due.exists()


def test_accounts_that_nobody_confirmed_go_after_seven_days_without_a_mail(django_capture_on_commit_callbacks) -> None:
    now = timezone.now()
    young, old, visited, editor = (unconfirmed_account() for _number in range(4))
    confirmed = UserFactory()
    editor.groups.add(Group.objects.get(name=EDITORS))
    User.objects.exclude(pk=young.pk).update(created_at=now - timedelta(days=7, minutes=1))
    User.objects.filter(pk=young.pk).update(created_at=now - timedelta(days=6, hours=23))
    User.objects.filter(pk=visited.pk).update(last_login=now)
    with django_capture_on_commit_callbacks(execute=True):
        retention.apply_retention()
    assert set(User.objects.all()) == {young, visited, editor, confirmed}
    assert old.pk
    assert mail.outbox == []


def test_accounts_that_nobody_uses_are_warned_at_23_months_and_erased_at_24(
    django_capture_on_commit_callbacks, client: Client
) -> None:
    start = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)
    with time_machine.travel(start, tick=False):
        idle, back, role, boss = UserFactory(), UserFactory(), UserFactory(editor=True), UserFactory(is_superuser=True)
        User.objects.update(last_login=start, last_seen_on=start.date())

    def night(year: int, month: int, day: int) -> list[list[str]]:
        mail.outbox.clear()
        with time_machine.travel(datetime.datetime(year, month, day, 3, tzinfo=datetime.UTC), tick=False):
            for _twice in range(2):
                with django_capture_on_commit_callbacks(execute=True):
                    retention.apply_retention()
                retention.warn_unused()
        return sorted(message.to for message in mail.outbox)

    assert night(2027, 12, 30) == []
    assert night(2027, 12, 31) == sorted([[idle.email], [back.email]])
    assert "30. Januar 2028" in mail.outbox[0].body
    assert idle.display_name not in mail.outbox[0].body
    assert night(2028, 1, 15) == []
    with time_machine.travel(datetime.datetime(2028, 1, 20, 9, tzinfo=datetime.UTC), tick=False):
        client.force_login(back)
        client.get("/")
    assert night(2028, 1, 30) == []
    assert night(2028, 1, 31) == [[idle.email]]
    assert mail.outbox[0].subject == "Ihr Konto ist gelöscht"
    assert set(User.objects.all()) == {back, role, boss}


def test_nobody_is_erased_without_a_warning_even_after_a_pause() -> None:
    """The job did not run for years: people are warned first and get four weeks."""
    person = UserFactory()
    day = timezone.localdate() - timedelta(days=2000)
    User.objects.update(last_seen_on=day, last_login=timezone.now() - timedelta(days=2000))
    User.objects.update(created_at=timezone.now() - timedelta(days=2000))
    retention.apply_retention()
    assert retention.warn_unused() == 1
    retention.apply_retention()
    assert User.objects.filter(pk=person.pk).exists()
    with time_machine.travel(timezone.now() + timedelta(days=29), tick=False):
        retention.apply_retention()
    assert not User.objects.filter(pk=person.pk).exists()


def test_a_visit_is_noted_once_a_day_and_takes_a_warning_back(client: Client) -> None:
    person = UserFactory()
    User.objects.update(warned_at=timezone.now())
    client.force_login(person)
    client.get("/")
    person.refresh_from_db()
    assert (person.last_seen_on, person.warned_at) == (timezone.localdate(), None)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        client.get("/")
    assert [q for q in queries.captured_queries if q["sql"].startswith("UPDATE")] == []


def test_expired_exports_go_with_their_files(slot, django_capture_on_commit_callbacks) -> None:
    made = DataExportFactory()
    made.file.save("x.zip", ContentFile(b"zip"), save=False)
    made.state, made.ready_at, made.expires_at = "ready", timezone.now(), timezone.now() - timedelta(minutes=1)
    made.save()
    assert made.file.storage.exists(made.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        retention.apply_retention()
    assert not DataExport.objects.exists()
    assert not made.file.storage.exists(made.file.name)
    assert str(slot / "private") in made.file.path
