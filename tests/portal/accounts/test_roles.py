"""Roles of the centre: given and ended with a reason, in step with the groups, never without an administrator."""

import threading
from contextlib import suppress
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from celery import current_app
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts.models import Role, RoleGrant, User
from portal.accounts.services import remove_factors
from portal.accounts.services.roles import differences, end_role, grant_role
from portal.accounts.tasks import send_mail
from portal.audit.models import AuditEvent, Verb
from tests.factories.accounts import UserFactory, add_app
from tests.portal.accounts.signing import sign_in

pytestmark = pytest.mark.django_db
PEOPLE = "/verwaltung/personen/"


def administrator() -> User:
    person: User = UserFactory()
    grant_role(person=person, role=Role.ADMINISTRATOR, by=None, reason="Zum Beginn")
    return person


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person: User) -> str:
    return f"{PEOPLE}{person.uuid}/"


@pytest.mark.parametrize("role", Role)
def test_a_role_comes_and_goes_with_its_group_and_stands_in_the_audit(role: Role) -> None:
    boss, person = administrator(), UserFactory()
    assert not person.has_role(role)
    grant = grant_role(person=person, role=role, by=boss, reason="Vertretung bis Mai")
    assert person.has_role(role)
    assert [group.name for group in person.groups.all()] == [role.group]
    end_role(grant=grant, by=boss, reason="Vertretung ist vorbei")
    person = User.objects.get(pk=person.pk)
    assert not person.has_role(role)
    assert not person.groups.exists()
    lines = AuditEvent.objects.about(grant).order_by("pk")
    assert [(line.verb, line.actor) for line in lines] == [
        (Verb.ROLE_GRANTED, boss.uuid),
        (Verb.ROLE_ENDED, boss.uuid),
    ]


def test_only_administrators_give_and_end_roles() -> None:
    grant = grant_role(person=administrator(), role=Role.EDITOR, by=None, reason="Zum Beginn")
    for role in set(Role) - {Role.ADMINISTRATOR}:
        other = UserFactory()
        grant_role(person=other, role=role, by=None, reason="Zum Beginn")
        with pytest.raises(PermissionDenied, match="Administration"):
            grant_role(person=other, role=Role.ADMINISTRATOR, by=other, reason="Ich auch")
        with pytest.raises(PermissionDenied):
            end_role(grant=grant, by=other, reason="Weg damit")
    assert grant_role(person=UserFactory(), role=Role.EDITOR, by=UserFactory(is_superuser=True), reason="Neu").pk


def test_a_role_is_given_once_at_a_time_and_again_after_its_end() -> None:
    person = UserFactory()
    first = grant_role(person=person, role=Role.ADVISOR, by=None, reason="Beginn")
    with pytest.raises(ValidationError):
        grant_role(person=person, role=Role.ADVISOR, by=None, reason="Nochmals")
    end_role(grant=first, by=None, reason="Ende")
    with pytest.raises(ValidationError):
        end_role(grant=first, by=None, reason="Ende")
    grant_role(person=person, role=Role.ADVISOR, by=None, reason="Wieder da")
    assert person.role_grants.count() == 2


@pytest.mark.parametrize("reason", ["", "   ", "\x00"])
def test_a_reason_is_needed(reason: str) -> None:
    with pytest.raises(ValidationError):
        grant_role(person=UserFactory(), role=Role.ADVISOR, by=None, reason=reason)


