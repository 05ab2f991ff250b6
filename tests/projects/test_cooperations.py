"""The record in common: who takes part, who joins and leaves, and two who write at once."""

import contextlib
import threading
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from portal.directory.acting import KEY
from portal.directory.models import Organisation
from portal.notifications.models import Notification
from portal.notifications.services.writing import told
from projects.models import Cooperation, CooperationState, Joining, JoiningState, Plan
from projects.services import joining as joinings
from projects.services import planning
from tests.factories.accounts import UserFactory
from tests.factories.actors import MembershipFactory, organisation_of
from tests.factories.directory import MunicipalityFactory
from tests.factories.projects import (
    CooperationFactory,
    CooperationStepFactory,
    MatchFactory,
    PlanFactory,
)
from tests.projects.conftest import Town, make_town, signed_in
from tests.racing import at_once

pytestmark = pytest.mark.django_db

GOAL = "Eine Ausschreibung für beide"


def begun(town: Town, neighbour: Town) -> Cooperation:
    match = MatchFactory(
        first=PlanFactory(organisation=town.organisation, hidden=True),
        second=PlanFactory(organisation=neighbour.organisation, hidden=True),
        first_answer="ja",
        second_answer="ja",
    )
    return CooperationFactory(match=match, goal=GOAL)


@pytest.fixture
def together(town: Town, neighbour: Town) -> Cooperation:
    return begun(town, neighbour)


@pytest.fixture
def third() -> Town:
    return make_town(ags="08118003", name="Drittdorf", population=1_700, longitude=9.15, latitude=48.93)


def say(town: Town, one: Joining, answer: str) -> int:
    address = reverse("projects:answer_joining", args=[one.pk])
    return signed_in(town.contributor).post(address, {"antwort": answer}).status_code


def asked(kind: str = joinings.ASKED) -> set[Any]:
    """Who is told now: what is no longer true is told to nobody."""
    return {one.recipient.person for one in Notification.objects.filter(kind=kind) if told(one.recipient, [one])}


def people(*towns: Town) -> set[Any]:
    return {person for town in towns for person in (town.representative, town.contributor)}


def test_a_third_joins_once_all_partners_and_itself_have_agreed(
    together: Cooperation, town: Town, neighbour: Town, third: Town
) -> None:
    address = reverse("projects:propose_partner", args=[together.pk])
    own = signed_in(town.contributor)
    assert own.post(address, {"place": "Drittdorf"}).status_code == 302
    joining = Joining.objects.get()
    assert (joining.organisation, joining.proposed_by) == (third.organisation, town.organisation)
    # The other partner is asked; the third one learns nothing yet.
    page = joining.get_absolute_url()
    assert signed_in(third.contributor).get(page).status_code == 404
    assert say(third, joining, "ja") == 404
    assert asked() == people(neighbour)
    theirs = signed_in(neighbour.contributor)
    assert "Ja, wir willigen ein" in theirs.get(page).content.decode()
    assert "Drittdorf" in theirs.get(together.get_absolute_url()).content.decode()
    assert theirs.get(reverse("projects:radar")).context["joinings"] == [joining]
    assert signed_in(third.contributor).get(reverse("projects:radar")).context["joinings"] == []
    # All partners have consented: it is asked, and sees who they are, but not yet the record.
    assert say(neighbour, joining, "ja") == 303
    assert asked() == people(third)
    seen = signed_in(third.contributor)
    assert all(name in seen.get(page).content.decode() for name in ("Musterdorf", "Nachbardorf", GOAL))
    assert seen.get(together.get_absolute_url()).status_code == 404
    assert seen.get(reverse("projects:radar")).context["joinings"] == [joining]
    # It agrees itself.
    assert say(third, joining, "ja") == 303
    joining.refresh_from_db()
    assert joining.state == JoiningState.JOINED
    assert seen.get(together.get_absolute_url()).context["keeps"]
    assert asked() == set()
    assert asked(joinings.CHANGED) == people(town, neighbour, third) - {third.contributor}
    (message,) = Notification.objects.filter(kind=joinings.CHANGED)[:1]
    assert "Drittdorf, Musterdorf und Nachbardorf" in told(message.recipient, [message])[0].message.text


