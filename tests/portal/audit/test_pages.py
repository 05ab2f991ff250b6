"""Reading the audit: filters, one line, the file."""

import csv
import io
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.models import Role, User
from portal.accounts.services import erasure
from portal.accounts.services.roles import end_role, grant_role
from portal.audit import views
from portal.audit.models import AuditEvent, Verb
from portal.audit.services import record
from tests.factories.accounts import UserFactory, add_app
from tests.factories.actors import MembershipFactory
from tests.factories.audit import AuditEventFactory

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def admin() -> User:
    person = UserFactory(display_name="Alex Verwaltung")
    grant_role(person=person, role=Role.ADMINISTRATOR, by=None, reason="Für den Test")
    add_app(person)
    return person


@pytest.fixture
def browser(admin: User) -> Client:
    client = Client()
    client.force_login(admin)
    return client


def found(browser: Client, **parameters: Any) -> set[str]:
    answer = browser.get(reverse("audit:events"), parameters)
    assert answer.status_code == 200
    return {line.event.verb for line in answer.context["lines"]}


def test_lines_are_found_by_person_kind_reason_request_and_key(browser: Client, admin: User) -> None:
    kim = UserFactory(display_name="Kim Muster", email="kim@example.org")
    grant = grant_role(person=kim, role=Role.EDITOR, by=admin, reason="Neu in der Redaktion")
    end_role(grant=grant, by=admin, reason="Wechselt das Haus")
    record(Verb.SUPPORT_STARTED, kim, by=admin, reason="Anfrage 4711")
    record(Verb.TOKEN_REVOKED, grant, by=kim)
    assert found(browser, q="kim@example.org") == found(browser, q="Kim") == {"support-started", "token-revoked"}
    assert found(browser, q=str(kim.uuid)) == {"support-started", "token-revoked"}
    assert found(browser, q="4711") == {"support-started"}
    assert found(browser, q=str(grant.pk), object_type="accounts.rolegrant") >= {"role-granted", "role-ended"}
    assert found(browser, verb="role-ended") == {"role-ended"}
    page = browser.get(reverse("accounts:people"))
    request = page["X-Request-ID"]
    AuditEventFactory(verb=Verb.IMPORTED, request=request)
    assert found(browser, q=request) == {"imported"}
    assert found(browser, q="nichts davon") == set()


def test_days_are_those_of_berlin(browser: Client) -> None:
    late = AuditEventFactory(verb=Verb.IMPORTED)
    with connection.cursor() as cursor:  # past the trigger that lets nothing be changed
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE audit_auditevent SET at = %s WHERE id = %s",
            [datetime(2026, 6, 30, 23, 59, tzinfo=BERLIN), late.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert found(browser, since="2026-06-30", until="2026-06-30") == {"imported"}
    assert found(browser, since="2026-07-01", until="2026-07-02") == set()
    assert found(browser, until="2026-06-29") == set()


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"since": "2026-07-02", "until": "2026-07-01"}, "Dieser Tag liegt vor dem ersten"),
        ({"since": "gestern"}, "Datum"),
        ({"verb": "quatsch"}, "quatsch"),
        ({"gibtesnicht": "1"}, "unbekannt"),
        ({"q": "a\x00b"}, "Null"),
        ({"q": "x" * 201}, "200"),
    ],
)
def test_what_cannot_be_understood_is_said_and_kept(browser: Client, parameters: dict[str, str], words: str) -> None:
    answer = browser.get(reverse("audit:events"), parameters)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert list(answer.context["lines"]) == []


def test_one_line_says_all_and_leads_to_what_belongs_to_it(browser: Client, admin: User) -> None:
    kim = UserFactory(display_name="Kim Muster")
    grant = grant_role(person=kim, role=Role.EDITOR, by=admin, reason="Neu in der Redaktion")
    end_role(grant=grant, by=admin, reason="Wechselt das Haus")
    line = AuditEvent.objects.get(verb=Verb.ROLE_GRANTED, object_key=str(grant.pk))
    page = browser.get(reverse("audit:event", args=[line.pk])).content.decode()
    assert "Alex Verwaltung" in page
    assert "Kim Muster" in page, "the role as it is called today"
    assert "Rolle beendet" in page, "another line about the same thing"
    assert "keine: ein Befehl oder ein Auftrag des Portals" in page
    assert browser.get(reverse("audit:event", args=[10**9])).status_code == 404


