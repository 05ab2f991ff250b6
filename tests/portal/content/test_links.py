"""Which links stand where, whether they still lead somewhere, and when one counts as broken."""

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.http import FileResponse, HttpRequest
from django.urls import path
from django.utils import timezone

from portal.areas import areas
from portal.content.models import CheckedLink, KeyDate, LinkUse, NewsPage
from portal.content.services import links
from portal.content.services.asking import Answer
from portal.content.services.links import Run, address_to_check, ask_own, check_links, collect_links
from portal.content.services.page_links import links_of
from tests.factories.content import (
    CheckedLinkFactory,
    DocumentFactory,
    GuideFactory,
    KeyDateFactory,
    LinkUseFactory,
    NewsFactory,
    StudyFactory,
    blocks,
)
from tests.factories.funding import ContactFactory, LinkFactory, ProgrammeFactory
from tests.portal.content.servers import Server, manner, serving, status

pytestmark = pytest.mark.django_db

Problem = CheckedLink.Problem


@pytest.fixture(autouse=True)
def _only_what_the_test_makes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages of the founding have links of their own; most tests are about one link alone."""
    if "whole_portal" not in request.fixturenames:
        monkeypatch.setattr(links, "areas", [area for area in areas if area.slug == "only"])


@pytest.fixture
def whole_portal() -> None:
    """Ask all areas."""


@pytest.fixture
def dates_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """An area that presents the dates' links."""
    from portal.areas import Area

    def of_dates() -> Iterator[tuple[Any, str]]:
        for date in KeyDate.objects.all():
            yield date, date.url

    area = Area(slug="only", label="Only", summary="", order=1, outside_links=of_dates)
    monkeypatch.setattr(links, "areas", [area])


def uses() -> set[tuple[str, Any]]:
    return {(use.link.url, use.content_object) for use in LinkUse.objects.select_related("link")}


def state_of(url: str) -> tuple[int | None, str, int]:
    return CheckedLink.objects.values_list("status", "problem", "failures").get(url=url)


def check(server: Server, **how: Any) -> Run:
    return check_links(outside=True, manner=manner(server, **how))


def test_links_are_found_in_every_kind_of_block() -> None:
    document = DocumentFactory()
    other = NewsFactory(slug="die-andere")
    page = GuideFactory(
        steps=blocks(
            ("step", {"title": "1", "text": '<p><a href="https://a.example/1?x=1&amp;y=2">A</a></p>', "effort": ""})
        ),
        body=blocks(
            ("paragraph", f'<p><a linktype="page" id="{other.pk}">Intern</a> <a href="/kommunen/">K</a></p>'),
            ("notice", {"kind": "info", "title": "N", "text": '<p><a href="https://b.example/">B</a></p>'}),
            ("accordion", {"title": "T", "text": f'<p><a linktype="document" id="{document.pk}">D</a></p>'}),
            ("quote", {"text": "https://c.example/ist-kein-link steht da", "person": "P", "role": ""}),
        ),
        interactions=blocks(("text", '<p><a href="mailto:x@example.org">M</a> <a>ohne</a></p>')),
    )
    assert list(links_of(page)) == [
        "https://a.example/1?x=1&y=2",
        "/aktuelles/die-andere/",
        "/kommunen/",
        "https://b.example/",
        document.url,
        "mailto:x@example.org",
    ]


def test_fields_and_blocks_for_addresses_are_links() -> None:
    assert list(links_of(StudyFactory(source_url="https://studie.example/"))) == ["https://studie.example/"]
    from tests.factories.content import home_page

    home = home_page()
    home.help_offers = blocks(("offer", {"label": "L", "text": "T", "page": None, "address": "/kontakt/"}))
    home.save()
    home.refresh_from_db()
    assert list(links_of(home)) == ["/kontakt/"]


