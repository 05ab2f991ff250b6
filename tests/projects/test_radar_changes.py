"""Plans that are changed, closed and announced again: what becomes of their proposals, and who is told."""

import contextlib
import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.urls import reverse

from portal.directory.models import District
from portal.notifications.models import Notification
from portal.notifications.services.writing import told
from projects.models import Cooperation, Match, Plan, PlanState, levels_of, usual_level
from projects.services import planning
from tests.factories.actors import organisation_of
from tests.factories.directory import AssociationFactory, DistrictFactory, MunicipalityFactory
from tests.factories.projects import PlanFactory
from tests.projects.conftest import Town, make_town, signed_in
from tests.racing import at_once

pytestmark = pytest.mark.django_db

SECRETS = ("Nachbardorf", "Geheimes Vorhaben", "08118002")


@pytest.fixture
def both(town: Town, neighbour: Town) -> tuple[Plan, Plan]:
    """Two plans that are alike and shown to nobody."""
    own = PlanFactory(organisation=town.organisation, hidden=True, title="Mitfahrbank am Markt", visibility="kreis")
    other = PlanFactory(
        organisation=neighbour.organisation,
        hidden=True,
        title="Geheimes Vorhaben: Mitfahrbank am Markt",
        visibility="kreis",
    )
    return own, other


def proposal(both: tuple[Plan, Plan], town: Town) -> tuple[Match, str, str]:
    """The proposal of both plans, the town's side and the neighbour's."""
    planning.announce(plan=both[0], by=town.contributor)
    match = Match.objects.get()
    own = match.side_of([town.organisation.pk])
    return match, own, "second" if own == "first" else "first"


def change(plan: Plan, person: Any, **values: Any) -> list[Match]:
    stored = Plan.objects.get(pk=plan.pk)
    for name, value in values.items():
        setattr(stored, name, value)
    return planning.announce(plan=stored, by=person)


def of_kind(kind: str) -> list[tuple[int, str]]:
    return sorted(Notification.objects.filter(kind=kind).values_list("recipient__person", "dedupe_key"))


def test_who_announces_again_is_told_as_the_first_time_and_nobody_twice(both: tuple[Plan, Plan], town: Town) -> None:
    planning.close(plan=both[0], state=PlanState.WITHDRAWN, by=town.contributor)
    assert not Match.objects.exists()
    planning.close(plan=both[0], state=PlanState.ANNOUNCED, by=town.contributor)
    assert Match.objects.count() == 1
    first = of_kind(planning.PROPOSED)
    assert len(first) == 3  # both of the neighbour's, and the colleague of whoever announced it
    assert town.contributor.pk not in dict(first)
    planning.close(plan=both[0], state=PlanState.WITHDRAWN, by=town.contributor)
    planning.close(plan=both[0], state=PlanState.ANNOUNCED, by=town.contributor)
    assert of_kind(planning.PROPOSED) == first


def test_what_no_longer_holds_is_withdrawn_and_says_why(both: tuple[Plan, Plan], town: Town, neighbour: Town) -> None:
    match, own, other = proposal(both, town)
    planning.answer(match=match, side=other, agrees=True, by=neighbour.contributor)
    before = of_kind(planning.PROPOSED)
    change(both[0], town.contributor, fields_of_action=["wasser"])
    match.refresh_from_db()
    assert match.is_withdrawn
    assert (match.first_answer, match.second_answer) == ("", "")
    for person in (town.contributor, neighbour.contributor):
        page = signed_in(person).get(match.get_absolute_url()).content.decode()
        assert "eines der beiden Vorhaben hat sich geändert" in page
        assert not signed_in(person).get(reverse("projects:radar")).context["proposals"]
    plan = signed_in(neighbour.contributor).get(both[1].get_absolute_url()).content.decode()
    assert "zurückgezogen: Das Vorhaben hat sich geändert" in plan
    assert "Musterdorf" not in plan
    with pytest.raises(ValidationError, match="hat sich geändert"):
        planning.answer(match=match, side=own, agrees=True, by=town.contributor)
    # Changed back, both are asked as if for the first time, and nobody gets a second mail.
    assert change(both[0], town.contributor, fields_of_action=["mobilitaet"]) == [match]
    match.refresh_from_db()
    assert not match.is_withdrawn
    assert of_kind(planning.PROPOSED) == before
    notification = Notification.objects.filter(kind=planning.PROPOSED, recipient__person=neighbour.contributor).get()
    assert [one.message.subject for one in told(notification.recipient, [notification])] == [
        "Jemand plant etwas Ähnliches"
    ]


