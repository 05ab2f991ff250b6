"""The pages of one's own data, and the record of processing."""

import io
import shutil
import zipfile
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.template import Context, Template
from django.test import Client
from django.utils import timezone

from portal.accounts import tasks
from portal.accounts.models import DataExport, ErasureTombstone, User
from portal.accounts.services import export
from portal.areas import areas
from tests.factories.accounts import PASSWORD, DataExportFactory, UserFactory
from tests.factories.content import GuideFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clean(slot):
    cache.delete_many([key for key in cache._cache if "throttling" in key])
    cache.clear()
    from portal.content.services.notices import KEY

    cache.set(KEY, [], None)
    yield
    shutil.rmtree(slot / "private", ignore_errors=True)


@pytest.fixture
def person(client: Client) -> User:
    made = UserFactory()
    client.force_login(made)
    return made


def test_the_overview_says_what_is_held_and_what_for(client: Client, person: User) -> None:
    GuideFactory(owner=person, responsible=person)
    page = client.get("/konto/meine-daten/").content.decode()
    assert page.count("<h1") == 1
    for words in ("Personen", "Leitfäden", "Sitzungen", "E-Mail-Adresse", "Damit Personen sich anmelden"):
        assert words in page, words
    assert "Kommentare" not in page, "what there is none of is left out"


def test_an_export_from_the_request_to_the_download(
    client: Client, person: User, django_capture_on_commit_callbacks
) -> None:
    answer = client.post("/konto/meine-daten/kopie-anfordern/", follow=True)
    assert "wird erstellt" in answer.content.decode()
    wanted = DataExport.objects.get()
    assert client.get(wanted.get_absolute_url()).status_code == 404, "not ready yet"
    assert "data-hx-trigger" in client.get("/konto/meine-daten/", headers={"HX-Request": "true"}).content.decode()

    tasks.make_export(str(wanted.uuid))
    tasks.make_export(str(wanted.uuid))
    assert [message.to for message in mail.outbox] == [[person.email]]
    assert "/konto/meine-daten/" in mail.outbox[0].body
    assert person.display_name not in mail.outbox[0].body
    part = client.get("/konto/meine-daten/", headers={"HX-Request": "true"}).content.decode()
    assert wanted.get_absolute_url() in part
    assert "data-hx-trigger" not in part
    assert "<h1" not in part

    answer = client.get(wanted.get_absolute_url())
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/zip", "private, no-store")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert sorted(archive.namelist()) == ["data.json", "index.html"]
    wanted.refresh_from_db()
    assert wanted.fetched_at is not None


def test_an_export_is_for_the_person_alone_and_for_seven_days(client: Client, person: User) -> None:
    made = export.make_export(export=export.request_export(person=person))
    address = made.get_absolute_url()
    answer = client.get(address)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)
    for other in (UserFactory(editor=True), UserFactory(is_superuser=True, is_staff=True)):
        stranger = Client()
        stranger.force_login(other)
        assert stranger.get(address).status_code == 404
    anonymous = Client().get(address)
    assert (anonymous.status_code, anonymous["Location"].split("?")[0]) == (302, "/anmelden/")
    assert made.expires_at - made.ready_at == timedelta(days=7)
    DataExport.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(address).status_code == 404
    assert address not in client.get("/konto/meine-daten/").content.decode()


def test_the_file_of_an_export_lies_below_no_address(client: Client, person: User, settings) -> None:
    made = export.make_export(export=export.request_export(person=person))
    assert not made.file.path.startswith(str(settings.MEDIA_ROOT))
    for address in (f"/media/{made.file.name}", f"/{made.file.name}", f"/static/{made.file.name}"):
        assert client.get(address).status_code == 404


def test_an_export_that_fails_is_said_and_can_be_asked_for_again(client: Client, person: User, monkeypatch) -> None:
    wanted = export.request_export(person=person)
    monkeypatch.setattr(export, "write_zip", lambda *_args: 1 / 0)
    assert export.make_outstanding() == 0
    wanted.refresh_from_db()
    assert wanted.state == "failed"
    assert "konnte nicht erstellt werden" in client.get("/konto/meine-daten/").content.decode()
    monkeypatch.undo()
    again = export.request_export(person=person)
    assert export.make_outstanding() == 1
    again.refresh_from_db()
    assert again.state == "ready"


def test_the_database_keeps_one_export_in_the_making_for_each_person(person: User) -> None:
    DataExportFactory(person=person)
    with pytest.raises(IntegrityError), transaction.atomic():
        DataExportFactory(person=person)
    with pytest.raises(IntegrityError), transaction.atomic():
        DataExport.objects.update(state="ready")
    DataExportFactory()


