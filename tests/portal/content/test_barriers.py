"""Reporting barriers (landscape 3.2, point 8): without account, cookie and JavaScript; answered within a month."""

import threading
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from competence_centre.celery import app
from portal.content.forms import own_path
from portal.content.models import BarrierReport
from portal.content.reader_views import COPIES_PER_HOUR, REPORTS_PER_HOUR, TICKET
from portal.content.services import barriers
from portal.content.services.barriers import SENDING, answer_report, one_month_after, report_barrier
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

URL = "/barriere-melden/"
OURS = {"Sec-Fetch-Site": "same-origin"}
FILLED = {
    "page": "/foerderung/?q=rad",
    "description": "Der Kontrast reicht nicht.",
    "name": "",
    "email": "",
    "website": "",
}


@pytest.fixture(autouse=True)
def _fresh(settings):
    settings.OPERATOR_EMAIL = "kontakt@portal.example"
    settings.OPERATOR_NAME = "Zentrum"
    settings.SITE_URL = "https://portal.example"
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def queued(monkeypatch):
    """Names of the jobs that were handed to the queue."""
    names = []
    monkeypatch.setattr("portal.content.services.barriers.current_app.send_task", names.append)
    return names


def send(client=None, **changes):
    return (client or Client()).post(URL, FILLED | changes, headers=OURS)


@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("2026-11-22", "2026-12-22"),
        ("2026-12-31", "2027-01-31"),
        ("2027-01-31", "2027-02-28"),
        ("2028-01-31", "2028-02-29"),
        ("2027-05-31", "2027-06-30"),
    ],
)
def test_answer_is_due_in_a_calendar_month(day, due):
    assert one_month_after(date.fromisoformat(day)).isoformat() == due


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/foerderung/?q=rad", "/foerderung/?q=rad"),
        ("http://testserver/kontakt/", "/kontakt/"),
        ("https://other.example/", ""),
        ("//other.example/", ""),
        ("/\\other.example", ""),
        ("javascript:alert(1)", ""),
        ("/\r\nx", ""),
        ("http://[", ""),
        ("/" + "x" * 500, ""),
        ("", ""),
    ],
)
def test_form_takes_over_only_a_page_of_the_portal(client, address, path, rf):
    assert own_path(rf.get("/"), address) == path
    response = client.get(URL, {"seite": address})
    assert response.status_code == 200
    assert response.context["form"].initial["page"] == path


def test_every_footer_leads_to_the_form_with_the_page_filled_in(client):
    assert 'href="/barriere-melden/?seite=/kontakt/"' in client.get("/kontakt/").content.decode()


def test_form_needs_no_cookie_and_sets_none(client):
    assert client.get(URL).cookies == {}
    response = send(client)
    assert response.status_code == 302
    assert response.cookies == {}
    assert client.get(response["Location"]).cookies == {}


def test_form_of_another_site_is_refused(client):
    assert client.post(URL, FILLED, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post(URL, FILLED).status_code == 403
    assert BarrierReport.objects.count() == 0
    assert send(client).status_code == 302


def test_report_gets_a_number_and_a_day(client, time_machine, django_capture_on_commit_callbacks, queued):
    time_machine.move_to("2027-01-31T10:00:00+01:00", tick=False)
    with django_capture_on_commit_callbacks(execute=True):
        response = send(client, name="Ada Muster", email="ada@gemeinde.example")
    report = BarrierReport.objects.get()
    assert (report.page, report.description, report.name, report.email, report.due_on) == (
        "/foerderung/?q=rad", "Der Kontrast reicht nicht.", "Ada Muster", "ada@gemeinde.example", date(2027, 2, 28),
    )  # fmt: skip
    assert queued == [SENDING]
    assert "ada" not in response["Location"].lower()
    thanks = client.get(response["Location"]).content.decode()
    assert f"{report.pk}." in thanks
    assert "28. Februar 2027" in thanks


def test_job_that_sends_is_known_to_the_worker():
    app.loader.import_default_modules()
    assert SENDING in app.tasks


def test_page_of_thanks_cannot_be_made_up(client):
    ticket = TICKET.sign_object([7, "2026-12-22", False])
    assert client.get(f"{URL}danke/{ticket}/").status_code == 200
    assert client.get(f"{URL}danke/{ticket}x/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"description": ""}, "description"),
        ({"description": "x" * 5_001}, "description"),
        ({"email": "ada@@example"}, "email"),
        ({"email": "ada@gemeinde.example\nBcc: all@gemeinde.example"}, "email"),
        ({"page": "x" * 501}, "page"),
        ({"name": "nul\x00"}, "name"),
    ],
)
def test_mistakes_are_named_and_nothing_is_lost(client, changes, field):
    response = send(client, **changes)
    assert response.status_code == 400
    body = response.content.decode()
    assert list(response.context["form"].errors) == [field]
    assert "<title>Fehler: " in body or "<title>Error: " in body
    assert f'href="#id_{field}"' in body
    assert 'aria-invalid="true"' in body
    assert f'aria-describedby="id_{field}' in body
    if field != "page":
        assert 'value="/foerderung/?q=rad"' in body
    assert BarrierReport.objects.count() == 0


def test_fields_about_a_person_can_be_filled_in_by_the_browser(client):
    body = client.get(URL).content.decode()
    assert 'autocomplete="name"' in body
    assert 'autocomplete="email"' in body


def test_program_that_fills_in_everything_is_asked_again(client):
    response = send(client, website="https://spam.example")
    assert response.status_code == 400
    assert response.context["form"].has_error("__all__", "trap")
    assert "spam.example" not in response.content.decode()
    assert BarrierReport.objects.count() == 0


