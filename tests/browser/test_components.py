"""The components where a browser matters: menu, theme, tabs, dialog, messages; the style guide as their page."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.conftest import DARK, LIGHT, NARROW, WIDE, Site, Visit
from tests.browser.judging import is_wider_than_window, violations

STYLEGUIDE = reverse("styleguide")
LIST = reverse("funding:programme_list")
BACKGROUND = "getComputedStyle(document.body).backgroundColor"


def show_toast(page: Page, kind: str = "success") -> None:
    """Do what htmx does with an answer's header HX-Trigger."""
    page.evaluate(
        """kind => document.body.dispatchEvent(
          new CustomEvent("toast", {bubbles: true, detail: {text: "Fertig", kind}}))""",
        kind,
    )


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_style_guide_is_accessible(visit: Callable[..., Visit], axe: str, scheme: str, width: int) -> None:
    window = visit(width=width, scheme=scheme)
    window.page.goto(STYLEGUIDE)
    window.page.evaluate("for (const closed of document.querySelectorAll('details')) closed.open = true;")
    show_toast(window.page)
    assert violations(window.page, axe) == []
    assert not is_wider_than_window(window.page)
    window.page.locator(".card__picture").scroll_into_view_if_needed()
    window.page.wait_for_load_state("networkidle")  # the sample picture is drawn from the database
    assert (window.forbidden(), window.errors) == ([], [])


@pytest.mark.parametrize("script", [True, False])
def test_all_areas_are_in_sight_on_a_wide_window_and_in_a_menu_on_a_narrow_one(
    site: Site, visit: Callable[..., Visit], script: bool
) -> None:
    wide = visit(script=script).page
    wide.goto(LIST)
    expect(wide.locator(".menu summary")).to_be_hidden()
    expect(wide.locator(f".main-nav a[href='{LIST}']")).to_be_visible()
    narrow = visit(width=NARROW, script=script).page
    narrow.goto(LIST)
    expect(narrow.locator(".main-nav")).to_be_hidden()
    narrow.locator(".menu summary").focus()
    narrow.keyboard.press("Enter")
    expect(narrow.locator(f".main-nav a[href='{LIST}']")).to_be_visible()
    narrow.locator(".main-nav a").first.click()
    expect(narrow.locator("h1")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_the_theme_can_be_set_and_left_to_the_device_again(
    site: Site, visit: Callable[..., Visit], script: bool
) -> None:
    page = visit(script=script).page
    page.goto(f"{LIST}?q=rathaus")
    light = page.evaluate(BACKGROUND)
    page.locator(".flyout summary").click()
    page.locator(".flyout button[value=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-kern-theme", "dark")
    assert page.url.endswith(f"{LIST}?q=rathaus")
    assert page.evaluate(BACKGROUND) != light
    page.locator(".flyout summary").click()
    expect(page.locator(".flyout button[value=dark]")).to_have_attribute("aria-pressed", "true")
    page.locator(".flyout button[value=device]").click()
    expect(page.locator("html[data-kern-theme]")).to_have_count(0)
    assert page.evaluate(BACKGROUND) == light
    assert page.context.cookies() == []


def test_light_can_be_set_on_a_dark_device(site: Site, visit: Callable[..., Visit]) -> None:
    light = visit(scheme=LIGHT).page
    light.goto(LIST)
    page = visit(scheme=DARK).page
    page.goto(LIST)
    assert page.evaluate(BACKGROUND) != light.evaluate(BACKGROUND)
    page.locator(".flyout summary").click()
    page.locator(".flyout button[value=light]").click()
    expect(page.locator("html")).to_have_attribute("data-kern-theme", "light")
    assert page.evaluate(BACKGROUND) == light.evaluate(BACKGROUND)


def test_escape_closes_the_choice_of_a_theme_and_keeps_the_focus(site: Site, visit: Callable[..., Visit]) -> None:
    page = visit().page
    page.goto(LIST)
    page.locator(".flyout summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(".flyout button[value=light]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".flyout button[value=light]")).to_be_hidden()
    expect(page.locator(".flyout summary")).to_be_focused()