def test_copies_are_limited(client: Client, person: User) -> None:
    for _times in range(6):
        answer = client.post("/konto/meine-daten/kopie-anfordern/", follow=True)
        DataExport.objects.all().delete()
    assert "innerhalb einer Stunde" in answer.content.decode()


@pytest.mark.parametrize(
    "data, said",
    [
        ({}, "Bitte bestätigen Sie"),
        ({"password": "falsch", "confirm": "on"}, "Das ist nicht Ihr Passwort"),
        ({"password": "fal\x00sch", "confirm": "on"}, "field-error"),
        ({"password": PASSWORD}, "Bitte bestätigen Sie"),
    ],
)
def test_an_erasure_asks_for_password_and_confirmation(client: Client, person: User, data, said) -> None:
    answer = client.post("/konto/loeschen/", data)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert said in page
    assert "<title>Fehler: " in page
    assert 'id="error-summary"' in page
    assert User.objects.filter(pk=person.pk).exists()


def test_the_page_says_what_goes_and_what_stays_before_anything_happens(client: Client, person: User) -> None:
    GuideFactory(owner=person, responsible=person)
    export.request_export(person=person)
    page = client.get("/konto/loeschen/").content.decode()
    assert "<title>Fehler" not in page
    deleted, rest = page.split("Was ohne Ihren Namen bleibt", 1)
    anonymised, kept = rest.split("Was bleiben muss", 1)
    assert "Personen" in deleted
    assert "Leitfäden" in anonymised
    assert "Zeilen des Protokolls" in kept or "Protokoll" in kept
    assert "DSGVO" in kept
    assert User.objects.filter(pk=person.pk).exists()


def test_an_erasure_takes_effect_at_once_everywhere(
    client: Client, person: User, django_capture_on_commit_callbacks
) -> None:
    elsewhere = Client()
    elsewhere.force_login(person)
    assert elsewhere.get("/konto/meine-daten/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/konto/loeschen/", {"password": PASSWORD, "confirm": "on"})
    assert (answer.status_code, answer["Location"]) == (302, "/konto/geloescht/")
    assert "<h1>Ihr Konto ist gelöscht" in client.get("/konto/geloescht/").content.decode()
    assert elsewhere.get("/konto/meine-daten/").status_code == 302
    assert not Session.objects.exists()
    assert not User.objects.filter(pk=person.pk).exists()
    assert [message.to for message in mail.outbox] == [[person.email]]
    assert ErasureTombstone.objects.get().uuid == person.uuid
    login = {"login": person.email, "password": PASSWORD}
    again = Client().post("/anmelden/", login)
    assert (again.status_code, 'id="error-summary"' in again.content.decode()) == (200, True)


def test_who_has_no_password_must_have_signed_in_just_now(client: Client, person: User) -> None:
    person.set_unusable_password()
    person.save()
    client.force_login(person)
    User.objects.filter(pk=person.pk).update(last_login=timezone.now() - timedelta(minutes=11))
    page = client.get("/konto/loeschen/").content.decode()
    assert 'type="password"' not in page
    assert "melden Sie sich neu an" in client.post("/konto/loeschen/", {"confirm": "on"}).content.decode()
    User.objects.filter(pk=person.pk).update(last_login=timezone.now())
    assert client.post("/konto/loeschen/", {"confirm": "on"}).status_code == 302


def test_passwords_cannot_be_guessed_there(client: Client, person: User) -> None:
    for _times in range(10):
        client.post("/konto/loeschen/", {"password": "falsch", "confirm": "on"})
    answer = client.post("/konto/loeschen/", {"password": PASSWORD, "confirm": "on"})
    assert "Zu viele Versuche" in answer.content.decode()
    assert User.objects.filter(pk=person.pk).exists()


def test_a_former_member_has_a_name() -> None:
    """C-21."""
    page = Template("{{ person|person_name }}")
    assert page.render(Context({"person": None})) == "Ehemaliges Mitglied"
    assert page.render(Context({"person": UserFactory(display_name="Kim")})) == "Kim"


def test_the_record_of_processing_is_made_of_the_declarations(client: Client) -> None:
    page = client.get("/datenschutz/verarbeitungsverzeichnis/").content.decode()
    assert page.count("<h1") == 1
    declared = list(areas.each("personal_data"))
    assert len(declared) > 30
    for entry in declared:
        for words in (entry.label, str(entry.purpose), str(entry.legal_basis), str(entry.until)):
            assert words.replace("“", "“") in page, (entry.model, words)
    assert '/datenschutz/verarbeitungsverzeichnis/"' in client.get("/datenschutz/").content.decode()
