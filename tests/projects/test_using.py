"""Using again what others have made, confirming that it is still right, and collections."""

import contextlib
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from portal.directory.models import Municipality
from portal.notifications.models import Notification
from projects.models import Collection, Project, ProjectQuerySet, Reuse, ReuseQuerySet
from projects.permissions import can_keep_collection
from projects.services import collecting, confirming, reusing
from projects.services.confirming import read_token, token_for
from tests.factories.accounts import UserFactory
from tests.factories.actors import MembershipFactory, OrganisationFactory, organisation_of
from tests.factories.directory import AssociationFactory
from tests.factories.projects import (
    CollectionFactory,
    EvidenceFactory,
    ExperienceFactory,
    ProjectFactory,
    ProjectPlaceFactory,
    ReuseFactory,
)
from tests.projects.conftest import Town, make_town, signed_in
from tests.racing import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(town: Town) -> Project:
    return ProjectFactory(organisation=town.organisation, place=town.place, slug="mitfahrbank")


def test_a_neighbour_says_that_it_uses_it_and_the_original_learns_of_it(
    project: Project, town: Town, neighbour: Town, client: Client
) -> None:
    writing = signed_in(neighbour.contributor)
    sent = {"stage": "nutzung", "since_on": "01.10.2025", "experience": "Nach drei Wochen lief es."}
    answer = writing.post(reverse("projects:reuse", args=["mitfahrbank"]), sent)
    assert answer.status_code == 302
    page = client.get(project.get_absolute_url()).content.decode()
    assert neighbour.organisation.name in page
    assert "Nach drei Wochen lief es." in page
    told = Notification.objects.filter(kind=reusing.TOLD)
    assert {one.recipient.person for one in told} == {town.representative, town.contributor}
    own = writing.get(reverse("projects:ours")).content.decode()
    assert project.title in own


def test_said_again_it_is_changed_and_told_once_for_each_stage(project: Project, neighbour: Town) -> None:
    say = {"project": project, "organisation": neighbour.organisation, "by": neighbour.contributor}
    for stage in ("interesse", "interesse", "nutzung", "nutzung"):
        reusing.declare(**say, stage=stage)
    assert Reuse.objects.count() == 1
    assert Notification.objects.filter(kind=reusing.TOLD).count() == 2 * 2  # two people, two stages


def test_what_is_ones_own_or_not_published_is_not_used_again(project: Project, town: Town, neighbour: Town) -> None:
    with pytest.raises(ValidationError, match="eigenes"):
        reusing.declare(project=project, organisation=town.organisation, by=town.contributor)
    hidden = ProjectFactory(hidden=True)
    with pytest.raises(ValidationError, match="nicht veröffentlicht"):
        reusing.declare(project=hidden, organisation=neighbour.organisation, by=neighbour.contributor)
    with pytest.raises(PermissionDenied):
        reusing.declare(project=project, organisation=neighbour.organisation, by=town.contributor)


def test_after_a_year_somebody_is_asked_once_and_the_answer_feeds_the_evidence(
    project: Project, neighbour: Town, client: Client
) -> None:
    EvidenceFactory(project=project, grade="dokumentiert", source="Bericht")
    today = timezone.localdate()
    reuse = ReuseFactory(project=project, organisation=neighbour.organisation, since_on=today - timedelta(days=364))
    assert reusing.ask() == 0
    assert reusing.ask(today + timedelta(days=1)) == 2
    assert reusing.ask(today + timedelta(days=2)) == 0
    address = reverse("projects:reuse_report", args=["mitfahrbank"])
    writing = signed_in(neighbour.representative)
    assert "Wege zum Rathaus fallen weg." in writing.get(address).content.decode()
    sent = {"cost_band": "bis-50000", "effort_days": "12", "outcome_nutzen": "bestaetigt", "text_nutzen": "Ja."}
    assert writing.post(address, sent).status_code == 302
    assert Project.objects.get(pk=project.pk).evidence_grade == "bestaetigt"
    page = client.get(project.get_absolute_url()).content.decode()
    assert "Von einer zweiten Kommune bestätigt" in page
    reuse.refresh_from_db()
    assert reusing.asks_what_came_of_it(None, reuse) is None
    # Who does not use it any more confirms nothing any more, and who is only interested has seen nothing.
    say = {"project": project, "organisation": neighbour.organisation, "by": neighbour.contributor}
    reusing.declare(**say, stage="beendet", why_ended="Der Vertrag ist ausgelaufen.")
    assert Project.objects.get(pk=project.pk).evidence_grade == "dokumentiert"
    assert reuse.outcomes.count() == 1
    reusing.declare(**say, stage="interesse")
    reuse.refresh_from_db()
    assert (reuse.outcomes.count(), reuse.answered_on, reuse.why_ended) == (0, None, "")