@pytest.mark.parametrize(
    ("address", "checked"),
    [
        ("https://example.org/a#teil", "https://example.org/a"),
        (" https://example.org/ä ö ", "https://example.org/%C3%A4%20%C3%B6"),
        ("https://köln.de/", "https://xn--kln-sna.de/"),
        ("//example.org/a", "https://example.org/a"),
        ("http://localhost:8000/kommunen/?q=1#x", "/kommunen/?q=1"),
        ("http://localhost:8000", "/"),
        ("/kommunen/#x", "/kommunen/"),
        ("mailto:a@example.org", ""),
        ("tel:+49123", ""),
        ("#teil", ""),
        ("", ""),
        ("http://[kaputt", "http://[kaputt"),
    ],
)
def test_an_address_is_kept_in_the_way_it_is_checked(address: str, checked: str) -> None:
    assert address_to_check(address) == checked


@pytest.mark.usefixtures("whole_portal")
def test_links_of_all_areas_are_written_down_with_where_they_stand() -> None:
    text = '<p><a href="https://beide.example/">B</a></p>'
    page = NewsFactory(body=blocks(("paragraph", text), ("paragraph", text)))
    NewsFactory(body=blocks(("paragraph", '<p><a href="https://entwurf.example/">E</a></p>')), hidden=True)
    date = KeyDateFactory(url="https://beide.example/")
    KeyDateFactory(url="https://vorbei.example/", on=timezone.localdate() - timedelta(days=1))
    programme = ProgrammeFactory(source_url="https://quelle.example/")
    LinkFactory(programme=programme, url="https://richtlinie.example/")
    ContactFactory(programme=programme, website="https://stelle.example/")
    gone = ProgrammeFactory(source_url="https://verschwunden.example/", absent_since=timezone.localdate())
    LinkFactory(programme=gone, url="https://noch-da.example/")
    LinkFactory(programme=ProgrammeFactory(hidden=True), url="https://versteckt.example/")
    collect_links()
    assert {(url, obj) for url, obj in uses() if ".example" in url} == {
        ("https://beide.example/", page),
        ("https://beide.example/", date),
        ("https://quelle.example/", programme),
        ("https://richtlinie.example/", programme),
        ("https://stelle.example/", programme),
        ("https://noch-da.example/", gone),
    }


@pytest.mark.usefixtures("dates_alone")
def test_what_is_no_longer_linked_is_forgotten() -> None:
    one, other = KeyDateFactory(url="https://a.example/"), KeyDateFactory(url="https://a.example/")
    stale = LinkUseFactory(link=CheckedLinkFactory(url="https://alt.example/"))
    CheckedLinkFactory(url="https://ohne.example/")
    collect_links()
    assert uses() == {("https://a.example/", one), ("https://a.example/", other)}
    assert not LinkUse.objects.filter(pk=stale.pk).exists()
    known = CheckedLink.objects.get()
    one.delete()
    KeyDate.objects.filter(pk=other.pk).update(url="https://b.example/")
    CheckedLinkFactory(url="https://b.example/", failures=1)
    collect_links()
    assert uses() == {("https://b.example/", other)}
    assert not CheckedLink.objects.filter(pk=known.pk).exists()
    assert state_of("https://b.example/") == (None, "", 1), "what is known of an address stays"


@pytest.mark.usefixtures("dates_alone")
def test_an_address_that_is_too_long_is_named_in_the_log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "MAX_ADDRESS", 20)
    date = KeyDateFactory(url="https://www.example.org/zu-lang")
    with caplog.at_level(logging.WARNING):
        collect_links()
    assert not CheckedLink.objects.exists()
    assert f"content.KeyDate {date.pk}" in caplog.text


@pytest.mark.usefixtures("dates_alone")
def test_what_nobody_finds_any_more_is_broken_at_once() -> None:
    with serving(status(404)) as server:
        KeyDateFactory(url=server.url("/weg"))
        assert check(server) == Run(asked=1, failed=1, left=0)
    link = CheckedLink.objects.broken().get()
    assert state_of(link.url) == (404, "status", 1)
    assert "404" in link.explanation()


