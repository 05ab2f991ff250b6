"""The lists of guides, studies and news, and the search in them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from portal.content.models import GuidePage
from portal.search.indexing import index_pending
from portal.search.words import splitter
from tests.factories.content import GuideFactory, NewsFactory, StudyFactory, blocks, english, home_page
from tests.factories.directory import MunicipalityFactory

pytestmark = pytest.mark.django_db

GUIDES, STUDIES, NEWS = "/leitfaeden/", "/studien/", "/aktuelles/"


def titles(response) -> list[str]:
    return [page.title for page in response.context["page_obj"]]


def counts(response, name) -> dict[str, int]:
    (facet,) = [facet for facet in response.context["facets"] if facet["name"] == name]
    return {value["value"]: value["count"] for value in facet["values"]}


def test_list_stands_in_its_section_and_says_what_the_section_says(client):
    home_page()
    section = Page.objects.get(slug="leitfaeden", depth=3).specific
    response = client.get(GUIDES)
    assert (response.context["title"], response.context["introduction"]) == (section.title, section.summary)
    assert 'href="/leitfaeden/feed/"' in response.content.decode()
    Page.objects.filter(pk=section.pk).update(live=False)
    response = client.get(GUIDES)
    assert response.status_code == 200
    assert 'href="/leitfaeden/feed/"' not in response.content.decode()


@pytest.mark.parametrize(
    "parameter, field, matching, other",
    [
        ("field", "fields", "energie", "daten"),
        ("role", "roles", "it", "rat"),
        ("size", "sizes", "2000-4999", "under-500"),
    ],
)
def test_facet_of_guides_narrows_down_and_counts(client, parameter, field, matching, other):
    GuideFactory(title="Passt", **{field: [matching]})
    GuideFactory(title="Passt nicht", **{field: [other]})
    GuideFactory(title="Beides", **{field: [matching, other]})
    response = client.get(GUIDES, {parameter: matching})
    assert sorted(titles(response)) == ["Beides", "Passt"]
    assert counts(response, parameter) == {matching: 2, other: 2}
    assert len(titles(client.get(GUIDES, {parameter: [matching, other]}))) == 3


def test_guide_for_all_is_found_under_each_size_and_role(client):
    GuideFactory(title="Für alle", sizes=[], roles=[])
    assert titles(client.get(GUIDES, {"size": "500-999", "role": "rat"})) == ["Für alle"]


def test_effort_narrows_down(client):
    GuideFactory(title="Schnell", effort="small")
    GuideFactory(title="Lang", effort="large")
    response = client.get(GUIDES, {"effort": "large"})
    assert titles(response) == ["Lang"]
    assert counts(response, "effort") == {"small": 1, "large": 1}


def test_municipality_leaves_the_guides_for_its_size(client):
    place = MunicipalityFactory(ags="08118048", population=3_000)
    GuideFactory(title="Klein", sizes=["2000-4999"])
    GuideFactory(title="Groß", sizes=["from-500000"])
    GuideFactory(title="Alle")
    assert sorted(titles(client.get(GUIDES, {"municipality": place.pk}))) == ["Alle", "Klein"]
    assert client.get(GUIDES, {"municipality": "99999999"}).status_code == 400


def test_study_is_found_by_year_and_field(client):
    StudyFactory(title="Alt", published_in=2021, fields=["daten"])
    StudyFactory(title="Neu", published_in=2026, fields=["daten"])
    assert titles(client.get(STUDIES)) == ["Neu", "Alt"]
    response = client.get(STUDIES, {"field": "daten", "year": "2021"})
    assert titles(response) == ["Alt"]
    assert counts(response, "year") == {"2026": 1, "2021": 1}
    assert client.get(STUDIES, {"year": "1999"}).status_code == 400


def test_news_come_newest_first(client):
    today = timezone.localdate()
    NewsFactory(title="Gestern", date=today - timedelta(days=1))
    NewsFactory(title="Heute", date=today)
    NewsFactory(title="Früher", date=today - timedelta(days=30))
    assert titles(client.get(NEWS)) == ["Heute", "Gestern", "Früher"]
    assert titles(client.get(NEWS, {"sort": "date"})) == ["Früher", "Gestern", "Heute"]


def test_translations_are_no_entries_of_their_own(client):
    guide = GuideFactory(title="Deutsch")
    translation = guide.copy_for_translation(english(), copy_parents=True)
    translation.save_revision().publish()
    assert GuidePage.objects.filter(live=True).count() == 2
    answer = client.get(GUIDES)
    assert (titles(answer), answer.context["count"]) == (["Deutsch"], 1)
    assert [row["title"] for row in client.get("/api/v1/guides/").json()["results"]] == ["Deutsch"]
    index_pending()
    assert client.get("/suche/", {"q": "Deutsch", "kind": "guides"}).context["count"] == 1


@pytest.mark.parametrize("number", [1, 3, 25])
def test_list_costs_the_same_for_any_number(client, django_assert_num_queries, number):
    GuideFactory.create_batch(number)
    index_pending()
    splitter()
    with django_assert_num_queries(4):  # synonyms, the counts with all facets, the page, the section
        Client().get(GUIDES, {"q": "muster", "field": "verwaltung"})


@pytest.mark.parametrize(
    "words, found",
    [
        ("Ratsinformationssystem", ["Ratsarbeit"]),
        ("sitzungen", ["Ratsarbeit"]),  # Sitzung: the stem is the same
        ("ratsarbeit sitzung", ["Ratsarbeit"]),  # one word in the title, the other in the text
        ("ratsarbeit -sitzung", []),
        ('"ohne Papier"', ["Ratsarbeit"]),
        ("datenschützer", ["Datenschutz"]),
        ("einwilligungen", ["Datenschutz"]),  # in a block inside a block
        ("strong", []),  # the name of a tag
        ("href", []),
        ("paragraph", []),  # the name of a block
        ("verwaltung", []),  # the key of a field is no text
        ("und", []),
        ("'; drop table --", []),
        ("((", []),
        ("\\", []),
        ("a & | ! <-> b", []),
    ],
)
def test_search_knows_german_stems_and_never_meets_markup(client, words, found):
    GuideFactory(
        title="Ratsarbeit",
        summary="Arbeiten mit dem Ratsinformationssystem.",
        body=blocks(
            ("paragraph", '<p>Jede <strong>Sitzung</strong> ohne Papier: <a href="https://example.org">so</a>.</p>')
        ),
    )
    GuideFactory(
        title="Datenschutz",
        summary="Für Datenschützer.",
        steps=blocks(
            ("step", {"title": "Prüfen", "text": "<p>Eine Einwilligung holen.</p>", "effort": "", "result": ""})
        ),
    )
    assert titles(client.get(GUIDES, {"q": words})) == found


def test_search_finds_what_was_published_and_nothing_that_was_drafted(client):
    page = GuideFactory(title="Glasfaser", body=blocks(("paragraph", "<p>Ein Leerrohr.</p>")))
    page.body = blocks(("paragraph", "<p>Ein Mobilfunkmast.</p>"))
    revision = page.save_revision()
    assert titles(client.get(GUIDES, {"q": "leerrohr"})) == ["Glasfaser"]
    assert titles(client.get(GUIDES, {"q": "mobilfunkmast"})) == []
    revision.publish()
    assert titles(client.get(GUIDES, {"q": "mobilfunkmast"})) == ["Glasfaser"]
    assert titles(client.get(GUIDES, {"q": "leerrohr"})) == []
    page.refresh_from_db()
    page.unpublish()
    assert titles(client.get(GUIDES, {"q": "mobilfunkmast"})) == []


def test_best_match_comes_first_unless_another_order_is_asked_for(client):
    GuideFactory(title="A nebenbei", body=blocks(("paragraph", "<p>Ein Radweg kommt vor.</p>")))
    GuideFactory(title="Radweg planen")
    assert titles(client.get(GUIDES, {"q": "radweg"})) == ["Radweg planen", "A nebenbei"]
    assert titles(client.get(GUIDES, {"q": "radweg", "sort": "title"})) == ["A nebenbei", "Radweg planen"]


def test_overdue_pages_are_found_by_date_of_check_or_of_publication():
    today, long_ago = timezone.localdate(), timezone.now() - timedelta(days=400)
    GuideFactory(title="Frisch", checked_on=today)
    GuideFactory(title="Alt", checked_on=today - timedelta(days=366))
    GuideFactory(title="Nie", checked_on=None, first_published_at=long_ago)
    GuideFactory(title="Entwurf", hidden=True, checked_on=today - timedelta(days=900))
    assert sorted(page.title for page in GuidePage.objects.all().overdue()) == ["Alt", "Nie"]


def test_empty_list_says_so(client):
    assert client.get(GUIDES).context["count"] == 0
    assert client.get(GUIDES, {"effort": "large"}).status_code == 200


def test_list_sets_no_cookie_on_an_anonymous_reader(client):
    GuideFactory()
    assert dict(client.get(GUIDES).cookies) == {}