def test_what_came_of_it_is_told_to_the_original_and_editors_learn_of_it_where_nobody_else_does(
    project: Project, town: Town, neighbour: Town, editor: User
) -> None:
    reuse = ReuseFactory(project=project, organisation=neighbour.organisation)
    reusing.report(reuse=reuse, by=neighbour.contributor, outcomes={}, cost_band="bis-10000")
    told = Notification.objects.filter(kind=reusing.TOLD)
    assert {one.recipient.person for one in told} == {town.representative, town.contributor}
    reuse.refresh_from_db()
    message = reusing.is_used_again(None, reuse)
    assert message is not None
    assert message.subject == "Nachbardorf sagt, was aus „" + project.title + "“ geworden ist"
    # The centre has written this one, and its place is not here.
    of_centre = ProjectFactory()
    reusing.declare(project=of_centre, organisation=neighbour.organisation, by=neighbour.contributor, stage="nutzung")
    latest = Notification.objects.filter(kind=reusing.TOLD).latest("pk")
    assert latest.recipient.person == editor
    assert reusing.writes_original(editor, Reuse.objects.get(project=of_centre))
    # Every place of a project is an original, whoever wrote it.
    shared = ProjectFactory(place=town.place)
    reusing.declare(project=shared, organisation=neighbour.organisation, by=neighbour.contributor, stage="planung")
    assert Notification.objects.filter(kind=reusing.TOLD, recipient__person=town.contributor).count() == 2


def test_only_a_second_municipality_confirms_and_only_what_is_claimed_today(
    town: Town, neighbour: Town, client: Client
) -> None:
    around = AssociationFactory(id="081180001")
    Municipality.objects.filter(pk=town.place.pk).update(association=around)
    project = ProjectFactory(place=town.place)
    shown = EvidenceFactory(project=project, measured="Wege", before=12, after=3, unit="im Monat")

    def grade() -> str:
        return Project.objects.get(pk=project.pk).evidence_grade

    def page() -> str:
        return client.get(project.get_absolute_url()).content.decode()

    for nobody in (OrganisationFactory(), organisation_of(around), town.organisation):
        ExperienceFactory(reuse=ReuseFactory(project=project, organisation=nobody))
        assert grade() == "behauptet", nobody
    assert "Von einer zweiten Kommune bestätigt" not in page()
    assert "Auch gesehen von: " in page()
    second = ExperienceFactory(reuse=ReuseFactory(project=project, organisation=neighbour.organisation))
    assert grade() == "bestaetigt"
    assert "Von einer zweiten Kommune bestätigt" in page()
    # The figures are written anew: nobody has confirmed these.
    shown.after = 1
    shown.save()
    assert grade() == "behauptet"
    assert "Von einer zweiten Kommune bestätigt" not in page()
    second.statements = [shown.statement]
    second.save()
    assert grade() == "bestaetigt"
    # The project comes to the second one: now it speaks for itself.
    ProjectPlaceFactory(project=project, municipality=neighbour.place)
    assert grade() == "behauptet"
    assert "Von einer zweiten Kommune bestätigt" not in page()


