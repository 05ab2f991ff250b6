"""What one was told, what one chooses, the log of the mails, and the alarm when the timetable stands still."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import Role
from portal.accounts.services.roles import grant_role
from portal.notifications.models import Delivery, Heartbeat, Notification, Rhythm, Suppression
from portal.notifications.services import heartbeat
from portal.notifications.services.building import build_mails
from portal.notifications.services.notifying import BATCHING, notify, recipient_of
from portal.notifications.services.suppression import is_suppressed, suppress
from portal.notifications.tasks import beat
from tests.factories.accounts import UserFactory, add_app
from tests.factories.funding import ProgrammeFactory
from tests.factories.notifications import DeliveryFactory, NotificationFactory, RecipientFactory
from tests.portal.notifications.kinds import MANDATORY, OPTIONAL

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Any:
    return UserFactory()


@pytest.fixture
def client(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def administrator() -> Client:
    person = UserFactory()
    grant_role(person=person, role=Role.ADMINISTRATOR, by=None, reason="Neu im Team")
    add_app(person)
    client = Client()
    client.force_login(person)
    return client


def test_the_bell_counts_what_is_unread_and_reading_empties_it(client: Client, person: Any) -> None:
    recipient = recipient_of(person)
    for number in range(3):
        notify(kind=OPTIONAL, to=[recipient], about=ProgrammeFactory(), dedupe_key=f"k{number}")
    assert ">3<" in client.get("/").content.decode()
    inbox = reverse("notifications:inbox")
    assert client.get(inbox).content.decode().count("Es ist geschehen") == 3
    key = Notification.objects.latest("pk").key
    client.post(reverse("notifications:mark"), {"key": str(key)})
    assert client.get(f"{inbox}?ungelesen=1").content.decode().count("Es ist geschehen") == 2
    client.post(reverse("notifications:mark"), {"key": str(key), "unread": "1"})
    assert Notification.objects.unread().count() == 3
    client.post(reverse("notifications:mark"))
    assert "Sie haben alles gelesen" in client.get(f"{inbox}?ungelesen=1").content.decode()


def test_what_is_about_one_subject_stands_together(client: Client, person: Any) -> None:
    programme = ProgrammeFactory(title="Radweg")
    for number in range(2):
        notify(kind=OPTIONAL, to=[recipient_of(person)], about=programme, dedupe_key=f"k{number}")
    notify(kind=OPTIONAL, to=[recipient_of(person)], about=ProgrammeFactory(title="Museum"), dedupe_key="k3")
    page = client.get(reverse("notifications:inbox")).content.decode()
    assert page.count('class="card__title"') == 2


def test_nobody_reads_or_marks_what_another_was_told(client: Client) -> None:
    other = NotificationFactory(kind=OPTIONAL)
    assert "Es ist geschehen" not in client.get(reverse("notifications:inbox")).content.decode()
    client.post(reverse("notifications:mark"), {"key": str(other.key)})
    other.refresh_from_db()
    assert other.read_at is None
    assert client.post(reverse("notifications:mark"), {"key": "quatsch"}).status_code == 404
    assert client.get(reverse("notifications:inbox"), {"page": "x"}).status_code == 404


def test_a_choice_is_kept_and_mandatory_kinds_cannot_be_chosen(client: Client, person: Any) -> None:
    url = reverse("notifications:preferences")
    page = client.get(url).content.decode()
    assert f'name="kind-{OPTIONAL}"' in page
    assert f'name="kind-{MANDATORY}"' not in page
    assert "Weil ein Recht daran hängt." in page
    assert "review-opened" not in page, "what never comes to her"
    chosen = {name: field.initial or "weekly" for name, field in client.get(url).context["form"].fields.items()}
    values = {**chosen, f"kind-{OPTIONAL}": "weekly", "language": "en", "quiet_from": "18:00", "quiet_until": "08:00"}
    values["kind-following"] = ""
    assert client.post(url, values).status_code == 302
    recipient = recipient_of(person)
    assert recipient.preferences.get(kind=OPTIONAL).rhythm == Rhythm.WEEKLY
    assert (recipient.language, f"{recipient.quiet_from:%H:%M}") == ("en", "18:00")
    wrong = client.post(url, {**values, "quiet_until": ""})
    assert wrong.status_code == 400
    assert "Bitte geben Sie Anfang und Ende" in wrong.content.decode()
    assert client.post(url, {**values, f"kind-{OPTIONAL}": "stündlich"}).status_code == 400


def test_every_mail_has_a_copy_behind_the_login(client: Client, person: Any) -> None:
    notify(kind=OPTIONAL, to=[recipient_of(person)], about=ProgrammeFactory(title="Radweg"), dedupe_key="eins")
    build_mails(timezone.now() + BATCHING)
    address = reverse("notifications:web_copy", args=[Delivery.objects.get().key])
    assert "Es ist geschehen: eins" in client.get(address).content.decode()
    assert Client().get(address).status_code == 302
    other = Client()
    other.force_login(UserFactory())
    assert other.get(address).status_code == 404


def test_an_address_that_mails_come_back_from_can_be_tried_again_by_its_owner(client: Client, person: Any) -> None:
    suppress(person.email, Suppression.Reason.BOUNCE)
    assert "gehen zurzeit keine E-Mails" in client.get(reverse("notifications:preferences")).content.decode()
    client.post(reverse("notifications:mails_again"))
    assert not is_suppressed(person.email)


def test_administrators_see_what_was_given_up_without_a_word_of_it_and_send_it_again(administrator: Client) -> None:
    delivery = DeliveryFactory(state="technical_failure", reply="451 later")
    NotificationFactory(digest=delivery.digest, kind=OPTIONAL, dedupe_key="geheim")
    page = administrator.get(reverse("notifications:deliveries")).content.decode()
    assert "451 later" in page
    assert "geheim" not in page
    assert delivery.digest.recipient.address not in page
    administrator.post(reverse("notifications:send_again", args=[delivery.key]))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("queued", 0)
    administrator.post(reverse("notifications:send_again", args=[delivery.key]))
    assert administrator.get(reverse("notifications:deliveries"), {"state": "quatsch"}).status_code == 400


def test_the_log_costs_the_same_for_one_and_for_many(administrator: Client) -> None:
    counts = []
    beat()
    administrator.get(reverse("notifications:deliveries"))  # the first page of a day notes the visit
    for number in (1, 30):
        DeliveryFactory.create_batch(number)
        with CaptureQueriesContext(connection) as captured:
            administrator.get(reverse("notifications:deliveries"))
        counts.append([query["sql"][:110] for query in captured])
    assert counts[0] == counts[1]
    assert len([sql for sql in counts[0] if "notifications_" in sql]) <= 6


# --- the timetable ---


def test_a_silent_timetable_is_said_by_readyz_and_told_once(administrator: Client, mailoutbox: list[Any]) -> None:
    ready = Client()
    beat()
    assert ready.get("/readyz").json() == {"status": "ready"}
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        for _ in range(3):
            answer = ready.get("/readyz")
            assert answer.status_code == 200
            assert answer.json()["warnings"] == ["The scheduler has not run for 3 hours."]
        assert [mail.subject for mail in mailoutbox] == ["Der Zeitplan des Portals steht still"]
    Heartbeat.objects.update(at=timezone.now() - timedelta(hours=5))
    page = administrator.get(reverse("notifications:deliveries")).content.decode()
    assert "Der Zeitplan steht still" in page
    assert "kern-alert--danger" in page
    beat()
    assert Heartbeat.objects.get().alarmed_at is None
    assert "Der Zeitplan läuft" in administrator.get(reverse("notifications:deliveries")).content.decode()


def test_a_timetable_that_never_ran_has_two_hours_to_begin() -> None:
    assert heartbeat.silence() is None
    with time_machine.travel(timezone.now() + timedelta(hours=2, minutes=1)):
        assert heartbeat.silence() is not None


def test_a_recipient_has_no_page_of_its_own() -> None:
    assert str(RecipientFactory(subscriber=True)).startswith("Abonnement ")