@pytest.mark.usefixtures("dates_alone")
def test_a_server_that_fails_is_broken_in_the_second_night_and_whole_again_in_the_third() -> None:
    with serving(status(500)) as server:
        url = server.url()
        KeyDateFactory(url=url)
        tonight = timezone.now()
        check(server)
        assert (state_of(url), CheckedLink.objects.broken().count()) == ((500, "status", 1), 0)
        check(server)  # again in the same night: it is not due
        assert len(server.requests) == 2
        with time_machine.travel(tonight + timedelta(days=1), tick=True):
            check(server)
        assert (state_of(url), CheckedLink.objects.broken().count()) == ((500, "status", 2), 1)
    with serving(status(200)) as server, time_machine.travel(tonight + timedelta(days=2), tick=True):
        KeyDate.objects.update(url=server.url())
        CheckedLink.objects.update(url=server.url())
        check(server)
        assert (state_of(server.url()), CheckedLink.objects.broken().count()) == ((200, "", 0), 0)


@pytest.mark.usefixtures("dates_alone")
def test_a_link_that_works_is_asked_once_a_week() -> None:
    with serving(status(200)) as server:
        KeyDateFactory(url=server.url())
        tonight = timezone.now()
        for day, requests in ((0, 1), (1, 1), (6, 1), (7, 2), (8, 2), (14, 3)):
            with time_machine.travel(tonight + timedelta(days=day), tick=True):
                check(server)
            assert len(server.requests) == requests, day


@pytest.mark.usefixtures("dates_alone")
def test_a_server_that_answers_people_alone_is_no_broken_link() -> None:
    with serving(status(403)) as server:
        KeyDateFactory(url=server.url())
        CheckedLinkFactory(url=server.url(), failures=1, checked_at=timezone.now() - timedelta(days=1))
        assert check(server) == Run(asked=1, failed=0, left=0)
    assert state_of(server.url()) == (403, "denied", 0)


@pytest.mark.usefixtures("dates_alone")
def test_what_a_busy_server_keeps_from_being_asked_is_left_for_the_next_night() -> None:
    with serving(status(503, Retry_After="60")) as server:
        for path in ("/1", "/2", "/3"):
            KeyDateFactory(url=server.url(path))
        assert check(server) == Run(asked=1, failed=0, left=2)
    assert CheckedLink.objects.filter(checked_at=None).count() == 2


@pytest.mark.usefixtures("dates_alone")
def test_a_run_without_any_answer_counts_nothing() -> None:
    KeyDateFactory(url="http://gibt-es-nicht.invalid/")
    KeyDateFactory(url="http://127.0.0.9/nie-gefragt")
    with serving(status(200)) as server:
        pass  # nobody listens there any more
    KeyDateFactory(url=server.url())
    assert check(server) == Run(asked=1, failed=1, left=2, is_void=True)
    # What the portal refuses to ask has nothing to do with its network.
    assert state_of("http://127.0.0.9/nie-gefragt") == (None, "refused", 1)
    assert state_of("http://gibt-es-nicht.invalid/") == (None, "", 0)
    # As soon as one server answers, the silence of others counts.
    with serving(status(404), "127.0.0.2") as other:
        KeyDateFactory(url=other.url())
        how = manner(server, other)
        assert check_links(outside=True, manner=how) == Run(asked=3, failed=3, left=0)
    assert state_of("http://gibt-es-nicht.invalid/") == (None, "host", 1)
    assert state_of(server.url()) == (None, "silent", 1)


@pytest.mark.usefixtures("dates_alone")
def test_two_runs_at_once_do_not_count_a_failure_twice() -> None:
    link = CheckedLinkFactory(failures=1, checked_at=timezone.now() - timedelta(days=1))
    same = CheckedLink.objects.get(pk=link.pk)
    links._write(Run(), link, Answer(500, Problem.STATUS))
    links._write(Run(), same, Answer(500, Problem.STATUS))
    assert state_of(link.url) == (500, "status", 2)