@pytest.mark.parametrize("who", ["partner", "itself"])
def test_a_single_no_ends_it(together: Cooperation, town: Town, neighbour: Town, third: Town, who: str) -> None:
    joining = joinings.propose_partner(cooperation=together, organisation=third.organisation, by=town.contributor)
    if who == "itself":
        say(neighbour, joining, "ja")
    assert say(neighbour if who == "partner" else third, joining, "nein") == 303
    joining.refresh_from_db()
    assert joining.state == JoiningState.DECLINED
    assert together.partners.count() == 2
    assert signed_in(third.contributor).get(joining.get_absolute_url()).status_code == 404
    assert "Abgelehnt" in signed_in(town.contributor).get(joining.get_absolute_url()).content.decode()
    with pytest.raises(ValidationError, match="schon beantwortet"):
        joinings.answer_joining(joining=joining, agrees=True, by=neighbour.contributor)
    # It may be proposed again.
    joinings.propose_partner(cooperation=together, organisation=third.organisation, by=neighbour.contributor)


def test_who_has_become_a_partner_meanwhile_has_to_consent_as_well(
    together: Cooperation, town: Town, neighbour: Town, third: Town
) -> None:
    fourth = make_town(ags="08118004")
    one = joinings.propose_partner(cooperation=together, organisation=third.organisation, by=town.contributor)
    other = joinings.propose_partner(cooperation=together, organisation=fourth.organisation, by=town.contributor)
    for joining in (one, other):
        say(neighbour, joining, "ja")
    say(third, one, "ja")
    assert [waiting.pk for waiting in Joining.objects.get(pk=other.pk).waits_for()] == [third.organisation.pk]
    assert signed_in(fourth.contributor).get(other.get_absolute_url()).status_code == 404
    assert third.contributor not in asked()  # she agreed herself a moment ago; her colleague is told
    assert third.representative in asked()
    # Whoever leaves need not consent any more, and the next is asked.
    joinings.leave(cooperation=together, organisation=third.organisation, by=third.contributor)
    assert signed_in(fourth.contributor).get(other.get_absolute_url()).status_code == 200


def test_nobody_answers_for_others(together: Cooperation, town: Town, third: Town) -> None:
    joining = joinings.propose_partner(cooperation=together, organisation=third.organisation, by=town.contributor)
    with pytest.raises(PermissionDenied):
        joinings.answer_joining(joining=joining, agrees=True, by=make_town(ags="09115002").contributor)
    with pytest.raises(ValidationError, match="schon beantwortet"):  # not yet asked: not hers to answer
        joinings.answer_joining(joining=joining, agrees=True, by=third.contributor)
    with pytest.raises(PermissionDenied):
        joinings.leave(cooperation=together, organisation=town.organisation, by=third.contributor)
    with pytest.raises(PermissionDenied):
        joinings.propose_partner(cooperation=together, organisation=third.organisation, by=third.contributor)
    assert (
        signed_in(town.contributor)
        .post(reverse("projects:answer_joining", args=[joining.pk]), {"antwort": "vielleicht"})
        .status_code
        == 404
    )


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("", "Bitte nennen Sie genau eine Organisation."),
        ("Nirgendwo", "Es gibt keine Kommune, keinen Kreis und keinen Gemeindeverband mit diesem Namen."),
        ("08999999", "Es gibt keinen Ort mit diesem Schlüssel."),
        ("Nachbardorf", "Nachbardorf macht schon mit."),
        ("08118009", "Zu diesem Ort gibt es keine Organisation."),
        ("08118008", "kann hier noch niemand antworten"),
    ],
)
def test_who_cannot_join_is_said_beside_the_field(
    together: Cooperation, town: Town, neighbour: Town, written: str, says: str
) -> None:

    organisation_of(MunicipalityFactory(ags="08118008"))
    place = MunicipalityFactory(ags="08118009")
    Organisation.objects.filter(municipality=place).delete()
    PlanFactory(title="Mitfahrbank 1", organisation=make_town(ags="08118005").organisation)
    answer = signed_in(town.contributor).post(
        reverse("projects:propose_partner", args=[together.pk]), {"place": written}
    )
    assert answer.status_code == 400
    assert says in " ".join(answer.context["form"].errors["place"])
    assert not Joining.objects.exists()


