"""Looking at the portal as another person: who may, what stays closed, that nothing is written, who learns of it."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import Role, SignIn, SupportView, User
from portal.accounts.permissions import can_view_as
from portal.accounts.services import deactivate, support
from portal.accounts.services.roles import end_role, grant_role
from portal.accounts.tasks import end_support_views
from portal.audit.models import AuditEvent, Verb
from portal.search.models import LoggedSearch
from tests.factories.accounts import SupportViewFactory, UserFactory, add_app
from tests.factories.content import GuideFactory
from tests.factories.directory import MunicipalityFactory
from tests.factories.funding import ProgrammeFactory

pytestmark = pytest.mark.django_db
REASON = "Anfrage 4711: Seite bleibt leer"


def administrator(**values: Any) -> User:
    person = UserFactory(**values)
    grant_role(person=person, role=Role.ADMINISTRATOR, by=None, reason="Für den Test")
    add_app(person)
    return person


@pytest.fixture
def admin() -> User:
    return administrator(display_name="Alex Verwaltung")


@pytest.fixture
def person() -> User:
    return UserFactory(display_name="Kim Muster", email="kim@example.org")


@pytest.fixture
def viewing(admin: User, person: User) -> Client:
    """A browser in which the administrator has just begun to look as the person."""
    client = Client()
    client.force_login(admin)
    answer = client.post(reverse("accounts:view_as", args=[person.uuid]), {"reason": REASON})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    return client


def state_of_everything() -> dict[str, Any]:
    """Every row of every table, but for the administrator's own session."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in {"django_session", "usersessions_usersession"}:
                cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t ORDER BY 1')  # noqa: S608 - names of tables, from the database itself
                found[table] = cursor.fetchall()
    return found


# --- who may ---


def test_only_administrators_may_and_never_as_another_administrator(admin: User, person: User) -> None:
    editor = UserFactory()
    grant_role(person=editor, role=Role.EDITOR, by=None, reason="Für den Test")
    assert can_view_as(admin, person) is True
    assert can_view_as(admin, editor) is True
    assert admin.has_perm("accounts.view_as", person)
    refused = [
        (person, editor),
        (editor, person),
        (admin, admin),
        (admin, administrator()),
        (admin, UserFactory(is_superuser=True)),
        (admin, UserFactory(is_staff=True)),
        (admin, UserFactory(is_active=False)),
    ]
    for viewer, viewed in refused:
        assert not can_view_as(viewer, viewed)
        with pytest.raises(PermissionDenied):
            support.start(person=viewed, by=viewer, reason=REASON)
    assert SupportView.objects.count() == 0


@pytest.mark.parametrize("reason", ["", "zu kurz", " " * 30, "\x00" * 20, "x" * 501])
def test_a_view_needs_a_reason(admin: User, person: User, reason: str) -> None:
    client = Client()
    client.force_login(admin)
    answer = client.post(reverse("accounts:view_as", args=[person.uuid]), {"reason": reason})
    assert answer.status_code == 400
    assert "<title>Fehler:" in answer.content.decode()
    assert SupportView.objects.count() == 0


def test_the_service_asks_for_a_reason_by_itself(admin: User, person: User) -> None:
    with pytest.raises(ValidationError):
        support.start(person=person, by=admin, reason="kurz")


# --- what is seen ---


def test_every_page_says_whose_view_it_is_until_when_and_how_to_end_it(viewing: Client, person: User) -> None:
    ends = timezone.localtime(SupportView.objects.get().expires_at)
    ProgrammeFactory(slug="offen")
    for url in ["/", "/konto/", "/foerderung/", "/foerderung/offen/", "/gibt-es-nicht/", "/konto/passwort/"]:
        text = viewing.get(url).content.decode()
        assert f"Sie sehen das Portal als Kim Muster – endet um {ends:%H:%M}." in text, url
        assert reverse("accounts:end_support_view") in text, url


def test_the_portal_answers_as_to_the_person(viewing: Client, admin: User, person: User) -> None:
    answer = viewing.get("/konto/")
    assert answer.context["user"] == person
    assert viewing.get(reverse("accounts:people")).status_code == 403
    hidden = ProgrammeFactory(hidden=True)
    assert viewing.get(f"/api/v1/funding-programmes/{hidden.slug}/").status_code == 404


# --- nothing is written ---


def unsafe_addresses() -> list[tuple[str, str]]:
    """Every address of the access table, by every method that could write."""
    from tests.contract.test_access import ACCESS

    urls = sorted({reverse(line.name, args=line.args) for line in ACCESS if line.name != "accounts:end_support_view"})
    assert len(urls) > 80
    return [(method, url) for url in urls for method in ("POST", "PUT", "PATCH", "DELETE")]


