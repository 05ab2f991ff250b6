"""The list of funding programmes: filters, facets, order, reasons, pages, empty results."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from funding import indicators
from funding.models import Programme
from portal import counting
from portal.search.indexing import index_pending
from portal.search.words import splitter
from tests.factories.accounts import UserFactory
from tests.factories.directory import MunicipalityFactory
from tests.factories.funding import ProgrammeFactory

pytestmark = pytest.mark.django_db

LIST = "/foerderung/"


def titles(response) -> list[str]:
    return [programme.title for programme in response.context["page_obj"]]


def text(response) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


@pytest.fixture
def ludwigsburg():
    return MunicipalityFactory(ags="08118048", name="Ludwigsburg")


def test_list_shows_published_programmes_alone(client):
    ProgrammeFactory(title="Offen")
    hidden = ProgrammeFactory(title="Entwurf", hidden=True)
    ProgrammeFactory(title="Zurückgezogen", withdrawn=True)
    assert titles(client.get(LIST)) == ["Offen"]
    assert client.get(LIST, {"q": "Entwurf"}).context["count"] == 0
    Programme.objects.filter(pk=hidden.pk).update(live=True, first_published_at=timezone.now())
    assert client.get(LIST, {"q": "Entwurf"}).context["count"] == 1


def test_list_shows_editors_drafts_as_well(client):
    ProgrammeFactory(title="Entwurf", hidden=True)
    client.force_login(UserFactory(editor=True))
    response = client.get(LIST)
    assert titles(response) == ["Entwurf"]
    assert f">{Programme.State.DRAFT.label}</span>" in response.content.decode()


def test_municipality_finds_programmes_of_its_land_and_nation_wide_ones_with_reasons(client, ludwigsburg):
    ProgrammeFactory(title="Bayern", areas=["09"])
    ProgrammeFactory(title="Im Land", areas=["08"])
    ProgrammeFactory(title="Bund", areas=["bundesweit"])
    ProgrammeFactory(title="Auch Bayern", areas=["09", "08"], applicants=["unternehmen"])
    response = client.get(LIST, {"municipality": ludwigsburg.pk})
    assert titles(response) == ["Im Land", "Bund", "Auch Bayern"]
    reasons = [programme.reason_for(ludwigsburg) for programme in response.context["page_obj"]]
    assert all(reason in text(response) for reason in reasons)
    assert len(set(reasons)) == 2
    assert len(titles(client.get(LIST))) == 4


def test_my_municipality_is_preset_visibly_and_can_be_taken_away(client, ludwigsburg):
    ProgrammeFactory(title="Bayern", areas=["09"])
    client.cookies["kommune"] = ludwigsburg.pk
    response = client.get(LIST, {"q": "hilft"})
    assert (response.status_code, response["Location"]) == (302, f"{LIST}?q=hilft&municipality={ludwigsburg.pk}")
    response = client.get(response["Location"])
    assert response.context["count"] == 0
    (remove,) = [one["remove_url"] for one in response.context["active_filters"] if one["name"] == "municipality"]
    assert client.get(remove).context["count"] == 1


@pytest.mark.parametrize(
    "parameter, field, matching, other",
    [
        ("applicant", "applicants", "kommune", "unternehmen"),
        ("kind", "kinds", "darlehen", "zuschuss"),
        ("field", "fields", "mobilitaet", "arbeit"),
        ("level", "levels", "eu", "land"),
        ("area", "areas", "09", "bundesweit"),
    ],
)
def test_facet_narrows_down_and_counts_leave_its_own_choice_out(client, parameter, field, matching, other):
    ProgrammeFactory(title="Passt", **{field: [matching]})
    ProgrammeFactory(title="Passt nicht", **{field: [other]})
    ProgrammeFactory(title="Beides", **{field: [matching, other]})
    response = client.get(LIST, {parameter: matching})
    assert titles(response) == ["Beides", "Passt"]
    (facet,) = [facet for facet in response.context["facets"] if facet["name"] == parameter]
    counts = {value["value"]: (value["count"], value["selected"]) for value in facet["values"]}
    assert counts == {matching: (2, True), other: (2, False)}
    assert len(titles(client.get(LIST, {parameter: [matching, other]}))) == 3


def test_facets_count_what_the_other_filters_leave(client, ludwigsburg):
    ProgrammeFactory(areas=["08"], kinds=["darlehen"], fields=["arbeit"])
    ProgrammeFactory(areas=["09"], kinds=["zuschuss"], fields=["arbeit"])
    response = client.get(LIST, {"municipality": ludwigsburg.pk, "field": "arbeit"})
    kinds = next(facet for facet in response.context["facets"] if facet["name"] == "kind")
    assert [(value["value"], value["count"]) for value in kinds["values"]] == [("darlehen", 1)]


@pytest.mark.parametrize(
    "words, found",
    [
        ("Glasfaser", ["Glasfaser"]),
        ("schulen", ["Turnhalle"]),  # Schule: the stem is the same
        ("glasfaser dörfer", ["Glasfaser"]),
        ("glasfaser -dorf", []),
        ('"erneuert wird"', ["Turnhalle"]),
        ("sondergesetz", ["Turnhalle"]),
        ("und", []),
        ("'; drop table --", []),
        ("((", []),
    ],
)
def test_text_search_knows_german_stems(client, words, found):
    ProgrammeFactory(title="Glasfaser", summary="Für jedes Dorf.")
    ProgrammeFactory(title="Turnhalle", description="Jede Schule erneuert wird.", legal_basis="Sondergesetz")
    assert titles(client.get(LIST, {"q": words})) == found


def test_best_match_comes_first_unless_another_order_is_asked_for(client):
    today = timezone.localdate()
    ProgrammeFactory(title="A nebenbei", description="Radweg", checked_on=today - timedelta(days=9))
    ProgrammeFactory(title="Radweg Radweg", checked_on=None)
    ProgrammeFactory(title="Z Radweg", summary="Radweg", checked_on=today)
    assert titles(client.get(LIST, {"q": "radweg"}))[-1] == "A nebenbei"
    assert titles(client.get(LIST, {"q": "radweg", "sort": "match"}))[-1] == "A nebenbei"
    assert titles(client.get(LIST, {"q": "radweg", "sort": "title"})) == ["A nebenbei", "Radweg Radweg", "Z Radweg"]
    assert titles(client.get(LIST, {"sort": "-checked"})) == ["Z Radweg", "A nebenbei", "Radweg Radweg"]
    assert titles(client.get(LIST, {"sort": "match"})) == ["A nebenbei", "Radweg Radweg", "Z Radweg"]


def test_newest_import_comes_first_when_asked_for(client):
    now = timezone.now()
    ProgrammeFactory(title="Eigenes")
    ProgrammeFactory(title="Alt", imported=True, imported_at=now - timedelta(days=2))
    ProgrammeFactory(title="Neu", imported=True, imported_at=now)
    assert titles(client.get(LIST, {"sort": "-imported"})) == ["Neu", "Alt", "Eigenes"]


def test_pages_are_stable_and_complete(client):
    ProgrammeFactory.create_batch(45, title="Gleicher Titel")
    pages = [client.get(LIST, {"page": number, "sort": "title"}) for number in (1, 2, 3)]
    keys = [programme.pk for page in pages for programme in page.context["page_obj"]]
    assert sorted(keys) == sorted(Programme.objects.values_list("pk", flat=True))
    assert client.get(LIST, {"page": 4}).status_code == 404


@pytest.mark.parametrize(
    "query, parameter",
    [
        ("municipality=99999999", "municipality"),
        ("municipality=08118048' OR 1=1", "municipality"),
        ("kind=geschenk", "kind"),
        ("kind=zuschuss&kind=geschenk", "kind"),
        ("area=17", "area"),
        ("sort=rang", "sort"),
        ("q=" + "x" * 201, "q"),
        ("q=a&q=b", "q"),
        ("quark=1", "quark"),
    ],
)
def test_broken_parameter_is_a_visible_problem_and_never_more_results(client, query, parameter):
    ProgrammeFactory()
    assert client.get(LIST).context["count"] == 1
    response = client.get(f"{LIST}?{query}")
    assert (response.status_code, list(response.context["problems"])) == (400, [parameter])
    assert response.context["count"] == 0
    assert strip_tags(response.context["problems"][parameter][0]) in unescape(text(response))
    assert titles(response) == []


def test_municipality_that_no_longer_exists_is_a_problem(client):
    gone = MunicipalityFactory(valid_to=timezone.localdate() - timedelta(days=1))
    assert client.get(LIST, {"municipality": gone.pk}).status_code == 400


def test_empty_result_says_what_each_filter_costs(client, ludwigsburg, django_assert_num_queries):
    ProgrammeFactory.create_batch(2, title="Radweg", areas=["09"], kinds=["zuschuss"])
    ProgrammeFactory(title="Haus", areas=["08"], kinds=["darlehen"])
    query = {"q": "radweg", "municipality": ludwigsburg.pk, "kind": "darlehen"}
    response = client.get(LIST, query)
    assert response.context["count"] == 0
    (loosening,) = response.context["loosenings"]
    assert loosening["count"] == 1
    assert client.get(f"{LIST}?{loosening['query']}").context["count"] == 1
    assert "radweg" not in loosening["query"]
    response = client.get(LIST, {"q": "radweg", "municipality": ludwigsburg.pk})
    assert [one["count"] for one in response.context["loosenings"]] == [2, 1]
    for one in response.context["loosenings"]:
        assert client.get(f"{LIST}?{one['query']}").context["count"] == one["count"]
    with django_assert_num_queries(4):  # the municipality, synonyms, the counts, the loosenings
        Client().get(LIST, query)


def test_empty_portal_says_so(client):
    assert client.get(LIST).context["loosenings"] == []


@pytest.mark.parametrize("number", [1, 3, 30])
def test_list_costs_the_same_for_any_number(client, ludwigsburg, django_assert_num_queries, number):
    ProgrammeFactory.create_batch(number, areas=["08"])
    index_pending()
    splitter()
    with django_assert_num_queries(
        5
    ):  # the municipality, synonyms, the counts with all facets, the page, its conditions
        Client().get(LIST, {"municipality": ludwigsburg.pk, "q": "hilft", "kind": "zuschuss"})


def test_summary_of_a_source_is_shown_whole_with_its_licence(client):
    long = "Ein sehr langer Satz mit vielen Worten. " * 60
    programme = ProgrammeFactory(imported=True, summary=f"<p>{long}</p>", text_format="html")
    ProgrammeFactory(imported=True, summary="", description="Nur lang.")
    response = client.get(LIST)
    assert long.strip() in text(response)
    assert "Nur lang." not in text(response)
    assert f'href="{programme.source_url}"' in response.content.decode()
    assert text(response).count("CC BY-ND 4.0") == 2


def test_state_of_a_programme_is_said_in_words(client):
    today = timezone.localdate()
    ProgrammeFactory(source="demonstration", source_key="x", checked_on=today)
    ProgrammeFactory(absent_since=today, checked_on=today - timedelta(days=181))
    ProgrammeFactory(checked_on=None)
    pattern = r'class="kern-badge[^"]*".*?<span class="kern-label">([^<]+)</span>'
    assert len(re.findall(pattern, client.get(LIST).content.decode())) == 5


def test_facet_answer_for_htmx_is_the_results_alone():
    ProgrammeFactory()
    response = Client(headers={"HX-Request": "true"}).get(LIST)
    assert "<html" not in response.content.decode()
    assert 'id="results"' in response.content.decode()


def test_list_sets_no_cookie_on_an_anonymous_reader(client):
    ProgrammeFactory()
    assert dict(client.get(LIST).cookies) == {}


def test_searches_and_those_that_find_nothing_are_counted_without_who_made_them(client):
    ProgrammeFactory(title="Radwege")
    index_pending()
    today = timezone.localdate()
    assert indicators.searches_in_vain(today) is None
    for query in ("q=radwege", "q=xylophon", "q=radwege&page=1", "kind=zuschuss", "q=radwege&kind=quatsch"):
        client.get(f"/foerderung/?{query}")
    counting.flush()
    assert indicators.searches_in_vain(today) == 50
