"""What a reader sees of whether a programme fits her municipality: reasons, answers, lists, and where it fits."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from funding import indicators
from funding.models import Answer, Programme
from portal import counting
from portal.areas import areas
from portal.directory.models import Municipality
from portal.following.models import Follow
from portal.following.services.matching import matches
from portal.following.services.subscribing import Target, follow
from portal.search.indexing import index_pending
from portal.search.models import Entry
from tests.factories.accounts import UserFactory
from tests.factories.actors import MembershipFactory, organisation_of
from tests.factories.directory import AssociationFactory, DistrictFactory, MunicipalityFactory
from tests.factories.funding import ConditionFactory, ProgrammeFactory
from tests.factories.notifications import RecipientFactory

pytestmark = pytest.mark.django_db

LIST = "/foerderung/"
OWN = {"HTTP_SEC_FETCH_SITE": "same-origin"}
READ = {"conditions_read_on": date(2026, 1, 1)}


@pytest.fixture
def ludwigsburg() -> Municipality:
    return MunicipalityFactory(ags="08118048", name="Ludwigsburg", population=93_593)


@pytest.fixture
def chosen(client: Client, ludwigsburg: Municipality) -> Client:
    client.cookies["kommune"] = ludwigsburg.pk
    return client


def text(response) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def titles(response) -> list[str]:
    return [programme.title for programme in response.context["page_obj"]]


# --- the page of a programme ---


def test_without_a_municipality_the_page_says_how_to_choose_one(client: Client) -> None:
    assert "Wählen Sie Ihre Kommune" in text(client.get(ProgrammeFactory().get_absolute_url()))


def test_the_page_judges_each_condition_with_reason_and_source(chosen: Client) -> None:
    programme = ProgrammeFactory(**READ)
    ConditionFactory(programme=programme, maximum=20_000)
    shown = text(chosen.get(programme.get_absolute_url()))
    assert "Passt es zu Ludwigsburg? Passt nicht" in shown
    assert (
        "Nicht erfüllt: Verlangt: höchstens 20.000 Einwohnerinnen und Einwohner. Ludwigsburg hat 93.593."
        " (Nr. 3.1 der Richtlinie)" in shown
    )


def test_that_somebody_looked_is_counted_and_nothing_else(chosen: Client) -> None:
    chosen.get(ProgrammeFactory().get_absolute_url())
    Client().get(ProgrammeFactory().get_absolute_url())  # without a municipality nothing is matched
    counting.flush()
    assert indicators.matches_viewed(timezone.localdate()) == 1


def test_an_answer_is_remembered_for_the_visit_and_can_be_taken_back(chosen: Client) -> None:
    programme = ProgrammeFactory(**READ)
    question = ConditionFactory(
        programme=programme, kind="vorhaben", question="Ein Konzept ist beschlossen.", position=1
    )
    ConditionFactory(programme=programme, kind="partner", minimum=2)
    url = reverse("funding:answer", args=[programme.slug])
    assert "Noch offen" in text(chosen.get(programme.get_absolute_url()))
    answer = chosen.post(url, {"condition": question.pk, "said": "ja"}, **OWN)
    assert (answer.status_code, answer["Location"]) == (303, f"{programme.get_absolute_url()}#fit")
    cookie = answer.cookies["foerderfakten"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")
    chosen.post(url, {"partners": "2"}, **OWN)
    page = chosen.get(programme.get_absolute_url())
    assert "Passt nach allem, was wir wissen" in text(page)
    assert "Ihre Angabe: ja." in text(page)
    assert "Cookie" in page["Vary"]
    assert titles(chosen.get(LIST, {"municipality": "08118048", "fit": "fits"})) == [programme.title]
    chosen.cookies["kommune"] = MunicipalityFactory(ags="08118001").pk
    assert "Noch offen" in text(chosen.get(programme.get_absolute_url()))  # the answers were about another place
    chosen.cookies["kommune"] = "08118048"
    chosen.post(url, {"forget": "1"}, **OWN)
    assert "Noch offen" in text(chosen.get(programme.get_absolute_url()))


@pytest.mark.parametrize(
    "data",
    [
        {"partners": "viele"},
        {"partners": "1000"},
        {"partners": "9" * 5_000},
        {"condition": "x", "said": "ja"},
        {"said": "ja"},
        {},
    ],
)
def test_an_answer_that_was_not_asked_for_is_refused(chosen: Client, data: dict[str, str]) -> None:
    url = reverse("funding:answer", args=[ProgrammeFactory().slug])
    assert chosen.post(url, data, **OWN).status_code == 400
    assert chosen.post(url, data).status_code == 403  # another site's form
    assert Client().post(url, data, **OWN).status_code == 404  # no municipality is chosen


@pytest.mark.parametrize("written", ["", "x", "08118048", "08118048.p9999", "08118048.7x", "08118048..", "8" * 4000])
def test_no_cookie_breaks_the_page(chosen: Client, written: str) -> None:
    chosen.cookies["foerderfakten"] = written
    assert chosen.get(ProgrammeFactory().get_absolute_url()).status_code == 200


def test_who_acts_for_the_municipality_answers_for_all_who_do(chosen: Client, ludwigsburg: Municipality) -> None:
    organisation = organisation_of(ludwigsburg)
    programme = ProgrammeFactory(**READ)
    ConditionFactory(programme=programme, kind="partner", minimum=2)
    clerk, colleague = UserFactory(), UserFactory()
    for person in (clerk, colleague):
        MembershipFactory(person=person, organisation=organisation)
    chosen.force_login(clerk)
    answer = chosen.post(reverse("funding:answer", args=[programme.slug]), {"partners": "3"}, **OWN)
    assert "foerderfakten" not in answer.cookies
    assert Answer.objects.get().value == 3
    other = Client()
    other.force_login(colleague)
    shown = text(other.get(programme.get_absolute_url()))
    assert "Ihre Angabe: 3." in shown
    assert "Ihre Angaben sind für Ludwigsburg gespeichert" in shown
    other.post(reverse("funding:answer", args=[programme.slug]), {"forget": "1"}, **OWN)
    assert not Answer.objects.exists()


# --- lists ---


def test_what_fits_comes_first_and_can_be_asked_for(client: Client, ludwigsburg: Municipality) -> None:
    ProgrammeFactory(title="Unbekannt")
    ProgrammeFactory(title="Passt", **READ)
    ConditionFactory(programme=ProgrammeFactory(title="Zu groß", **READ), maximum=500)
    response = client.get(LIST, {"municipality": ludwigsburg.pk})
    assert titles(response) == ["Passt", "Unbekannt", "Zu groß"]
    facet = next(one for one in response.context["facets"] if one["name"] == "fit")
    assert [(one["value"], one["count"]) for one in facet["values"]] == [("fits", 1), ("unknown", 1), ("misfit", 1)]
    assert titles(client.get(LIST, {"municipality": ludwigsburg.pk, "fit": ["fits", "unknown"]})) == [
        "Passt",
        "Unbekannt",
    ]
    assert "Verlangt: höchstens 500 Einwohnerinnen und Einwohner. Ludwigsburg hat 93.593." in text(response)


def test_whether_it_fits_cannot_be_asked_without_a_place_nor_for_two(client: Client, ludwigsburg: Municipality) -> None:
    DistrictFactory(id="09162")
    alone = client.get(LIST, {"fit": "fits"})
    assert (alone.status_code, list(alone.context["problems"])) == (400, ["fit"])
    two = client.get(LIST, {"municipality": ludwigsburg.pk, "district": "09162"})
    assert (two.status_code, list(two.context["problems"])) == (400, ["district"])
    assert client.get(f"/api/v1/funding-programmes/?fit=fits&municipality={ludwigsburg.pk}").status_code == 200
    assert client.get("/api/v1/funding-programmes/?fit=fits").status_code == 400


def test_a_district_and_an_association_see_what_fits_them_and_each_member(client: Client) -> None:
    association = AssociationFactory(id="081185999", name="Verband Musterland")
    small = MunicipalityFactory(association=association, name="Kleinort", population=300)
    large = MunicipalityFactory(association=association, name="Großort", population=9_000)
    programme = ProgrammeFactory(title="Für Verbände", **READ)
    ConditionFactory(programme=programme, kind="antragsteller", applicants=["verband", "gemeinde"])
    ConditionFactory(programme=programme, maximum=5_000, position=1)
    listed = client.get(LIST, {"association": association.pk})
    assert [(one.title, one.fit) for one in listed.context["page_obj"]] == [("Für Verbände", "misfit")]
    assert client.get(LIST, {"district": "08118"}).context["page_obj"][0].fit == "misfit"
    page = client.get(reverse("funding:programme_places", args=[programme.slug]), {"association": association.pk})
    assert [(place.pk, verdict) for place, verdict, _reason in page.context["members"]] == [
        (large.pk, "misfit"),
        (small.pk, "fits"),
    ]
    assert client.get(reverse("funding:programme_places", args=[programme.slug]), {"district": "0"}).status_code == 404


def test_where_it_fits_is_counted_by_land_and_size_with_map_and_table(client: Client) -> None:
    MunicipalityFactory(ags="08118001", population=300)
    MunicipalityFactory(ags="09162001", population=300)
    MunicipalityFactory(ags="09162002", population=30_000)
    programme = ConditionFactory(maximum=5_000).programme
    page = client.get(reverse("funding:programme_places", args=[programme.slug]))
    where = page.context["where"]
    assert where.totals == {"fits": 2, "unknown": 0, "misfit": 1}
    assert [[cell.text for cell in row] for row in where.by_land.rows] == [
        ["Baden-Württemberg", "1", "0", "0"],
        ["Bayern", "1", "0", "1"],
    ]
    assert page.content.decode().count("<table") == 2


def test_availability_is_a_facet_and_the_nearest_deadline_an_order(client: Client) -> None:
    today = timezone.localdate()
    ProgrammeFactory(title="Bald", closes_on=today + timedelta(days=3))
    ProgrammeFactory(title="Später", cut_off_dates=[today - timedelta(days=9), today + timedelta(days=60)])
    ProgrammeFactory(title="Vorbei", closes_on=today - timedelta(days=1))
    ProgrammeFactory(title="Unbekannt")
    assert titles(client.get(LIST, {"availability": ["open", "closing"]})) == ["Bald", "Später"]
    assert titles(client.get(LIST, {"sort": "deadline"})) == ["Bald", "Später", "Unbekannt", "Vorbei"]
    facet = next(one for one in client.get(LIST).context["facets"] if one["name"] == "availability")
    assert {one["value"]: one["count"] for one in facet["values"]} == {
        "open": 1,
        "closing": 1,
        "closed": 1,
        "unknown": 1,
    }


def test_fields_of_action_follow_from_what_is_funded(client: Client) -> None:
    ProgrammeFactory(title="Rad", fields=["mobilitaet", "umwelt_naturschutz"])
    ProgrammeFactory(title="Rathaus", fields=["digitalisierung"])
    response = client.get(LIST, {"action": "wasser"})
    assert titles(response) == ["Rad"]
    facet = next(one for one in response.context["facets"] if one["name"] == "action")
    assert [one["value"] for one in facet["values"]] == [
        "verwaltung",
        "mobilitaet",
        "energie",
        "abfall",
        "wasser",
        "daten",
    ]
    assert Programme.objects.get(title="Rathaus").fields_of_action == ["verwaltung", "daten"]


def test_a_deadline_ends_at_midnight_in_berlin(client: Client) -> None:
    ProgrammeFactory(title="Heute", closes_on=date(2026, 7, 31))
    with time_machine.travel("2026-07-31T21:59:59Z", tick=False):
        assert titles(client.get(LIST, {"availability": "closing"})) == ["Heute"]
    with time_machine.travel("2026-07-31T22:00:01Z", tick=False):
        assert titles(client.get(LIST, {"availability": "closed"})) == ["Heute"]


def test_a_programme_and_what_a_land_makes_of_it_are_never_both_hits(client: Client, ludwigsburg: Municipality) -> None:
    generic = ProgrammeFactory(title="Bundesprogramm")
    variant = ProgrammeFactory(title="Bayerische Fassung", areas=["09"], variant_of=generic, keywords="Almwirtschaft")
    there = MunicipalityFactory(ags="09162001")
    index_pending()
    assert titles(client.get(LIST)) == ["Bundesprogramm"]
    assert titles(client.get(LIST, {"municipality": ludwigsburg.pk})) == ["Bundesprogramm"]
    assert titles(client.get(LIST, {"municipality": there.pk})) == ["Bayerische Fassung"]
    assert titles(client.get(LIST, {"municipality": there.pk, "q": "Almwirtschaft"})) == ["Bayerische Fassung"]
    assert titles(client.get(LIST, {"q": "Almwirtschaft"})) == ["Bundesprogramm"]
    assert list(Entry.objects.filter(kind="funding-programmes").values_list("title", flat=True)) == ["Bundesprogramm"]
    assert "Bayerische Fassung" in text(client.get(generic.get_absolute_url()))
    assert "Bundesprogramm" in text(client.get(variant.get_absolute_url()))
    variant.keywords = "Hochweide"
    variant.save()
    index_pending()
    assert titles(client.get(LIST, {"q": "Hochweide"})) == ["Bundesprogramm"]
    Programme.objects.filter(pk=generic.pk).update(live=False)
    index_pending()
    assert titles(client.get(LIST)) == ["Bayerische Fassung"]
    assert titles(client.get(LIST, {"q": "Hochweide"})) == ["Bayerische Fassung"]


def test_recommended_is_nothing_that_does_not_fit_or_cannot_be_had(ludwigsburg: Municipality) -> None:
    ProgrammeFactory(title="Passt", **READ)
    ProgrammeFactory(title="A: unbekannt")
    ConditionFactory(programme=ProgrammeFactory(title="Zu groß", **READ), maximum=500)
    ProgrammeFactory(title="Vorbei", closes_on=timezone.localdate() - timedelta(days=1))
    ProgrammeFactory(title="Ausgeschöpft", deadline_model="ausgeschoepft")
    found = Programme.objects.all().about(ludwigsburg, ["verwaltung"])
    assert [one.title for one in found] == ["Passt", "A: unbekannt"]


def test_a_saved_search_for_what_fits_is_told_of_what_fits_alone(ludwigsburg: Municipality) -> None:
    resource = next(one for one in areas.each("resources") if one.slug == "funding-programmes")
    target = Target(resource=resource, parameters={"fit": ["fits"], "municipality": [ludwigsburg.pk]})
    saved, _is_new = follow(
        recipient=RecipientFactory(), target=target, title="Was passt", rhythm="daily", is_confirmed=True
    )
    fits = ProgrammeFactory(**READ)
    misfit = ConditionFactory(programme=ProgrammeFactory(**READ), maximum=500).programme
    elsewhere = ProgrammeFactory(areas=["09"], **READ)
    found = matches(resource, [fits.pk, misfit.pk, elsewhere.pk])
    assert found == {str(fits.pk): [Follow.objects.get(pk=saved.pk)]}
