"""Plans that are alike: who learns of whom, when, and nothing before."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.notifications.models import Notification
from portal.notifications.services.writing import told
from projects.models import Cooperation, Match, Plan, PlanState
from projects.services import matching, planning
from projects.services.matching import compare, find, in_words, kilometres
from tests.factories.projects import CooperationFactory, MatchFactory, PlanFactory
from tests.projects.conftest import Town, make_town, signed_in

pytestmark = pytest.mark.django_db

SECRETS = ("Nachbardorf", "Geheimes Vorhaben", "Niemand soll das wissen", "08118002")
"""What the other side's plan says; none of it may be seen before both have agreed."""


@pytest.fixture
def both(town: Town, neighbour: Town) -> tuple[Plan, Plan]:
    """Two plans that are alike; the neighbour's is only compared, and full of what must not be seen."""
    own = PlanFactory(
        organisation=town.organisation,
        hidden=True,
        title="Mitfahrbank am Markt",
        description="Mitfahrbank mit Anzeige zwischen den Ortsteilen.",
        visibility="kreis",
    )
    other = PlanFactory(
        organisation=neighbour.organisation,
        hidden=True,
        title="Geheimes Vorhaben: Mitfahrbank am Markt",
        description="Mitfahrbank mit Anzeige zwischen den Ortsteilen. Niemand soll das wissen.",
        visibility="kreis",
        budget_band="ueber-1000000",
        open_for="alles",
    )
    return own, other


def test_what_two_share_is_counted_and_said(both: tuple[Plan, Plan]) -> None:
    found = find(both[0])
    assert [one.plan for one in found] == [both[1]]
    assert found[0].points > 80
    words = in_words(found[0].reasons)
    assert words[0] == "Gleiches Handlungsfeld: Verkehr und Mobilität"
    assert "Höchstens 25 Kilometer entfernt" in words
    assert "Zur gleichen Zeit" in words
    assert "Vergleichbare Einwohnerzahl" in words


def test_each_rule_alone() -> None:
    begins = timezone.localdate()
    one = Plan(fields_of_action=["wasser"], begins_on=begins, population=1_000, longitude=9.0, latitude=48.0)
    far = Plan(
        fields_of_action=["wasser", "energie"], begins_on=begins, population=9_000, longitude=13.0, latitude=52.0
    )
    assert compare(one, far, 0.0).points == round(matching.FIELDS / 2 + matching.TIME)
    far.begins_on = begins + timedelta(days=700)
    assert compare(one, far, 0.0).points == round(matching.FIELDS / 2 + matching.TIME / 2)
    far.begins_on = begins + timedelta(days=2_000)
    assert compare(one, far, 0.0).points == matching.FIELDS / 2
    far.longitude = None
    assert compare(one, far, 1.0).points == matching.FIELDS / 2 + matching.WORDS
    assert kilometres(9.0, 48.0, 9.0, 49.0) == pytest.approx(111.2, abs=0.1)


@pytest.mark.parametrize(
    ("visibility", "ags", "is_found"),
    [
        ("verband", "08118002", False),  # neither belongs to an association
        ("kreis", "08118002", True),
        ("kreis", "08115002", False),
        ("land", "08115002", True),
        ("land", "09115002", False),
        ("kommunen", "09115002", True),
    ],
)
def test_a_plan_is_compared_only_where_it_may_be_known(visibility: str, ags: str, is_found: bool) -> None:
    place = {"longitude": 9.1, "latitude": 48.9, "population": 1_500}
    one = PlanFactory(organisation=make_town(ags="08118001", **place).organisation, visibility=visibility, hidden=True)
    other = make_town(ags=ags, **place).organisation
    PlanFactory(organisation=other, visibility="oeffentlich", hidden=True, title=one.title)
    assert bool(find(one)) is is_found
    assert bool(find(Plan.objects.get(organisation=other))) is is_found  # and never one-sidedly


def test_nothing_of_the_other_side_is_seen_before_both_have_agreed(
    both: tuple[Plan, Plan], town: Town, neighbour: Town, client: Client
) -> None:
    planning.announce(plan=both[0], by=town.contributor)
    match = Match.objects.get()
    own = signed_in(town.contributor)
    addresses = [
        reverse("projects:radar"),
        match.get_absolute_url(),
        both[0].get_absolute_url(),
        reverse("projects:ours"),
        f"{reverse('search:results')}?q=Geheimes",
        "/api/v1/projects/",
    ]
    for reader in (own, client):
        for address in addresses:
            page = reader.get(address).content.decode()
            assert not [secret for secret in SECRETS if secret in page], address
    assert own.get(both[1].get_absolute_url()).status_code == 404
    for notification in Notification.objects.filter(kind=planning.PROPOSED):
        messages = [one.message for one in told(notification.recipient, [notification])]
        assert messages
        mail = "".join(f"{message.subject} {message.text}" for message in messages)
        assert not [secret for secret in SECRETS if secret in mail]
    # One side agrees: still nothing, and the other does not learn that it was asked first.
    planning.answer(match=match, side=match.side_of([town.organisation.pk]), agrees=True, by=town.contributor)
    assert not [secret for secret in SECRETS if secret in own.get(match.get_absolute_url()).content.decode()]
    theirs = signed_in(neighbour.contributor).get(match.get_absolute_url()).content.decode()
    assert "Musterdorf" not in theirs
    assert "zugestimmt; die andere Seite" not in theirs
    # Both agree: now each sees the other.
    said = {"antwort": "ja", "version": "1"}
    answer = signed_in(neighbour.contributor).post(reverse("projects:answer_match", args=[match.pk]), said)
    assert answer.status_code == 303
    page = own.get(match.get_absolute_url()).content.decode()
    assert all(secret in page for secret in SECRETS[:3])
    assert Cooperation.objects.get().partners.count() == 2
    assert Notification.objects.filter(kind=planning.AGREED).exists()


