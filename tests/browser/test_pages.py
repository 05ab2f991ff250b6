"""Every kind of page: accessible, from our own origin alone, within the policy, without cookies."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from playwright.sync_api import Page, Response

from competence_centre.views import HomeView
from portal.areas import areas
from tests.browser.conftest import DARK, LIGHT, NARROW, WIDE, Site, Visit

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
RUN_AXE = """(tags) => axe.run(document, {runOnly: {type: "tag", values: tags}}).then((result) =>
  result.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)}`)))"""


def violations(page: Page, axe: str) -> list[str]:
    page.evaluate(f"{axe};0")
    found: list[str] = page.evaluate(RUN_AXE, RULES)
    return found


def is_wider_than_window(page: Page) -> bool:
    wider: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wider


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_is_accessible(site: Site, visit: Callable[..., Visit], axe: str, width: int, scheme: str) -> None:
    window = visit(width=width, scheme=scheme)
    found = {}
    for name, address in site.pages().items():
        window.page.goto(address)
        problems = violations(window.page, axe)
        if window.page.locator("h1").count() != 1:
            problems.append(f"{window.page.locator('h1').count()} headings of level 1")
        if is_wider_than_window(window.page):
            problems.append("scrolls sideways")
        if problems:
            found[name] = problems
    assert found == {}


@pytest.mark.parametrize(
    "error, status",
    [(SuspiciousOperation("x"), 400), (PermissionDenied("Nur zum Test."), 403), (RuntimeError("x"), 500)],
)
def test_error_pages_are_accessible_and_whole(
    visit: Callable[..., Visit], axe: str, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr(HomeView, "get", fail)
    window = visit(width=NARROW, scheme=DARK)
    answer = window.page.goto("/")
    assert answer is not None
    assert answer.status == status
    assert violations(window.page, axe) == []
    assert window.page.locator("h1").count() == 1
    assert window.page.locator(".main-nav a").count() == len(list(areas.each("navigation")))


def test_axe_finds_what_is_wrong(site: Site, visit: Callable[..., Visit], axe: str) -> None:
    window = visit()
    window.page.goto("/")
    window.page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert "image-alt: <img>" in violations(window.page, axe)


def test_pages_ask_only_their_own_origin_and_obey_the_policy(
    site: Site, visit: Callable[..., Visit], live_server: object
) -> None:
    window = visit()
    forbidden = {}
    for name, address in site.pages().items():
        window.page.goto(address)
        window.page.wait_for_load_state("networkidle")
        if broken := window.forbidden():
            forbidden[name] = broken
    origin = urlsplit(str(live_server)).netloc
    outside = {url for url in window.requests if not url.startswith("data:") and urlsplit(url).netloc != origin}
    expected = [text for text in window.errors if "status of 404" not in text and "status of 400" not in text]
    assert (forbidden, outside, expected) == ({}, set(), [])


def test_a_request_to_another_origin_is_noticed(site: Site, visit: Callable[..., Visit]) -> None:
    """The control of the test above: what breaks the policy is blocked and recorded."""
    window = visit()
    window.page.goto("/")
    window.page.evaluate(
        "document.body.append(Object.assign(new Image(), {src: 'https://example.org/x.png', alt: ''}))"
    )
    window.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")
    window.page.wait_for_function("window.forbidden.length === 2")
    assert {entry.split(":")[0] for entry in window.forbidden()} == {"img-src", "style-src-attr"}


def test_an_anonymous_reader_gets_no_cookie(site: Site, visit: Callable[..., Visit]) -> None:
    window = visit()
    for name, address in site.pages().items():
        if name != "sign in":
            window.page.goto(address)
    assert window.page.context.cookies() == []
    window.page.goto(site.pages()["sign in"])
    assert [cookie["name"] for cookie in window.page.context.cookies()] == ["csrf"]


def test_the_first_tab_stop_skips_to_the_content(site: Site, visit: Callable[..., Visit]) -> None:
    window = visit()
    window.page.goto(site.list_url)
    window.page.keyboard.press("Tab")
    window.page.keyboard.press("Enter")
    assert window.page.evaluate("document.activeElement.id") == "content"


def test_larger_text_spacing_loses_nothing(site: Site, visit: Callable[..., Visit]) -> None:
    """WCAG 1.4.12: with the spacing that readers may set, nothing is cut off or scrolls sideways."""
    window = visit(width=NARROW)
    cut = {}
    for name, address in site.pages().items():
        window.page.goto(address)
        window.page.evaluate(
            """() => { const sheet = new CSSStyleSheet(); sheet.replaceSync(`* { line-height: 1.5 !important;
            letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }`);
            document.adoptedStyleSheets = [sheet]; }"""
        )
        if is_wider_than_window(window.page):
            cut[name] = window.page.evaluate("document.documentElement.scrollWidth")
    assert cut == {}


def test_a_first_visit_of_a_list_is_light(site: Site, visit: Callable[..., Visit]) -> None:
    """At most 100 kB over the wire, compressed as the production server does."""
    brotli = pytest.importorskip("brotli")
    window = visit()
    responses: list[Response] = []
    window.page.on("response", lambda response: responses.append(response))  # noqa: PLW0108 - a built-in cannot be one
    window.page.goto(f"{site.list_url}?municipality={site.place.pk}")
    window.page.wait_for_load_state("networkidle")
    sizes = {
        one.url.rpartition("/")[2]: (
            len(one.body()) if one.url.endswith(".woff2") else len(brotli.compress(one.body(), quality=9))
        )
        for one in responses
    }
    assert len(sizes) > 5, "the page has loaded its style sheets, scripts and fonts"
    assert sum(sizes.values()) <= 100_000, sizes