def test_every_unsafe_method_of_every_address_is_refused(viewing: Client) -> None:
    viewing.get("/")
    before = state_of_everything()
    for method, url in [*unsafe_addresses(), ("POST", "/redaktion/"), ("POST", "/redaktion/pages/1/edit/")]:
        answer = viewing.generic(method, url)
        assert answer.status_code == 403, (method, url)
        if url.startswith("/api/"):
            assert answer["Content-Type"] == "application/problem+json"
        elif method == "POST":
            assert "können nur lesen" in answer.content.decode(), url
    assert state_of_everything() == before


def test_reading_leaves_no_trace_of_the_person(viewing: Client, person: User, admin: User) -> None:
    from tests.contract.test_access import ACCESS

    MunicipalityFactory(ags="08118048", name="Ludwigsburg")
    GuideFactory(slug="offener-leitfaden")
    viewing.get("/")
    User.objects.filter(pk=admin.pk).update(last_seen_on=None)
    before = state_of_everything()
    for line in ACCESS:
        if line.method == "GET":
            viewing.get(reverse(line.name, args=line.args))
    viewing.get("/suche/", {"q": "gibtesnirgends"})
    viewing.get("/redaktion/")
    after = state_of_everything()
    changed = {table for table in before if before[table] != after[table]}
    assert changed == {"accounts_user"}, "the administrator's own last visit"
    person.refresh_from_db()
    assert (person.last_seen_on, person.last_login) == (None, None)
    assert User.objects.get(pk=admin.pk).last_seen_on == timezone.localdate()
    assert not SignIn.objects.filter(person=person).exists()
    assert not LoggedSearch.objects.exists()


