"""Signing in by password, by code and with a second factor; what is noted of it; how often it may be tried."""

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client, override_settings

from portal.accounts import demo
from portal.accounts.models import Method, Role, SignIn
from portal.accounts.services import grant_role
from portal.audit.models import AuditEvent, Verb
from tests.factories.accounts import PASSWORD, UserFactory, code_of
from tests.portal.accounts.signing import code_in_mail, confirm, link_in_mail, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

SECOND = "/anmelden/zweiter-faktor/"
FACTORS = "/konto/zweiter-faktor/"


def history(person) -> list[tuple[str, bool]]:
    return list(SignIn.objects.filter(person=person).order_by("pk").values_list("method", "successful"))


def test_signing_in_and_out(client: Client) -> None:
    person = UserFactory()
    answer = sign_in(client, person.email.upper())
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert person.display_name in client.get("/").content.decode()
    client.post("/abmelden/")
    assert person.display_name not in client.get("/").content.decode()
    assert history(person) == [("password", True)]


def test_signing_in_leads_only_to_the_portal_itself(client: Client) -> None:
    data = {"login": UserFactory().email, "password": PASSWORD, "next": "https://evil.example/"}
    assert client.post("/anmelden/", data)["Location"] == "/"


def test_an_account_that_is_closed_lets_nobody_in(client: Client) -> None:
    person = UserFactory()
    sign_in(client, person.email)
    person.is_active = False
    person.save()
    assert client.get("/konto/").status_code == 302
    other = Client()
    sign_in(other, person.email)
    assert other.get("/konto/").status_code == 302


def test_a_wrong_password_stands_in_the_history_that_the_person_alone_sees(client: Client) -> None:
    person, other = UserFactory(), UserFactory()
    sign_in(
        Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"),
        person.email,
        "falsch",
    )
    sign_in(client, person.email)
    assert history(person) == [("password", False), ("password", True)]
    page = client.get("/konto/verlauf/").content.decode()
    assert "abgewiesen" in page
    assert "Firefox" in page
    client.force_login(other)
    assert "abgewiesen" not in client.get("/konto/verlauf/").content.decode()


def test_a_code_by_mail_signs_in_once(client: Client) -> None:
    person = UserFactory()
    assert client.post("/anmelden/code/", {"email": person.email})["Location"] == "/anmelden/code/eingeben/"
    assert mail.outbox[-1].subject == "Ihr Code für die Anmeldung"
    code = code_in_mail()
    assert client.post("/anmelden/code/eingeben/", {"code": "AAAA-AAAA"}).status_code == 200
    assert client.post("/anmelden/code/eingeben/", {"code": code})["Location"] == "/"
    assert history(person) == [("code", False), ("code", True)]
    again = Client()
    again.post("/anmelden/code/", {"email": person.email})
    assert again.post("/anmelden/code/eingeben/", {"code": code}).status_code == 200, "the earlier code is used up"


def test_a_code_by_mail_is_good_for_ten_minutes_and_for_few_attempts() -> None:
    person = UserFactory()
    with time_machine.travel("2026-03-02 10:00", tick=False) as clock:
        client = Client()
        client.post("/anmelden/code/", {"email": person.email})
        code = code_in_mail()
        clock.shift(601)
        client.post("/anmelden/code/eingeben/", {"code": code})
        assert "_auth_user_id" not in client.session
        client = Client()
        client.post("/anmelden/code/", {"email": person.email})
        code = code_in_mail()
        for _ in range(3):
            client.post("/anmelden/code/eingeben/", {"code": "AAAA-AAAA"})
        client.post("/anmelden/code/eingeben/", {"code": code})
        assert "_auth_user_id" not in client.session


def test_trying_passwords_is_slowed_down() -> None:
    """ASVS 5.0, 6.3.1: five wrong ones for one account, whoever tries; the answer says how long to wait."""
    person = UserFactory()
    for _ in range(5):
        assert sign_in(Client(), person.email, "falsch").status_code == 200
    answer = sign_in(Client(), person.email)
    assert "_auth_user_id" not in answer.wsgi_request.session, "the right one as well, for now"
    assert "Die Anmeldung ist zu oft fehlgeschlagen" in answer.content.decode()


