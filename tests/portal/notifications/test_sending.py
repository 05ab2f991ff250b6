"""Sending: what goes out, what does not, and what mail servers say about it."""

import re
import socket
from datetime import datetime, time, timedelta
from email import message_from_bytes, policy
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from funding.models import Programme
from portal.accounts.models import User
from portal.mail import mailer
from portal.notifications.models import DELIVERY_STATES, Delivery, DeliveryState, Notification, Recipient, Rhythm
from portal.notifications.services import sending
from portal.notifications.services.building import build_mails
from portal.notifications.services.notifying import BATCHING, notify
from portal.notifications.services.returning import take_notice
from portal.notifications.services.suppression import count_bounce, is_suppressed, lift
from portal.notifications.services.writing import MOST_NAMED
from tests.factories.accounts import UserFactory
from tests.factories.funding import ProgrammeFactory
from tests.factories.notifications import DeliveryFactory, NotificationFactory, PreferenceFactory, RecipientFactory
from tests.portal.notifications.kinds import MANDATORY, OPTIONAL

pytestmark = pytest.mark.django_db


def tell(*recipients: Recipient, kind: str = OPTIONAL, about: Any = None, key: str = "eins") -> None:
    notify(kind=kind, to=recipients, about=about or ProgrammeFactory(), dedupe_key=key)
    build_mails(timezone.now() + BATCHING)
    Delivery.objects.update(due_at=timezone.now())