def test_only_plans_that_one_may_know_of_are_suggested(
    together: Cooperation, town: Town, neighbour: Town, third: Town
) -> None:
    """A plan that is only compared is named nowhere; one that is shown by name, or agreed about, is."""
    address = reverse("projects:propose_partner", args=[together.pk])
    plan = PlanFactory(organisation=third.organisation, hidden=True, visibility="kreis")
    own = signed_in(town.contributor)
    assert "Drittdorf" not in own.get(address).content.decode()
    Plan.objects.filter(pk=plan.pk).update(is_named=True)
    assert "Drittdorf" in own.get(address).content.decode()
    Plan.objects.filter(pk=plan.pk).update(is_named=False)
    first = Plan.objects.get(organisation=town.organisation)
    MatchFactory(first=first, second=plan, first_answer="ja", second_answer="ja")
    assert "Drittdorf" in own.get(address).content.decode()
    assert "Drittdorf" not in signed_in(neighbour.contributor).get(address).content.decode()
    assert own.post(address, {"organisation": str(third.organisation.pk)}).status_code == 302
    assert Joining.objects.get().organisation == third.organisation
    both = {"organisation": str(third.organisation.pk), "place": "Drittdorf"}
    assert own.post(address, both).status_code == 400  # it is proposed already


def test_a_partner_leaves_and_the_record_stays_until_one_is_left(
    together: Cooperation, town: Town, neighbour: Town, third: Town
) -> None:
    together.partners.add(third.organisation)
    step = CooperationStepFactory(cooperation=together, who=third.organisation)
    address = reverse("projects:leave_cooperation", args=[together.pk])
    leaving = signed_in(third.contributor)
    assert "Dann ist nur noch ein Partner übrig" not in leaving.get(address).content.decode()
    assert together.partners.count() == 3  # looking at it changes nothing
    assert leaving.post(address).status_code == 302
    assert leaving.get(together.get_absolute_url()).status_code == 404
    page = signed_in(town.contributor).get(together.get_absolute_url())
    assert page.context["cooperation"].state == CooperationState.EXPLORING
    assert "Drittdorf" in page.content.decode(), "what was agreed with it"
    form = signed_in(town.contributor).get(reverse("projects:edit_step", args=[together.pk, step.pk])).context["form"]
    assert third.organisation in form.fields["who"].queryset
    assert asked(joinings.CHANGED) == people(town, neighbour)
    open_one = joinings.propose_partner(cooperation=together, organisation=third.organisation, by=town.contributor)
    last = signed_in(neighbour.contributor)
    assert "Dann ist nur noch ein Partner übrig" in last.get(address).content.decode()
    last.post(address)
    stored = Cooperation.objects.get()
    assert stored.state == CooperationState.ENDED
    assert list(stored.partners.all()) == [town.organisation]
    assert Joining.objects.get(pk=open_one.pk).state == JoiningState.DECLINED
    assert signed_in(third.contributor).get(open_one.get_absolute_url()).status_code == 404
    assert last.get(together.match.get_absolute_url()).context["cooperation"] is None
    with pytest.raises(ValidationError, match="zu Ende"):
        joinings.propose_partner(cooperation=together, organisation=third.organisation, by=town.contributor)


def test_what_was_realised_stays_so_when_partners_leave(together: Cooperation, town: Town) -> None:
    Cooperation.objects.update(state=CooperationState.REALISED)
    joinings.leave(cooperation=together, organisation=town.organisation, by=town.contributor)
    assert Cooperation.objects.get().state == CooperationState.REALISED


def test_who_writes_for_two_partners_leaves_for_the_one_she_acts_for(
    together: Cooperation, town: Town, neighbour: Town
) -> None:
    both = UserFactory()
    for organisation in (town.organisation, neighbour.organisation):
        MembershipFactory(person=both, organisation=organisation, role="contributor")
    client = signed_in(both)
    session = client.session

    session[KEY] = str(neighbour.organisation.pk)
    session.save()
    client.post(reverse("projects:leave_cooperation", args=[together.pk]))
    assert list(together.partners.all()) == [town.organisation]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_guarded", [True, False])
def test_two_partners_leave_at_once(monkeypatch: pytest.MonkeyPatch, is_guarded: bool) -> None:
    """Of three one is left, and it ends; without the lock each would still count the other."""
    towns = [make_town(ags=f"0811800{number}") for number in (1, 2, 3)]
    together = begun(towns[0], towns[1])
    together.partners.add(towns[2].organisation)

    counted = threading.Barrier(2)
    telling = joinings._tell_of_partners

    def tell(*args: Any) -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            counted.wait(timeout=1 if is_guarded else 20)
        telling(*args)

    monkeypatch.setattr(joinings, "_tell_of_partners", tell)
    if not is_guarded:
        monkeypatch.setattr(joinings, "_hold", lambda one: Cooperation.objects.get(pk=one.pk))
    at_once(
        *(
            lambda _start, town=town: joinings.leave(
                cooperation=together, organisation=town.organisation, by=town.contributor
            )
            for town in towns[:2]
        )
    )
    assert together.partners.count() == 1
    assert Cooperation.objects.get().state == (CooperationState.ENDED if is_guarded else CooperationState.EXPLORING)