def test_too_many_requests_are_answered_in_words_with_the_time_to_wait() -> None:
    client = Client()
    answers = [client.post("/konto/passwort/vergessen/", {"email": "niemand@example.org"}) for _ in range(8)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert refused[0]["Retry-After"] == "60"
    assert "<h1" in refused[0].content.decode()
    assert "Bitte warten Sie eine Minute" in refused[0].content.decode()


# --- the second factor ---


def test_an_app_is_set_up_and_asked_for_from_then_on(client: Client) -> None:
    person = UserFactory()
    sign_in(client, person.email)
    confirm(client)
    page = client.get(FACTORS + "app/")
    secret = page.context["form"].secret
    assert page.status_code == 200
    import time

    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    assert client.post(FACTORS + "app/", {"code": "000000" if code != "000000" else "111111"}).status_code == 200
    assert client.post(FACTORS + "app/", {"code": code}).status_code == 302
    stored = Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP)
    assert secret not in str(stored.data), "encrypted at rest (ASVS 5.0, 6.5.2)"
    line = AuditEvent.objects.filter(verb=Verb.SIGN_IN_CHANGED).last()
    assert line is not None
    assert line.actor == person.uuid
    assert mail.outbox[-1].to == [person.email]

    client.post("/abmelden/")
    assert sign_in(client, person.email)["Location"] == SECOND
    assert client.get("/konto/").status_code == 302, "not signed in yet"


def test_a_code_of_the_app_counts_once_and_a_wrong_one_is_noted() -> None:
    person = UserFactory(second_factor=True)
    client, thief = Client(), Client()
    sign_in(client, person.email)
    sign_in(thief, person.email)
    code = code_of(person)
    assert client.post(SECOND, {"code": "000000" if code != "000000" else "111111"}).status_code == 200
    assert client.post(SECOND, {"code": code})["Location"] == "/"
    assert thief.post(SECOND, {"code": code}).status_code == 200, "replayed (ASVS 5.0, 6.5.1)"
    assert history(person) == [("second-factor", False), ("app", True), ("second-factor", False)]


def test_a_recovery_code_lets_in_once(client: Client) -> None:
    person = UserFactory(second_factor=True)
    sign_in(client, person.email)
    client.post(SECOND, {"code": code_of(person)})
    confirm(client)
    client.post(FACTORS + "codes/neu/")
    shown = client.get(FACTORS + "codes/").context["unused_codes"]
    assert len(shown) == 10
    assert str(shown[0]) not in str(Authenticator.objects.get(user=person, type="recovery_codes").data)
    other = Client()
    sign_in(other, person.email)
    assert other.post(SECOND, {"code": shown[0]})["Location"] == "/"
    assert history(person)[-1] == (Method.RECOVERY, True)
    third = Client()
    sign_in(third, person.email)
    assert third.post(SECOND, {"code": shown[0]}).status_code == 200


@pytest.mark.parametrize("role", Role)
def test_every_role_of_the_centre_needs_a_second_factor(client: Client, role: Role) -> None:
    """C: staff, editors, advisors, moderators and all others with a role."""
    person = UserFactory()
    grant_role(person=person, role=role, by=None, reason="Neu im Team")
    sign_in(client, person.email)
    answer = client.get("/foerderung/")
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, FACTORS)
    api = client.get("/api/v1/municipalities/")
    assert (api.status_code, api["Content-Type"]) == (403, "application/problem+json")
    confirm(client)
    assert client.get(FACTORS + "app/").status_code == 200
    assert client.post("/abmelden/").status_code == 302


def test_the_last_factor_of_a_role_stays(client: Client) -> None:
    person = UserFactory(editor=True)
    sign_in(client, person.email)
    client.post(SECOND, {"code": code_of(person)})
    client.post(FACTORS + "app/entfernen/")
    assert Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()


def test_staff_of_the_centre_are_asked_as_well(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=True, second_factor=False))
    assert client.get("/")["Location"].startswith(FACTORS)


