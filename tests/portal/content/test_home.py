"""The home page: composed of what the areas declare, and of what is new."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page

from portal.areas import areas
from tests.factories.content import (
    GuideFactory,
    KeyDateFactory,
    NewsFactory,
    SectionFactory,
    StudyFactory,
    blocks,
    english,
    home_page,
)
from tests.factories.directory import MunicipalityFactory
from tests.factories.funding import ProgrammeFactory

pytestmark = pytest.mark.django_db


def test_home_shows_each_area_with_its_live_figures(client):
    ProgrammeFactory.create_batch(3)
    MunicipalityFactory.create_batch(2)
    response = client.get("/")
    assert response.status_code == 200
    shown = {entry["area"].slug: entry for entry in response.context["areas_overview"]}
    assert list(shown) == [area.slug for area in areas]
    assert [figure["value"] for figure in shown["directory"]["indicators"]] == [2]
    assert shown["funding"]["indicators"][0]["value"] == 3
    assert shown["funding"]["url"] == "/foerderung/"
    ProgrammeFactory()
    again = {entry["area"].slug: entry for entry in client.get("/").context["areas_overview"]}
    assert again["funding"]["indicators"][0]["value"] == 4


def test_home_costs_at_most_eight_statements_for_a_reader_who_chose_nothing(client):
    home = home_page()
    home.examples_section = Page.objects.get(slug="aktuelles", depth=3)
    contact = Page.objects.get(slug="kontakt", locale=home.locale)
    home.help_offers = blocks(
        ("offer", {"label": "Wir", "text": "Fragen.", "page": contact.pk, "address": ""}),
        ("offer", {"label": "Verband", "text": "Technik.", "page": None, "address": "/kommunen/verbaende/"}),
    )
    home.save()
    GuideFactory.create_batch(4)
    NewsFactory.create_batch(4)
    KeyDateFactory.create_batch(3)
    ProgrammeFactory.create_batch(3)
    client.get("/")
    with CaptureQueriesContext(connection) as captured:
        response = client.get("/")
    assert len(response.context["examples"]) == 3
    assert [offer.url for offer in response.context["help_offers"]] == ["/kontakt/", "/kommunen/verbaende/"]
    assert len(captured) <= 8, [query["sql"][:120] for query in captured]
    assert dict(response.cookies) == {}


def test_home_names_the_newest_of_each_kind_in_its_language(client):
    today, now = timezone.localdate(), timezone.now()
    for age in range(4):
        GuideFactory(title=f"Leitfaden {age}", last_published_at=now - timedelta(days=age), effort="large")
        NewsFactory(title=f"Meldung {age}", date=today - timedelta(days=age))
    GuideFactory(title="Entwurf", hidden=True)
    translation = GuideFactory(title="Nur deutsch", last_published_at=now - timedelta(days=9)).copy_for_translation(
        english(), copy_parents=True
    )
    translation.title = "In English"
    translation.save_revision().publish()
    response = client.get("/")
    assert [page.title for page in response.context["latest_guides"]] == ["Leitfaden 0", "Leitfaden 1", "Leitfaden 2"]
    assert [page.title for page in response.context["latest_news"]] == ["Meldung 0", "Meldung 1", "Meldung 2"]
    newest = response.context["latest_guides"][0]
    assert (client.get(newest.url).status_code, newest.updated, bool(newest.effort_label)) == (200, today, True)
    assert [page.title for page in client.get("/en/").context["latest_guides"]] == ["In English"]


def test_examples_are_the_newest_pages_of_the_section_that_editors_chose(client):
    section, now = SectionFactory(), timezone.now()
    NewsFactory(
        parent=section, title="Beispiel A", date=timezone.localdate(), last_published_at=now - timedelta(days=2)
    )
    StudyFactory(parent=section, title="Beispiel B", last_published_at=now)
    StudyFactory(title="Anderswo")
    assert "examples" not in client.get("/").context
    home = home_page()
    home.examples_section = section
    home.save()
    assert [page.title for page in client.get("/").context["examples"]] == ["Beispiel B", "Beispiel A"]


def test_home_announces_the_next_dates_of_all_areas(client):
    today = timezone.localdate()
    for days in (40, 3, 10, 20, 30, 50):
        KeyDateFactory(title=f"In {days} Tagen", on=today + timedelta(days=days))
    KeyDateFactory(title="Heute", on=today)
    KeyDateFactory(title="Vorbei", on=today - timedelta(days=1))
    entries = client.get("/").context["upcoming"]
    assert [entry["label"] for entry in entries] == ["Heute", *(f"In {days} Tagen" for days in (3, 10, 20, 30))]
    assert {entry["kind"] for entry in entries} == {"deadline"}


def test_home_names_municipalities_like_the_chosen_one(client):
    mine = MunicipalityFactory(ags="08118048", population=3_000, size_score=0.1)
    MunicipalityFactory.create_batch(7, population=3_100, size_score=0.2)
    assert client.get("/").context["similar"] == []
    client.cookies["kommune"] = mine.pk
    similar = client.get("/").context["similar"]
    assert len(similar) == 5
    assert mine not in similar


def test_empty_portal_has_a_home_page(client):
    home_page()
    response = client.get("/")
    assert (response.status_code, response.content.decode().count("<h1")) == (200, 1)
    assert client.get("/en/").status_code == 200
