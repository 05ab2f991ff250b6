"""The demonstration content: complete, marked, and not loaded twice."""

import pytest
from django.test import Client

from portal.content import demo
from portal.content.models import FormPage, GuidePage, KeyDate, NewsPage, SectionPage, StudyPage

pytestmark = pytest.mark.django_db

GUIDES, STUDIES, NEWS, DATES = 10, 3, 3, 3


def test_the_demonstration_is_complete_and_is_loaded_once(client: Client) -> None:
    assert demo.load() == GUIDES + STUDIES + NEWS + DATES + len(["glossary", "form", "English guide"])
    assert demo.load() == 0
    assert [model.objects.german().count() for model in (GuidePage, StudyPage, NewsPage)] == [GUIDES, STUDIES, NEWS]
    assert KeyDate.objects.count() == DATES
    for page in [*GuidePage.objects.all(), *StudyPage.objects.all(), *NewsPage.objects.all()]:
        assert page.body[0].block_type == "notice"
        assert "Demonstration" in page.body[0].value["title"]


def test_every_page_of_the_demonstration_can_be_read(client: Client) -> None:
    demo.load()
    for address in ("/leitfaeden/erste-schritte-zur-digitalstrategie/", "/glossar/", "/thema-vorschlagen/"):
        assert client.get(address).status_code == 200, address
    for page in [*GuidePage.objects.all(), *StudyPage.objects.all(), *NewsPage.objects.all()]:
        assert client.get(page.get_absolute_url()).status_code == 200, page


def test_the_english_guide_lies_in_an_english_section(client: Client) -> None:
    demo.load()
    section = SectionPage.objects.get(locale__language_code="en")
    assert (section.title, section.get_absolute_url()) == ("Guides", "/en/guides/")
    text = client.get("/en/guides/first-steps-to-a-digital-strategy/").content.decode()
    assert '<html lang="en"' in text
    assert 'href="/leitfaeden/erste-schritte-zur-digitalstrategie/"' in text


def test_a_form_of_the_demonstration_has_its_fields() -> None:
    demo.load()
    form = FormPage.objects.get(slug="thema-vorschlagen")
    assert [field.field_type for field in form.form_fields.all()] == ["multiline", "dropdown", "email"]