def test_what_holds_gets_new_reasons_and_who_agreed_to_others_is_asked_anew(
    both: tuple[Plan, Plan], town: Town, neighbour: Town
) -> None:
    match, own, _other = proposal(both, town)
    planning.answer(match=match, side=own, agrees=True, by=town.contributor)
    # What the reasons do not speak of changes nothing: neither words nor a budget.
    change(both[0], town.contributor, budget_band="bis-50000")
    assert getattr(Match.objects.get(), f"{own}_answer") == "ja"
    change(both[1], neighbour.contributor, begins_on=both[1].begins_on.replace(year=both[1].begins_on.year + 2))
    match = Match.objects.get()
    assert getattr(match, f"{own}_answer") == ""
    assert match.version == 2
    assert {"code": "soon"} in match.reasons or {"code": "time"} not in match.reasons
    asked = Notification.objects.filter(kind=planning.PROPOSED, dedupe_key__endswith=":2")
    assert {one.recipient.person for one in asked} == {town.contributor, town.representative}
    for notification in asked:
        (one,) = told(notification.recipient, [notification])
        assert "Sie hatten" in one.message.text
        assert not [secret for secret in SECRETS if secret in f"{one.message.subject} {one.message.text}"]
    page = signed_in(town.contributor).get(match.get_absolute_url()).content.decode()
    assert "Ja, wir möchten sprechen" in page
    assert not [secret for secret in SECRETS if secret in page]


def test_whoever_changes_her_own_plan_stays_agreed(both: tuple[Plan, Plan], town: Town) -> None:
    match, own, _other = proposal(both, town)
    planning.answer(match=match, side=own, agrees=True, by=town.contributor)
    change(both[0], town.contributor, begins_on=both[0].begins_on.replace(year=both[0].begins_on.year + 2))
    stored = Match.objects.get()
    assert stored.version == 2
    assert getattr(stored, f"{own}_answer") == "ja"


def test_nobody_agrees_to_reasons_that_she_has_not_seen(both: tuple[Plan, Plan], town: Town, neighbour: Town) -> None:
    match, own, _other = proposal(both, town)
    planning.answer(match=match, side=own, agrees=True, by=town.contributor)
    change(both[0], town.contributor, begins_on=both[0].begins_on.replace(year=both[0].begins_on.year + 2))
    theirs = signed_in(neighbour.contributor)
    address = reverse("projects:answer_match", args=[match.pk])
    for version in ("1", "", "²", "9" * 20):
        page = theirs.post(address, {"antwort": "ja", "version": version}, follow=True).content.decode()
        assert "Bitte sehen Sie die Gründe an" in page
        assert "Musterdorf" not in page
    assert not Cooperation.objects.exists()
    theirs.post(address, {"antwort": "ja", "version": "2"})
    assert Cooperation.objects.exists()


def test_what_both_agreed_to_and_what_was_declined_stays(both: tuple[Plan, Plan], town: Town, neighbour: Town) -> None:
    match, own, other = proposal(both, town)
    planning.answer(match=match, side=own, agrees=True, by=town.contributor)
    planning.answer(match=match, side=other, agrees=True, by=neighbour.contributor)
    before = Match.objects.values().get()
    change(both[0], town.contributor, fields_of_action=["wasser"])
    assert Match.objects.values().get() == before
    Cooperation.objects.all().delete()
    Match.objects.update(first_answer="nein")
    before = Match.objects.values().get()
    change(both[0], town.contributor, fields_of_action=["mobilitaet"])
    assert Match.objects.values().get() == before


def test_a_plan_that_was_closed_meanwhile_is_not_announced_by_a_change(both: tuple[Plan, Plan], town: Town) -> None:
    opened = Plan.objects.get(pk=both[0].pk)
    planning.close(plan=both[0], state=PlanState.WITHDRAWN, by=town.representative)
    assert planning.announce(plan=opened, by=town.contributor) == []
    assert Plan.objects.get(pk=opened.pk).state == PlanState.WITHDRAWN


def test_a_proposal_with_a_plan_that_rests_is_looked_at_when_that_is_announced_again(
    both: tuple[Plan, Plan], town: Town, neighbour: Town
) -> None:
    proposal(both, town)
    planning.close(plan=both[1], state=PlanState.WITHDRAWN, by=neighbour.contributor)
    change(both[0], town.contributor, fields_of_action=["wasser"])
    assert not Match.objects.get().is_withdrawn
    planning.close(plan=both[1], state=PlanState.ANNOUNCED, by=neighbour.contributor)
    assert Match.objects.get().is_withdrawn


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_guarded", [True, False])
def test_a_plan_is_changed_while_its_proposal_is_agreed_to(monkeypatch: pytest.MonkeyPatch, is_guarded: bool) -> None:
    """One after the other: agreed and left alone, or withdrawn and refused. Without turns they block each other."""
    town, neighbour = make_town(ags="08118001"), make_town(ags="08118002")
    plans = PlanFactory(organisation=town.organisation), PlanFactory(organisation=neighbour.organisation)
    match, own, other = proposal(plans, town)
    planning.answer(match=match, side=own, agrees=True, by=town.contributor)
    held = threading.Barrier(2)

    def meet() -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            # Each holds its first row before it asks for the other's, unless turns let one wait.
            held.wait(timeout=1 if is_guarded else 20)

    proposing, enforcing = planning.propose, planning.enforce

    def propose(plan: Plan) -> Any:
        meet()
        return proposing(plan)

    def enforce(decision: Any) -> None:
        if threading.current_thread().name == "agrees":
            meet()
        enforcing(decision)

    def agree(_start: object) -> str:
        threading.current_thread().name = "agrees"
        planning.answer(match=match, side=other, agrees=True, by=neighbour.contributor)
        return "agreed"

    monkeypatch.setattr(planning, "propose", propose)
    monkeypatch.setattr(planning, "enforce", enforce)
    if not is_guarded:
        monkeypatch.setattr(planning, "take_turns", lambda _model: None)
    results = at_once(lambda _start: change(plans[0], town.contributor, fields_of_action=["wasser"]), agree)
    blocked = [one for one in results if isinstance(one, OperationalError)]
    assert bool(blocked) is not is_guarded
    if is_guarded:
        stored = Match.objects.get()
        assert stored.is_agreed is (results[1] == "agreed") is Cooperation.objects.exists()
        assert stored.is_withdrawn is isinstance(results[1], ValidationError)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_guarded", [True, False])