def test_all_roles_of_one_object_cost_one_statement(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    person = User.objects.get(pk=administrator().pk)
    with django_assert_num_queries(1):
        assert (person.is_administrator, person.is_advisor, person.is_moderator, person.is_evaluator) == (
            (True, False, False, False)
        )


def test_an_account_that_is_switched_off_has_no_role() -> None:
    administrator()  # the last one's account could not be switched off
    person = administrator()
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert User.objects.get(pk=person.pk).is_administrator is False


def test_the_last_administrator_stays() -> None:
    first = administrator()
    only = RoleGrant.objects.get(person=first)
    with pytest.raises(ValidationError):
        end_role(grant=only, by=first, reason="Keine Lust mehr")
    for change in (
        lambda: RoleGrant.objects.update(ended_at=timezone.now()),
        lambda: RoleGrant.objects.update(role=Role.EDITOR),
        lambda: RoleGrant.objects.all().delete(),
        first.delete,
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    administrator()
    end_role(grant=only, by=first, reason="Übergeben")
    assert RoleGrant.objects.filter(role=Role.ADMINISTRATOR, ended_at=None).count() == 1


def both_end_at_once() -> int:
    """Two administrators end their own role at the same moment; return how many are left."""
    grants = [RoleGrant.objects.get(person=administrator()) for _ in range(2)]
    barrier = threading.Barrier(2)

    def leave(grant: RoleGrant) -> None:
        try:
            with transaction.atomic():
                # Both have begun, and seen two administrators, before either ends.
                assert RoleGrant.objects.filter(role=Role.ADMINISTRATOR, ended_at=None).count() == 2
                barrier.wait(timeout=20)
                end_role(grant=grant, by=None, reason="Ich gehe")
                # Both have written before either commits, unless one has to wait for the other.
                with suppress(threading.BrokenBarrierError):
                    barrier.wait(timeout=1)
        except ValidationError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=(grant,)) for grant in grants]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return RoleGrant.objects.filter(role=Role.ADMINISTRATOR, ended_at=None).count()


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_leave_at_once_are_not_both_gone() -> None:
    assert both_end_at_once() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_would_be_gone() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.oid, pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_trigger t ON t.tgfoid = p.oid"
            " WHERE t.tgname LIKE 'pgtrigger_last_administrator%'"
        )
        definition = cursor.fetchone()[1]
        lock = "PERFORM pg_advisory_xact_lock(hashtext('accounts_rolegrant.last_administrator'));"
        assert lock in definition
        cursor.execute(definition.replace(lock, ""))
    try:
        assert both_end_at_once() == 0
    finally:
        with connection.cursor() as cursor:
            cursor.execute(definition)


def test_groups_and_roles_are_compared() -> None:
    person = administrator()
    assert differences() == {}
    call_command("check_roles", stdout=StringIO())
    person.groups.clear()
    assert differences() == {"administrators": [str(person.uuid)]}
    with pytest.raises(CommandError, match=str(person.uuid)):
        call_command("check_roles")


def test_the_operator_makes_the_first_administrator_by_command() -> None:
    person = UserFactory()
    call_command("grant_role", person.email.upper(), "administrator", "--reason", "Erste", stdout=StringIO())
    assert User.objects.get(pk=person.pk).is_administrator
    for address in (person.email, "niemand@example.org"):
        with pytest.raises(CommandError):
            call_command("grant_role", address, "administrator", "--reason", "Erste")


def test_pages_are_for_administrators() -> None:
    person = UserFactory()
    for address in (PEOPLE, page(person)):
        assert Client().get(address).status_code == 302
        refused = signed_in(person).get(address)
        assert refused.status_code == 403
        assert "Nur die Administration" in refused.content.decode()
        assert signed_in(administrator()).get(address).status_code == 200


def test_people_are_found_by_name_address_and_role() -> None:
    client = signed_in(administrator())
    wanted = UserFactory(display_name="Gesa Gesucht", email="gesa@muster.example")
    grant_role(person=wanted, role=Role.EVALUATOR, by=None, reason="Neu")
    for query in ({"q": "gesucht"}, {"q": "GESA@"}, {"role": "evaluator"}):
        answer = client.get(PEOPLE, query)
        assert [person for person, _roles in answer.context["people"]] == [wanted]
        assert answer.context["count"] == 1
    (facet,) = client.get(PEOPLE).context["facets"]
    assert {value["value"]: value["count"] for value in facet["values"] if value["count"]} == {
        "evaluator": 1,
        "administrator": 1,
    }
    assert "Niemand wurde gefunden" in client.get(PEOPLE, {"q": "xyz"}).content.decode()
    assert client.get(PEOPLE, {"role": "king"}).status_code == 400


