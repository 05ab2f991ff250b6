"""The pages of the editors as readers meet them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page

from portal.content.models import ContentPage, GlossaryPage, GuidePage, NewsPage, SectionPage
from tests.factories.accounts import UserFactory
from tests.factories.content import (
    DocumentFactory,
    FaqFactory,
    GlossaryFactory,
    GuideFactory,
    ImageFactory,
    NewsFactory,
    SectionFactory,
    StudyFactory,
    blocks,
    english,
    home_page,
)
from tests.factories.funding import ProgrammeFactory

pytestmark = pytest.mark.django_db


def text(response) -> str:
    body = response.content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def cost(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("make", [GuideFactory, StudyFactory, NewsFactory, FaqFactory, GlossaryFactory, SectionFactory])
def test_page_shows_what_was_written_under_one_heading(client, make):
    page = make()
    response = client.get(page.get_absolute_url())
    assert response.status_code == 200
    assert response.content.decode().count("<h1") == 1
    assert page.title in text(response)
    assert page.summary in text(response)


def test_every_founded_page_answers_for_everybody(client):
    home_page()
    pages = [page.specific for page in Page.objects.filter(depth__gte=2, live=True)]
    assert len(pages) > 10
    for page in pages:
        assert isinstance(page, ContentPage)
        response = client.get(page.get_absolute_url())
        assert (response.status_code, response.content.decode().count("<h1")) == (200, 1), page
        assert dict(response.cookies) == {}


def test_address_of_a_page_is_that_of_wagtail():
    home_page()
    for page in [GuideFactory(), home_page(), home_page("en"), *ContentPage.kinds()[1].objects.all()]:
        assert page.get_absolute_url() == Page.objects.get(pk=page.pk).get_url()


@pytest.mark.parametrize("make", [GuideFactory, StudyFactory, NewsFactory, FaqFactory, SectionFactory])
def test_draft_is_nowhere_until_it_is_published(client, make):
    page = make(hidden=True)
    client.force_login(UserFactory(editor=True))
    assert client.get(page.get_absolute_url()).status_code == 404
    page.save_revision().publish()
    assert client.get(page.get_absolute_url()).status_code == 200


def test_published_version_stays_while_a_new_one_is_written(client):
    page = GuideFactory(title="Alter Titel")
    page.title = "Neuer Titel"
    revision = page.save_revision()
    assert "Alter Titel" in text(client.get(page.get_absolute_url()))
    assert "Neuer Titel" not in text(client.get(page.get_absolute_url()))
    revision.publish()
    assert "Neuer Titel" in text(client.get(page.get_absolute_url()))


def test_page_below_a_section_shows_the_way_there(client):
    outer = SectionFactory(title="Außen", slug="aussen")
    inner = SectionFactory(title="Innen", slug="innen", parent=outer)
    guide = GuideFactory(slug="unten", parent=inner)
    assert guide.get_absolute_url() == "/aussen/innen/unten/"
    response = client.get("/aussen/innen/unten/")
    assert response.context["trail"] == [("Außen", "/aussen/"), ("Innen", "/aussen/innen/")]
    Page.objects.filter(pk=outer.pk).update(live=False)
    assert client.get("/aussen/innen/unten/").context["trail"] == [("Innen", "/aussen/innen/")]
    fresh = GuidePage.objects.get(pk=guide.pk)
    assert fresh.trail() == [("Innen", "/aussen/innen/")]


@pytest.mark.parametrize(
    "path", ["/gibt-es-nicht/", "/leitfaeden/gibt-es-nicht/", "/en/leitfaeden/", "/fr/", "/leitfaeden/feed/x/"]
)
def test_address_without_a_page_is_not_found(client, path):
    home_page()
    assert client.get(path).status_code == 404


def test_language_switch_stands_only_where_a_translation_is_published(client):
    section = SectionFactory(title="Deutsch")
    address = section.get_absolute_url()
    assert client.get(address).context["translations"] == []
    translation = section.copy_for_translation(english(), copy_parents=True)
    translation.title = "In English"
    translation.save_revision()
    assert translation.live is False
    assert client.get(address).context["translations"] == []
    translation.save_revision().publish()
    shown = [(entry["code"], entry["name"], entry["current"]) for entry in client.get(address).context["translations"]]
    assert shown == [("de", "Deutsch", True), ("en", "English", False)]
    response = client.get(translation.get_absolute_url())
    assert translation.get_absolute_url() == f"/en/{translation.slug}/"
    body = response.content.decode()
    assert '<html lang="en"' in body
    assert f'hreflang="de" href="http://testserver{address}"' in body
    assert f'<link rel="canonical" href="http://testserver{translation.get_absolute_url()}">' in body
    assert [entry["current"] for entry in response.context["translations"]] == [False, True]


def test_browser_of_another_language_gets_german(client):
    page = GuideFactory()
    for accepted in ("en", "fr", "*", "de-AT,en;q=0.5"):
        response = client.get(page.get_absolute_url(), headers={"Accept-Language": accepted})
        assert '<html lang="de"' in response.content.decode()


def test_english_section_lists_its_own_children(client):
    section = SectionFactory(title="Hilfe")
    translation = section.copy_for_translation(english(), copy_parents=True)
    translation.save_revision().publish()
    german = NewsFactory(parent=section, title="Nur deutsch")
    own = NewsFactory(parent=translation, title="Only English")
    assert [page.title for page in client.get(translation.get_absolute_url()).context["entries"]] == ["Only English"]
    assert [page.title for page in client.get(section.get_absolute_url()).context["entries"]] == ["Nur deutsch"]
    assert (german.language, own.language) == ("de", "en")


def test_page_says_how_old_it_is_and_whether_a_check_is_overdue(client):
    today = timezone.localdate()
    fresh = GuideFactory(checked_on=today)
    late = GuideFactory(checked_on=today - timedelta(days=366))
    assert "kern-badge--warning" not in client.get(fresh.get_absolute_url()).content.decode()
    assert "kern-badge--warning" in client.get(late.get_absolute_url()).content.decode()


def test_guide_for_no_size_and_no_role_is_for_all():
    guide = GuideFactory(sizes=[], roles=[])
    assert (len(guide.sizes), len(guide.roles)) == (10, 7)
    only = GuideFactory(sizes=["2000-4999"], roles=["it", "rat"])
    assert (only.sizes, only.roles) == (["2000-4999"], ["it", "rat"])
    assert guide.for_whom != only.for_whom


def whole_guide(**fields):
    image, document = ImageFactory(), DocumentFactory()
    body = blocks(
        ("heading", {"text": "Überblick", "level": "2"}),
        ("paragraph", "<p>Etwas <b>Wichtiges</b>.</p>"),
        ("heading", {"text": "Einzelheiten", "level": "3"}),
        ("notice", {"kind": "warning", "title": "Achtung", "text": "<p>Erst lesen.</p>"}),
        ("picture", {"image": {"image": image.pk, "decorative": False, "alt_text": "Ein Amt"}, "caption": "Das Amt"}),
        ("download", {"document": document.pk, "text": "Muster"}),
        ("quote", {"text": "Es geht.", "person": "Rieke", "role": "Amt"}),
        ("accordion", {"title": "Mehr", "text": "<p>Noch mehr.</p>"}),
        (
            "table",
            {
                "caption": "Kosten",
                "table": {
                    "columns": [{"type": "text", "heading": "Posten"}, {"type": "number", "heading": "Euro"}],
                    "rows": [{"values": ["Betrieb", 1200.5]}],
                    "caption": "",
                },
            },
        ),
        (
            "chart",
            {
                "title": "Anträge",
                "description": "Es werden mehr.",
                "kind": "line",
                "unit": "",
                "rows": [{"label": "2025", "value": 1}, {"label": "2026", "value": 2.5}],
                "source": "Muster",
            },
        ),
    )
    programme = ProgrammeFactory(title="Verknüpftes Programm")
    values = {
        "body": body,
        "interactions": blocks(("text", "<p>Ein Risiko.</p>")),
        "data_protection": blocks(("text", "<p>Keine Daten.</p>")),
        "downloads": blocks(("file", {"document": document.pk, "text": ""})),
        "related": blocks(("thing", f"funding-programmes:{programme.pk}")),
        "fields": ["verwaltung", "daten"],
    }
    return GuideFactory(**{**values, **fields})


def test_guide_shows_all_its_parts_within_few_statements(client):
    guide = whole_guide()
    other = GuideFactory(title="Passt dazu", fields=["daten"])
    response = client.get(guide.get_absolute_url())
    shown = text(response)
    for words in ("Der erste Schritt", "Überblick", "Ein Risiko", "Keine Daten", "Erst lesen", "1.200,5", "Das Amt"):
        assert words in shown, words
    assert [thing.title for thing in response.context["related"]] == ["Verknüpftes Programm"]
    groups = {
        str(group.label): [thing.title for thing in group.things] for group in response.context["offered"]["groups"]
    }
    assert other.title in [title for titles in groups.values() for title in titles]
    assert guide.title not in [title for titles in groups.values() for title in titles]
    body = response.content.decode()
    assert 'alt="Ein Amt"' in body
    assert "<svg" in body
    assert 'id="h-ueberblick"' in body
    assert 'href="#h-ueberblick"' in body
    ids = re.findall(r'\sid="([^"]+)"', body)
    assert len(ids) == len(set(ids))
    assert " style=" not in body.split("<main")[1].split("</main>")[0]


def test_plain_guide_costs_at_most_eight_statements(client):
    assert cost(client, GuideFactory().get_absolute_url()) <= 8


def test_deep_page_costs_as_much_as_a_shallow_one(client):
    shallow = NewsFactory()
    above = None
    for depth in range(4):
        above = SectionFactory(slug=f"tiefe-{depth}", **({"parent": above} if above else {}))
    deep = NewsFactory(parent=above)
    assert cost(client, deep.get_absolute_url()) == cost(client, shallow.get_absolute_url()) == 2


def test_glossary_sorts_as_german_dictionaries_do(client):
    words = ["Zweckverband", "Ämter", "Amt", "öffentlich", "Ordnung", "24/7", "OZG"]
    page = GlossaryFactory(
        terms=blocks(*(("term", {"term": w, "abbreviation": "", "meaning": "<p>Ein Wort.</p>"}) for w in words))
    )
    letters = GlossaryPage.objects.get(pk=page.pk).letters()
    assert [(entry["letter"], [block.value["term"] for block in entry["terms"]]) for entry in letters] == [
        ("0–9", ["24/7"]),
        ("A", ["Amt", "Ämter"]),
        ("O", ["öffentlich", "Ordnung", "OZG"]),
        ("Z", ["Zweckverband"]),
    ]
    assert client.get(page.get_absolute_url()).status_code == 200


def test_answer_of_a_question_can_be_linked(client):
    body = client.get(FaqFactory().get_absolute_url()).content.decode()
    details = body.split('<details class="disclosure">')[1].split("</details>")[0]
    assert 'id="h-was-ist-das"' in details
    assert "id=" not in details.split("</summary>")[0]


def test_page_refuses_to_be_written_to(client):
    page = NewsFactory()
    same = {"Sec-Fetch-Site": "same-origin"}
    assert client.post(page.get_absolute_url(), headers=same).status_code in {200, 405}
    assert Client(enforce_csrf_checks=True).post(page.get_absolute_url()).status_code == 403


def test_kinds_of_pages_are_all_ours():
    assert {GuidePage, NewsPage, SectionPage} <= set(ContentPage.kinds())
    assert ContentPage not in ContentPage.kinds()