def test_the_code_of_a_demonstration_is_shown_for_its_own_accounts_alone(client: Client) -> None:
    demo.load()
    editor = demo.DEMO_ACCOUNTS[0].email
    with override_settings(DEMO=True):
        sign_in(client, editor, demo.DEMO_PASSWORD)
        code = client.get(SECOND).context["demo_code"]
        assert client.post(SECOND, {"code": code})["Location"] == "/"
        other = UserFactory(second_factor=True)
        stranger = Client()
        sign_in(stranger, other.email)
        assert not stranger.get(SECOND).context["demo_code"]
    plain = Client()
    sign_in(plain, editor, demo.DEMO_PASSWORD)
    assert "demo_code" not in plain.get(SECOND).context


# --- changing how one signs in ---


@pytest.mark.parametrize(
    "address", [FACTORS + "app/", FACTORS + "passkeys/neu/", FACTORS + "codes/neu/", "/konto/e-mail/"]
)
def test_whoever_changes_how_she_signs_in_shows_first_that_it_is_her(address: str) -> None:
    """ASVS 5.0, 7.5.1: after five minutes the password is asked again."""
    person = UserFactory()
    with time_machine.travel("2026-03-02 10:00", tick=False) as clock:
        client = Client()
        sign_in(client, person.email)
        confirm(client)
        clock.shift(301)
        answer = client.post(address, {"email": "neu@example.org", "action_add": ""})
        assert answer.status_code == 302
        assert answer["Location"].startswith("/konto/bestaetigen/")
        assert client.post("/konto/bestaetigen/passwort/", {"password": "falsch"}).status_code == 200
        confirm(client)
        answer = client.post(address, {"email": "neu@example.org", "action_add": ""})
        assert not answer.headers.get("Location", "").startswith("/konto/bestaetigen/")


def test_a_new_password_needs_the_present_one_and_ends_other_sessions() -> None:
    """ASVS 5.0, 6.2.3 and 7.4.3."""
    person = UserFactory()
    client, elsewhere = Client(), Client()
    sign_in(client, person.email)
    sign_in(elsewhere, person.email)
    data = {"password1": "ganz-neu-und-lang", "password2": "ganz-neu-und-lang"}
    assert client.post("/konto/passwort/", {"oldpassword": "falsch", **data}).status_code == 200
    assert client.post("/konto/passwort/", {"oldpassword": PASSWORD, **data}).status_code == 302
    person.refresh_from_db()
    assert person.check_password("ganz-neu-und-lang")
    assert client.get("/konto/").status_code == 200
    assert elsewhere.get("/konto/").status_code == 302
    assert mail.outbox[-1].subject == "Passwort geändert"
    line = AuditEvent.objects.get(verb=Verb.SIGN_IN_CHANGED)
    assert (line.actor, line.changed) == (person.uuid, ["password"])


def test_a_forgotten_password_is_set_anew_once_by_the_link_in_the_mail() -> None:
    person = UserFactory()
    client, elsewhere = Client(), Client()
    sign_in(elsewhere, person.email)
    client.post("/konto/passwort/vergessen/", {"email": person.email})
    link = link_in_mail("/konto/passwort/vergessen/")
    form = client.get(link)["Location"]
    data = {"password1": "ganz-neu-und-lang", "password2": "ganz-neu-und-lang"}
    assert client.post(form, data).status_code == 302
    person.refresh_from_db()
    assert person.check_password("ganz-neu-und-lang")
    assert elsewhere.get("/konto/").status_code == 302
    assert "gilt nicht mehr" in Client().get(link, follow=True).content.decode()


def test_a_new_address_takes_the_place_of_the_old_when_it_is_confirmed(client: Client) -> None:
    person = UserFactory()
    old = person.email
    sign_in(client, old)
    confirm(client)
    client.post("/konto/e-mail/", {"email": "neu@example.org", "action_add": "1"})
    person.refresh_from_db()
    assert person.email == old
    client.post(link_in_mail("/konto/e-mail/bestaetigen/", "neu@example.org"))
    person.refresh_from_db()
    assert person.email == "neu@example.org"
    assert sign_in(Client(), "neu@example.org")["Location"] == "/"
    assert {message.to[0] for message in mail.outbox} >= {old, "neu@example.org"}, "the old one is told as well"
    assert "example.org" not in "".join(str(line.changed) + line.reason for line in AuditEvent.objects.all())
