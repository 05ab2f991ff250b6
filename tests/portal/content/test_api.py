"""The API of guides, studies and news."""

import pytest

from portal.content.models import GuidePage
from tests.factories.content import GuideFactory, NewsFactory, StudyFactory, english

pytestmark = pytest.mark.django_db

LIST = "/api/v1/guides/"


def titles(response) -> list[str]:
    return [entry["title"] for entry in response.json()["results"]]


def test_guide_is_given_whole_with_codes_labels_and_html(client):
    guide = GuideFactory(fields=["daten", "energie"], sizes=["2000-4999"], roles=["it"])
    body = client.get(f"{LIST}{guide.translation_key}/").json()
    assert body["url"] == f"http://testserver{guide.get_absolute_url()}"
    assert (body["title"], body["summary"], body["language"]) == (guide.title, guide.summary, "de")
    assert [entry["code"] for entry in body["fields"]] == ["energie", "daten"]
    assert [entry["code"] for entry in body["sizes"]] == ["2000-4999"]
    assert [entry["code"] for entry in body["roles"]] == ["it"]
    assert (body["effort"], body["checked_on"], body["check_due_on"]) == (
        "small",
        guide.checked_on.isoformat(),
        guide.check_due_on.isoformat(),
    )
    assert "<p>Der erste Schritt.</p>" in body["steps"]
    assert "Um ein <b>Muster</b>vorhaben." in body["body"]
    assert body["updated"]


def test_list_is_without_the_texts_and_costs_the_same_for_any_number(client, django_assert_num_queries):
    GuideFactory.create_batch(5)
    with django_assert_num_queries(1):
        rows = client.get(LIST).json()["results"]
    assert len(rows) == 5
    assert {"steps", "body"} & set(rows[0]) == set()


def test_list_has_the_filters_of_the_page(client):
    GuideFactory(title="Daten", fields=["daten"], effort="large")
    GuideFactory(title="Energie", fields=["energie"])
    assert titles(client.get(LIST, {"field": "daten"})) == ["Daten"]
    assert titles(client.get(LIST, {"effort": "large", "q": "daten"})) == ["Daten"]
    assert client.get(LIST, {"field": "x"}).status_code == 400


def test_translation_is_not_listed_and_its_key_names_the_german_page(client):
    guide = GuideFactory(title="Deutsch")
    translation = guide.copy_for_translation(english(), copy_parents=True)
    translation.title = "In English"
    translation.save_revision().publish()
    assert GuidePage.objects.filter(translation_key=guide.translation_key, live=True).count() == 2
    assert titles(client.get(LIST)) == ["Deutsch"]
    assert client.get(f"{LIST}{guide.translation_key}/").json()["title"] == "Deutsch"


def test_study_and_news_say_what_is_their_own(client):
    study, news = StudyFactory(authors="A. Muster"), NewsFactory()
    body = client.get(f"/api/v1/studies/{study.translation_key}/").json()
    assert (body["publisher"], body["authors"], body["published_in"]) == ("Musterinstitut", "A. Muster", 2026)
    assert client.get(f"/api/v1/news/{news.translation_key}/").json()["date"] == news.date.isoformat()


@pytest.mark.parametrize("key", ["1", "x", "9" * 60, "00000000-0000-0000-0000-000000000000"])
def test_key_of_nothing_is_not_found(client, key):
    assert client.get(f"{LIST}{key}/").status_code == 404
