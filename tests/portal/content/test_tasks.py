"""The jobs of the content: they do it for real, they may run twice, and the timetable knows them."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from celery.exceptions import Retry
from django.conf import settings
from django.core import mail
from django.utils import timezone
from wagtail.contrib.forms.models import FormSubmission

from competence_centre.celery import app
from portal.content import tasks
from portal.content.models import BarrierReport, Feedback, GuidePage, NewsPage, Reminder
from portal.content.services import reminders
from tests.factories.accounts import UserFactory
from tests.factories.content import (
    BarrierReportFactory,
    FeedbackFactory,
    FormPageFactory,
    GuideFactory,
    KeyDateFactory,
    NewsFactory,
)
from tests.factories.funding import ProgrammeFactory
from tests.portal.content.servers import manner, serving, status

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 16, 7, tzinfo=ZoneInfo("Europe/Berlin"))


def overdue(make: Any, **values: Any) -> Any:
    """Publish something whose check was due a day ago."""
    long_ago = timezone.localdate() - timedelta(days=31)
    return make(checked_on=long_ago, check_interval_days=30, **values)


def test_every_job_of_the_timetable_exists() -> None:
    app.autodiscover_tasks(force=True)
    timetable = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert len(timetable) > 4
    assert timetable - set(app.tasks) == set()
    own = {name for name in app.tasks if name.startswith(("portal.content.", "portal.search."))}
    assert own - timetable == set(), "a job that nobody starts"


def test_what_has_a_time_is_published_and_withdrawn() -> None:
    page = NewsFactory(hidden=True)
    page.go_live_at = timezone.now() + timedelta(hours=1)
    page.expire_at = timezone.now() + timedelta(hours=3)
    page.save_revision(approved_go_live_at=page.go_live_at)
    for hours, live in ((0, False), (2, True), (2, True), (4, False), (4, False)):
        with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=True):
            tasks.publish_scheduled()
        assert NewsPage.objects.get(pk=page.pk).live is live, hours


def test_links_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(status(404)) as server:
        KeyDateFactory(url=server.url("/weg"))
        from portal.content.services import links

        monkeypatch.setattr(links, "Manner", lambda **_values: manner(server))
        tasks.check_links()
        assert [path for _method, path in server.requests] == ["/weg", "/weg"]
        tasks.check_links()
        assert len(server.requests) == 2


def test_answers_to_forms_are_deleted_in_time() -> None:
    page = FormPageFactory(kept_days=10)
    for age in (9, 11):
        submission = FormSubmission.objects.create(page=page, form_data={"frage": "x"})
        FormSubmission.objects.filter(pk=submission.pk).update(submit_time=timezone.now() - timedelta(days=age))
    tasks.purge_submissions()
    tasks.purge_submissions()
    assert FormSubmission.objects.count() == 1


def test_what_readers_wrote_is_deleted_in_time() -> None:
    now = timezone.now()
    for age in (400, 1):
        answered = {"answered_at": now - timedelta(days=age), "answer": "Behoben."}
        BarrierReportFactory(**answered)
        FeedbackFactory(text="Danke", given_on=(now - timedelta(days=age)).date())
    tasks.purge_readers_texts()
    tasks.purge_readers_texts()
    assert BarrierReport.objects.count() == 1
    assert sorted(Feedback.objects.values_list("text", flat=True)) == ["", "Danke"]


@time_machine.travel(MONDAY, tick=False)
def test_everybody_gets_one_mail_about_what_is_theirs_and_overdue() -> None:
    one, other, idle = UserFactory(display_name="Rieke Rathaus"), UserFactory(), UserFactory()
    guide = overdue(GuideFactory, responsible=one, title="Drohnen & Ämter <b>")
    programme = overdue(ProgrammeFactory, responsible=one, title="Förderung")
    overdue(NewsFactory, responsible=other, title="Von anderen")
    overdue(NewsFactory, responsible=other, title="Entwurf", hidden=True)
    overdue(NewsFactory, responsible=None)
    NewsFactory(responsible=idle)
    tasks.remind_responsible()
    first, second = sorted(mail.outbox, key=lambda message: message.to != [one.email])
    assert (first.to, second.to) == ([one.email], [other.email])
    assert "Rieke Rathaus" in first.body
    assert "Drohnen & Ämter <b> (" in first.body, "a text, not HTML"
    assert "15.11.2026" in first.body, "the day by which it was to be checked"
    for thing in (guide, programme):
        assert str(thing) in first.body
        assert thing.get_absolute_url() in first.body, "who may not edit it is led to its page"
    assert settings.SITE_URL in first.body
    assert "Entwurf" not in second.body
    assert "Von anderen" in second.body
    assert "Von anderen" not in first.body


@time_machine.travel(MONDAY, tick=False)
def test_who_may_edit_is_led_to_the_editors_page() -> None:
    editor = UserFactory(editor=True)
    guide: GuidePage = overdue(GuideFactory, responsible=editor)
    tasks.remind_responsible()
    assert f"{settings.SITE_URL}/redaktion/pages/{guide.pk}/edit/" in mail.outbox[0].body


def test_nobody_is_reminded_twice_in_a_week() -> None:
    person = UserFactory()
    with time_machine.travel(MONDAY, tick=False):
        overdue(NewsFactory, responsible=person)
    sent = []
    for days in (0, 0, 3, 6, 7, 13, 14):
        with time_machine.travel(MONDAY + timedelta(days=days), tick=False):
            sent.append(reminders.remind_responsible())
    assert sent == [1, 0, 0, 0, 1, 0, 1]
    assert len(mail.outbox) == 3
    with time_machine.travel(MONDAY + timedelta(days=70), tick=False):
        reminders.remind_responsible()
    assert Reminder.objects.count() == 1, "old reminders are forgotten"


@time_machine.travel(MONDAY, tick=False)
def test_who_has_left_is_not_written_to() -> None:
    overdue(NewsFactory, responsible=UserFactory(is_active=False))
    assert reminders.remind_responsible() == 0
    assert mail.outbox == []


@time_machine.travel(MONDAY, tick=False)
def test_a_long_list_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "MOST_NAMED", 2)
    person = UserFactory()
    for number in range(5):
        overdue(NewsFactory, responsible=person, title=f"Nachricht {number}")
    reminders.remind_responsible()
    (message,) = mail.outbox
    assert message.body.count("Nachricht ") == 2
    assert message.subject.startswith("5 ")
    assert "3 " in message.body.split("Nachricht 1")[1]


@time_machine.travel(MONDAY, tick=False)
def test_a_mail_that_cannot_be_sent_is_sent_later_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    unlucky, lucky = UserFactory(), UserFactory()
    for person in (unlucky, lucky):
        overdue(NewsFactory, responsible=person)
    real = reminders.send_mail

    def failing(subject: str, body: str, sender: None, to: list[str]) -> Any:
        if to == [unlucky.email]:
            raise ConnectionRefusedError
        return real(subject, body, sender, to)

    with monkeypatch.context() as broken:
        broken.setattr(reminders, "send_mail", failing)
        with pytest.raises((Retry, reminders.NotAllReminded)):
            tasks.remind_responsible.apply(throw=True)
    assert [message.to for message in mail.outbox] == [[lucky.email]]
    tasks.remind_responsible()
    assert [message.to for message in mail.outbox] == [[lucky.email], [unlucky.email]]