def test_what_others_do_not_see_stands_beside_the_claim(project: Project, neighbour: Town, client: Client) -> None:
    EvidenceFactory(project=project)
    EvidenceFactory(project=project, criterion="effizienz", claim="Es spart Zeit.")
    reuse = ReuseFactory(project=project, organisation=neighbour.organisation, cost_band="bis-50000", effort_days=12)
    ExperienceFactory(reuse=reuse, outcome="geringer")
    ExperienceFactory(reuse=reuse, criterion="effizienz", outcome="keine")
    page = client.get(project.get_absolute_url()).content.decode()
    assert "Geringere Wirkung bei: Nachbardorf" in page
    assert "Keine solche Wirkung bei: Nachbardorf" in page
    facts = page[page.index('id="facts"') :]
    assert "Kosten bei anderen" in facts
    assert "Aufwand bei anderen" in facts
    table = client.get(reverse("projects:comparison"), {"projekt": project.slug}).context["rows"]
    values = {row.label: row.values for row in table}
    assert values["Kosten bei anderen"] == ["10.000 bis 50.000 Euro"]
    assert values["Aufwand bei anderen in Arbeitstagen"] == ["12"]
    assert values["Was andere sehen"][0].endswith("Effizienzgewinn: Wir sehen diese Wirkung nicht (1)")


def test_who_ends_it_says_why_and_it_counts_no_more(project: Project, neighbour: Town, client: Client) -> None:
    writing = signed_in(neighbour.contributor)
    address = reverse("projects:reuse", args=["mitfahrbank"])
    sent = {"stage": "beendet", "since_on": "01.10.2026", "experience": "Es war umständlich."}
    answer = writing.post(address, sent)
    assert answer.status_code == 400
    assert answer.context["form"].errors["why_ended"]
    assert "Es war umständlich." in answer.content.decode()
    assert writing.post(address, sent | {"why_ended": "Der Vertrag lief aus."}).status_code == 302
    page = client.get(project.get_absolute_url()).content.decode()
    assert "Wir nutzen es nicht (mehr) (1)" in page
    assert "Der Vertrag lief aus." in page
    assert Project.objects.get(pk=project.pk).reuse_count == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        ReuseFactory(stage="beendet", why_ended=" ")


def test_it_is_taken_back_only_after_a_question(project: Project, neighbour: Town) -> None:
    reuse = ReuseFactory(project=project, organisation=neighbour.organisation)
    writing, address = signed_in(neighbour.contributor), reverse("projects:withdraw_reuse", args=["mitfahrbank"])
    assert "endgültig gelöscht" in writing.get(address).content.decode()
    assert Reuse.objects.filter(pk=reuse.pk).exists()
    assert writing.post(address).status_code == 302
    assert not Reuse.objects.filter(pk=reuse.pk).exists()


def test_editors_hide_a_text_with_a_reason_and_show_it_again(
    project: Project, neighbour: Town, editor: User, client: Client
) -> None:
    reuse = ReuseFactory(project=project, organisation=neighbour.organisation, experience="Frau M. war langsam.")
    editing, address = signed_in(editor), reverse("projects:hide_reuse", args=["mitfahrbank", reuse.pk])
    assert signed_in(neighbour.representative).get(address).status_code == 403
    assert editing.post(address, {"reason": ""}).status_code == 400
    assert editing.post(address, {"reason": "Es nennt eine Person."}).status_code == 302
    page = client.get(project.get_absolute_url()).content.decode()
    assert "Frau M." not in page
    assert neighbour.organisation.name in page
    said = client.get(f"/api/v1/projects/{project.slug}/reuses/").json()[0]
    assert (said["name"], said["experience"]) == (neighbour.organisation.name, "")
    told = Notification.objects.filter(kind=reusing.HIDDEN)
    assert {one.recipient.person for one in told} == {neighbour.representative, neighbour.contributor}
    own = signed_in(neighbour.contributor).get(reuse.get_absolute_url()).content.decode()
    assert "Es nennt eine Person." in own
    assert editing.post(address, {"again": "1"}).status_code == 302
    assert "Frau M." in client.get(project.get_absolute_url()).content.decode()


