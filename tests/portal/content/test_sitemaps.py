"""What search engines are told."""

from xml.etree import ElementTree as ET

import pytest
from django.test import override_settings

from portal.areas import areas
from portal.content import sitemaps
from tests.factories import factory_for
from tests.factories.content import GuideFactory, SectionFactory
from tests.factories.funding import ProgrammeFactory

pytestmark = pytest.mark.django_db
NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def addresses(client, url):
    response = client.get(url)
    assert response.status_code == 200
    root = ET.fromstring(response.content)  # noqa: S314 - our own
    return [loc.text.removeprefix("http://testserver") for loc in root.iter(f"{NAMESPACE}loc")]


def everything(client):
    return [address for part in addresses(client, "/sitemap.xml") for address in addresses(client, part)]


def test_sitemap_lists_pages_and_things_that_answer(client):
    for resource in areas.each("resources"):
        factory_for(resource.model)()
    listed = everything(client)
    assert {"/impressum/", "/en/contact/", "/foerderung/", "/barriere-melden/", "/leitfaeden/"} <= set(listed)
    assert len(listed) == len(set(listed)) + 3  # the three sections lie where the lists do
    for address in listed:
        assert client.get(address).status_code == 200, address


def test_sitemap_names_nothing_hidden(client):
    shown, hidden = GuideFactory(), GuideFactory(hidden=True)
    open_, draft = ProgrammeFactory(), ProgrammeFactory(hidden=True)
    section = SectionFactory(hidden=True)
    listed = set(everything(client))
    assert {shown.get_absolute_url(), open_.get_absolute_url()} <= listed
    assert not {hidden.get_absolute_url(), draft.get_absolute_url(), section.get_absolute_url()} & listed


def test_sitemap_has_several_files_when_there_is_much(client, monkeypatch):
    monkeypatch.setattr(sitemaps._Section, "limit", 2)
    guides = GuideFactory.create_batch(5)
    parts = [part for part in addresses(client, "/sitemap.xml") if "sitemap-guides" in part]
    assert len(parts) == 3
    found = [address for part in parts for address in addresses(client, part)]
    assert sorted(found) == sorted(guide.get_absolute_url() for guide in guides)


def test_unknown_part_is_not_found(client):
    assert client.get("/sitemap-nothing.xml").status_code == 404
    assert client.get("/sitemap-pages.xml?p=99").status_code == 404


@override_settings(ALLOWED_HOSTS=["portal.bund.de"])
def test_robots_txt_leads_to_the_sitemap(client):
    body = client.get("/robots.txt", HTTP_HOST="portal.bund.de").content.decode()
    assert body == (
        "User-agent: *\nDisallow: /redaktion/\nDisallow: /suche/\nSitemap: http://portal.bund.de/sitemap.xml\n"
    )