class Mailbox:
    """A mail server that keeps what it gets, and refuses whom it is told to."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.refused: dict[str, str] = {}

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - the library's name
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - as above
        self.raw.append(envelope.content)
        return "250 OK"


@pytest.fixture
def mailbox(settings: Any) -> Any:
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.MAILERS = {"default": mailer(f"smtp://127.0.0.1:{port}")}
    yield box
    controller.stop()


def test_a_mail_arrives_whole_over_smtp_with_all_that_programs_want_to_know(mailbox: Mailbox, settings: Any) -> None:
    settings.SITE_URL = "https://portal.example"
    settings.DEFAULT_FROM_EMAIL = "portal@kommunen.example"
    recipient = RecipientFactory()
    tell(recipient)
    assert sending.deliver() == 1
    (raw,) = mailbox.raw
    got = message_from_bytes(raw, policy=policy.default)
    delivery = Delivery.objects.get()
    assert got["Message-ID"] == f"<{delivery.key}@portal.example>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["X-Auto-Response-Suppress"] == "All"
    assert got["From"] == "portal@kommunen.example"
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    # The address of the list stands whole in one line, however a program folds headers.
    assert re.search(rb"List-Unsubscribe:\s+<https://portal\.example/abbestellen/[^\s>]+>\r?\n", raw)
    text, html = (part.get_content() for part in got.iter_parts())
    assert '<html lang="de">' in html
    assert "<b>&</b>" in text
    assert "&lt;b&gt;&amp;&lt;/b&gt;" in html
    assert "<img" not in html
    assert "<script" not in html
    for said in ("Weil Sie danach gefragt haben.", "Weiterlesen", "/abbestellen/", "/konto/mitteilungen/mail/"):
        assert said in text
        assert said in html
    assert delivery.state == DeliveryState.SENT


def test_a_recipient_who_chose_english_gets_the_frame_in_english(mailoutbox: list[Any]) -> None:
    tell(RecipientFactory(language="en"))
    sending.deliver()
    assert "Choose what you are told" in mailoutbox[0].body
    assert '<html lang="en">' in mailoutbox[0].alternatives[0][0]


def test_permission_is_asked_when_the_mail_goes_out(mailoutbox: list[Any]) -> None:
    """C-02: what somebody may no longer see when the mail goes out does not stand in it."""
    recipient = RecipientFactory()
    stays, goes = ProgrammeFactory(title="Bleibt"), ProgrammeFactory(title="Verschwindet")
    for programme in (stays, goes):
        NotificationFactory(
            recipient=recipient,
            kind=OPTIONAL,
            about_type_id=_type(programme),
            about_key=str(programme.pk),
            created_at=timezone.now() - timedelta(days=2),
        )
    build_mails()
    Programme.objects.filter(pk=goes.pk).update(live=False)
    sending.deliver()
    (got,) = mailoutbox
    assert "Bleibt" in got.subject
    assert "Verschwindet" not in got.body + got.alternatives[0][0] + got.subject


def _type(thing: Any) -> int:
    from django.contrib.contenttypes.models import ContentType

    return ContentType.objects.get_for_model(thing).pk


def test_a_mail_of_which_nothing_is_left_is_not_sent(mailoutbox: list[Any]) -> None:
    programme = ProgrammeFactory()
    tell(RecipientFactory(), about=programme)
    Programme.objects.filter(pk=programme.pk).update(live=False)
    sending.deliver()
    assert mailoutbox == []
    assert Delivery.objects.get().state == DeliveryState.CANCELLED


def test_a_long_mail_says_how_much_more_there_is_and_where(mailoutbox: list[Any]) -> None:
    """C-13."""
    recipient = RecipientFactory()
    for number in range(MOST_NAMED + 12):
        NotificationFactory(
            recipient=recipient,
            kind=OPTIONAL,
            dedupe_key=f"k{number:03}",
            created_at=timezone.now() - timedelta(days=2),
        )
    build_mails()
    sending.deliver()
    (got,) = mailoutbox
    assert str(MOST_NAMED + 12) in got.subject
    assert "12 weitere" in got.body
    assert reverse("notifications:inbox") in got.body
    assert got.body.count("Es ist geschehen") == MOST_NAMED
    assert Notification.objects.filter(digest=None).count() == 0


def test_quiet_hours_delay_what_is_optional_and_nothing_mandatory(mailoutbox: list[Any]) -> None:
    recipient = RecipientFactory(quiet_from=time(18), quiet_until=time(8))
    evening = datetime(2026, 11, 20, 21, tzinfo=ZoneInfo("Europe/Berlin"))
    with time_machine.travel(evening, tick=False):
        tell(recipient)
        tell(recipient, kind=MANDATORY, key="zwei")
        sending.deliver()
    assert len(mailoutbox) == 1
    with time_machine.travel(evening + timedelta(hours=10), tick=False):
        sending.deliver()
        assert len(mailoutbox) == 1
    with time_machine.travel(evening + timedelta(hours=11, minutes=1), tick=False):
        sending.deliver()
    assert len(mailoutbox) == 2


@pytest.mark.parametrize(
    ("first", "last", "hour", "quiet"),
    [
        (time(18), time(8), 23, True),
        (time(18), time(8), 3, True),
        (time(18), time(8), 12, False),
        (time(12), time(13), 12, True),
        (None, None, 3, False),
    ],
)
def test_quiet_hours_may_go_over_midnight(first: time | None, last: time | None, hour: int, quiet: bool) -> None:
    recipient = Recipient(quiet_from=first, quiet_until=last)
    end = recipient.quiet_end(datetime(2026, 11, 20, hour, 30, tzinfo=ZoneInfo("Europe/Berlin")))
    assert (end is not None) == quiet


def test_nobody_without_a_confirmed_address_or_an_open_account_gets_what_is_optional(mailoutbox: list[Any]) -> None:
    waiting = RecipientFactory(subscriber=True, confirmed_at=None)
    closed = RecipientFactory()
    tell(waiting, closed)
    User.objects.filter(pk=closed.person_id).update(is_active=False)
    sending.deliver()
    assert mailoutbox == []


# --- what mail servers say ---


def test_a_refused_address_is_a_failure_for_good_and_after_two_of_them_no_mail_goes_there(mailbox: Mailbox) -> None:
    gone, there = RecipientFactory(), RecipientFactory()
    mailbox.refused[gone.address] = f"550 5.1.1 <{gone.address}> unknown"
    tell(gone, there)
    sending.deliver()
    states = dict(Delivery.objects.values_list("digest__recipient", "state"))
    assert states == {gone.pk: DeliveryState.PERMANENT, there.pk: DeliveryState.SENT}
    assert gone.address not in Delivery.objects.get(digest__recipient=gone).reply
    assert not is_suppressed(gone.address)
    tell(gone, key="zwei")
    sending.deliver()
    assert is_suppressed(gone.address)
    tell(gone, key="drei")
    sending.deliver()
    assert Delivery.objects.filter(state=DeliveryState.SUPPRESSED).count() == 1
    assert lift(gone.address)
    assert not is_suppressed(gone.address)


def test_a_server_that_says_later_is_asked_again_with_longer_and_longer_pauses(mailbox: Mailbox) -> None:
    recipient = RecipientFactory()
    mailbox.refused[recipient.address] = "451 4.3.0 try later"
    tell(recipient)
    pauses = []
    for _ in range(sending.MOST_ATTEMPTS):
        sending.deliver()
        delivery = Delivery.objects.get()
        pauses.append((delivery.due_at - timezone.now()).total_seconds() / 60)
        Delivery.objects.update(due_at=timezone.now())
    assert [round(pause) for pause in pauses[:4]] == [1, 2, 4, 8]
    assert max(pauses) < 241
    assert Delivery.objects.get().state == DeliveryState.TECHNICAL
    assert Delivery.objects.visible_to(UserFactory(is_superuser=True)).dead().count() == 1


def test_a_mail_server_that_is_down_costs_one_attempt_of_one_mail(settings: Any) -> None:
    settings.MAILERS = {"default": mailer("smtp://127.0.0.1:9")}
    tell(RecipientFactory(), RecipientFactory())
    assert sending.deliver() == 0
    assert sorted(Delivery.objects.values_list("state", "attempts")) == [("queued", 0), ("temporary_failure", 1)]


def test_a_mail_that_cannot_be_written_does_not_keep_the_others(
    mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    first, second = RecipientFactory(), RecipientFactory()
    tell(first, second)
    real = sending.letter_of

    def broken(digest: Any, rows: Any) -> Any:
        if digest.recipient_id == first.pk:
            raise ValueError("kaputt")
        return real(digest, rows)

    monkeypatch.setattr(sending, "letter_of", broken)
    sending.deliver()
    assert [got.to for got in mailoutbox] == [[second.address]]
    assert Delivery.objects.get(digest__recipient=first).state == DeliveryState.TECHNICAL


def test_a_mail_whose_worker_is_gone_is_taken_again_after_its_lease_and_keeps_its_identifier(
    mailoutbox: list[Any],
) -> None:
    tell(RecipientFactory())
    taken = sending._take()
    assert taken is not None
    assert sending.deliver() == 0
    with time_machine.travel(timezone.now() + sending.LEASE + timedelta(seconds=1)):
        assert sending.deliver() == 1
    assert str(taken.key) in mailoutbox[0].extra_headers["Message-ID"]
    assert not sending._note(taken, DeliveryState.PERMANENT)  # the one that was thought dead changes nothing


NOTICE = """From: MAILER-DAEMON@mx.example
To: portal@kommunen.example
Subject: Undelivered Mail
Content-Type: multipart/report; report-type=delivery-status; boundary="x"
MIME-Version: 1.0

