"""The page of a funding programme."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from funding.templatetags.funding import texts
from portal.content.models import CheckedLink
from portal.content.services.links import collect_links
from tests.factories.accounts import UserFactory
from tests.factories.directory import MunicipalityFactory
from tests.factories.funding import ContactFactory, LinkFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


@pytest.fixture
def editor() -> Client:
    client = Client()
    client.force_login(UserFactory(editor=True))
    return client


@pytest.fixture
def reader() -> Client:
    client = Client()
    client.force_login(UserFactory())
    return client


def test_page_shows_all_there_is(client):
    programme = ProgrammeFactory(
        imported=True,
        requirements="Ein Beschluss.",
        procedure="Zwei Stufen.",
        deadlines="Morgen.",
        required_documents="Ein Plan.",
        processing_time="Acht Wochen.",
        application_language="Sorbisch.",
        legal_basis="Richtlinie.",
        legal_citation="GVBl. 7.",
        status_note="Ruht gerade.",
        keywords="Stichwort",
        issued_on="2025-05-26",
        attribution="Titel von jemandem, Quelle: https://www.foerderdatenbank.de/x.html",
    )
    ContactFactory(programme=programme, post_box="12 34", phone="030 1", mobile="0170 2", fax="030 3", country="Polen")
    LinkFactory(programme=programme, title="Merkblatt")
    shown = text(client.get(programme.get_absolute_url()))
    for words in (
        *("Ein Beschluss.", "Zwei Stufen.", "Morgen.", "Ein Plan.", "Acht Wochen.", "Sorbisch.", "Richtlinie."),
        *("GVBl. 7.", "Ruht gerade.", "Stichwort", "26. Mai 2025", "Musterministerium", "Musterstelle", "Musterweg 1"),
        *("12345 Musterstadt", "12 34", "030 1", "0170 2", "030 3", "Polen", "auskunft@example.org", "Merkblatt"),
        "Titel von jemandem, Quelle: https://www.foerderdatenbank.de/x.html",
    ):
        assert words in shown


def test_page_has_one_h1_and_an_outline_without_gaps(client):
    programme = ProgrammeFactory(
        imported=True, text_format="html", description="<h1>Eins</h1><h5>Zwei</h5>", legal_basis="<h2>Drei</h2>"
    )
    html = client.get(programme.get_absolute_url()).content.decode()
    levels = [int(html[i + 2]) for i in range(len(html)) if html[i : i + 2] == "<h" and html[i + 2].isdigit()]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_hostile_html_of_a_source_does_not_run(client):
    programme = ProgrammeFactory(
        imported=True,
        text_format="html",
        title="<script>alert(1)</script>",
        summary="<img src=x onerror=alert(1)>",
        description="<script>alert(1)</script><p onclick=x>Text</p>",
    )
    html = client.get(programme.get_absolute_url()).content.decode()
    assert "<script>alert" not in html
    assert "onerror" not in html
    assert "onclick" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("number", [0, 1, 5])
def test_page_costs_the_same_for_any_number_of_parts(client, django_assert_num_queries, number):
    programme = ProgrammeFactory()
    for position in range(number):
        ContactFactory(programme=programme, position=position)
        LinkFactory(programme=programme, position=position)
    # Itself; contacts, links and conditions together; what belongs to it; projects that it paid for; the state of
    # links; what can be reused.
    with django_assert_num_queries(6):
        client.get(programme.get_absolute_url())


def test_page_says_why_it_applies_to_my_municipality(client):
    mine = MunicipalityFactory(ags="08118048", name="Ludwigsburg")
    client.cookies["kommune"] = mine.pk
    for programme in (
        ProgrammeFactory(areas=["08"]),
        ProgrammeFactory(areas=["bundesweit"]),
        ProgrammeFactory(areas=["09"], applicants=["unternehmen"]),
    ):
        shown = text(client.get(programme.get_absolute_url()))
        assert programme.reason_for(mine) in shown
    assert not programme.applies_to(mine)


@pytest.mark.parametrize("trait", ["hidden", "withdrawn"])
def test_page_that_is_not_published_exists_for_editors_alone(client, reader, editor, trait):
    programme = ProgrammeFactory(**{trait: True})
    answers = [who.get(programme.get_absolute_url()).status_code for who in (client, reader, editor)]
    assert answers == [404, 404, 200]


def test_unchecked_and_absent_programmes_carry_a_warning(client):
    today = timezone.localdate()
    fresh = ProgrammeFactory(checked_on=today - timedelta(days=180))
    assert "kern-alert" not in client.get(fresh.get_absolute_url()).content.decode()
    for values in ({"checked_on": None}, {"checked_on": today - timedelta(days=181)}, {"absent_since": today}):
        shown = client.get(ProgrammeFactory(**values).get_absolute_url()).content.decode()
        assert shown.count('class="kern-alert ') == 1


def test_editor_sees_the_state_and_the_way_to_the_form(editor, reader, client):
    programme = ProgrammeFactory()
    form = reverse("wagtailsnippets_funding_programme:edit", args=[programme.pk])
    answers = [who.get(programme.get_absolute_url()) for who in (editor, reader, client)]
    assert [f'href="{form}"' in answer.content.decode() for answer in answers] == [True, False, False]
    assert [str(programme.state_in_words) in text(answer) for answer in answers] == [True, False, False]


def test_text_of_a_source_that_is_all_in_its_legal_basis_is_headed_so(client):
    whole = ProgrammeFactory(description="", legal_basis="Alles steht hier.")
    usual = ProgrammeFactory(legal_basis="Richtlinie.")
    headings = [{entry["name"]: str(entry["title"]) for entry in texts(one)} for one in (whole, usual)]
    assert headings[0]["legal_basis"] != headings[1]["legal_basis"]
    for one, named in zip((whole, usual), headings, strict=True):
        shown = text(client.get(one.get_absolute_url())).lower()
        assert named["legal_basis"].lower() in shown


def test_a_link_that_leads_nowhere_says_so(client):
    programme = ProgrammeFactory(imported=True)
    LinkFactory(programme=programme, url="https://gone.example.org/x")
    LinkFactory(programme=programme, url="https://good.example.org/")
    collect_links()
    now = timezone.now()
    CheckedLink.objects.update(checked_at=now, status=200)
    page = text(client.get(programme.get_absolute_url()))
    assert "Alle Links geprüft seit dem" in page
    assert "HTTP" not in page
    CheckedLink.objects.filter(url="https://gone.example.org/x").update(status=404, problem="status", failures=1)
    page = text(client.get(programme.get_absolute_url()))
    assert page.count("(HTTP 404), geprüft am") == 1
    CheckedLink.objects.update(checked_at=None)
    assert "Alle Links geprüft" not in text(client.get(programme.get_absolute_url()))