def test_a_page_that_writes_when_it_is_opened_is_refused_by_the_database(
    viewing: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with no view the same page writes."""
    from portal.search import views

    monkeypatch.setattr(views, "only_reads", lambda _request: False)
    answer = viewing.get("/suche/", {"q": "gibtesnirgends"})
    assert answer.status_code == 403
    assert "schreibt" in answer.content.decode()
    assert not LoggedSearch.objects.exists()
    Client().get("/suche/", {"q": "gibtesnirgends"})
    assert LoggedSearch.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        *(
            "account_change_password",
            "account_set_password",
            "account_email",
            "account_logout",
            "account_reauthenticate",
        ),
        *("mfa_index", "mfa_view_recovery_codes", "mfa_list_webauthn", "usersessions_list", "accounts:history"),
        *("accounts:own_data", "accounts:erase", "accounts:rename", "socialaccount_connections"),
        *("accounts:support_views", "wagtailadmin_home"),
    ],
)
def test_what_is_the_persons_own_affair_stays_closed(viewing: Client, name: str) -> None:
    assert viewing.get(reverse(name)).status_code == 403


def test_a_copy_of_somebodys_data_stays_closed(viewing: Client, person: User) -> None:
    from portal.accounts.services.export import make_export, request_export

    wanted = request_export(person=person)
    make_export(export=wanted)
    assert viewing.get(reverse("accounts:fetch_export", args=[wanted.uuid])).status_code == 403


def test_the_api_reads_as_the_person_and_writes_nothing(viewing: Client) -> None:
    assert viewing.get("/api/v1/municipalities/").status_code == 200
    answer = viewing.post("/api/v1/municipalities/", {}, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")


# --- how it ends ---


def test_the_administrator_is_herself_again_and_still_signed_in(viewing: Client, admin: User, person: User) -> None:
    answer = viewing.post(reverse("accounts:end_support_view"), follow=True)
    assert answer.redirect_chain == [(reverse("accounts:person", args=[person.uuid]), 302)]
    assert answer.context["user"] == admin
    assert "Sie sehen das Portal wieder als Sie selbst" in answer.content.decode()
    assert "endet um" not in viewing.get("/").content.decode()
    assert SupportView.objects.get().ended_at is not None
    assert viewing.post(reverse("accounts:end_support_view")).status_code == 302, "a second time does no harm"


def test_after_its_time_the_view_is_over(admin: User, person: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = Client()
        client.force_login(admin)
        client.post(reverse("accounts:view_as", args=[person.uuid]), {"reason": REASON})
        clock.shift(timedelta(minutes=14, seconds=59))
        assert client.get("/konto/").context["user"] == person
        clock.shift(timedelta(seconds=2))
        answer = client.get("/konto/")
        assert (answer.status_code, answer["Location"]) == (302, reverse("accounts:people"))
        assert "die Zeit war um" in client.get(answer["Location"]).content.decode()
        assert client.get("/konto/").context["user"] == admin
    view = SupportView.objects.get()
    assert view.ended_at == view.expires_at
    assert AuditEvent.objects.filter(verb=Verb.SUPPORT_ENDED).count() == 1


def test_a_form_of_the_other_person_is_never_sent_as_ones_own(admin: User, person: User) -> None:
    """Neither when the time is up, nor afterwards: the token it holds is an old one."""
    for request_before in (None, "/konto/"):
        with time_machine.travel(timezone.now(), tick=False) as clock:
            client = Client(enforce_csrf_checks=True)
            client.force_login(admin)
            page = client.get(reverse("accounts:view_as", args=[person.uuid]))
            form = {"reason": REASON, "csrfmiddlewaretoken": page.context["csrf_token"]}
            assert client.post(reverse("accounts:view_as", args=[person.uuid]), form).status_code == 302
            old = str(client.get("/konto/").context["csrf_token"])
            clock.shift(timedelta(minutes=16))
            if request_before:
                client.get(request_before)
            form = {"display_name": "Untergeschoben", "csrfmiddlewaretoken": old}
            assert client.post(reverse("accounts:rename"), form).status_code == 403
            new = str(client.get(reverse("accounts:rename")).context["csrf_token"])
            form["csrfmiddlewaretoken"] = new
            assert client.post(reverse("accounts:rename"), form | {"display_name": "Alex"}).status_code == 302
    assert not User.objects.filter(display_name="Untergeschoben").exists()


def test_a_script_that_asks_how_long_the_session_lasts_ends_nothing_unseen(admin: User, person: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = Client()
        client.force_login(admin)
        client.post(reverse("accounts:view_as", args=[person.uuid]), {"reason": REASON})
        clock.shift(timedelta(minutes=16))
        assert client.get(reverse("accounts:session")).status_code == 204
        assert client.post(reverse("accounts:rename"), {"display_name": "Untergeschoben"}).status_code == 403


def test_a_view_that_nobody_goes_on_with_is_ended_by_the_timetable(admin: User, person: User) -> None:
    running = support.start(person=person, by=admin, reason=REASON)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        end_support_views()
        end_support_views()
    running.refresh_from_db()
    assert running.ended_at == running.expires_at
    line = AuditEvent.objects.get(verb=Verb.SUPPORT_ENDED)
    assert (line.actor, line.object_key) == (None, str(person.uuid))


@pytest.mark.parametrize("what", ["viewer loses the role", "person becomes administrator", "person is switched off"])
def test_it_ends_at_once_when_it_is_no_longer_allowed(viewing: Client, admin: User, person: User, what: str) -> None:
    other = administrator()
    if what == "viewer loses the role":
        end_role(grant=admin.role_grants.get(), by=other, reason="Verlässt das Team")
    elif what == "person becomes administrator":
        grant_role(person=person, role=Role.ADMINISTRATOR, by=other, reason="Neu im Team")
    else:
        deactivate(person=person, by=other, reason="Auf eigenen Wunsch")
    assert viewing.get("/konto/").status_code == 302
    assert viewing.get("/konto/").context["user"] == admin
    assert SupportView.objects.get().ended_at is not None


# --- who learns of it ---


def test_beginning_and_end_stand_in_the_audit(viewing: Client, admin: User, person: User) -> None:
    viewing.post(reverse("accounts:end_support_view"))
    lines = AuditEvent.objects.filter(object_key=str(person.uuid)).order_by("pk")
    assert list(lines.values_list("verb", "actor", "object_type", "reason")) == [
        (Verb.SUPPORT_STARTED, admin.uuid, "accounts.user", REASON),
        (Verb.SUPPORT_ENDED, admin.uuid, "accounts.user", ""),
    ]
    assert all(line.request for line in lines)


def test_the_person_gets_a_mail_and_sees_it_in_her_account(
    admin: User, person: User, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from celery import current_app

    from portal.accounts.tasks import send_mail

    monkeypatch.setattr(current_app, "send_task", lambda name, args: send_mail(*args) if name == send_mail.name else 0)
    with django_capture_on_commit_callbacks(execute=True):
        support.start(person=person, by=admin, reason=REASON)
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["kim@example.org"], "Der Support hat das Portal aus Ihrer Sicht angesehen")
    for text in (sent.body, sent.alternatives[0].content):
        assert all(words in text for words in ("Alex Verwaltung", REASON, reverse("accounts:support_views")))
    client = Client()
    client.force_login(person)
    assert reverse("accounts:support_views") in client.get("/konto/").content.decode()
    page = client.get(reverse("accounts:support_views")).content.decode()
    assert "Support des Kompetenzzentrums: Alex Verwaltung" in page
    assert REASON in page


def test_others_do_not_see_it_and_a_former_administrator_has_no_name(person: User) -> None:
    SupportViewFactory(person=person, viewer=None)
    client = Client()
    client.force_login(UserFactory())
    assert "Anfrage 4711" not in client.get(reverse("accounts:support_views")).content.decode()
    client.force_login(person)
    assert (
        "Support des Kompetenzzentrums: Ehemaliges Mitglied"
        in client.get(reverse("accounts:support_views")).content.decode()
    )


def test_the_list_costs_the_same_for_one_and_for_many(person: User, django_assert_num_queries: Any) -> None:
    client = Client()
    client.force_login(person)
    client.get(reverse("accounts:support_views"))
    counts = []
    for number in (1, 19):
        for _each in range(number):
            view = SupportViewFactory(person=person)
            support.end(view=view, by=None)
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("accounts:support_views"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- the database's own rules, and two at once ---


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"expires_at": -1}, "accounts_support_within_the_limit"),
        ({"expires_at": 61}, "accounts_support_within_the_limit"),
        ({"ended_at": 20}, "accounts_support_ends_in_time"),
        ({"ended_at": -1}, "accounts_support_ends_in_time"),
        ({"reason": "zu kurz"}, "accounts_support_with_a_reason"),
    ],
)
def test_the_database_refuses(values: dict[str, Any], rule: str) -> None:
    now = timezone.now()
    moments = {k: now + timedelta(minutes=v) if isinstance(v, int) else v for k, v in values.items()}
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        SupportViewFactory(started_at=now, **moments)


def test_the_database_refuses_two_at_a_time_and_oneself(admin: User) -> None:
    SupportViewFactory(viewer=admin)
    with pytest.raises(IntegrityError, match="accounts_support_one_at_a_time"), transaction.atomic():
        SupportViewFactory(viewer=admin)
    with pytest.raises(IntegrityError, match="accounts_support_of_somebody_else"), transaction.atomic():
        SupportViewFactory(person=admin, viewer=admin)


def test_a_second_view_ends_the_first(viewing: Client, admin: User) -> None:
    other = UserFactory()
    support.start(person=other, by=admin, reason=REASON)
    assert viewing.get("/konto/").status_code == 302, "the first browser no longer sees the first person"
    assert SupportView.objects.open().get().person == other


def _at_once(*acts: Any) -> list[Any]:
    barrier, results = threading.Barrier(len(acts)), []

    def run(act: Any) -> None:
        barrier.wait()
        try:
            results.append(act())
        except Exception as error:  # noqa: BLE001 - what it was is what the test asks
            results.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_two_views_begun_at_once_leave_one_open() -> None:
    admin, people = administrator(), [UserFactory(), UserFactory()]
    _at_once(*(lambda p=p: support.start(person=p, by=admin, reason=REASON) for p in people))
    assert SupportView.objects.count() == 2
    assert SupportView.objects.open().count() == 1
    assert AuditEvent.objects.filter(verb=Verb.SUPPORT_ENDED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_view_ended_twice_at_once_is_recorded_once() -> None:
    admin = administrator()
    view = support.start(person=UserFactory(), by=admin, reason=REASON)
    assert sorted(_at_once(*[lambda: support.end(view=view, by=admin)] * 2)) == [False, True]
    assert AuditEvent.objects.filter(verb=Verb.SUPPORT_ENDED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_requests_at_the_same_time_are_all_answered_as_the_person_or_not_at_all() -> None:
    admin, person = administrator(), UserFactory(display_name="Kim Muster")
    client = Client()
    client.force_login(admin)
    client.post(reverse("accounts:view_as", args=[person.uuid]), {"reason": REASON})
    client.get("/konto/")

    def ask(url: str, method: str = "GET") -> Any:
        browser = Client()
        browser.cookies = client.cookies
        answer = browser.generic(method, url)
        return answer.status_code, "als Kim Muster" in answer.content.decode()

    answers = _at_once(*[lambda: ask("/konto/")] * 4, *[lambda: ask("/konto/name/", "POST")] * 4)
    assert sorted(answers) == [(200, True)] * 4 + [(403, True)] * 4
    client.post(reverse("accounts:end_support_view"))
    assert client.get("/konto/").context["user"] == admin