def test_the_list_costs_the_same_for_many(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(administrator())
    client.get(PEOPLE)  # the first page fills caches
    with CaptureQueriesContext(connection) as few:
        client.get(PEOPLE)
    for _ in range(60):
        grant_role(person=UserFactory(), role=Role.ADVISOR, by=None, reason="Viele")
    with django_assert_num_queries(len(few)):
        client.get(PEOPLE)


def test_a_role_is_granted_and_ended_on_the_page() -> None:
    boss, person = administrator(), UserFactory()
    client = signed_in(boss)
    bad = client.post(page(person) + "rolle-vergeben/", {"role": "king", "reason": ""})
    assert bad.status_code == 400
    assert "<title>Fehler:" in bad.content.decode()
    client.post(page(person) + "rolle-vergeben/", {"role": "moderator", "reason": "Neu im Team"})
    (grant,) = person.role_grants.all()
    assert (grant.role, grant.granted_by) == ("moderator", boss)
    end = f"{page(person)}rolle-beenden/{grant.uuid}/"
    assert client.get(end).status_code == 200
    assert client.post(end, {"reason": ""}).status_code == 400
    assert client.post(end, {"reason": "Nicht mehr dabei"}).status_code == 302
    assert "Nicht mehr dabei" in client.get(page(person)).content.decode()
    last = f"{page(boss)}rolle-beenden/{boss.role_grants.get().uuid}/"
    assert client.post(last, {"reason": "Keine Lust"}).status_code == 400


def test_an_administrator_ends_sessions_closes_an_account_and_opens_it_again() -> None:
    """ASVS 5.0, 7.4.2 and 7.4.5."""
    boss, person = administrator(), UserFactory()
    client, theirs = signed_in(boss), Client()
    sign_in(theirs, person.email)
    address = f"{page(person)}zugang/"

    def change(action: str) -> int:
        return client.post(address, {"action": action, "reason": "Gerät verloren"}).status_code

    assert client.post(address, {"action": "sign-out", "reason": ""}).status_code == 400
    assert theirs.get("/konto/").status_code == 200
    assert change("sign-out") == 302
    assert theirs.get("/konto/").status_code == 302
    sign_in(theirs, person.email)
    assert theirs.get("/konto/").status_code == 200
    assert change("close") == 302
    assert theirs.get("/konto/").status_code == 302
    assert sign_in(Client(), person.email).get("Location") != "/"
    assert change("close") == 400  # it is closed already
    assert change("open") == 302
    assert signed_in(person).get("/konto/").status_code == 200
    lines = AuditEvent.objects.about(person).order_by("pk").values_list("verb", "changed", "reason", "actor")
    assert list(lines) == [
        ("sign-in-changed", [field], "Gerät verloren", boss.uuid) for field in ("sessions", "is_active", "is_active")
    ]


def test_whoever_has_lost_her_telephone_is_helped_by_an_administrator_and_told() -> None:
    """ASVS 5.0, 6.4.4: the administrator makes sure who asks; the person gets a mail and sets up a new factor."""
    boss, person = administrator(), UserFactory()
    grant_role(person=person, role=Role.EDITOR, by=None, reason="Neu")
    client, address = signed_in(boss), f"{page(person)}zugang/"
    assert "zweiten Faktoren" not in client.get(address).content.decode()
    add_app(person)
    assert "zweiten Faktoren" in client.get(address).content.decode()
    answer = client.post(address, {"action": "factors", "reason": "Am Telefon, Rückruf"})
    assert answer.status_code == 302
    assert not Authenticator.objects.filter(user=person).exists()
    line = AuditEvent.objects.about(person).latest("pk")
    assert (line.verb, line.changed, line.actor) == ("sign-in-changed", ["factors"], boss.uuid)


@pytest.mark.django_db(transaction=True)
def test_the_mail_about_a_removed_factor_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current_app, "send_task", lambda _name, given: send_mail.run(*given))
    person = UserFactory()
    add_app(person)
    remove_factors(person=person, by=administrator(), reason="Am Telefon, Rückruf")
    (message,) = mail.outbox
    assert (message.to, message.subject) == ([person.email], "Ihr zweiter Faktor wurde entfernt")
    assert "/konto/zweiter-faktor/" in message.body


def test_nobody_closes_her_own_account_or_the_last_administrators() -> None:
    boss = administrator()
    refused = signed_in(boss).post(f"{page(boss)}zugang/", {"action": "close", "reason": "Keine Lust"})
    assert refused.status_code == 403
    other = UserFactory()
    assert signed_in(other).post(f"{page(boss)}zugang/", {"action": "close", "reason": "Rache"}).status_code == 403
    boss.refresh_from_db()
    assert boss.is_active
