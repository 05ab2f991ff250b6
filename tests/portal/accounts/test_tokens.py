"""API tokens: made once, kept as a digest, limited in what, how long and how often."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.utils import timezone

from portal.accounts.models import ApiToken, User
from portal.accounts.services import tokens
from portal.audit.models import AuditEvent, Verb
from tests.factories.accounts import ApiTokenFactory, UserFactory
from tests.factories.directory import MunicipalityFactory
from tests.factories.funding import ProgrammeFactory
from tests.portal.accounts.signing import confirm, sign_in

pytestmark = pytest.mark.django_db

PAGE, API = "/konto/api-schluessel/", "/api/v1/municipalities/"
FORM = {"name": "Datenplattform", "scopes": ["read"], "days": "90"}


def ask(secret: str, address: str = API, **extra):
    return Client().get(address, headers={"Authorization": f"Bearer {secret}"}, **extra)


@pytest.fixture
def person() -> User:
    return UserFactory()


@pytest.fixture
def signed_in(person: User) -> Client:
    client = Client()
    sign_in(client, person.email)
    confirm(client)
    return client


def test_a_token_is_shown_once_and_kept_as_a_digest(
    signed_in: Client, person: User, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in.post(PAGE, FORM)
    secret = answer.context["secret"]
    assert secret.startswith("kds_")
    assert len(secret) == 47
    assert secret in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    page = signed_in.get(PAGE).content.decode()
    assert secret not in page
    assert secret[:8] in page
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(accounts_apitoken)::text FROM accounts_apitoken")
        assert secret[8:] not in cursor.fetchone()[0]
    line = AuditEvent.objects.get(verb=Verb.TOKEN_CREATED)
    assert (line.actor, line.reason, line.changed) == (person.uuid, "", [])
    assert [m.to for m in mail.outbox] == [[person.email]]
    assert secret not in mail.outbox[0].body


def test_making_one_needs_that_the_person_shows_it_is_her(person: User) -> None:
    client = Client()
    sign_in(client, person.email)
    assert client.get(PAGE)["Location"].startswith("/konto/bestaetigen/passwort/")
    assert client.post(PAGE, FORM).status_code == 302
    assert not ApiToken.objects.exists()


def test_what_is_missing_or_made_up_is_said_and_what_was_typed_is_kept(signed_in: Client) -> None:
    answer = signed_in.post(PAGE, {"name": "Mein Programm", "days": "9999", "scopes": ["alles"]})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'id="error-summary"' in page
    assert "Mein Programm" in page
    assert signed_in.post(PAGE, {**FORM, "name": "x\x00"}).status_code == 400
    assert not ApiToken.objects.exists()


def test_a_token_opens_what_its_person_may_see(person: User) -> None:
    draft = ProgrammeFactory(hidden=True, slug="entwurf")
    editor = UserFactory(editor=True)
    mine, editors = ApiTokenFactory(person=person, secret="kds_mine"), ApiTokenFactory(person=editor, secret="kds_ed")
    assert ask("kds_mine").status_code == 200
    assert ask("kds_mine", f"/api/v1/funding-programmes/{draft.slug}/").status_code == 404
    assert ask("kds_ed", f"/api/v1/funding-programmes/{draft.slug}/").status_code == 200
    for token in (mine, editors):
        token.refresh_from_db()
        assert token.last_used_on == timezone.localdate()


def test_noting_the_use_costs_one_statement_a_day(django_assert_max_num_queries) -> None:
    ApiTokenFactory(secret="kds_mine")
    ask("kds_mine")
    with django_assert_max_num_queries(5) as asked:
        ask("kds_mine")
    assert not [query for query in asked.captured_queries if query["sql"].startswith("UPDATE")]


@pytest.mark.parametrize("secret", ["kds_other", "other", "", "kds_ü", "kds_mine x", "kds_\x00"])
def test_what_is_no_token_is_refused(secret: str) -> None:
    ApiTokenFactory(secret="kds_mine")
    answer = Client().get(API, HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json()["detail"].startswith("Dieser Schlüssel gilt nicht")


def test_a_token_that_has_ended_is_refused_at_once(person: User) -> None:
    ApiTokenFactory(secret="kds_old", created_at=timezone.now() - timedelta(days=40), expires_at=timezone.now())
    revoked = ApiTokenFactory(person=person, secret="kds_revoked")
    closed = ApiTokenFactory(secret="kds_closed")
    assert ask("kds_revoked").status_code == 200
    assert tokens.revoke_token(token=revoked, by=person) is True
    assert tokens.revoke_token(token=revoked, by=person) is False
    User.objects.filter(pk=closed.person_id).update(is_active=False)
    assert [ask(secret).status_code for secret in ("kds_old", "kds_revoked", "kds_closed")] == [401, 401, 401]
    assert AuditEvent.objects.filter(verb=Verb.TOKEN_REVOKED).count() == 1


def test_a_token_without_the_scope_is_told_which_one_it_lacks() -> None:
    ApiTokenFactory(secret="kds_none", scopes=[])
    answer = ask("kds_none")
    assert answer.status_code == 403
    assert answer.json()["detail"] == "Diesem Schlüssel fehlt der Umfang „read“."


def test_a_token_in_the_address_opens_nothing() -> None:
    ApiTokenFactory(secret="kds_mine")
    assert Client().get(API, {"access_token": "kds_mine"}).status_code == 400, "an unknown parameter"


def test_a_token_opens_the_api_and_nothing_else() -> None:
    ApiTokenFactory(secret="kds_mine")
    assert ask("kds_mine", "/konto/").status_code == 302


def test_only_its_person_sees_and_revokes_a_token(signed_in: Client, person: User) -> None:
    mine, other = ApiTokenFactory(person=person, name="Meiner"), ApiTokenFactory(name="Fremder")
    page = signed_in.get(PAGE).content.decode()
    assert ("Meiner" in page, "Fremder" in page) == (True, False)
    assert signed_in.post(f"{PAGE}{other.uuid}/widerrufen/").status_code == 404
    assert signed_in.get(f"{PAGE}{mine.uuid}/widerrufen/").status_code == 200
    mine.refresh_from_db()
    assert mine.is_valid, "looking is not enough"
    assert signed_in.post(f"{PAGE}{mine.uuid}/widerrufen/").status_code == 302
    mine.refresh_from_db()
    assert not mine.is_valid


def test_no_token_lasts_longer_than_a_year() -> None:
    with pytest.raises(IntegrityError, match="accounts_token_ends"), transaction.atomic():
        ApiTokenFactory(expires_at=timezone.now() + timedelta(days=400))
    with pytest.raises(IntegrityError, match="known_scopes"), transaction.atomic():
        ApiTokenFactory(scopes=["everything"])


def test_a_person_is_told_once_before_a_token_ends() -> None:
    ApiTokenFactory(expires_at=timezone.now() + timedelta(days=6), name="Bald")
    ApiTokenFactory(expires_at=timezone.now() + timedelta(days=9))
    ApiTokenFactory(expires_at=timezone.now() + timedelta(days=6), revoked_at=timezone.now())
    assert [tokens.warn_of_expiry(), tokens.warn_of_expiry()] == [1, 0]
    (message,) = mail.outbox
    assert "Bald" in message.body


def test_tokens_stay_in_the_list_for_ninety_days_after_their_end() -> None:
    with time_machine.travel("2026-01-01 12:00"):
        ApiTokenFactory(expires_at=timezone.now() + timedelta(days=30))
    with time_machine.travel("2026-04-30 12:00"):
        assert tokens.purge_tokens() == 0
    with time_machine.travel("2026-05-03 12:00"):
        assert tokens.purge_tokens() == 1


# --- how many, also at the same moment ---


def make_two_at_once(person: User) -> list[str]:
    results: list[str] = []
    barrier = threading.Barrier(2)

    def make() -> None:
        barrier.wait()
        try:
            tokens.create_token(person=person, name="Noch einer", scopes=["read"], days=30)
            results.append("made")
        except ValidationError:
            results.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


@pytest.fixture
def one_is_left(transactional_db, monkeypatch) -> User:
    """There is room for one more, and counting takes its time."""
    person = UserFactory()
    for number in range(tokens.MOST - 1):
        ApiTokenFactory(person=person, name=f"Nr. {number}")
    original = tokens.secrets.token_urlsafe

    def slowly(length: int) -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3)")
        return original(length)

    monkeypatch.setattr(tokens.secrets, "token_urlsafe", slowly)
    return person


@pytest.mark.django_db(transaction=True)
def test_of_two_made_at_once_only_one_fits(one_is_left: User) -> None:
    assert make_two_at_once(one_is_left) == ["made", "refused"]


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_would_fit(one_is_left: User, monkeypatch) -> None:
    """The control."""
    monkeypatch.setattr(User.objects.__class__, "select_for_update", lambda self: self.all(), raising=False)
    assert make_two_at_once(one_is_left) == ["made", "made"]


# --- how often ---


def test_each_token_and_each_address_has_its_own_limit(settings) -> None:
    settings.API_RATE_TOKEN, settings.API_RATE_ADDRESS = "3/minute", "2/minute"
    MunicipalityFactory()
    person = UserFactory()
    ApiTokenFactory(person=person, secret="kds_one")
    ApiTokenFactory(person=person, secret="kds_two")
    with time_machine.travel("2026-03-02 10:00", tick=False) as clock:
        assert [ask("kds_one").status_code for _ in range(4)] == [200, 200, 200, 429]
        assert ask("kds_two").status_code == 200
        refused = ask("kds_one")
        assert 1 <= int(refused["Retry-After"]) <= 60
        assert refused["Content-Type"] == "application/problem+json"
        assert [Client().get(API, REMOTE_ADDR="203.0.113.7").status_code for _ in range(3)] == [200, 200, 429]
        assert Client().get(API, REMOTE_ADDR="203.0.113.8").status_code == 200
        clock.shift(61)
        assert ask("kds_one").status_code == 200


def test_no_address_is_stored_by_counting(settings) -> None:
    from django.core.cache import cache

    settings.API_RATE_ADDRESS = "2/minute"
    Client().get(API, REMOTE_ADDR="203.0.113.7")
    kept = [key for key in cache._cache if "throttle:address" in str(key)]
    assert len(kept) == 1
    assert "203.0.113" not in str(kept)


def test_wrong_guesses_of_a_token_are_counted_by_address(settings) -> None:
    """A made-up token is refused before anything is counted by it; the address is what is left to count."""
    settings.API_RATE_ADDRESS = "2/minute"
    answers = [ask(f"kds_made-up-{number}").status_code for number in range(4)]
    assert answers == [401, 401, 429, 429]
