"""The API of the funding programmes."""

from datetime import UTC, date, datetime

import pytest

from tests.factories.directory import MunicipalityFactory
from tests.factories.funding import ContactFactory, LinkFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db

LIST = "/api/v1/funding-programmes/"


def slugs(response) -> list[str]:
    return [entry["slug"] for entry in response.json()["results"]]


def test_programme_is_given_whole_with_codes_and_labels(client):
    programme = ProgrammeFactory(
        imported=True, text_format="html", summary="<p>Ä & <b>b</b></p>", areas=["08", "bundesweit"], kinds=["darlehen"]
    )
    ContactFactory(programme=programme)
    LinkFactory(programme=programme)
    body = client.get(f"{LIST}{programme.slug}/").json()
    assert body["summary"] == "<p>Ä & <b>b</b></p>"
    assert [entry["code"] for entry in body["areas"]] == ["bundesweit", "08"]
    assert body["areas"][1]["label"] == "Baden-Württemberg"
    assert [entry["code"] for entry in body["fields"]] == ["digitalisierung"]
    assert body["contacts"][0]["email"] == "auskunft@example.org"
    assert body["links"][0]["url"] == "https://www.example.org/auskunft"
    for name in ("attribution", "licence", "licence_url", "source", "source_key", "source_url"):
        assert body[name] == getattr(programme, name)
    assert (body["checked_recently"], body["absent_since"]) == (True, None)
    assert body["url"] == f"http://testserver{programme.get_absolute_url()}"


def test_list_has_the_filters_of_the_page(client):
    municipality = MunicipalityFactory(ags="08118048")
    ProgrammeFactory(slug="fern", areas=["09"])
    ProgrammeFactory(slug="nah", areas=["08"], kinds=["darlehen"])
    assert slugs(client.get(LIST)) == ["fern", "nah"]
    assert slugs(client.get(LIST, {"municipality": municipality.pk})) == ["nah"]
    assert slugs(client.get(LIST, {"kind": "darlehen"})) == ["nah"]
    assert slugs(client.get(LIST, {"q": "hilft", "area": ["08", "09"]})) == ["fern", "nah"]


@pytest.mark.parametrize(
    "query, name",
    [
        ("kind=x", "kind"),
        ("municipality=0", "municipality"),
        ("quark=1", "quark"),
        ("sort=title", "sort"),
    ],
)
def test_broken_parameter_is_named(client, query, name):
    ProgrammeFactory()
    response = client.get(f"{LIST}?{query}")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert [error["name"] for error in response.json()["errors"]] == [name]


def test_hidden_programme_is_nowhere(client):
    hidden = ProgrammeFactory(hidden=True)
    shown = ProgrammeFactory()
    assert slugs(client.get(LIST)) == [shown.slug]
    assert client.get(f"{LIST}{hidden.slug}/").status_code == 404


@pytest.mark.parametrize("number", [1, 5])
def test_list_costs_the_same_for_any_number(client, django_assert_num_queries, number):
    for _ in range(number):
        programme = ProgrammeFactory()
        ContactFactory(programme=programme)
        LinkFactory(programme=programme)
    with django_assert_num_queries(4):  # the programmes, their contacts, links and conditions
        client.get(LIST)


def test_api_cannot_write(client):
    programme = ProgrammeFactory()
    assert [client.post(LIST).status_code, client.delete(f"{LIST}{programme.slug}/").status_code] == [405, 405]


def test_deadlines_are_listed_with_the_filters_of_the_list(client, time_machine):
    time_machine.move_to(datetime(2026, 6, 1, 6, tzinfo=UTC), tick=False)
    days = [date(2026, 3, 1), date(2026, 9, 1), date(2026, 7, 1)]
    ProgrammeFactory(slug="stichtage", deadline_model="stichtage", cut_off_dates=days)
    staged = {"closes_on": "2026-06-15", "full_application_on": "2026-10-01"}
    ProgrammeFactory(slug="stufen", deadline_model="zweistufig", kinds=["darlehen"], **staged)
    ProgrammeFactory(slug="zweite", deadline_model="zweistufig", **staged | {"closes_on": "2026-05-01"})
    ProgrammeFactory(slug="laufend", deadline_model="laufend")
    ProgrammeFactory(slug="vorbei", deadline_model="fenster", closes_on="2026-05-31")
    body = client.get(f"{LIST}deadlines/").json()
    assert {one["slug"]: [(day["kind"], day["day"]) for day in one["deadlines"]] for one in body["results"]} == {
        "stichtage": [("application", "2026-07-01"), ("application", "2026-09-01")],
        "stufen": [("application", "2026-06-15"), ("full", "2026-10-01")],
        "zweite": [("full", "2026-10-01")],
    }
    assert slugs(client.get(f"{LIST}deadlines/", {"kind": "darlehen"})) == ["stufen"]
    refused = client.get(f"{LIST}deadlines/", {"kind": "x"})
    assert (refused.status_code, refused.json()["errors"][0]["name"]) == (400, "kind")
