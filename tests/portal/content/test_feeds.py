"""The Atom feeds of sections."""

from xml.etree import ElementTree as ET

import pytest

from tests.factories.content import GuideFactory, NewsFactory, SectionFactory, home_page, section

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(response.content)  # noqa: S314 - our own answer


def test_feed_has_the_published_pages_with_whole_addresses(client):
    home_page()
    first = NewsFactory(title="Ärger & Freude", summary="Ein <b> im Text.")
    NewsFactory(title="Entwurf", hidden=True)
    root = feed(client, "/aktuelles/feed/")
    (entry,) = root.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Ärger & Freude"
    assert entry.findtext(f"{ATOM}summary") == "Ein <b> im Text."
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert link.attrib["href"] == f"http://testserver{first.get_absolute_url()}"
    assert entry.findtext(f"{ATOM}updated", "").startswith(first.last_published_at.strftime("%Y-%m-%d"))
    assert entry.findtext(f"{ATOM}id")
    assert root.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "de"
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Kompetenzzentrum Digitale Städte und Regionen"
    links = {link.attrib["rel"]: link.attrib["href"] for link in root.findall(f"{ATOM}link")}
    assert links == {"alternate": "http://testserver/aktuelles/", "self": "http://testserver/aktuelles/feed/"}


def test_every_section_has_a_feed_that_its_page_names(client):
    page = SectionFactory(slug="praxis")
    GuideFactory(parent=page, title="Aus der Praxis")
    assert 'href="/praxis/feed/"' in client.get("/praxis/").content.decode()
    assert [entry.findtext(f"{ATOM}title") for entry in feed(client, "/praxis/feed/").findall(f"{ATOM}entry")] == [
        "Aus der Praxis"
    ]


def test_feed_stops_at_thirty_and_begins_with_the_newest(client):
    for number in range(32):
        NewsFactory(title=f"Meldung {number}")
    entries = feed(client, "/aktuelles/feed/").findall(f"{ATOM}entry")
    assert len(entries) == 30
    assert entries[0].findtext(f"{ATOM}title") == "Meldung 31"


def test_feed_of_a_withdrawn_section_is_gone(client):
    page = section("aktuelles")
    page.unpublish()
    assert client.get("/aktuelles/feed/").status_code == 404