def test_declined_it_stays_unknown_and_cannot_be_answered_again(both: tuple[Plan, Plan], town: Town) -> None:
    planning.announce(plan=both[0], by=town.contributor)
    match = Match.objects.get()
    side = match.side_of([town.organisation.pk])
    planning.answer(match=match, side=side, agrees=False, by=town.contributor)
    page = signed_in(town.contributor).get(match.get_absolute_url()).content.decode()
    assert "abgelehnt" in page
    assert not [secret for secret in SECRETS if secret in page]
    with pytest.raises(ValidationError, match="schon beantwortet"):
        planning.answer(match=match, side=side, agrees=True, by=town.contributor)


def test_nobody_answers_for_the_other_side(both: tuple[Plan, Plan], town: Town) -> None:
    planning.announce(plan=both[0], by=town.contributor)
    match = Match.objects.get()
    other = "second" if match.side_of([town.organisation.pk]) == "first" else "first"
    with pytest.raises(PermissionDenied):
        planning.answer(match=match, side=other, agrees=True, by=town.contributor)


def test_the_radar_shows_by_name_only_what_may_be_seen(town: Town, neighbour: Town, client: Client) -> None:
    PlanFactory(title="Für alle")
    PlanFactory(title="Nur im Kreis", organisation=neighbour.organisation, visibility="kreis")
    far = make_town(ags="09115002").organisation
    PlanFactory(title="Fremder Kreis", organisation=far, visibility="kreis")
    PlanFactory(title="Ohne Namen", organisation=neighbour.organisation, visibility="oeffentlich", hidden=True)
    radar = reverse("projects:radar")
    assert _shown(client.get(radar)) == {"Für alle"}
    assert _shown(signed_in(town.contributor).get(radar)) == {"Für alle", "Nur im Kreis"}
    Plan.objects.filter(title="Für alle").update(state="withdrawn")
    assert _shown(client.get(radar)) == set()


def _shown(answer) -> set[str]:
    page = answer.content.decode()
    return {title for title in ("Für alle", "Nur im Kreis", "Fremder Kreis", "Ohne Namen") if title in page}


def test_the_map_of_the_radar_has_its_table(client: Client) -> None:
    for number in range(3):
        organisation = make_town(ags=f"0811800{number}", longitude=9.1 + number, latitude=48.9).organisation
        PlanFactory(organisation=organisation, title=f"Vorhaben {number}")
    page = client.get(reverse("projects:radar")).content.decode()
    assert page.count("map__cluster") == 3
    assert "Orte der Karte als Tabelle" in page


def test_a_mark_of_several_plans_leads_to_all_of_them(town: Town, neighbour: Town, client: Client) -> None:
    for number in range(2):
        PlanFactory(organisation=town.organisation, title=f"Hier {number}")
    alone = PlanFactory(organisation=neighbour.organisation, title="Dort")
    radar = reverse("projects:radar")
    page = client.get(f"{radar}?action=mobilitaet").content.decode()
    address = f"{radar}?place=08118001&amp;action=mobilitaet#results"
    assert f'<a href="{address}" aria-label="Musterdorf: 2 Vorhaben">' in page
    assert f'<a href="{alone.get_absolute_url()}" aria-label="Nachbardorf: 1 Vorhaben">' in page
    here = client.get(address.replace("&amp;", "&"))
    assert {one.title for one in here.context["page_obj"]} == {"Hier 0", "Hier 1"}
    assert 'name="place" value="08118001"' in here.content.decode()
    for wrong in ("1", "08118999", "99"):
        refused = client.get(f"{radar}?place={wrong}")
        assert refused.context["problems"]["place"]
        assert "map" not in refused.context
    # Two places at the same point: no mark leads to the wrong one of both; the table has all.
    elsewhere = make_town(ags="08118003", name="Zweitdorf", longitude=9.1, latitude=48.9).organisation
    PlanFactory(organisation=elsewhere, title="Drittes")
    page = client.get(radar).content.decode()
    assert '<g role="img" aria-label="Musterdorf; Zweitdorf: 3 Vorhaben">' in page
    assert page.count("Drittes") == 2