def test_steps_stand_in_the_order_of_their_days_and_are_changed_and_deleted(
    together: Cooperation, town: Town, neighbour: Town
) -> None:
    own = signed_in(town.contributor)
    for title, day in (("Ohne Tag", ""), ("Später", "01.05.2027"), ("Zuerst", "01.03.2027")):
        assert own.post(f"{together.get_absolute_url()}schritte/", {"title": title, "due_on": day}).status_code == 302
    shown = own.get(together.get_absolute_url()).context["steps"]
    assert [one.title for one in shown] == ["Zuerst", "Später", "Ohne Tag"]
    first = shown[0]
    change = reverse("projects:edit_step", args=[together.pk, first.pk])
    refused = own.post(change, {"title": "", "due_on": "bald"})
    assert refused.status_code == 400
    assert set(refused.context["form"].errors) == {"title", "due_on"}
    theirs = signed_in(neighbour.contributor)
    assert theirs.post(change, {"title": "Zuletzt", "due_on": "01.09.2027"}).status_code == 302
    shown = own.get(together.get_absolute_url()).context["steps"]
    assert [one.title for one in shown] == ["Später", "Zuletzt", "Ohne Tag"]
    delete = reverse("projects:delete_step", args=[together.pk, first.pk])
    assert "„Zuletzt“ wird endgültig gelöscht" in own.get(delete).content.decode()
    assert together.steps.count() == 3
    assert own.post(delete).status_code == 302
    assert [one.title for one in together.steps.all()] == ["Später", "Ohne Tag"]
    foreign = CooperationStepFactory()
    assert own.post(reverse("projects:delete_step", args=[together.pk, foreign.pk])).status_code == 404


def test_two_who_write_at_once_do_not_undo_each_others_work(together: Cooperation, town: Town, neighbour: Town) -> None:
    own, theirs = signed_in(town.contributor), signed_in(neighbour.contributor)
    address = f"{together.get_absolute_url()}bearbeiten/"
    assert own.get(address).context["seen"] == theirs.get(address).context["seen"] == 1
    sent = {"title": "Gemeinsam", "state": "vereinbart", "goal": "Unser Ziel", "saving": "1.000,50", "version": "1"}
    assert own.post(address, sent).status_code == 302
    second = {**sent, "goal": "Deren Ziel", "division": "Wir alles", "saving": "2.000"}
    refused = theirs.post(address, second)
    assert refused.status_code == 400
    page = refused.content.decode()
    assert "Jemand anderes hat diese Akte inzwischen gespeichert" in page
    assert "Deren Ziel" in page
    assert "Wir alles" in page
    assert dict(refused.context["theirs"]) == {
        "Ziel": "Unser Ziel",
        "Wer was übernimmt": "",
        "Geschätzte Ersparnis in Euro": "1.000,50",
    }
    assert Cooperation.objects.get().goal == "Unser Ziel"
    # Having seen it, she decides: what she saves now replaces it.
    assert f'name="version" value="{refused.context["seen"]}"' in page
    wrong = theirs.post(address, {**second, "title": "", "version": "1"})
    assert wrong.context["seen"] == 1, "a mistake does not make her have seen what she has not"
    assert theirs.post(address, {**second, "version": str(refused.context["seen"])}).status_code == 302
    assert Cooperation.objects.get().goal == "Deren Ziel"


@pytest.mark.parametrize("version", ["", "0", "eins", "²", "9" * 30])
def test_a_version_that_is_none_stores_nothing(together: Cooperation, town: Town, version: str) -> None:
    address = f"{together.get_absolute_url()}bearbeiten/"
    sent = {"title": "Anders", "state": "vereinbart", "version": version}
    assert signed_in(town.contributor).post(address, sent).status_code == 400
    assert Cooperation.objects.get().title != "Anders"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_the_same_moment_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    towns = [make_town(ags="08118001"), make_town(ags="08118002")]
    together = begun(*towns)

    def save(town: Town) -> Any:
        written = Cooperation.objects.get(pk=together.pk)
        written.goal = str(town.organisation)

        def store(start: Any) -> str:
            start.wait()
            planning.keep_record(cooperation=written, seen=1, by=town.contributor)
            return written.goal

        return store

    results = at_once(*(save(town) for town in towns))
    (failed,) = [one for one in results if isinstance(one, planning.OutdatedError)]
    (stored,) = [one for one in results if one is not failed]
    assert Cooperation.objects.get().goal == stored
