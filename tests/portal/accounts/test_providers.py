"""Signing in at a provider of OpenID Connect: a real one, with discovery, keys and signatures, runs beside the test."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import flask
import oidc_provider_mock
import pytest
import requests
from django.conf import settings
from django.test import Client, override_settings
from joserfc import jwk, jwt
from werkzeug.serving import make_server

from portal.accounts.models import SignIn, User
from portal.audit.models import AuditEvent, Verb
from portal.outside import outside_hosts, provider_apps
from tests.factories.accounts import UserFactory, add_app
from tests.portal.accounts.signing import confirm, link_in_mail, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

BEGIN = "/anmelden/anbieter/rathaus/"
PERSON = oidc_provider_mock.User(
    sub="anna-1", claims={"name": "Anna Amt", "email": "anna@stadt.example.org", "email_verified": True}
)
type Claims = dict[str, Any]


class Provider:
    """A provider whose answers can be falsified on their way: ``forge`` gets the ID token's claims and the real key."""

    def __init__(self) -> None:
        self.app = oidc_provider_mock.app(require_nonce=True, user_claims=[PERSON])
        self.app.after_request(self._on_the_way)
        self.server = make_server("localhost", 0, self.app, threaded=True)
        self.forge: Callable[[Claims, Any], str | None] | None = None
        self.info: Callable[[Claims], Claims] | None = None

    @property
    def address(self) -> str:
        return f"http://localhost:{self.server.server_port}"

    def _on_the_way(self, response: flask.Response) -> flask.Response:
        if flask.request.path == "/oauth2/token" and self.forge:
            answer = response.get_json()
            key = flask.g.oidc_provider_mock_storage.jwk
            forged = self.forge(jwt.decode(answer.pop("id_token"), key).claims, key)
            response.set_data(json.dumps(answer | ({"id_token": forged} if forged else {})))
        if flask.request.path == "/userinfo" and self.info:
            response.set_data(json.dumps(self.info(response.get_json())))
        return response


def signed(claims: Claims, key: Any) -> str:
    return jwt.encode({"alg": "RS256", "kid": key.kid or key.thumbprint()}, claims, key)


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.05,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def configured(provider: Provider, **more: Any) -> override_settings:
    """The portal knows the provider, as ``OIDC_PROVIDERS`` in the environment tells it."""
    entry = {"id": "rathaus", "name": "Rathauskonto", "client_id": "portal", "client_secret": "geheim"}
    entries = [{**entry, "server_url": provider.address, **more}]
    known = {"openid_connect": {**settings.SOCIALACCOUNT_PROVIDERS["openid_connect"], "APPS": provider_apps(entries)}}
    return override_settings(OIDC_PROVIDERS=entries, SOCIALACCOUNT_PROVIDERS=known)


@pytest.fixture
def _known(provider: Provider) -> Iterator[None]:
    with configured(provider):
        yield


def go(client: Client, **data: str):
    """Go to the provider, sign in there, and come back."""
    asked = client.post(BEGIN, data)["Location"]
    agreed = requests.post(asked, data={"sub": PERSON.sub}, allow_redirects=False, timeout=10).headers["Location"]
    back = urlsplit(agreed)
    return client.get(f"{back.path}?{back.query}")


def register(client: Client, email: str = "anna@stadt.example.org"):
    """Answer what the portal asks somebody who comes for the first time."""
    return client.post("/anmelden/anbieter/registrieren/", {"display_name": "Anna Amt", "email": email})


@pytest.mark.usefixtures("_known")
def test_somebody_signs_up_and_signs_in(client: Client) -> None:
    page = client.get("/anmelden/").content.decode()
    assert "Mit Rathauskonto anmelden" in page
    answer = go(client)
    assert answer["Location"] == "/anmelden/anbieter/registrieren/"
    proposed = client.get("/anmelden/anbieter/registrieren/").content.decode()
    assert 'value="Anna Amt"' in proposed
    assert 'value="anna@stadt.example.org"' in proposed

    register(client)
    person = User.objects.get(email="anna@stadt.example.org")
    assert client.get("/konto/").status_code == 302  # the provider's word about the address is not enough
    client.post(link_in_mail("/konto/e-mail/bestaetigen/"))
    assert person.socialaccount_set.get().extra_data == {}

    again = Client()
    assert go(again).status_code == 302
    assert person.display_name in again.get("/konto/").content.decode()
    assert SignIn.objects.filter(person=person, successful=True).latest("pk").method == "provider"