def test_two_who_announce_the_same_at_once_find_each_other(monkeypatch: pytest.MonkeyPatch, is_guarded: bool) -> None:
    """Without turns neither sees what the other has not yet stored."""
    towns = [make_town(ags="08118001"), make_town(ags="08118002")]
    plans = [PlanFactory.build(organisation=one.organisation, title="Mitfahrbank") for one in towns]
    stored = threading.Barrier(2)
    proposing = planning.propose

    def propose(plan: Plan) -> Any:
        found = proposing(plan)
        with contextlib.suppress(threading.BrokenBarrierError):
            stored.wait(timeout=1 if is_guarded else 20)
        return found

    monkeypatch.setattr(planning, "propose", propose)
    if not is_guarded:
        monkeypatch.setattr(planning, "take_turns", lambda _model: None)
    at_once(*(lambda _start, n=n: planning.announce(plan=plans[n], by=towns[n].contributor) for n in (0, 1)))
    assert Plan.objects.count() == 2
    assert Match.objects.exists() is is_guarded


LAND_AND_WIDER = ["land", "kommunen", "oeffentlich"]


@pytest.mark.parametrize(
    ("make", "levels"),
    [
        (lambda: MunicipalityFactory(ags="08118001"), ["kreis", *LAND_AND_WIDER]),
        (
            lambda: MunicipalityFactory(association=AssociationFactory(id="081185001")),
            ["verband", "kreis", *LAND_AND_WIDER],
        ),
        (lambda: MunicipalityFactory(ags="08111000", district=city("08111")), LAND_AND_WIDER),
        (lambda: MunicipalityFactory(ags="02000000", district=city("02000")), ["kommunen", "oeffentlich"]),
        (lambda: MunicipalityFactory(ags="04011000", district=city("04011")), LAND_AND_WIDER),  # Bremen has two
        (lambda: AssociationFactory(id="081185001"), ["verband", "kreis", *LAND_AND_WIDER]),
        (lambda: DistrictFactory(id="08118"), ["kreis", *LAND_AND_WIDER]),
    ],
    ids=["no association", "with an association", "city", "Hamburg", "Bremen", "association", "district"],
)
def test_only_levels_that_reach_somebody_are_offered(make: Any, levels: list[str]) -> None:
    organisation = organisation_of(make())
    assert [level.value for level in levels_of(organisation)] == levels
    assert usual_level(organisation) == ("kreis" if "kreis" in levels else levels[0])


def city(key: str) -> District:
    return DistrictFactory(id=key, kind=District.Kind.CITY)


def test_a_city_is_offered_no_district_and_refused_one() -> None:
    town = make_town(ags="08111000", district=city("08111"))
    writing = signed_in(town.contributor)
    form = writing.get(reverse("projects:create_plan")).context["form"]
    assert [value for value, _label in form.fields["visibility"].choices] == LAND_AND_WIDER
    assert form["visibility"].value() == "land"
    sent = {
        "title": "Pegel am Bach",
        "description": "Zwei Pegel.",
        "fields_of_action": ["wasser"],
        "begins_on": "01.03.2027",
    }
    for level in ("kreis", "verband"):
        refused = writing.post(reverse("projects:create_plan"), {**sent, "visibility": level})
        assert refused.status_code == 400
        assert refused.context["form"].errors["visibility"] == [
            "Dort gehört sonst niemand dazu, also würde niemand davon erfahren. Bitte wählen Sie einen größeren Kreis."
        ]
        assert 'id="id_visibility_error"' in refused.content.decode()
    assert not Plan.objects.exists()
    assert writing.post(reverse("projects:create_plan"), {**sent, "visibility": "land"}).status_code == 302
    plan = Plan.objects.get()
    assert writing.get(reverse("projects:edit_plan", args=[plan.pk])).context["form"]["visibility"].value() == "land"