def test_tabs_show_one_part_and_follow_the_arrow_keys(visit: Callable[..., Visit]) -> None:
    page = visit().page
    page.goto(STYLEGUIDE)
    panels = page.locator(".tabs__panel")
    expect(page.locator("[role=tabpanel]:visible")).to_have_count(1)
    page.locator("#sample-small-tab").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#sample-middle-tab")).to_be_focused()
    expect(page.locator("#sample-middle-tab")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#sample-middle")).to_be_visible()
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#sample-small")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("#sample-small")).to_be_focused()
    page.goto(f"{STYLEGUIDE}#sample-large")
    page.reload()
    expect(page.locator("#sample-large")).to_be_visible()
    assert panels.count() == 3


def test_tabs_are_all_in_sight_without_scripts(visit: Callable[..., Visit]) -> None:
    page = visit(script=False).page
    page.goto(STYLEGUIDE)
    expect(page.locator(".tabs__panel:visible")).to_have_count(3)
    page.locator(".tabs__list a").nth(2).click()
    assert page.url.endswith("#sample-large")


def test_a_dialog_opens_above_the_page_and_gives_the_focus_back(visit: Callable[..., Visit]) -> None:
    page = visit().page
    page.goto(STYLEGUIDE)
    opener = page.get_by_role("button", name="Was heißt Eigenanteil?")
    opener.focus()
    page.keyboard.press("Space")
    expect(page.locator("dialog")).to_be_visible()
    assert page.evaluate("document.querySelector('dialog').matches(':modal')")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("dialog [data-close]").click()
    expect(page.locator("dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_dialog_opens_in_its_place_without_scripts(visit: Callable[..., Visit]) -> None:
    page = visit(script=False).page
    page.goto(STYLEGUIDE)
    expect(page.locator("dialog")).to_be_hidden()
    page.locator("[data-dialog]").click()
    expect(page.locator("dialog")).to_be_visible()
    page.locator("dialog [data-close]").click()
    expect(page.locator("dialog")).to_be_hidden()


def test_a_message_of_an_answer_is_announced_and_can_be_dismissed(site: Site, visit: Callable[..., Visit]) -> None:
    window = visit()
    page = window.page
    page.goto(LIST)
    region = page.locator("#toasts[role=status]")
    expect(region.locator("[data-toast]")).to_have_count(0)
    show_toast(page)
    show_toast(page, "danger")
    expect(region.locator(".toast--success p")).to_have_text("Fertig")
    expect(region.locator(".toast--danger")).to_have_count(1)
    region.locator("[data-dismiss]").first.click()
    expect(region.locator("[data-dismiss]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(region.locator("[data-toast]")).to_have_count(0)
    assert (window.forbidden(), window.errors) == ([], [])


def test_an_answer_to_htmx_brings_its_message_along(site: Site, visit: Callable[..., Visit]) -> None:
    page = visit().page
    page.goto(LIST)
    message = '{"toast": {"text": "Gespeichert", "kind": "success"}}'

    def with_message(route: object) -> None:
        answer = route.fetch()  # type: ignore[attr-defined] # Playwright's route
        route.fulfill(response=answer, headers={**answer.headers, "HX-Trigger": message})  # type: ignore[attr-defined]

    page.route("**/foerderung/?**kind=darlehen**", with_message)
    facet = page.locator("#facet-kind")
    if facet.get_attribute("open") is None:
        facet.locator("summary").click()
    facet.locator("input[value=darlehen]").check()
    expect(page.locator("#toasts .toast--success p")).to_have_text("Gespeichert")


def test_high_contrast_keeps_icons_and_states(visit: Callable[..., Visit]) -> None:
    page = visit().page
    page.emulate_media(forced_colors="active", color_scheme="dark")
    page.goto(STYLEGUIDE)
    drawn = """() => [...document.querySelectorAll('.kern-icon')].filter((icon) => icon.checkVisibility())
      .filter((icon) => getComputedStyle(icon).backgroundColor === getComputedStyle(document.body).backgroundColor)
      .map((icon) => icon.className)"""
    assert page.evaluate(drawn) == []
    border = "element => getComputedStyle(element).borderBottomColor"
    chosen, other = (page.locator(f".tabs__list [aria-selected={is_so}]").first for is_so in ("true", "false"))
    assert chosen.evaluate(border) != other.evaluate(border)
