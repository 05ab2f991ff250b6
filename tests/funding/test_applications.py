"""An organisation's applications: who sees them, their steps, files, reminders, and what others may reuse."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from funding.models import MACHINE, Application, ApplicationFile, Programme
from funding.services import applying, reminding
from portal.accounts.models import User
from portal.directory.models import Organisation
from portal.notifications.models import Notification
from tests.factories.accounts import UserFactory
from tests.factories.actors import DelegationFactory, MembershipFactory, organisation_of
from tests.factories.directory import AssociationFactory, MunicipalityFactory
from tests.factories.funding import ApplicationFactory, ApplicationFileFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db

LIST = "/foerderung/antraege/"


def text(response) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def status_of(client: Client, address: str) -> int:
    response = client.get(address)
    if response.streaming:
        b"".join(response.streaming_content)  # read to its end, a file is closed
    return int(response.status_code)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def town() -> Organisation:
    own = organisation_of(MunicipalityFactory(ags="08118048", name="Ludwigsburg", population=93_593))
    MembershipFactory(organisation=own, function="head")  # every organisation with members has a representative
    return own


@pytest.fixture
def clerk(town: Organisation) -> User:
    return MembershipFactory(organisation=town, role="contributor").person


# --- who sees it ---


def test_only_the_organisation_sees_its_applications(town: Organisation, clerk: User) -> None:
    kept = ApplicationFactory(organisation=town, title="Geheimes Vorhaben")
    file = ApplicationFileFactory(application=kept)
    reader = MembershipFactory(organisation=town, role="reader").person
    stranger = MembershipFactory().person
    addresses = [kept.get_absolute_url(), reverse("funding:download_file", args=[kept.pk, file.pk])]
    for person, status in ((clerk, 200), (reader, 200), (stranger, 404), (UserFactory(editor=True), 404)):
        client = signed_in(person)
        assert [status_of(client, address) for address in addresses] == [status, status]
        assert ("Geheimes Vorhaben" in client.get(LIST).content.decode()) is (status == 200)
        assert ("Geheimes Vorhaben" in client.get(LIST, {"als": "csv"}).content.decode()) is (status == 200)
    assert [status_of(Client(), address) for address in addresses] == [302, 302]
    assert "Geheimes Vorhaben" not in Client().get(kept.programme.get_absolute_url()).content.decode()


def test_members_who_only_read_change_nothing(town: Organisation) -> None:
    kept = ApplicationFactory(organisation=town)
    reader = MembershipFactory(organisation=town, role="reader").person
    client = signed_in(reader)
    assert "Ändern" not in text(client.get(kept.get_absolute_url()))
    for name in ("edit_application", "delete_application"):
        assert client.get(reverse(f"funding:{name}", args=[kept.pk])).status_code == 403
    assert client.post(reverse("funding:application_step", args=[kept.pk, "plan"])).status_code == 403
    with pytest.raises(PermissionDenied):
        applying.note(organisation=town, programme=kept.programme, title="x", by=reader)


def test_whom_a_municipality_asked_to_apply_sees_and_keeps_it() -> None:
    association = AssociationFactory(id="081185999")
    member = organisation_of(MunicipalityFactory(association=association))
    delegation = DelegationFactory(
        principal=member,
        delegate=organisation_of(association),
        tasks=["apply"],
        state="agreed",
        answered_at=timezone.now(),
    )
    helper = MembershipFactory(organisation=delegation.delegate).person
    kept = ApplicationFactory(organisation=member)
    assert list(Application.objects.all().visible_to(helper)) == [kept]
    assert signed_in(helper).get(reverse("funding:edit_application", args=[kept.pk])).status_code == 200


# --- noting and steps ---


def test_a_programme_is_put_on_the_shortlist_from_its_page(town: Organisation, clerk: User) -> None:
    programme = ProgrammeFactory(title="Rathaus")
    client = signed_in(clerk)
    assert "Für Ludwigsburg vormerken" in text(client.get(programme.get_absolute_url()))
    assert "vormerken" not in text(signed_in(UserFactory()).get(programme.get_absolute_url()))
    answers = [client.post(reverse("funding:note", args=[programme.slug])) for _ in range(2)]
    kept = Application.objects.get()
    assert [answer["Location"] for answer in answers] == [kept.get_absolute_url()] * 2
    assert (kept.organisation, kept.programme, kept.title, kept.state) == (town, programme, "Rathaus", "shortlisted")
    assert "Rathaus" in text(client.get(LIST))


def test_every_state_can_be_reached_and_left() -> None:
    assert MACHINE.unreachable() == set()
    assert MACHINE.dead_ends() == set()


def test_the_way_from_the_shortlist_to_the_proof_of_use_writes_the_days(town: Organisation, clerk: User) -> None:
    kept = ApplicationFactory(organisation=town)
    client = signed_in(clerk)
    for verb in ("plan", "submit", "approve", "pay", "prove"):
        assert client.post(reverse("funding:application_step", args=[kept.pk, verb])).status_code == 302
    kept.refresh_from_db()
    today = timezone.localdate()
    assert kept.state == "proven"
    assert [kept.applied_on, kept.decided_on, kept.paid_on, kept.proven_on] == [today] * 4
    late = client.post(reverse("funding:application_step", args=[kept.pk, "drop"]), follow=True)
    assert "Das geht nicht mehr" in text(late) or "nicht mehr möglich" in text(late)
    assert client.post(reverse("funding:application_step", args=[kept.pk, "fliegen"])).status_code == 404


def test_the_database_takes_no_other_way() -> None:
    kept = ApplicationFactory()
    with pytest.raises(Exception, match="Invalid transition"), transaction.atomic():
        Application.objects.filter(pk=kept.pk).update(state="proven")


@pytest.mark.parametrize(("state", "verb"), [("refused", "plan"), ("approved", "drop")])
def test_what_is_no_longer_decided_is_no_longer_shared_and_its_text_stays(
    town: Organisation, clerk: User, state: str, verb: str
) -> None:
    kept = ApplicationFactory(organisation=town, state=state, sharing="named", shared_text="Unser Text")
    answer = signed_in(clerk).post(reverse("funding:application_step", args=[kept.pk, verb]))
    assert answer.status_code == 302
    kept.refresh_from_db()
    assert (kept.sharing, kept.shared_text) == ("none", "Unser Text")


def test_a_new_round_has_its_own_days_and_those_of_the_first_stay_in_the_notes(town: Organisation, clerk: User) -> None:
    first = {"applied_on": date(2026, 1, 5), "decided_on": date(2026, 3, 9)}
    kept = ApplicationFactory(organisation=town, state="refused", notes="Frau Muster fragen", **first)
    for verb in ("plan", "submit"):
        signed_in(clerk).post(reverse("funding:application_step", args=[kept.pk, verb]))
    kept.refresh_from_db()
    assert (kept.state, kept.applied_on, kept.decided_on) == ("applied", timezone.localdate(), None)
    assert kept.notes.split("\n") == [
        "Frau Muster fragen",
        "Frühere Runde: beantragt am 05.01.2026, entschieden am 09.03.2026.",
    ]


@pytest.mark.parametrize(
    "values",
    [
        {"state": "approved", "sharing": "named", "shared_text": " "},
        {"state": "planned", "sharing": "named", "shared_text": "Text"},
        {"requested": -1},
        {"applied_on": date(2026, 2, 1), "decided_on": date(2026, 1, 1)},
    ],
)
def test_the_database_refuses_what_cannot_be(values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ApplicationFactory(**values)


def _at_once(count: int, work: Callable[[], Any]) -> list[Any]:
    barrier, results = threading.Barrier(count), []

    def one() -> None:
        barrier.wait()
        try:
            results.append(work())
        except ValidationError as error:
            results.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_a_step_at_once_one_is_told() -> None:
    membership = MembershipFactory()
    kept = ApplicationFactory(organisation=membership.organisation, state="applied")
    results = _at_once(2, lambda: applying.step(application=kept, verb="approve", by=membership.person))
    assert sorted(type(result).__name__ for result in results) == ["Application", "ValidationError"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_note_the_same_at_once_there_is_one() -> None:
    membership = MembershipFactory()
    programme = ProgrammeFactory()
    results = _at_once(
        2,
        lambda: applying.note(
            organisation=membership.organisation, programme=programme, title="Rathaus", by=membership.person
        ),
    )
    assert len({result.pk for result in results}) == 1
    assert Application.objects.count() == 1


# --- the form ---


def form(**changed: str) -> dict[str, str]:
    return {"title": "Rathaus", "sharing": "none", **changed}


def test_amounts_and_days_are_written_as_people_write_them(town: Organisation, clerk: User) -> None:
    kept = ApplicationFactory(organisation=town)
    client, address = signed_in(clerk), reverse("funding:edit_application", args=[kept.pk])
    typed = form(requested="12.500,50", next_due_on="31.03.2027", next_step="Beschluss", paid="")
    assert client.post(address, typed).status_code == 302
    kept.refresh_from_db()
    assert (str(kept.requested), kept.next_due_on, kept.paid) == ("12500.50", date(2027, 3, 31), None)
    shown = client.get(address).content.decode()
    assert 'value="12.500,50"' in shown
    assert 'value="31.03.2027"' in shown


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": ""}, "Dieses Feld"),
        ({"requested": "viel"}, "Bitte geben Sie einen Betrag in Euro ein"),
        ({"next_due_on": "31.02.2027"}, "gültiges Datum"),
        ({"sharing": "named", "shared_text": "Text"}, "sobald über ihn entschieden ist"),
        ({"applied_on": "02.02.2026", "decided_on": "01.02.2026"}, "Die Entscheidung liegt vor dem Antrag"),
    ],
)
def test_what_cannot_be_saved_is_said_beside_its_field_and_kept(
    town: Organisation, clerk: User, changed: dict[str, str], said: str
) -> None:
    kept = ApplicationFactory(organisation=town)
    page = signed_in(clerk).post(
        reverse("funding:edit_application", args=[kept.pk]),
        form(notes="Merken", **changed) if "title" not in changed else {**form(notes="Merken"), **changed},
    )
    assert page.status_code == 400
    assert said in text(page)
    assert "Merken" in page.content.decode()


# --- files ---


def test_files_are_kept_given_back_as_downloads_and_deleted(town: Organisation, clerk: User) -> None:
    kept = ApplicationFactory(organisation=town)
    client, address = signed_in(clerk), reverse("funding:attach_file", args=[kept.pk])
    assert client.post(address, {"file": SimpleUploadedFile("Antrag.pdf", b"%PDF-1.7")}).status_code == 302
    file = ApplicationFile.objects.get()
    assert (file.name, file.size, file.uploaded_by) == ("Antrag.pdf", 8, clerk)
    download = client.get(reverse("funding:download_file", args=[kept.pk, file.pk]))
    assert b"".join(download.streaming_content) == b"%PDF-1.7"
    assert download["Content-Type"] == "application/octet-stream"
    assert download["Content-Disposition"] == 'attachment; filename="Antrag.pdf"'
    for name, content in (("boese.html", b"<script>"), ("ohne-endung", b"x"), ("leer.pdf", b"")):
        refused = client.post(address, {"file": SimpleUploadedFile(name, content)})
        assert refused.status_code == 400, name
    assert client.post(reverse("funding:detach_file", args=[kept.pk, file.pk])).status_code == 302
    assert not ApplicationFile.objects.exists()


def test_a_file_of_another_application_is_not_found(town: Organisation, clerk: User) -> None:
    own, other = ApplicationFactory(organisation=town), ApplicationFileFactory()
    address = reverse("funding:download_file", args=[own.pk, other.pk])
    assert signed_in(clerk).get(address).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_who_deletes_an_application_deletes_its_files() -> None:
    membership = MembershipFactory()
    kept = ApplicationFactory(organisation=membership.organisation)
    file = ApplicationFileFactory(application=kept)
    storage, stored = file.file.storage, file.file.name
    assert storage.exists(stored)
    client = signed_in(membership.person)
    address = reverse("funding:delete_application", args=[kept.pk])
    assert "endgültig weg" in text(client.get(address))
    assert Application.objects.exists()
    assert client.post(address)["Location"] == LIST
    assert not Application.objects.exists()
    assert not storage.exists(stored)


# --- reminders ---


def test_those_who_keep_it_are_reminded_once_for_each_distance(town: Organisation) -> None:
    today = timezone.localdate()
    treasurer = MembershipFactory(organisation=town, role="contributor", function="treasurer").person
    MembershipFactory(organisation=town, role="contributor", function="clerk")
    MembershipFactory(organisation=town, role="reader", function="treasurer")
    kept = ApplicationFactory(organisation=town, owner="treasurer", next_due_on=today + timedelta(days=14))
    ApplicationFactory(organisation=town, next_due_on=today + timedelta(days=15))
    ApplicationFactory(organisation=town, next_due_on=today - timedelta(days=1))
    ApplicationFactory(organisation=town, state="refused", next_due_on=today)
    assert [reminding.remind_of_applications(today) for _ in range(2)] == [1, 0]
    assert Notification.objects.get().recipient.person == treasurer
    assert reminding.remind_of_applications(today + timedelta(days=11)) >= 1
    assert Notification.objects.filter(about_key=str(kept.pk)).count() == 2


def test_without_the_function_all_who_may_change_it_are_reminded(town: Organisation, clerk: User) -> None:
    head = town.memberships.get(function="head").person
    kept = ApplicationFactory(
        organisation=town, owner="cdo", state="paid", proof_due_on=timezone.localdate() + timedelta(days=2)
    )
    assert {person.pk for person in reminding.keepers(kept)} == {clerk.pk, head.pk}
    message = reminding.application_due(None, kept)
    assert message is not None
    assert message.text.startswith("Verwendungsnachweis – Programm")


# --- reuse ---


def test_what_is_shared_is_shown_with_or_without_the_name(client: Client, town: Organisation) -> None:
    programme = ProgrammeFactory()
    common = {"programme": programme, "state": "approved", "shared_text": "So haben wir es beschrieben."}
    ApplicationFactory(organisation=town, sharing="named", title="Mit Namen", **common)
    anonymous = ApplicationFactory(sharing="anonymous", title="Ohne Namen", **common)
    ApplicationFactory(organisation=town, title="Nicht geteilt", **{**common, "shared_text": "Geheim"})
    shown = text(client.get(programme.get_absolute_url()))
    assert "Mit Namen – Ludwigsburg" in shown
    assert "Ohne Namen – eine andere Kommune" in shown
    assert anonymous.organisation.name not in shown
    assert "Nicht geteilt" not in shown
    assert "Geheim" not in shown


def test_how_many_got_it_is_said_from_three_on(client: Client, town: Organisation) -> None:
    programme = ProgrammeFactory()

    def got(ags: str, **values: Any) -> Application:
        place = MunicipalityFactory(ags=ags, population=values.pop("population", 90_000))
        return ApplicationFactory(
            organisation=organisation_of(place), programme=programme, **{"state": "paid", **values}
        )

    got("08118001")
    got("08118002", state="approved")
    got("08118003", population=500)
    got("08118004", state="refused")
    client.cookies["kommune"] = "08118048"
    assert applying.got_by_similar(programme, town.municipality) == 0
    got("08118005", state="proven")
    assert applying.got_by_similar(programme, town.municipality) == 3
    assert "3 Kommunen Ihrer Größe haben Geld aus diesem Programm erhalten." in text(
        client.get(programme.get_absolute_url())
    )
    assert applying.success_rate() == 80


def test_a_programme_with_applications_cannot_be_deleted() -> None:
    kept = ApplicationFactory()
    with pytest.raises(Exception, match="protected"):
        Programme.objects.filter(pk=kept.programme_id).delete()
