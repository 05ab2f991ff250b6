"""Using again what others have made, confirming that it is still right, and collections."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.notifications.models import Notification
from projects.models import Collection, Project, Reuse
from projects.services import collecting, confirming, reusing
from projects.services.confirming import read_token, token_for
from tests.factories.accounts import UserFactory
from tests.factories.projects import CollectionFactory, EvidenceFactory, ProjectFactory, ReuseFactory
from tests.projects.conftest import Town, make_town, signed_in

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
    # Who does not use it any more confirms nothing any more.
    reusing.declare(project=project, organisation=neighbour.organisation, by=neighbour.contributor, stage="interesse")
    assert Project.objects.get(pk=project.pk).evidence_grade == "dokumentiert"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_guarded", [True, False])
def test_two_people_say_the_same_for_one_organisation_at_once(
    is_guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the lock both are told that it worked; without it one of them would see an error."""
    project = ProjectFactory()
    town = make_town(ags="08118001")
    barrier, results = threading.Barrier(2), []
    looking = Reuse.objects.filter

    def say(by) -> None:
        try:
            reusing.declare(project=project, organisation=town.organisation, by=by, stage="nutzung")
            results.append("said")
        except (IntegrityError, ValidationError):
            results.append("failed")
        finally:
            connections.close_all()

    def apart(*args, **kwargs):
        # Both have looked before one of them writes, unless the lock lets one wait.
        found = looking(*args, **kwargs).first()
        barrier.wait(timeout=2)
        return type("Found", (), {"first": lambda _self: found})()

    if not is_guarded:
        monkeypatch.setattr(type(Project.objects.all()), "select_for_update", lambda self, *_args, **_kwargs: self)
        monkeypatch.setattr(Reuse.objects, "filter", apart, raising=False)
        monkeypatch.setattr(
            Reuse.objects, "update_or_create", lambda defaults, **keys: (Reuse.objects.create(**keys, **defaults), True)
        )
    threads = [threading.Thread(target=say, args=(person,)) for person in (town.representative, town.contributor)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Reuse.objects.all().count() == 1
    assert sorted(results) == (["said", "said"] if is_guarded else ["failed", "said"])
    project.refresh_from_db()
    assert project.reuse_count == 1


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
