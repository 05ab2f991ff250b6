"""The directory of actors, the pages of organisations and people: what is found, and who gets to see which detail."""

import re
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.models import User
from portal.directory.models import Audience, Organisation, PersonProfile
from tests.factories.accounts import UserFactory
from tests.factories.actors import MembershipFactory, OrganisationFactory, PersonProfileFactory, organisation_of
from tests.factories.directory import AssociationFactory, DistrictFactory, LandFactory, MunicipalityFactory

pytestmark = pytest.mark.django_db
ACTORS = "/akteure/"
DETAILS = {
    "function_title": "Leitung Hauptamt mk01",
    "about": "Ein Text über mich mk02.",
    "expertise": "Mobilität",
    "links": "https://example.org/mk03",
    "memberships": "Musterfirma mk04",
}
"""What a reader sees of each detail of a profile."""
AUDIENCES = ("me", "organisation", "registered", "public")
READERS = ("herself", "colleague", "registered", "anonymous")
SEES = {
    "herself": {"me", "organisation", "registered", "public"},
    "colleague": {"organisation", "registered", "public"},
    "registered": {"registered", "public"},
    "anonymous": {"public"},
}


def reading(reader: User | None) -> Client:
    client = Client()
    if reader is not None:
        client.force_login(reader)
    return client


@pytest.fixture
def readers() -> dict[str, User | None]:
    firm = OrganisationFactory(name=DETAILS["memberships"])
    herself = MembershipFactory(organisation=firm).person
    colleague = MembershipFactory(organisation=firm, role="reader").person
    return {"herself": herself, "colleague": colleague, "registered": UserFactory(), "anonymous": None}


def profile(person: User, **audiences: str) -> PersonProfile:
    made: PersonProfile = PersonProfileFactory(
        person=person,
        function_title=DETAILS["function_title"],
        about=DETAILS["about"],
        expertise=["mobilitaet"],
        links=[DETAILS["links"]],
        **audiences,
    )
    return made


# --- profiles ---


@pytest.mark.parametrize("reader, audience", list(product(READERS, AUDIENCES)))
def test_what_a_profile_shows_depends_on_who_looks(readers: dict[str, User | None], reader: str, audience: str) -> None:
    """Each detail for its audience and nobody else (ASVS 5.0, 8.2.3); the other details do not matter for it."""
    for detail in DETAILS:
        person = readers["herself"]
        assert person is not None
        PersonProfile.objects.filter(person=person).delete()
        page_seen = "public" if reader == "anonymous" else "registered"
        others = {f"{name}_audience": "me" for name in DETAILS}
        profile(person, **others | {f"{detail}_audience": audience, "page_audience": page_seen})
        answer = reading(readers[reader]).get(reverse("directory:person_detail", args=[person.uuid]))
        text = main_of(answer)
        shown = {name for name, value in DETAILS.items() if value in text}
        expected = {detail} if audience in SEES[reader] else set()
        assert shown == (set(DETAILS) if reader == "herself" else expected), detail


@pytest.mark.parametrize("reader, audience", list(product(READERS, AUDIENCES)))
def test_the_page_of_a_person_is_there_for_its_audience_alone(
    readers: dict[str, User | None], reader: str, audience: str
) -> None:
    person = readers["herself"]
    assert person is not None
    made = profile(person, page_audience=audience)
    there = audience in SEES[reader]
    answer = reading(readers[reader]).get(made.get_absolute_url())
    assert answer.status_code == (200 if there else 404)
    assert (person.display_name in main_of(answer)) is there
    visible = PersonProfile.objects.all().visible_to(answer.wsgi_request.user)
    assert (made in visible) is there


def test_at_first_a_profile_is_for_those_who_are_signed_in(readers: dict[str, User | None]) -> None:
    person = readers["registered"]
    assert person is not None
    made = PersonProfileFactory(person=person)
    assert {getattr(made, f"{name}_audience") for name in (*DETAILS, "page")} == {Audience.REGISTERED}
    assert reading(None).get(made.get_absolute_url()).status_code == 404
    assert reading(UserFactory()).get(made.get_absolute_url()).status_code == 200