def test_number_of_reports_from_one_place_is_limited(client):
    for _ in range(REPORTS_PER_HOUR):
        assert send(client).status_code == 302
    response = send(client)
    assert response.status_code == 429
    assert response["Retry-After"] == "3600"
    assert "Der Kontrast reicht nicht." in response.content.decode()
    assert BarrierReport.objects.count() == REPORTS_PER_HOUR
    other = client.post(URL, FILLED, headers=OURS, REMOTE_ADDR="192.0.2.9")
    assert other.status_code == 302


def test_nobody_is_flooded_with_copies(client):
    statuses = [send(client, email="Opfer@gemeinde.example").status_code for _ in range(COPIES_PER_HOUR + 1)]
    assert statuses == [302] * COPIES_PER_HOUR + [429]
    assert send(client, email="opfer@gemeinde.example").status_code == 429


def test_copy_and_notice_are_sent_once():
    report = report_barrier(description="Zeile 1\n<b>fett</b>", page="/kontakt/", email="ada@gemeinde.example")
    assert barriers.send_outstanding_mails() == 2
    assert barriers.send_outstanding_mails() == 0
    copy, notice = mail.outbox
    assert (copy.to, notice.to) == (["ada@gemeinde.example"], ["kontakt@portal.example"])
    assert str(report.pk) in copy.subject
    assert copy.extra_headers == {"Auto-Submitted": "auto-generated"}
    (html,) = [part.content for part in copy.alternatives]
    assert "<b>fett</b>" in copy.body
    assert "&lt;b&gt;fett&lt;/b&gt;" in html
    assert "https://portal.example/barrierefreiheit/" in copy.body
    assert "https://portal.example/barrierefreiheit/" in html
    assert "ada@gemeinde.example" not in notice.body
    assert copy.message()["To"] == "ada@gemeinde.example"


def test_report_without_an_address_makes_only_the_notice():
    report_barrier(description="Etwas")
    assert barriers.send_outstanding_mails() == 1
    assert mail.outbox[0].to == ["kontakt@portal.example"]


def test_mail_that_fails_is_sent_later(monkeypatch):
    report = report_barrier(description="Etwas", email="ada@gemeinde.example")

    def down(_self):
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMultiAlternatives.send", down)
        with pytest.raises(ConnectionRefusedError):
            barriers.send_outstanding_mails()
    report.refresh_from_db()
    assert report.receipt_sent_at is None
    assert barriers.send_outstanding_mails() == 2


def test_queue_that_is_down_is_no_loss(client, monkeypatch, django_capture_on_commit_callbacks):
    def down(_name):
        raise ConnectionRefusedError

    monkeypatch.setattr("portal.content.services.barriers.current_app.send_task", down)
    with django_capture_on_commit_callbacks(execute=True):
        assert send(client).status_code == 302
    assert BarrierReport.objects.all().to_notify().count() == 1


def test_answer_is_kept_and_sent():
    report = report_barrier(description="Etwas", email="ada@gemeinde.example")
    barriers.send_outstanding_mails()
    editor = UserFactory(editor=True)
    answered = answer_report(report=report, answer=" Der Kontrast ist behoben. ", by=editor)
    assert (answered.answer, answered.answered_by) == ("Der Kontrast ist behoben.", editor)
    assert answered.answered_at is not None
    assert barriers.send_outstanding_mails() == 1
    assert mail.outbox[-1].to == ["ada@gemeinde.example"]
    assert "Der Kontrast ist behoben." in mail.outbox[-1].body
    assert list(BarrierReport.objects.all().open()) == []


def test_answer_says_something_and_is_given_once():
    report = report_barrier(description="Etwas")
    editor = UserFactory(editor=True)
    with pytest.raises(ValidationError):
        answer_report(report=report, answer="  ", by=editor)
    answer_report(report=report, answer="Behoben.", by=editor)
    with pytest.raises(ValidationError):
        answer_report(report=report, answer="Noch einmal.", by=editor)
    assert BarrierReport.objects.get().answer == "Behoben."


def test_reports_are_forgotten_a_year_after_the_answer():
    now = timezone.now()
    open_, fresh, old = (report_barrier(description=text) for text in ("offen", "neu", "alt"))
    for report, answered in [(fresh, now - timedelta(days=364)), (old, now - timedelta(days=366))]:
        BarrierReport.objects.filter(pk=report.pk).update(answered_at=answered, answer="Ja.")
    BarrierReport.objects.filter(pk=open_.pk).update(created_at=now - timedelta(days=900))
    assert barriers.purge_barrier_reports() == 1
    assert set(BarrierReport.objects.all()) == {open_, fresh}
    assert barriers.purge_barrier_reports() == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_mail_once(monkeypatch):
    report_barrier(description="Etwas", email="ada@gemeinde.example")
    barrier, sent, failures = threading.Barrier(2), [], []
    real = barriers.receipt

    def slow(report):
        sent.append(report.pk)
        threading.Event().wait(0.3)
        return real(report)

    monkeypatch.setattr(barriers, "receipt", slow)

    def work():
        try:
            barrier.wait(5)
            barriers.send_outstanding_mails()
        except BaseException as error:  # noqa: BLE001 - shown below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert failures == []
    assert len(sent) == 1
    assert sorted(message.to[0] for message in mail.outbox) == ["ada@gemeinde.example", settings.OPERATOR_EMAIL]
