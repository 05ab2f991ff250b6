"""Who sees which plan, proposal and co-operation: one table, by role and by whom a plan is shown to."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.models import APPROVERS, User
from projects.models import AgreementTemplate, Cooperation, Joining, Match, Plan
from tests.factories.accounts import RoleGrantFactory, UserFactory
from tests.factories.actors import MembershipFactory, organisation_of
from tests.factories.content import DocumentFactory
from tests.factories.directory import AssociationFactory, DistrictFactory, MunicipalityFactory
from tests.factories.projects import (
    AgreementTemplateFactory,
    CooperationFactory,
    JoiningFactory,
    MatchFactory,
    PlanFactory,
)
from tests.projects.conftest import signed_in

pytestmark = pytest.mark.django_db

UNION = "081185001"
EVERYBODY = {
    "anonymous",
    "own",
    "partner",
    "in association",
    "in district",
    "in land",
    "elsewhere",
    "editor",
    "manager",
}
INVOLVED = {"own", "partner"}
LEVELS = {
    "verband": {"own", "in association"},
    "kreis": {"own", "partner", "in association", "in district"},
    "land": {"own", "partner", "in association", "in district", "in land"},
    "kommunen": EVERYBODY - {"anonymous", "editor", "manager"},
    "oeffentlich": EVERYBODY,
}
"""Who sees a plan of each level that is shown by name. The partner lies in the same district, in no association."""


@pytest.fixture
def people() -> dict[str, User | None]:
    """Somebody of each role; editors and managers of the centre belong to no municipality."""
    union = AssociationFactory(id=UNION, district=DistrictFactory(id="08118"))
    places = {
        "own": MunicipalityFactory(ags="08118001", association=union, name="Musterdorf"),
        "partner": MunicipalityFactory(ags="08118002"),
        "in association": MunicipalityFactory(ags="08118003", association=union),
        "in district": MunicipalityFactory(ags="08118004"),
        "in land": MunicipalityFactory(ags="08119001"),
        "elsewhere": MunicipalityFactory(ags="09115001"),
    }
    made: dict[str, User | None] = {"anonymous": None, "editor": UserFactory(editor=True), "manager": UserFactory()}
    RoleGrantFactory(person=made["manager"], role="administrator")
    for name, place in places.items():
        made[name] = UserFactory()
        MembershipFactory(person=made[name], organisation=organisation_of(place))
    return made


def organisation(people: dict[str, User | None], role: str) -> Any:
    person = people[role]
    assert person is not None
    return person.memberships.get().organisation


def seen_by(people: dict[str, User | None], address: str) -> set[str]:
    """Return the roles that get the page; all others are not told that it is there, or are asked to sign in."""
    seen = set()
    for role, person in people.items():
        status = (signed_in(person) if person else Client()).get(address).status_code
        assert status in {200, 302 if person is None else 404, 404}, (role, status)
        if status == 200:
            seen.add(role)
    return seen


def listed_for(people: dict[str, User | None]) -> set[str]:
    """Return the roles for whom the radar lists a plan."""
    radar = reverse("projects:radar")
    pages = {role: (signed_in(person) if person else Client()).get(radar) for role, person in people.items()}
    return {role for role, page in pages.items() if list(page.context["page_obj"])}


@pytest.mark.parametrize("is_named", [True, False], ids=["by name", "only compared"])
@pytest.mark.parametrize("level", list(LEVELS))
def test_who_sees_a_plan(people: dict[str, User | None], level: str, is_named: bool) -> None:
    plan = PlanFactory(organisation=organisation(people, "own"), visibility=level, is_named=is_named)
    expected = LEVELS[level] if is_named else {"own"}
    assert seen_by(people, plan.get_absolute_url()) == expected
    assert listed_for(people) == expected
    assert set(people) == EVERYBODY


@pytest.mark.parametrize("state", ["withdrawn", "realised"])
def test_a_plan_that_does_not_hold_is_seen_by_its_own_alone(people: dict[str, User | None], state: str) -> None:
    plan = PlanFactory(organisation=organisation(people, "own"), visibility="oeffentlich", state=state)
    assert seen_by(people, plan.get_absolute_url()) == {"own"}


@pytest.mark.parametrize("level", ["kreis", "oeffentlich"])
@pytest.mark.parametrize("is_named", [True, False], ids=["by name", "only compared"])
@pytest.mark.parametrize("agreed", [True, False], ids=["agreed", "open"])
def test_who_sees_a_proposal_and_a_co_operation(
    people: dict[str, User | None], level: str, is_named: bool, agreed: bool
) -> None:
    """Only the two sides, however widely their plans are shown; names only once both have agreed."""
    values = {"visibility": level, "is_named": is_named}
    first = PlanFactory(organisation=organisation(people, "own"), title="Eigenes", **values)
    second = PlanFactory(organisation=organisation(people, "partner"), title="Fremdes", **values)
    answer = "ja" if agreed else ""
    match = MatchFactory(first=first, second=second, first_answer=answer, second_answer=answer)
    assert seen_by(people, match.get_absolute_url()) == INVOLVED
    page = signed_in(people["own"]).get(match.get_absolute_url()).content.decode()
    assert ("Fremdes" in page) is agreed
    if agreed:
        together = CooperationFactory(match=match)
        assert seen_by(people, together.get_absolute_url()) == INVOLVED
        joining = JoiningFactory(cooperation=together, organisation=organisation(people, "in land"))
        assert seen_by(people, joining.get_absolute_url()) == INVOLVED
        joining.consents.set(together.partners.all())
        assert seen_by(people, joining.get_absolute_url()) == {*INVOLVED, "in land"}
        assert seen_by(people, together.get_absolute_url()) == INVOLVED


@pytest.mark.parametrize("model", [Plan, Match, Cooperation, Joining])
def test_whoever_has_left_an_organisation_sees_nothing_of_it(people: dict[str, User | None], model: Any) -> None:
    joining = JoiningFactory()
    person = UserFactory()
    organisation = joining.cooperation.match.first.organisation
    MembershipFactory(organisation=organisation)  # somebody represents it
    membership = MembershipFactory(person=person, organisation=organisation, role="contributor")
    Plan.objects.update(is_named=False)
    assert model.objects.all().visible_to(person).count() == 1
    membership.delete()
    assert not model.objects.all().visible_to(person).exists()


def approver() -> User:
    person = UserFactory(second_factor=True)
    person.groups.add(Group.objects.get(name=APPROVERS))
    return person


def test_the_centre_offers_a_template_and_partners_find_it(people: dict[str, User | None]) -> None:
    """What counts at once is added by those who approve (a second pair of eyes); other editors look at it."""
    adding = reverse("wagtailsnippets_projects_agreementtemplate:add")
    document = DocumentFactory(title="Kooperationsvertrag")
    sent = {"title": "Vertrag", "summary": "Wenn zwei zusammen betreiben.", "document": document.pk, "is_active": "on"}
    for role in ("own", "editor", "manager"):
        assert signed_in(people[role]).post(adding, sent).status_code in {302, 403}
    assert not AgreementTemplate.objects.exists()
    editing = signed_in(approver())
    assert editing.post(adding, {**sent, "title": ""}).status_code == 200
    answer = editing.post(adding, sent)
    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    match = MatchFactory(
        first=PlanFactory(organisation=organisation(people, "own")),
        second=PlanFactory(organisation=organisation(people, "partner")),
        first_answer="ja",
        second_answer="ja",
    )
    AgreementTemplateFactory(title="Nicht mehr im Gebrauch", hidden=True)
    addresses = [
        reverse("projects:radar"),
        match.get_absolute_url(),
        CooperationFactory(match=match).get_absolute_url(),
    ]
    for address in addresses:
        for role in ("own", "partner"):
            page = signed_in(people[role]).get(address).content.decode()
            assert f'href="{document.url}">Vertrag</a>' in page
            assert "Wenn zwei zusammen betreiben." in page
            assert "Nicht mehr im Gebrauch" not in page
    radar = Client().get(addresses[0]).content.decode()
    assert f'href="{document.url}"' in radar
    assert 'href="#agreements"' in radar


def test_the_radar_needs_as_many_statements_for_many_as_for_one(
    people: dict[str, User | None],
) -> None:
    for number in range(3):
        own = PlanFactory(organisation=organisation(people, "own"))
        match = MatchFactory(first=own, second=PlanFactory(), first_answer="ja", second_answer="ja")
        MatchFactory(first=own, second=PlanFactory())
        JoiningFactory(cooperation=CooperationFactory(match=match, title=f"Gemeinsam {number}"))
        AgreementTemplateFactory(title=f"Vorlage {number}")
        if number == 0:
            used = {role: statements(people[role]) for role in ("anonymous", "own")}
    assert {role: statements(people[role]) for role in used} == used
    assert used["anonymous"] <= 8


def statements(person: User | None) -> int:
    client = signed_in(person) if person else Client()
    client.get(reverse("projects:radar"))  # what is remembered between requests is not counted
    with CaptureQueriesContext(connection) as found:
        assert client.get(reverse("projects:radar")).status_code == 200
    return len(found)