def test_search_engines_are_kept_from_people(readers: dict[str, User | None], client: Client) -> None:
    person = readers["herself"]
    assert person is not None
    made = profile(person, page_audience="public")
    answer = client.get(made.get_absolute_url())
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex' in answer.content.decode()
    for address in re.findall(r"<loc>(.*?)</loc>", client.get("/sitemap.xml").content.decode()):
        assert "/personen/" not in client.get(re.sub(r"^https?://[^/]+", "", address)).content.decode()


def test_who_has_no_profile_shows_her_name_to_those_who_are_signed_in() -> None:
    person = UserFactory(display_name="Robin Ohneprofil")
    address = reverse("directory:person_detail", args=[person.uuid])
    assert reading(None).get(address).status_code == 404
    assert "Robin Ohneprofil" in main_of(reading(UserFactory()).get(address))
    person.is_active = False
    person.save()
    assert reading(UserFactory()).get(address).status_code == 404


def test_a_profile_is_written_and_what_is_wrong_is_kept(client: Client) -> None:
    person = UserFactory()
    client.force_login(person)
    audiences = {f"{name}_audience": "registered" for name in (*DETAILS, "page")}
    given = {"function_title": "Kämmerei", "about": "Text", "expertise": ["energie"], "links": "kein link", **audiences}
    answer = client.post("/konto/profil/", given)
    assert answer.status_code == 400
    assert "kein link" in answer.content.decode()
    assert 'id="error-summary"' in answer.content.decode()
    assert client.post("/konto/profil/", {**given, "links": "https://example.org/"}).status_code == 302
    assert PersonProfile.objects.get(person=person).function_title == "Kämmerei"


# --- organisations ---


def test_no_address_of_a_person_is_shown_to_anybody_who_is_not_signed_in(client: Client) -> None:
    """A crawl of every page about actors: neither the addresses of members nor of those who were invited."""
    firm = OrganisationFactory(name="Offene Firma", members_audience="public")
    people = [MembershipFactory(organisation=firm).person for _ in range(3)]
    for person in people:
        profile(person, page_audience="public", memberships_audience="public")
    seen, to_do = set(), [ACTORS, f"{ACTORS}?view=table", firm.get_absolute_url()]
    while to_do and len(seen) < 80:
        address = to_do.pop()
        if address in seen:
            continue
        seen.add(address)
        text = client.get(address).content.decode()
        assert not [person.email for person in people if person.email in text], address
        to_do += re.findall(r'href="((?:/akteure/|/personen/)[^"#]*)"', text)
    assert {person.profile.get_absolute_url() for person in people} <= seen


@pytest.mark.parametrize("reader, audience", list(product(READERS[1:], AUDIENCES[1:])))
def test_an_organisation_decides_who_sees_what_it_says(
    readers: dict[str, User | None], reader: str, audience: str
) -> None:
    firm = Organisation.objects.get()
    firm.description, firm.description_audience = "Wir sind mk05.", audience
    firm.website, firm.website_audience = "https://example.org/mk06", audience
    firm.members_audience = audience
    firm.save()
    person = readers["herself"]
    assert person is not None
    profile(person, page_audience="public", memberships_audience="public")
    text = main_of(reading(readers[reader]).get(firm.get_absolute_url()))
    shown = audience in SEES[reader]
    assert ("mk05" in text, "mk06" in text, person.display_name in text) == (shown, shown, shown)


def test_a_member_who_does_not_want_it_is_not_shown_to_others(readers: dict[str, User | None]) -> None:
    firm = Organisation.objects.get()
    firm.members_audience = "public"
    firm.save()
    person, colleague = readers["herself"], readers["colleague"]
    assert person is not None
    assert colleague is not None
    profile(person, page_audience="public", memberships_audience="me")
    assert person.display_name not in main_of(reading(None).get(firm.get_absolute_url()))
    assert person.display_name in main_of(reading(colleague).get(firm.get_absolute_url()))  # rights are never secret


