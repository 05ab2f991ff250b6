"""“Was this page helpful?” (landscape 3.6, point 40): anonymous, without cookie and JavaScript."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from portal.content.forms import signed_page
from portal.content.models import Feedback
from portal.content.reader_views import FEEDBACK_PER_HOUR
from portal.content.services.feedback import give_feedback, purge_feedback
from tests.factories.content import GuideFactory

pytestmark = pytest.mark.django_db

URL = "/feedback/"
OURS = {"Sec-Fetch-Site": "same-origin"}
IN_PLACE = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def page(client):
    """What the form on the page of contact holds."""
    body = client.get("/kontakt/").content.decode()
    (value,) = re.findall(r'<input type="hidden" name="page" value="([^"]+)"', body)
    return value


def send(page, *, headers=None, **changes):
    data = {"page": page, "helpful": "yes", "text": "", "website": ""} | changes
    return Client().post(URL, data, headers=OURS | (headers or {}))


def rows():
    return list(Feedback.objects.order_by("pk").values_list("path", "helpful", "text"))


def test_an_answer_that_is_missing_is_named_by_the_question(page):
    body = send(page, helpful="").content.decode()
    assert "War diese Seite hilfreich?</a>: Bitte wählen Sie „Ja“ oder „Nein“." in body


def test_answer_is_one_row_about_the_page(page):
    response = send(page, helpful="no", text="Die Telefonnummer fehlt.")
    assert response.status_code == 302
    assert response.cookies == {}
    assert rows() == [("/kontakt/", False, "Die Telefonnummer fehlt.")]
    assert {f.name for f in Feedback._meta.fields} == {"id", "path", "helpful", "text", "given_on"}
    thanks = Client().get(response["Location"])
    assert 'href="/kontakt/"' in thanks.content.decode()


def test_htmx_gets_the_thanks_in_place(page):
    response = send(page, headers=IN_PLACE)
    assert response.status_code == 200
    body = response.content.decode()
    assert "<html" not in body
    assert 'id="feedback-form" data-hx-swap-oob="delete"' in body
    assert rows() == [("/kontakt/", True, "")]


@pytest.mark.parametrize("changes", [{"helpful": ""}, {"helpful": "maybe"}, {"text": "x" * 2_001}])
def test_mistakes_are_named_and_nothing_is_lost(page, changes):
    response = send(page, **{"text": "Danke"} | changes)
    assert response.status_code == 400
    body = response.content.decode()
    assert response.context["answer"].data["text"] in body
    (mistake,) = re.findall(r'<li><a href="#([^"]+)">', body)
    assert body.count(f'id="{mistake}"') == 1
    in_place = send(page, headers=IN_PLACE, **changes)
    assert in_place.status_code == 200
    assert "field-error" in in_place.content.decode()
    assert rows() == []


@pytest.mark.parametrize("forged", ["/kontakt/", "/erfunden/:abc", "", "https://other.example/:x", "x" * 2_000])
def test_answers_to_pages_cannot_be_made_up(page, forged):
    assert send(forged).status_code == 400
    assert rows() == []
    assert send(page).status_code == 302


def test_form_of_another_site_is_refused(page):
    assert Client().post(URL, {"page": page, "helpful": "yes"}).status_code == 403
    assert rows() == []


def test_program_that_fills_in_everything_is_asked_again(page):
    assert send(page, website="spam").status_code == 400
    assert rows() == []


def test_number_of_answers_from_one_place_is_limited(rf):
    page = signed_page(rf.get("/kontakt/"))
    statuses = [send(page).status_code for _ in range(FEEDBACK_PER_HOUR + 1)]
    assert statuses == [302] * FEEDBACK_PER_HOUR + [429]
    assert len(rows()) == FEEDBACK_PER_HOUR


@pytest.mark.parametrize("address", ["/impressum/", "/haeufige-fragen/", "/ueber-uns/", "/gebaerdensprache/"])
def test_pages_of_the_editors_ask(client, address):
    assert client.get(address).content.decode().count('class="feedback ') == 1


def test_guides_ask(client):
    guide = GuideFactory()
    assert client.get(guide.get_absolute_url()).content.decode().count('class="feedback ') == 1


@pytest.mark.parametrize(
    "address", ["/", "/barriere-melden/", "/anmelden/", "/foerderung/", "/leitfaeden/", "/gibt-es-nicht/"]
)
def test_lists_forms_and_errors_do_not_ask(client, address):
    assert 'class="feedback ' not in client.get(address).content.decode()


def test_page_of_thanks_leads_only_to_the_portal(client):
    assert client.get("/feedback/danke/", {"seite": "/kontakt/"}).context["back"] == "/kontakt/"
    response = client.get("/feedback/danke/", {"seite": "https://other.example/"})
    assert response.context["back"] == "/"
    assert 'href="https://other.example' not in response.content.decode()


def test_comments_are_emptied_after_a_year():
    today = timezone.localdate()
    kept, old = (
        give_feedback(path="/a/", helpful=True, text="neu"),
        give_feedback(path="/b/", helpful=False, text="alt"),
    )
    Feedback.objects.filter(pk=old.pk).update(given_on=today - timedelta(days=366))
    assert purge_feedback() == 1
    assert purge_feedback() == 0
    assert rows() == [("/a/", True, "neu"), ("/b/", False, "")]
    assert kept.given_on == today