def test_who_is_erased_has_no_name_any_more(browser: Client) -> None:
    kim = UserFactory(display_name="Kim Muster")
    line = record(Verb.SIGN_IN_CHANGED, kim, by=kim)
    assert "Kim Muster" in browser.get(reverse("audit:event", args=[line.pk])).content.decode()
    erasure.erase(person=kim, by=kim)
    for address in (reverse("audit:event", args=[line.pk]), reverse("audit:events")):
        page = browser.get(address).content.decode()
        assert "Kim Muster" not in page
        assert "Jemand, dessen Konto es nicht mehr gibt" in page


def test_a_line_about_what_the_portal_no_longer_has_is_shown(browser: Client) -> None:
    line = AuditEventFactory(object_type="frueher.sache", object_key="keine Zahl")
    for address in (reverse("audit:event", args=[line.pk]), reverse("audit:events")):
        assert "frueher.sache" in browser.get(address).content.decode()


def test_the_list_costs_the_same_for_few_and_for_many(browser: Client, admin: User) -> None:
    browser.get(reverse("audit:events"))
    counts = []
    for number in (1, 45):
        for _each in range(number):
            membership = MembershipFactory()
            record(Verb.MEMBERSHIP_CONFIRMED, membership, by=admin, on_behalf_of=membership.organisation)
        with CaptureQueriesContext(connection) as queries:
            page = browser.get(reverse("audit:events"))
        counts.append(len(queries))
    assert str(membership.organisation) in page.content.decode()
    assert counts[0] == counts[1]


# --- the file ---


def test_the_file_holds_what_the_filters_find_and_names_people_by_key(browser: Client, admin: User) -> None:
    kim = UserFactory(display_name="Kim Muster", email="kim@example.org")
    record(Verb.SUPPORT_STARTED, kim, by=admin, reason='=HYPERLINK("https://example.org")', changed=["b", "a"])
    record(Verb.IMPORTED, kim, by=None)
    answer = browser.post(reverse("audit:export", args=["csv"]) + "?verb=support-started")
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["was"] for row in rows] == ["support-started"]
    assert rows[0]["wer (Schlüssel)"] == str(admin.uuid)
    assert rows[0]["Begründung"] == '\'=HYPERLINK("https://example.org")'
    assert rows[0]["geänderte Felder"] == "a, b"
    assert not any(word in text for word in ("Kim", "kim@example.org", "Alex", admin.email))
    answer = browser.post(reverse("audit:export", args=["xlsx"]))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet.max_row == AuditEvent.objects.count() + 1


def test_an_export_is_itself_a_line_without_what_was_searched(browser: Client, admin: User) -> None:
    browser.post(reverse("audit:export", args=["csv"]) + "?q=kim%40example.org&verb=imported")
    line = AuditEvent.objects.get(verb=Verb.AUDIT_EXPORTED)
    assert (line.actor, line.reason, line.changed) == (admin.uuid, "0 × CSV", ["q", "verb"])
    assert line.request


def test_too_many_lines_and_broken_filters_make_no_file(
    browser: Client, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = reverse("audit:export", args=["csv"])
    answer = browser.post(address + "?verb=quatsch", follow=True)
    assert answer.status_code == 400
    assert "quatsch" in answer.content.decode()
    monkeypatch.setattr(views, "MOST_LINES", 0)
    answer = browser.post(address, follow=True)
    assert "Bitte wählen Sie einen kürzeren Zeitraum" in answer.content.decode()
    assert not AuditEvent.objects.filter(verb=Verb.AUDIT_EXPORTED).exists()


def test_the_way_there_is_in_the_menu_of_administrators_alone(browser: Client) -> None:
    assert reverse("audit:events") in browser.get("/konto/").content.decode()
    other = Client()
    other.force_login(UserFactory())
    assert reverse("audit:events") not in other.get("/konto/").content.decode()