@pytest.fixture
def actors() -> dict[str, Organisation]:
    district = DistrictFactory(id="08118", name="Ludwigsburg")
    union = AssociationFactory(id="081185001", name="Verband Muster", district=district)
    town = MunicipalityFactory(ags="08118048", name="Müsterstadt", district=district, association=union)
    LandFactory(id="05")
    made = {
        "town": organisation_of(town, fields_of_action=["mobilitaet", "energie"]),
        "district": organisation_of(district),
        "union": organisation_of(union),
        "firm": OrganisationFactory(name="Datenwerke", fields_of_action=["energie"], land_id="05"),
        "ministry": OrganisationFactory(name="Ministerium", kind="federal", short_name="BMX"),
    }
    MembershipFactory(organisation=made["firm"])
    return made


@pytest.mark.parametrize(
    "query, found",
    [
        ("", {"town", "district", "union", "firm", "ministry"}),
        ("kind=municipality", {"town"}),
        ("kind=municipality&kind=company", {"town", "firm"}),
        ("land=08", {"town", "district", "union"}),
        ("field=energie", {"town", "firm"}),
        ("field=energie&land=05", {"firm"}),
        ("claimed=true", {"firm"}),
        ("q=muesterstadt", {"town"}),
        ("q=M%C3%BCster", {"town", "union"}),
        ("q=bmx", {"ministry"}),
        ("q=08118048", {"town"}),
        ("q=gibtesnicht", set()),
    ],
)
def test_actors_are_found_and_counted(
    client: Client, actors: dict[str, Organisation], query: str, found: set[str]
) -> None:
    for view in ("list", "table"):
        answer = client.get(f"{ACTORS}?{query}&view={view}")
        assert answer.status_code == 200
        assert answer.context["count"] == len(found)
        text = main_of(answer)
        assert {name for name, one in actors.items() if one.get_absolute_url() in text} == found


def test_the_numbers_of_a_facet_do_not_depend_on_what_is_chosen_in_it(
    client: Client, actors: dict[str, Organisation]
) -> None:
    chosen = client.get(f"{ACTORS}?kind=municipality").context["facets"]
    free = client.get(ACTORS).context["facets"]

    def numbers(facets: Any, name: str) -> dict[str, int]:
        (facet,) = (one for one in facets if one["name"] == name)
        return {value["value"]: value["count"] for value in facet["values"] if value["count"]}

    assert numbers(chosen, "kind") == numbers(free, "kind")
    assert numbers(chosen, "field") == {"mobilitaet": 1, "energie": 1}


def test_the_map_says_how_many_have_a_place(client: Client, actors: dict[str, Organisation]) -> None:
    text = main_of(client.get(f"{ACTORS}?view=map"))
    assert "<svg" in text
    assert "3 von 5 haben einen Ort auf der Karte" in text  # the town and its district and association
    assert "view=table" in text


@pytest.mark.parametrize(
    "query", ["kind=king", "land=99", "field=x", "q=%00", "nope=1", "kind=company&kind=%F0", "page=0"]
)
def test_what_cannot_be_understood_finds_nothing_and_is_said(
    client: Client, actors: dict[str, Organisation], query: str
) -> None:
    answer = client.get(f"{ACTORS}?{query}")
    assert answer.status_code in {400, 404}
    assert not [one for one in actors.values() if one.get_absolute_url() in main_of(answer)]


@pytest.mark.parametrize("view", ["list", "table", "map"])
def test_the_directory_costs_the_same_for_few_and_for_many(client: Client, view: str) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{ACTORS}?view={view}").status_code == 200
        return len(queries)

    district = DistrictFactory()
    organisation_of(MunicipalityFactory(district=district))
    OrganisationFactory()
    cost()
    few = cost()
    for _ in range(150):
        organisation_of(MunicipalityFactory(district=district))
        MembershipFactory()
    assert cost() == few
    assert few <= 8


def test_the_page_of_an_organisation_costs_the_same_for_few_and_for_many_members(client: Client) -> None:
    firm = OrganisationFactory(members_audience="public")
    client.force_login(MembershipFactory(organisation=firm).person)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(firm.get_absolute_url())
        return len(queries)

    cost()
    few = cost()
    for _ in range(100):
        PersonProfileFactory(person=MembershipFactory(organisation=firm, role="reader").person)
    assert cost() == few


def main_of(answer: Any) -> str:
    """What stands in the main part of a page."""
    found = re.search(r"<main.*?</main>", answer.content.decode(), re.DOTALL)
    return found[0] if found else ""
