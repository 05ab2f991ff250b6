"""Every kind of page, in every window and dress: accessible, whole, from our own origin alone, without cookies."""

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, Page, Response

from portal.areas import areas
from tests.browser.conftest import DARK, DEMONSTRATION, HIGH, LIGHT, NARROW, WIDE, Site, Visit, open_window
from tests.browser.judging import COLOURS, FORCED, ask, tab_through, violations
from tests.browser.kinds import Kind

AS_WIDE = {"width": WIDE, "height": HIGH}
AS_NARROW = {"width": NARROW, "height": HIGH}
AS_ZOOMED = {"width": WIDE // 4, "height": 1024 // 4}
"""1280 × 1024 pixels at 400 % (WCAG 1.4.10): as wide as the narrow window, so that one becomes the other."""
WINDOWS = {"wide": AS_WIDE, "narrow": AS_NARROW}

PICTURES = os.environ.get("SCREENSHOTS", "")
TELEPHONE = 360
SPACING = """() => { const sheet = new CSSStyleSheet(); sheet.replaceSync(`* { line-height: 1.5 !important;
  letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet]; }"""
AFRESH = """() => { document.adoptedStyleSheets = []; document.body.tabIndex = -1; document.body.focus();
  document.body.removeAttribute("tabindex"); scrollTo(0, 0); }"""
"""As the page was before it was walked through: nothing has the focus, and the next Tab begins at the top."""


# --- the walk: each kind is opened once, and everything is asked of it there, in both windows ---


@dataclass
class Findings:
    """What is wrong, by concern and kind of page, and what the window asked for."""

    kinds: list[Kind]
    problems: dict[str, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(dict))
    asked: set[str] = field(default_factory=set)
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def note(self, concern: str, kind: Kind, problems: list[str]) -> None:
        """Keep what is wrong."""
        self.asked.add(concern)
        if problems:
            self.problems[concern][kind.name] = problems

    def those(self, beginning: str) -> list[str]:
        """Return the concerns of any window that begin so; there is at least one."""
        found = [concern for concern in sorted(self.asked) if concern.rpartition(": ")[2].startswith(beginning)]
        assert found, beginning
        return found

    def expect_none(self, *concerns: str) -> None:
        """Fail with what is wrong, each problem once, with the kinds of page that have it."""
        pages = defaultdict(list)
        for concern in concerns:
            for name, problems in self.problems[concern].items():
                for problem in problems:
                    pages[f"{concern}: {problem}"].append(name)
        if pages:
            told = [f"{problem}\n    on: {', '.join(names)}" for problem, names in pages.items()]
            pytest.fail("\n".join(told), pytrace=False)


def look(
    kind: Kind, page: Page, axe: str, *, windows: Sequence[str] = tuple(WINDOWS), whole: bool = True
) -> Iterator[tuple[str, list[str]]]:
    """Yield what is wrong with an open page, concern by concern; by Tab through all of it, or through its content."""
    headings = page.locator("h1").count()
    yield "heading", [f"{headings} headings of level 1"] * (headings != 1)
    yield "figures", ask(page, "mute")
    cookies = {cookie["name"] for cookie in page.context.cookies()}
    yield "cookies", sorted(cookies) if kind.reader == "anonymous" and kind.sends is None else []
    yield "axe, dark", in_dark(page, axe)
    for name in windows:
        page.set_viewport_size(WINDOWS[name])
        for concern, problems in look_through(name, page, axe, whole=whole):
            yield f"{name}: {concern}", problems
    yield "policy", page.evaluate("window.forbidden")


def in_dark(page: Page, axe: str) -> list[str]:
    """Return what axe finds in the dark, in one of the windows: both have the same colours."""
    page.emulate_media(color_scheme=DARK)
    found = violations(page, axe, *COLOURS)
    page.emulate_media(color_scheme=LIGHT)
    return found


def look_through(name: str, page: Page, axe: str, *, whole: bool) -> Iterator[tuple[str, list[str]]]:
    """Yield what is wrong in one window."""
    yield "axe, light", violations(page, axe)
    if name == "wide":
        page.emulate_media(forced_colors="active")
        yield "axe, forced colours", violations(page, axe, *FORCED)
        page.emulate_media(forced_colors="none")
    else:
        page.set_viewport_size(AS_ZOOMED)
        covered = ask(page, "stuck")
        yield "stuck", [f"what sticks covers {covered:.0%} of the window"] * (covered > 0.5)
    yield "room", ask(page, "lost")
    yield "keyboard", tab_through(page, "body" if whole else "#content")
    page.evaluate(SPACING)
    yield "room with wide spacing", ask(page, "lost")
    page.evaluate(AFRESH)


def keep_pictures(kind: Kind, page: Page) -> None:
    """Keep what a person should look at: the whole page, as narrow as a telephone and wide, dark and light."""
    before = page.viewport_size
    name = re.sub(r"\W+", "-", kind.name)
    for width in (TELEPHONE, WIDE):
        page.set_viewport_size({"width": width, "height": HIGH})
        for scheme in (DARK, LIGHT):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{scheme}.png", full_page=True, caret="initial")
    if before:
        page.set_viewport_size(before)


@pytest.fixture(scope="module")
def findings(browser: Browser, server: str, shared_site: Site, axe: str) -> Findings:
    """Walk over every kind of page: it is opened in one window, which becomes the other, and the next the other way."""
    with override_settings(**DEMONSTRATION), open_window(browser, server) as window:
        found = Findings(shared_site.kinds())
        walked: set[str] = set()  # what stands around the content is the same for each reader: walked once
        windows = list(WINDOWS)
        for kind in found.kinds:
            windows.reverse()
            window.page.set_viewport_size(WINDOWS[windows[0]])
            try:
                kind.open(window.page, shared_site)
            except AssertionError as error:
                found.note("answer", kind, [str(error)])
                continue
            if PICTURES:
                keep_pictures(kind, window.page)
            whole = kind.reader not in walked
            for concern, problems in look(kind, window.page, axe, windows=windows, whole=whole):
                found.note(concern, kind, problems)
            walked.add(kind.reader)
    found.requests, found.errors = window.requests, window.errors
    return found


def test_every_page_answers_as_it_should(findings: Findings) -> None:
    assert len(findings.kinds) > 40
    findings.expect_none("answer")


def test_every_page_is_accessible(findings: Findings) -> None:
    """WCAG 2.2 A and AA and good practice, light and dark, in the wide window with the system's own colours too."""
    findings.expect_none(*findings.those("axe"), "heading")


def test_every_drawing_has_a_name_and_the_same_as_table_or_list(findings: Findings) -> None:
    findings.expect_none("figures")


def test_every_page_obeys_the_policy_and_asks_its_own_origin_alone(findings: Findings, server: str) -> None:
    outside = {url for url in findings.requests if not url.startswith("data:") and not url.startswith(f"{server}/")}
    answers = tuple(f"status of {kind.status}" for kind in findings.kinds if kind.status >= 400)
    unexpected = [text for text in findings.errors if not any(answer in text for answer in answers)]
    findings.expect_none("policy")
    assert (outside, unexpected) == (set(), [])


def test_an_anonymous_reader_gets_no_cookie(findings: Findings) -> None:
    sent = ("account_login", "account_signup", "account_request_login_code", "account_reset_password")
    assert findings.problems["cookies"] == {name: ["csrf"] for name in sent}, "whoever sends nothing needs none"


def test_nothing_is_lost_where_room_is_scarce(findings: Findings) -> None:
    """WCAG 1.4.4, 1.4.10 and 1.4.12: no sideways scrolling, nothing cut off, also with the spacing readers may set."""
    findings.expect_none(*findings.those("room"), *findings.those("stuck"))


def test_every_page_can_be_walked_by_tab(findings: Findings) -> None:
    """WCAG 2.1.1, 2.1.2, 2.4.3, 2.4.7 and 2.4.11."""
    findings.expect_none(*findings.those("keyboard"))


# --- that the walk would notice ---

BROKEN = """
  const add = (html) => document.querySelector('main').insertAdjacentHTML('beforeend', html);
  const style = new CSSStyleSheet();
  style.replaceSync(`#cut { overflow: hidden; block-size: 1rem; inline-size: 4rem } #wide { inline-size: 200vw }
    #cover { position: fixed; inset: 0 0 40% 0; background: grey } #mute:focus { outline: none !important }`);
  document.adoptedStyleSheets = [style];
"""


def wrong(page: Page, html: str, question: str) -> Any:
    page.evaluate(f"html => {{ {BROKEN} add(html); }}", html)
    return ask(page, question)


def test_the_walk_asks_every_question(shared_site: Site, visit: Callable[..., Visit], axe: str) -> None:
    page = visit().page
    kind = shared_site.kinds()[0]
    kind.open(page, shared_site)
    of_each = {"axe, light", "room", "keyboard", "room with wide spacing"}
    assert {concern for concern, _problems in look(kind, page, axe)} == {
        "heading",
        "figures",
        "policy",
        "cookies",
        "axe, dark",
        *(f"{name}: {concern}" for name in WINDOWS for concern in of_each),
        "wide: axe, forced colours",
        "narrow: stuck",
    }


def test_axe_finds_what_is_wrong(shared_site: Site, visit: Callable[..., Visit], axe: str) -> None:
    page = visit().page
    page.goto("/")
    assert violations(page, axe) == []
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert [text.split(": ")[0] for text in violations(page, axe)] == ["image-alt"]


@pytest.mark.parametrize(
    "html, question, says",
    [
        ("<p id=cut>abgeschnittener Text in zu wenig Raum</p>", "lost", "cut off below: <p id="),
        ("<div id=wide>zu breit</div>", "lost", "beyond the edge: <div|scrolls sideways: "),
        ("<p>gut</p>", "lost", None),
        ("<figure><svg role=img><title>x</title></svg></figure>", "mute", "without table or list: <svg"),
        ("<figure><svg role=img></svg><ul><li>x</ul></figure>", "mute", "without a name: <svg"),
        ("<svg role=img><title>x</title></svg>", "mute", "drawing outside of a figure: <svg"),
        ("<figure><svg role=img><title>x</title></svg><ul><li>x</ul></figure>", "mute", None),
    ],
)
def test_what_is_lost_or_mute_is_noticed(
    shared_site: Site, visit: Callable[..., Visit], html: str, question: str, says: str | None
) -> None:
    page = visit().page
    page.goto("/")
    before = ask(page, question)
    found = [text for text in wrong(page, html, question) if text not in before]
    expected = says.split("|") if says else []
    assert len(found) == len(expected), found
    assert all(text.startswith(beginning) for text, beginning in zip(found, expected, strict=True)), found


def test_what_sticks_is_measured(shared_site: Site, visit: Callable[..., Visit]) -> None:
    page = visit().page
    page.goto("/")
    assert ask(page, "stuck") < 0.5
    assert wrong(page, "<div id=cover></div>", "stuck") == pytest.approx(0.6, abs=0.01)


@pytest.mark.parametrize(
    "html, says",
    [
        ("<button>gut</button>", None),
        ("<button id=mute>ohne Umriss</button>", "pixels show the focus"),
        ("<button>verdeckt</button><div id=cover></div>", "covered by <div id="),
        ("<button tabindex=1>zu früh</button>", "after stop 0 of "),
    ],
)
def test_what_tab_cannot_reach_or_show_is_noticed(
    shared_site: Site, visit: Callable[..., Visit], html: str, says: str | None
) -> None:
    page = visit().page
    page.goto("/")
    wrong(page, html, "stops")
    problems = tab_through(page)
    assert any(says in problem for problem in problems) if says else problems == []


def test_a_walk_begins_at_the_top_wherever_another_has_ended(shared_site: Site, visit: Callable[..., Visit]) -> None:
    page = visit().page
    page.goto("/")
    page.focus(".skip-link")
    page.evaluate(AFRESH)
    assert page.evaluate("document.activeElement === document.body")
    assert tab_through(page) == []


def test_a_trap_is_noticed(shared_site: Site, visit: Callable[..., Visit]) -> None:
    page = visit().page
    page.goto("/")
    page.evaluate(
        """() => { const last = document.body.appendChild(document.createElement('button')); last.textContent = 'x';
        last.addEventListener('keydown', (event) => event.preventDefault()); }"""
    )
    assert [problem.split(" <")[0] for problem in tab_through(page)] == ["no way out of"]


def test_a_request_to_another_origin_is_noticed(shared_site: Site, visit: Callable[..., Visit]) -> None:
    """What breaks the policy is blocked and recorded."""
    window = visit()
    window.page.goto("/")
    window.page.evaluate(
        "document.body.append(Object.assign(new Image(), {src: 'https://example.org/x.png', alt: ''}))"
    )
    window.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")
    window.page.wait_for_function("window.forbidden.length === 2")
    assert {entry.split(":")[0] for entry in window.forbidden()} == {"img-src", "style-src-attr"}


# --- single pages ---


def test_error_pages_are_whole(shared_site: Site, visit: Callable[..., Visit]) -> None:
    """Also the one for our own faults, which is drawn without the database, has the way to everything else."""
    page = visit().page
    for kind in shared_site.kinds():
        if kind.name.startswith("error "):
            kind.open(page, shared_site)
            assert page.locator(".main-nav a").count() == len(list(areas.each("navigation"))), kind.name


def test_the_first_tab_stop_skips_to_the_content(shared_site: Site, visit: Callable[..., Visit]) -> None:
    page = visit().page
    page.goto(shared_site.list_url)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_a_first_visit_of_a_list_is_light(shared_site: Site, visit: Callable[..., Visit]) -> None:
    """At most 100 kB over the wire, compressed as the production server does."""
    brotli = pytest.importorskip("brotli")
    window = visit()
    responses: list[Response] = []
    window.page.on("response", lambda response: responses.append(response))  # noqa: PLW0108 - a built-in cannot be one
    window.page.goto(f"{shared_site.list_url}?municipality={shared_site.place.pk}")
    window.page.wait_for_load_state("networkidle")
    sizes = {
        one.url.rpartition("/")[2]: (
            len(one.body()) if one.url.endswith(".woff2") else len(brotli.compress(one.body(), quality=9))
        )
        for one in responses
    }
    assert len(sizes) > 5, "the page has loaded its style sheets, scripts and fonts"
    assert sum(sizes.values()) <= 100_000, sizes
