"""Where somebody is signed in, and how long."""

import re

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from portal.accounts.session_limits import WARN_BEFORE
from tests.factories.accounts import PASSWORD, UserFactory
from tests.portal.accounts.signing import confirm, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

SESSIONS = "/konto/sitzungen/"
MINUTE, HOUR = 60, 3600


@pytest.fixture
def clock():
    with time_machine.travel("2026-03-02 08:00", tick=False) as travelling:
        yield travelling


def test_each_place_is_listed_and_can_be_ended() -> None:
    """ASVS 5.0, 7.5.2."""
    person = UserFactory()
    here, there = Client(HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux) Firefox/140.0"), Client()
    sign_in(here, person.email)
    sign_in(there, person.email)
    page = here.get(SESSIONS).content.decode()
    assert "Dieses Gerät" in page
    assert page.count("/beenden/") >= 1
    other = UserSession.objects.exclude(session_key=here.session.session_key).get()
    stranger = Client()
    sign_in(stranger, UserFactory().email)
    confirm(stranger)
    assert stranger.post(f"/konto/sitzungen/{other.pk}/beenden/").status_code == 404
    asked = here.post(f"/konto/sitzungen/{other.pk}/beenden/")
    assert asked["Location"].startswith("/konto/bestaetigen/")  # first she shows that it is her
    assert there.get("/konto/").status_code == 200
    confirm(here)
    assert here.post(f"/konto/sitzungen/{other.pk}/beenden/").status_code == 302
    assert there.get("/konto/").status_code == 302
    assert here.get("/konto/").status_code == 200


def test_all_others_are_ended_at_once() -> None:
    person = UserFactory()
    clients = [Client() for _ in range(3)]
    for client in clients:
        sign_in(client, person.email)
    confirm(clients[0])
    clients[0].post(SESSIONS)
    assert [client.get("/konto/").status_code for client in clients] == [200, 302, 302]


def test_what_was_to_be_ended_is_ended_once_she_has_shown_that_it_is_her() -> None:
    person = UserFactory()
    here, there = Client(), Client()
    sign_in(here, person.email)
    sign_in(there, person.email)
    asked = here.post(SESSIONS)
    assert here.post(asked["Location"], {"password": PASSWORD}).status_code == 302
    assert there.get("/konto/").status_code == 302


def test_showing_that_it_is_her_gives_the_session_a_new_key() -> None:
    """ASVS 5.0, 7.2.4: the key of before opens nothing, and the list of sessions knows the new one."""
    client = Client()
    sign_in(client, UserFactory().email)
    before = client.session.session_key
    assert client.post("/konto/bestaetigen/passwort/", {"password": "falsch"}).status_code == 200
    assert client.session.session_key == before
    confirm(client)
    after = client.session.session_key
    assert after != before
    assert not Session.objects.filter(session_key=before).exists()
    assert UserSession.objects.get().session_key == after
    assert "Dieses Gerät" in client.get(SESSIONS).content.decode()


def test_no_address_of_a_device_is_kept() -> None:
    """Of an IP address a pseudonym is kept, by which networks can be told apart and nothing else."""
    client = Client(REMOTE_ADDR="203.0.113.77")
    sign_in(client, UserFactory().email)
    kept = UserSession.objects.get().ip
    assert kept.startswith("fd")
    assert "203" not in kept


def test_signing_in_gives_the_session_a_new_key(client: Client) -> None:
    """ASVS 5.0, 7.2.4."""
    client.get("/anmelden/")
    session = client.session
    session["x"] = "y"
    session.save()
    before = session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = before
    sign_in(client, UserFactory().email)
    assert client.session.session_key != before
    client.post("/abmelden/")
    assert Session.objects.filter(session_key=before).count() == 0


@pytest.mark.parametrize(
    "role, minutes", [(True, settings.SESSION_IDLE_MINUTES_ROLE), (False, settings.SESSION_IDLE_MINUTES)]
)
def test_a_session_that_is_not_used_ends(clock, role: bool, minutes: int) -> None:
    """ASVS 5.0, 7.3.1."""
    client = Client()
    client.force_login(UserFactory(editor=role))
    assert client.get("/konto/").status_code == 200
    clock.shift(minutes * MINUTE - 5)
    assert client.get("/konto/").status_code == 200
    clock.shift(minutes * MINUTE + 1)
    answer = client.get("/konto/")
    assert (answer.status_code, answer["Location"]) == (302, "/anmelden/?next=/konto/")
    assert "Ihre Zeit abgelaufen" in client.get("/anmelden/").content.decode()


def test_a_session_ends_after_its_time_however_much_it_is_used(clock) -> None:
    """ASVS 5.0, 7.3.2."""
    client = Client()
    client.force_login(UserFactory(editor=True))
    for _ in range(settings.SESSION_HOURS_ROLE * 3 - 1):
        assert client.get("/konto/").status_code == 200
        clock.shift(20 * MINUTE)
    clock.shift(20 * MINUTE + 1)
    assert client.get("/konto/").status_code == 302


def test_asking_how_long_a_session_lasts_does_not_make_it_longer(clock) -> None:
    client = Client()
    client.force_login(UserFactory(editor=True))
    client.get("/konto/")
    for _ in range(5):
        clock.shift(5 * MINUTE)
        left = client.get("/konto/sitzung/").json()["left"]
    assert left == (settings.SESSION_IDLE_MINUTES_ROLE - 25) * MINUTE
    assert left <= WARN_BEFORE
    client.post("/konto/sitzung/verlaengern/")
    assert client.get("/konto/sitzung/").json()["left"] == settings.SESSION_IDLE_MINUTES_ROLE * MINUTE
    assert client.post("/konto/sitzung/verlaengern/", {"next": "https://evil.example/"})["Location"] == "/"


def test_a_program_is_told_that_its_session_is_over(clock) -> None:
    client = Client()
    client.force_login(UserFactory(editor=True))
    client.get("/konto/")
    clock.shift(settings.SESSION_HOURS_ROLE * HOUR + 1)
    answer = client.get("/api/v1/municipalities/")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")


def test_a_session_key_cannot_be_guessed_and_means_nothing_by_itself() -> None:
    """ASVS 5.0, 7.2.1 to 7.2.3: 32 characters out of 36 are more than 128 bits; what belongs to it is on the server."""
    keys = set()
    for _ in range(3):
        client = Client()
        sign_in(client, UserFactory().email)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        keys.add(cookie.value)
        assert re.fullmatch(r"[a-z0-9]{32}", cookie.value)
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert len(keys) == 3
    made_up = Client()
    made_up.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    assert made_up.get("/konto/").status_code == 302


def test_after_signing_out_nothing_can_be_resumed() -> None:
    """ASVS 5.0, 7.4.1 and 7.4.4: every page offers it, the server forgets the session, the browser keeps no page."""
    client = Client()
    sign_in(client, UserFactory().email)
    for address in ("/", "/konto/", "/foerderprogramme/", "/gibt-es-nicht/"):
        answer = client.get(address)
        assert 'action="/abmelden/"' in answer.content.decode(), address
        assert "no-store" in answer["Cache-Control"], address
    kept = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/abmelden/")
    assert not Session.objects.filter(session_key=kept).exists()
    client.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert client.get("/konto/").status_code == 302