def test_an_address_counts_as_confirmed_where_the_operator_believes_the_provider(
    provider: Provider, client: Client
) -> None:
    with configured(provider, confirms_email=True):
        go(client)
        register(client)
        assert "Anna Amt" in client.get("/konto/").content.decode()


@pytest.mark.usefixtures("_known")
def test_the_request_is_bound_to_the_session_and_to_the_answer(client: Client) -> None:
    asked = {name: one for name, (one,) in parse_qs(urlsplit(client.post(BEGIN)["Location"]).query).items()}
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["nonce"]) == 64
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3


@pytest.mark.usefixtures("_known")
def test_asking_for_the_page_alone_leads_nowhere(client: Client) -> None:
    """Nobody is signed in by a link or a picture (login CSRF)."""
    assert client.get(BEGIN).status_code == 200


def tampered(claims: Claims, key: Any) -> str:
    head, _body, signature = signed(claims, key).split(".")
    body = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "someone-else"}).encode()).rstrip(b"=").decode()
    return f"{head}.{body}.{signature}"


def by_another_key(claims: Claims, key: Any) -> str:
    return jwt.encode({"alg": "RS256", "kid": key.kid or key.thumbprint()}, claims, jwk.RSAKey.generate_key(2048))


def unsigned(claims: Claims, key: Any, *, key_id: bool = True) -> str:
    head = {"alg": "none"} | ({"kid": key.kid or key.thumbprint()} if key_id else {})
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (head, claims))
    return ".".join([*parts, ""])


def by_the_public_key(claims: Claims, key: Any) -> str:
    """What everybody can read is taken as a shared secret."""
    secret = jwk.OctKey.import_key(key.as_pem(private=False))
    return jwt.encode({"alg": "HS256", "kid": key.kid or key.thumbprint()}, claims, secret)


FORGED: dict[str, Callable[[Claims, Any], str | None]] = {
    "what is signed was changed": tampered,
    "another key": by_another_key,
    "no signature": unsigned,
    "no signature and no key": lambda claims, key: unsigned(claims, key, key_id=False),
    "the public key as a secret": by_the_public_key,
    "no token at all": lambda _claims, _key: "abc",
    "the answer to another request": lambda claims, key: signed({**claims, "nonce": "0" * 64}, key),
    "no nonce": lambda claims, key: signed({k: v for k, v in claims.items() if k != "nonce"}, key),
    "for another portal": lambda claims, key: signed({**claims, "aud": "another"}, key),
    "of another provider": lambda claims, key: signed({**claims, "iss": "https://evil.example"}, key),
    "expired": lambda claims, key: signed({**claims, "iat": 1, "exp": 2}, key),
    "not there": lambda _claims, _key: None,
    "about somebody else": lambda claims, key: signed({**claims, "sub": "someone-else"}, key),
}


@pytest.mark.usefixtures("_known")
@pytest.mark.parametrize("forged", FORGED)
def test_an_id_token_that_is_not_in_order_lets_nobody_in(client: Client, provider: Provider, forged: str) -> None:
    provider.forge = FORGED[forged]
    answer = go(client)
    assert (answer.status_code, "Location" in answer) == (401, False)
    assert "Die Anmeldung ist fehlgeschlagen" in answer.content.decode()
    assert client.get("/anmelden/anbieter/registrieren/").status_code == 302  # nothing of it is remembered
    assert not User.objects.exists()


@pytest.mark.usefixtures("_known")
def test_the_same_token_newly_signed_lets_in(client: Client, provider: Provider) -> None:
    """The control of the test above: what is forged there is refused for what it is, not for being touched."""
    provider.forge = signed
    assert go(client)["Location"] == "/anmelden/anbieter/registrieren/"