def test_a_mail_leads_to_the_right_organisation_of_somebody_who_has_joined_two(
    project: Project, town: Town, neighbour: Town
) -> None:
    MembershipFactory(person=neighbour.contributor, organisation=make_town().organisation, role="contributor")
    reuse = ReuseFactory(project=project, organisation=neighbour.organisation)
    message = reusing.asks_what_came_of_it(None, reuse)
    assert message is not None
    writing = signed_in(neighbour.contributor)
    assert writing.get(reverse("projects:reuse_report", args=["mitfahrbank"])).status_code == 404  # for whom?
    assert writing.get(message.path).status_code == 200
    assert writing.post(message.path, {"cost_band": "bis-10000"}).status_code == 302
    reuse.refresh_from_db()
    assert reuse.cost_band == "bis-10000"
    assert signed_in(town.contributor).get(message.path).status_code == 404  # it is not hers


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guard", ["lock", "constraint", None])
def test_two_people_say_the_same_for_one_organisation_at_once(
    guard: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either guard is enough for one entry; without both there would be two."""
    project, town = ProjectFactory(), make_town(ags="08118001")
    barrier, create = threading.Barrier(2), ReuseQuerySet.create

    def together(rows: ReuseQuerySet, **values: object) -> Reuse:
        with contextlib.suppress(threading.BrokenBarrierError):
            # Both have looked before one of them writes, unless the lock lets one wait.
            barrier.wait(timeout=1 if guard == "lock" else 20)
        return create(rows, **values)

    def say(by: User) -> Callable[[object], Reuse]:
        return lambda _start: reusing.declare(project=project, organisation=town.organisation, by=by, stage="nutzung")

    monkeypatch.setattr(ReuseQuerySet, "create", together)
    if guard != "lock":
        monkeypatch.setattr(ProjectQuerySet, "select_for_update", lambda rows, **_which: rows)
    once = next(one for one in Reuse._meta.constraints if one.name == "projects_reuse_once")
    try:
        if guard != "constraint":
            with connection.schema_editor() as schema:
                schema.remove_constraint(Reuse, once)
        results = at_once(say(town.representative), say(town.contributor))
        assert all(isinstance(one, Reuse) for one in results), results
        assert Reuse.objects.count() == (1 if guard else 2)
    finally:
        Reuse.objects.all().delete()
        if guard != "constraint":
            with connection.schema_editor() as schema:
                schema.add_constraint(Reuse, once)


# --- half-yearly confirmation ---


def test_twice_a_year_somebody_is_asked_and_one_click_answers(project: Project, town: Town, client: Client) -> None:
    today = timezone.localdate()
    Project.objects.update(checked_on=today - timedelta(days=170))
    assert confirming.ask() == 2
    assert confirming.ask() == 0
    message = confirming.is_due(Notification.objects.filter(kind=confirming.ASKS).first(), Project.objects.get())
    before = Project.objects.get().checked_on
    shown = client.get(message.path)  # nobody is signed in
    assert shown.status_code == 200
    assert Project.objects.get().checked_on == before  # a look changes nothing
    done = client.post(message.path)
    assert "heute bestätigt" in done.content.decode()
    assert Project.objects.get().checked_on == today
    assert confirming.is_due(Notification.objects.filter(kind=confirming.ASKS).first(), Project.objects.get()) is None


def test_a_link_ends_with_the_membership_and_is_made_for_one_project(project: Project, town: Town) -> None:
    token = token_for(project, town.contributor)
    assert read_token(token) == (project, town.contributor)
    assert read_token(token + "x") is None
    town.contributor.memberships.update(state="ended", ended_on=timezone.localdate())
    assert read_token(token) is None
    assert read_token(token_for(project, UserFactory())) is None


def test_readers_are_told_what_nobody_has_confirmed(project: Project, client: Client) -> None:
    Project.objects.update(checked_on=timezone.localdate() - timedelta(days=183))
    assert "seit mehr als einem halben Jahr" in client.get(project.get_absolute_url()).content.decode()


# --- collections ---


def test_a_collection_is_made_filled_sorted_and_emptied(project: Project, town: Town) -> None:
    writing = signed_in(town.contributor)
    begun = writing.post(
        f"{reverse('projects:create_collection')}?projekt=mitfahrbank",
        {"title": "Für den Rat", "introduction": "", "whose": "organisation"},
    )
    assert begun.status_code == 302
    collection = Collection.objects.get()
    assert (collection.organisation, collection.is_public) == (town.organisation, False)
    other = ProjectFactory(slug="anders")
    sent = {"collection": str(collection.pk)}
    assert writing.post(reverse("projects:collect", args=["anders"]), sent).status_code == 302
    assert writing.post(reverse("projects:collect", args=["anders"]), sent).status_code == 302  # once is enough
    last = collection.items.get(project=other)
    change = reverse("projects:change_item", args=[collection.pk, last.pk])
    writing.post(change, {"what": "up"})
    writing.post(change, {"what": "up"})  # the first cannot go up
    assert [one.project.slug for one in collection.items.all()] == ["anders", "mitfahrbank"]
    writing.post(change, {"what": "note", "note": "Weil es wenig kostet."})
    colleague = signed_in(town.representative)
    assert "Weil es wenig kostet." in colleague.get(collection.get_absolute_url()).content.decode()
    writing.post(change, {"what": "remove"})
    assert collection.items.count() == 1
    writing.post(reverse("projects:delete_collection", args=[collection.pk]))
    assert not Collection.objects.exists()
    assert Project.objects.count() == 2


def test_a_note_that_is_too_long_is_refused_and_never_cut(project: Project) -> None:
    person = UserFactory()
    collection = CollectionFactory(is_public=False, person=person)
    one = collecting.add(collection=collection, project=project, by=person, note="Kurz.")
    change = reverse("projects:change_item", args=[collection.pk, one.pk])
    answer = signed_in(person).post(change, {"what": "note", "note": "x" * 301}, follow=True)
    assert "höchstens 300 Zeichen" in answer.content.decode()
    one.refresh_from_db()
    assert one.note == "Kurz."


def test_choosing_a_collection_costs_the_same_for_many(project: Project, town: Town, django_assert_num_queries) -> None:
    client, address = signed_in(town.contributor), reverse("projects:collect", args=["mitfahrbank"])
    CollectionFactory(is_public=False, organisation=town.organisation)
    client.get(address)  # the first visit notes the day
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    CollectionFactory.create_batch(30, is_public=False, organisation=town.organisation)
    with django_assert_num_queries(len(one)):
        page = client.get(address)
    assert len(page.context["collections"]) == 31


def test_who_keeps_a_collection_is_the_same_for_one_and_for_all(town: Town, editor: User) -> None:
    reader = MembershipFactory(organisation=town.organisation, role="reader").person
    all_ = [
        CollectionFactory(),
        CollectionFactory(is_public=False, person=reader),
        CollectionFactory(is_public=False, organisation=town.organisation),
    ]
    for person in (reader, town.contributor, editor, UserFactory()):
        kept = set(Collection.objects.all().kept_by(person))
        assert kept == {one for one in all_ if can_keep_collection(person, one)}


def test_only_editors_make_public_ones(town: Town, editor) -> None:
    sent = {"title": "Die ersten 90 Tage", "introduction": "", "whose": "all"}
    assert signed_in(town.contributor).post(reverse("projects:create_collection"), sent).status_code == 400
    assert signed_in(editor).post(reverse("projects:create_collection"), sent).status_code == 302
    assert Collection.objects.get().is_public


def test_a_collection_shows_no_draft_and_is_not_endless(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    person = UserFactory()
    collection = CollectionFactory(is_public=False, person=person)
    collecting.add(collection=collection, project=ProjectFactory(hidden=True, title="Geheim"), by=person)
    assert "Geheim" not in signed_in(person).get(collection.get_absolute_url()).content.decode()
    monkeypatch.setattr(collecting, "MOST_ITEMS", 1)
    with pytest.raises(ValidationError, match="höchstens"):
        collecting.add(collection=collection, project=project, by=person)