def test_a_plan_is_announced_changed_and_closed(town: Town) -> None:
    writing = signed_in(town.contributor)
    sent = {
        "title": "Pegel am Bach",
        "description": "Zwei Pegel.",
        "fields_of_action": ["wasser"],
        "begins_on": "01.03.2027",
        "visibility": "land",
    }
    refused = writing.post(reverse("projects:create_plan"), {**sent, "begins_on": "bald"})
    assert refused.status_code == 400
    assert "Zwei Pegel." in refused.content.decode()
    assert writing.post(reverse("projects:create_plan"), sent).status_code == 302
    plan = Plan.objects.get()
    assert (plan.land_key, plan.district_key, plan.population) == ("08", "08118", 1_500)
    writing.post(reverse("projects:close_plan", args=[plan.pk, "zurueckziehen"]))
    assert Plan.objects.get().state == PlanState.WITHDRAWN
    assert find(Plan.objects.get()) == []
    writing.post(reverse("projects:close_plan", args=[plan.pk, "ankuendigen"]))
    assert Plan.objects.get().state == PlanState.ANNOUNCED


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_guarded", [True, False])
def test_a_plan_is_withdrawn_while_its_match_is_accepted(is_guarded: bool) -> None:
    """Whoever withdraws first is not found by the other side; without the trigger it would be."""
    one, two = make_town(ags="08118001"), make_town(ags="08118002")
    match = MatchFactory(
        first=PlanFactory(organisation=one.organisation), second=PlanFactory(organisation=two.organisation)
    )
    side = match.side_of([two.organisation.pk])
    other = "second" if side == "first" else "first"
    Match.objects.update(**{f"{other}_answer": "ja"})
    withdrawn, answered, results = threading.Event(), threading.Event(), []

    def withdraw() -> None:
        from django.db import transaction

        try:
            with transaction.atomic():
                planning.close(plan=getattr(match, other), state=PlanState.WITHDRAWN, by=one.representative)
                withdrawn.set()
                answered.wait(timeout=1)  # the other side answers before this is stored
        finally:
            connections.close_all()

    def agree() -> None:
        withdrawn.wait(timeout=5)
        try:
            planning.answer(match=match, side=side, agrees=True, by=two.representative)
            results.append("agreed")
        except (ValidationError, IntegrityError):
            results.append("too late")
        finally:
            answered.set()
            connections.close_all()

    name = "projects_match_of_plans_that_hold"
    if not is_guarded:
        _switch(name, "DISABLE")
    try:
        threads = [threading.Thread(target=work) for work in (withdraw, agree)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        _switch(name, "ENABLE")
    assert results == (["too late"] if is_guarded else ["agreed"])
    assert Cooperation.objects.exists() is not is_guarded


def _switch(name: str, how: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE %s", [f"%{name}%"])
        for (trigger,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE projects_match {how} TRIGGER "{trigger}"')


def test_partners_keep_a_record_with_steps_and_files(town: Town, neighbour: Town, client: Client) -> None:
    match = MatchFactory(
        first=PlanFactory(organisation=town.organisation),
        second=PlanFactory(organisation=neighbour.organisation),
        first_answer="ja",
        second_answer="ja",
    )
    cooperation = CooperationFactory(match=match)
    own, theirs = signed_in(town.contributor), signed_in(neighbour.contributor)
    address = cooperation.get_absolute_url()
    sent = {
        "title": "Gemeinsam",
        "state": "vereinbart",
        "goal": "Eine Ausschreibung",
        "saving": "12.500,50",
        "version": "1",
    }
    assert own.post(f"{address}bearbeiten/", sent).status_code == 302
    assert theirs.get(address).context["cooperation"].goal == "Eine Ausschreibung"
    step = {"title": "Leistungsverzeichnis", "due_on": "01.03.2027", "who": str(neighbour.organisation.pk)}
    assert own.post(f"{address}schritte/", step).status_code == 302
    kept = cooperation.steps.get()
    theirs.post(reverse("projects:tick_step", args=[cooperation.pk, kept.pk]), {"erledigt": "ja"})
    assert cooperation.steps.get().done_on == timezone.localdate()
    file = SimpleUploadedFile("entwurf.txt", b"Entwurf")
    assert own.post(f"{address}dateien/", {"file": file}).status_code == 302
    wrong = SimpleUploadedFile("virus.exe", b"x")
    assert own.post(f"{address}dateien/", {"file": wrong}).status_code == 400
    stored = cooperation.files.get()
    download = theirs.get(reverse("projects:download_file", args=[cooperation.pk, stored.pk]))
    assert b"".join(download.streaming_content) == b"Entwurf"
    assert signed_in(make_town(ags="09115002").contributor).get(address).status_code == 404
    theirs.post(reverse("projects:detach_file", args=[cooperation.pk, stored.pk]))
    assert not cooperation.files.exists()