@pytest.mark.usefixtures("dates_alone")
def test_servers_of_others_are_left_alone_where_the_setting_says_so(settings: Any) -> None:
    with serving(status(404)) as server:
        KeyDateFactory(url=server.url())
        KeyDateFactory(url="/gibt-es-nicht/")
        settings.CHECK_LINKS = False
        assert check_links(manner=manner(server)) == Run(asked=1, failed=1, left=0)
        assert server.requests == []
        settings.CHECK_LINKS = True
        assert check_links(manner=manner(server)) == Run(asked=1, failed=1, left=0)
        assert len(server.requests) == 2
    assert server.headers[0]["User-Agent"] == "test"
    assert links.user_agent().isascii()
    assert settings.SITE_URL in links.user_agent()


def test_the_portals_own_pages_are_asked_in_the_portal(settings: Any) -> None:
    NewsFactory(slug="da")
    draft: NewsPage = NewsFactory(slug="entwurf", hidden=True)
    assert draft.slug == "entwurf"
    assert ask_own("/aktuelles/da/") == Answer(200)
    assert ask_own("/aktuelles/da") == Answer(200), "over a redirect"
    assert ask_own("/aktuelles/entwurf/") == Answer(404, Problem.STATUS)
    assert ask_own("/kommunen/?unknown=1") == Answer(400, Problem.STATUS)
    assert ask_own("/abmelden/").status in {200, 302, 405}
    settings.SECURE_SSL_REDIRECT = True
    assert ask_own("/aktuelles/da/") == Answer(200)
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert ask_own("/aktuelles/da/") == Answer(200)


def download(_request: HttpRequest) -> FileResponse:
    OPENED.append(Path(__file__).open("rb"))  # noqa: SIM115 - the response closes it
    return FileResponse(OPENED[-1])


OPENED: list[Any] = []
urlpatterns = [path("datei/", download, name="download")]


@pytest.mark.urls(__name__)
def test_a_file_is_asked_for_and_closed() -> None:
    assert ask_own("/datei/") == Answer(200)
    assert OPENED[-1].closed


def test_a_document_that_was_deleted_is_a_broken_link() -> None:
    document = DocumentFactory()
    url = document.url
    document.delete()
    assert ask_own(url) == Answer(404, Problem.STATUS)


@pytest.mark.usefixtures("dates_alone")
def test_own_links_are_not_judged_under_an_address_that_the_portal_does_not_know(settings: Any) -> None:
    KeyDateFactory(url="/gibt-es-nicht/")
    settings.SITE_URL = "https://anders.example"
    assert check_links(outside=False) == Run()
    settings.SITE_URL = "http://localhost:8000"
    assert check_links(outside=False) == Run(asked=1, failed=1)


@pytest.mark.usefixtures("whole_portal")
def test_every_link_of_the_founding_inside_the_portal_works(settings: Any) -> None:
    """What a new portal says to its readers leads somewhere."""
    settings.SECURITY_CONTACT = "sicherheit@example.org"
    check_links(outside=False)
    assert CheckedLink.objects.own().count() > 3
    assert [link.url for link in CheckedLink.objects.own() if link.failures] == []


@pytest.mark.usefixtures("dates_alone")
def test_the_command_tells_what_is_broken() -> None:
    KeyDateFactory(url="/gibt-es-nicht/")
    out = StringIO()
    call_command("check_links", own_only=True, stdout=out)
    lines = out.getvalue().splitlines()
    assert re.findall(r"\d+", lines[0]) == ["1", "1", "0"], "asked, failed, left"
    assert lines[1].startswith("/gibt-es-nicht/  ")
    assert "404" in lines[1]
    assert ContentType.objects.get_for_model(KeyDate) == LinkUse.objects.get().content_type
