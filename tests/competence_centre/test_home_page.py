import re
from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from django.utils import translation

from portal.directory.choice import COOKIE
from tests.factories.directory import MunicipalityFactory

pytestmark = pytest.mark.django_db


def home(rf: RequestFactory, *, chosen: str = "", **context: Any) -> str:
    request = rf.get("/")
    request.user = AnonymousUser()
    if chosen:
        request.COOKIES[COOKIE] = chosen
    page = render_to_string("home.html", context, request=request)
    return page[page.index("<main") : page.index("</main>")]


def headings(page: str) -> list[str]:
    found = re.findall(r"<h[12][^>]*>(.*?)</h[12]>", page, flags=re.DOTALL)
    return [" ".join(text.split()) for text in found]


def guide(title: str) -> SimpleNamespace:
    return SimpleNamespace(
        title=title, url="/leitfaeden/x/", summary="Kurz.", effort_label="Ein Tag", updated=date(2026, 3, 3)
    )


@pytest.fixture(autouse=True)
def _english_words() -> Iterator[None]:
    """The headings as they stand in the template, whatever the catalogue says."""
    with translation.override(None):
        yield


def test_the_three_questions_stand_even_where_nothing_is_known(rf: RequestFactory) -> None:
    page = home(rf)
    assert headings(page) == [
        "Help with digitalisation for your municipality",
        "What is there for my municipality?",
        "What do others do?",
        "Who helps me?",
    ]
    questions = page.split("<section")[1:]
    assert len(questions) == 3
    assert ["<a " in part or "<form" in part for part in questions] == [True, True, True]  # what to do next


def test_sections_with_something_in_them_are_shown_in_order(rf: RequestFactory) -> None:
    page = home(
        rf,
        page=SimpleNamespace(title="Titel der Redaktion", lead="Vorspann der Redaktion."),
        upcoming=[{"on": date(2026, 12, 15), "label": "Frist X", "url": "/x/", "kind": "deadline", "area_label": "F"}],
        latest_guides=[guide("Leitfaden A")],
        latest_news=[guide("Meldung B")],
        examples=[SimpleNamespace(title="Beispiel C", url="/c/", summary="")],
        help_offers=[{"label": "Beratung D", "text": "Eine Stunde.", "url": "/d/"}],
    )
    assert headings(page) == [
        "Titel der Redaktion",
        "What is there for my municipality?",
        "What do others do?",
        "Who helps me?",
        "Next dates and deadlines",
        "Latest guides",
        "News",
    ]
    positions = [
        page.index(text) for text in ("Vorspann", "Beispiel C", "Beratung D", "Frist X", "Leitfaden A", "Meldung B")
    ]
    assert positions == sorted(positions)
    assert '<time datetime="2026-12-15">' in page


def test_a_chosen_municipality_turns_the_questions_to_it(rf: RequestFactory) -> None:
    place = MunicipalityFactory(ags="08118048", name="Ludwigsburg")
    like = MunicipalityFactory(ags="08118049", name="Musterheim", population=12_345)
    page = home(rf, chosen="08118048", similar=[like])
    assert headings(page)[1] == "What is there for Ludwigsburg?"
    assert place.get_absolute_url() in page
    assert like.get_absolute_url() in page
    assert "12" in page[page.index("Musterheim") : page.index("Musterheim") + 120]
    assert "data-place-picker" not in page


@override_settings(OPERATOR_EMAIL="hilfe@example.org")
def test_whoever_helps_can_be_written_to_as_long_as_no_offers_are_named(rf: RequestFactory) -> None:
    assert 'href="mailto:hilfe@example.org"' in home(rf)
    assert "mailto:" not in home(rf, help_offers=[{"label": "Beratung", "text": "", "url": "/b/"}])