@pytest.mark.usefixtures("_known")
def test_a_state_counts_once_and_in_its_session_alone(client: Client) -> None:
    asked = client.post(BEGIN)["Location"]
    agreed = requests.post(asked, data={"sub": PERSON.sub}, allow_redirects=False, timeout=10).headers["Location"]
    back = urlsplit(agreed)
    assert Client().get(f"{back.path}?{back.query}").status_code == 401
    assert client.get(f"{back.path}?{back.query}").status_code == 302
    assert client.get(f"{back.path}?{back.query}").status_code == 401


@pytest.mark.usefixtures("_known")
def test_a_providers_word_about_an_address_opens_no_existing_account(client: Client, provider: Provider) -> None:
    there = UserFactory(email="anna@stadt.example.org", display_name="Anna von hier")
    with configured(provider, confirms_email=True):
        go(client)
        answer = register(client)
    assert client.get("/konto/").status_code == 302
    assert not there.socialaccount_set.exists()
    assert User.objects.count() == 1
    # Neither does the answer tell that there is an account: it is the one that a free address gets.
    free = Client()
    go(free)
    other = register(free, "frei@stadt.example.org")
    assert (answer.status_code, answer.get("Location")) == (other.status_code, other.get("Location"))


@pytest.mark.usefixtures("_known")
def test_the_person_herself_connects_and_disconnects_it(client: Client) -> None:
    person = UserFactory(email="anna@stadt.example.org")
    sign_in(client, person.email)
    confirm(client)
    go(client, process="connect")
    assert "Rathauskonto" in client.get("/anmelden/anbieter/").content.decode()
    account = person.socialaccount_set.get()
    client.post("/anmelden/anbieter/", {"account": account.pk})
    assert not person.socialaccount_set.exists()
    lines = AuditEvent.objects.filter(verb=Verb.SIGN_IN_CHANGED, actor=person.uuid).values_list("changed", flat=True)
    assert list(lines) == [["provider"], ["provider"]]


@pytest.mark.usefixtures("_known")
def test_a_second_factor_is_asked_for_this_way_too(client: Client) -> None:
    person = UserFactory(email="anna@stadt.example.org")
    sign_in(client, person.email)
    confirm(client)
    go(client, process="connect")
    add_app(person)
    other = Client()
    assert go(other)["Location"].startswith("/anmelden/zweiter-faktor/")
    assert other.get("/konto/").status_code == 302


@pytest.mark.usefixtures("_known")
@pytest.mark.parametrize("error", ["access_denied", "server_error"])
def test_whoever_changes_their_mind_comes_back_to_a_page_that_says_so(client: Client, error: str) -> None:
    asked = urlsplit(client.post(BEGIN)["Location"])
    state = parse_qs(asked.query)["state"][0]
    answer = client.get(f"{BEGIN}zurueck/", {"error": error, "state": state}, follow=True)
    assert answer.status_code == (200 if error == "access_denied" else 401)
    assert "/anmelden/" in answer.content.decode()


@pytest.mark.usefixtures("_known")
@pytest.mark.parametrize("there", ["http://localhost:9", "{}/.well-known/nothing-here", "{}/userinfo?/.well-known/"])
def test_a_provider_that_does_not_answer_is_no_crash(
    client: Client, provider: Provider, there: str, caplog: pytest.LogCaptureFixture
) -> None:
    with configured(provider, server_url=there.format(provider.address)):
        answer = client.post(BEGIN)
    assert "Signing in at rathaus has failed" in caplog.text
    assert answer.status_code == 401
    assert "Die Anmeldung ist fehlgeschlagen" in answer.content.decode()


@pytest.mark.usefixtures("_known")
def test_the_privacy_page_names_the_provider() -> None:
    assert [(host.host, "Anmelden" in host.when) for host in outside_hosts()] == [("localhost", True)]


def test_there_is_no_other_provider(client: Client) -> None:
    assert client.post(BEGIN).status_code == 404