--x
Content-Type: text/plain

Sorry.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; kim@example.org
Action: {action}
Status: 5.1.1

--x
Content-Type: text/rfc822-headers

Message-ID: <{key}@portal.example>
--x--
"""


@pytest.mark.parametrize(
    ("action", "state"), [("failed", "permanent_failure"), ("delivered", "delivered"), ("delayed", "sent")]
)
def test_a_notice_of_another_mail_server_is_understood(action: str, state: str, tmp_path: Any) -> None:
    delivery = DeliveryFactory(state=DeliveryState.SENT, sent_at=timezone.now())
    assert take_notice(NOTICE.format(action=action, key=delivery.key).encode()) == delivery
    delivery.refresh_from_db()
    assert delivery.state == state
    assert take_notice(b"Subject: Hallo\n\nkein Bericht") is None
    box = tmp_path / "mbox"
    box.write_text("From MAILER Mon Nov 23 10:00:00 2026\n" + NOTICE.format(action="failed", key=delivery.key))
    call_command("take_bounces", str(box))


def test_points_fade_with_time() -> None:
    count_bounce("kim@example.org", points=2)
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert count_bounce("Kim@example.org ", points=2).points == 2
    assert not is_suppressed("kim@example.org")


def test_the_database_knows_no_other_way_from_state_to_state() -> None:
    allowed = set(DELIVERY_STATES)
    for source in DeliveryState.values:
        for target in DeliveryState.values:
            if source == target:
                continue
            delivery = DeliveryFactory(state=source, sent_at=timezone.now(), claimed_until=timezone.now())
            change = Delivery.objects.filter(pk=delivery.pk)
            if (source, target) in allowed:
                change.update(state=target)
            else:
                with pytest.raises(DatabaseError), transaction.atomic():
                    change.update(state=target)


# --- leaving a list (RFC 8058) ---


def stop_link(body: str) -> str:
    found = re.search(r"/abbestellen/\S+/", body)
    assert found is not None
    return found[0]


def test_one_click_leaves_the_list_without_cookie_and_others_stay(mailoutbox: list[Any]) -> None:
    """C-14."""
    recipient = RecipientFactory()
    PreferenceFactory(recipient=recipient, kind="following", rhythm=Rhythm.DAILY)
    tell(recipient)
    sending.deliver()
    client = Client(enforce_csrf_checks=True)
    link = stop_link(mailoutbox[0].body)
    assert client.get(link).status_code == 200
    assert dict(recipient.preferences.values_list("kind", "rhythm")) == {"following": "daily"}
    answer = client.post(link, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert dict(recipient.preferences.values_list("kind", "rhythm")) == {"following": "daily", OPTIONAL: "portal"}
    assert client.post(link).status_code == 200
    assert client.post(link.replace(OPTIONAL, "following")).status_code == 404


def test_what_is_mandatory_stays_and_its_mail_has_no_such_link(mailoutbox: list[Any]) -> None:
    """C-15."""
    recipient = RecipientFactory()
    tell(recipient)
    sending.deliver()
    Client().post(stop_link(mailoutbox[0].body))
    tell(recipient, key="zwei")
    tell(recipient, kind=MANDATORY, key="drei")
    sending.deliver()
    assert len(mailoutbox) == 2
    assert "List-Unsubscribe" not in mailoutbox[1].extra_headers
    assert "/abbestellen/" not in mailoutbox[1].body
    assert "Weil ein Recht daran hängt." in mailoutbox[1].body


@pytest.mark.parametrize("token", ["x", "a.b~c", "🙂", "x" * 3000, "~", ".~"])
def test_made_up_links_are_a_404(token: str) -> None:
    assert Client().post(reverse("notifications:stop", args=[token])).status_code == 404
