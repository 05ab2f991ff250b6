"""The main journey: find one's municipality, choose it, and see the funding that applies to it."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from portal.content.models import BarrierReport
from tests.browser.conftest import Site, Visit
from tests.browser.focus import focus_problems, press, tab_to


def choose_button(page: Page) -> Locator:
    return page.locator("main form[action$='/kommunen/meine/waehlen/'] button").first


def test_the_main_journey_works_by_keyboard(site: Site, visit: Callable[..., Visit]) -> None:
    window = visit()
    page = window.page
    page.goto("/")
    field = page.locator("main input[role=combobox]")
    tab_to(page, field)
    page.keyboard.type("musterst")
    expect(page.locator("[role=option] .place-name")).to_have_count(1)
    press(page, "ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/kommunen/08118048-musterstadt-am-neckar/$"))

    tab_to(page, choose_button(page))
    page.keyboard.press("Enter")
    expect(page.locator(".my-place__name a")).to_have_text(site.place.name)

    tab_to(page, page.locator(f".main-nav a[href='{site.list_url}']"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"{site.list_url}\?municipality=08118048$"))
    expect(page.locator("#result-count strong")).to_have_text("24")

    page.evaluate("document.getElementById('result-count').dataset.same = 'yes'")
    facet = page.locator("input[name=kind][value=darlehen]")
    if not facet.is_visible():
        tab_to(page, page.locator("#facet-kind summary"))
        press(page, "Enter")
    tab_to(page, facet)
    page.keyboard.press("Space")
    expect(page.locator("#result-count strong")).to_have_text("20")
    expect(page).to_have_url(re.compile(r"municipality=08118048.*kind=darlehen"))
    expect(page.locator("#result-count[role=status]")).to_have_attribute("data-same", "yes")  # so it is announced
    expect(facet).to_be_focused()
    assert focus_problems(page) == []

    tab_to(page, page.locator(".hits a").first)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"{site.list_url}[^?]+/$"))
    assert (window.forbidden(), window.errors) == ([], [])


def test_the_main_journey_works_without_scripts(site: Site, visit: Callable[..., Visit]) -> None:
    page = visit(script=False).page
    page.goto("/")
    page.locator("main input[name=q]").fill("musterstadt")
    page.locator("main input[name=q]").press("Enter")
    expect(page).to_have_url(re.compile(r"/kommunen/\?q=musterstadt"))
    choose_button(page).click()
    expect(page.locator(".my-place__name a")).to_have_text(site.place.name)

    page.locator(f".main-nav a[href='{site.list_url}']").click()
    expect(page).to_have_url(re.compile(r"\?municipality=08118048$"))
    expect(page.locator("#result-count strong")).to_have_text("24")
    facet = page.locator("input[name=kind][value=darlehen]")
    if not facet.is_visible():
        page.locator("#facet-kind summary").click()
    facet.check()
    page.locator(".facets button[type=submit]").click()
    expect(page.locator("#result-count strong")).to_have_text("20")
    expect(page).to_have_url(re.compile(r"municipality=08118048.*kind=darlehen"))

    page.locator(".chip").first.click()
    expect(page.locator(".chip")).to_have_count(1)
    page.locator(".my-place button").click()
    expect(page.locator(".my-place__choose")).to_be_visible()
    assert page.context.cookies() == []


def test_a_place_chosen_in_a_list_filters_it(site: Site, visit: Callable[..., Visit]) -> None:
    window = visit()
    page = window.page
    page.goto(site.list_url)
    field = page.locator("main input[role=combobox]")
    field.press_sequentially("rakecy")
    expect(page.locator("[role=option] .place-name")).to_have_count(1)
    field.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"municipality=14625240"))
    expect(field).to_have_value(re.compile("^Königswartha"))
    expect(page.locator(".chip")).to_have_count(1)
    field.fill("")
    field.press("Tab")
    expect(page).to_have_url(re.compile(r"municipality=(&|$)"))
    expect(page.locator(".chip")).to_have_count(0)
    assert (window.forbidden(), window.errors) == ([], [])


def test_facets_stay_open_and_focused_while_the_results_change(site: Site, visit: Callable[..., Visit]) -> None:
    page = visit().page
    page.goto(site.list_url)
    facet = page.locator("#facet-kind")
    if facet.get_attribute("open") is None:
        facet.locator("summary").click()
    value = facet.locator("input[value=darlehen]")
    value.check()
    expect(page).to_have_url(re.compile("kind=darlehen"))
    expect(page.locator(".chip")).to_have_count(1)
    value.uncheck()
    expect(page.locator(".chip")).to_have_count(0)
    expect(facet).to_have_attribute("open", "")
    expect(value).to_be_focused()


def test_going_back_shows_the_earlier_results(site: Site, visit: Callable[..., Visit]) -> None:
    page = visit().page
    page.goto(site.list_url)
    facet = page.locator("#facet-kind")
    if facet.get_attribute("open") is None:
        facet.locator("summary").click()
    facet.locator("input[value=darlehen]").check()
    expect(page.locator("#result-count strong")).to_have_text("20")
    page.go_back()
    expect(page.locator("#result-count strong")).to_have_text("24")
    expect(page.locator("input[value=darlehen]")).not_to_be_checked()


def test_a_list_that_fails_in_place_is_loaded_as_a_page(site: Site, visit: Callable[..., Visit]) -> None:
    page = visit().page
    page.goto(site.list_url)
    page.locator("#id_q").evaluate("field => { field.removeAttribute('maxlength'); field.value = 'x'.repeat(201); }")
    page.locator("#filters button").click()
    expect(page.locator("#error-summary")).to_be_focused()
    expect(page.locator("#id_q")).to_have_value("x" * 201)
    expect(page.locator("#id_q")).to_have_attribute("aria-invalid", "true")


def test_suggestions_that_fail_say_so(site: Site, visit: Callable[..., Visit]) -> None:
    page = visit().page
    page.route("**/vorschlaege/**", lambda route: route.fulfill(status=500))
    page.goto("/")
    field = page.locator("main input[role=combobox]")
    failed = page.locator("main [data-place-picker]").get_attribute("data-text-failed")
    field.press_sequentially("muster")
    expect(page.get_by_role("option")).to_have_text(str(failed))
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/kommunen/\?q=muster"))


def test_a_barrier_is_reported_by_keyboard(site: Site, visit: Callable[..., Visit]) -> None:
    window = visit()
    page = window.page
    page.goto("/impressum/")
    tab_to(page, page.locator("footer a[href^='/barriere-melden/']"))
    page.keyboard.press("Enter")
    expect(page.locator("main form [name=page]")).to_have_value("/impressum/")

    tab_to(page, page.locator("main button[type=submit]"))
    page.keyboard.press("Enter")
    expect(page.locator("main [name=description]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#error-summary")).to_be_focused()
    press(page, "Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main [name=description]")).to_be_focused()
    assert focus_problems(page) == []

    page.keyboard.type("Die Überschriften lassen sich nicht ansteuern.")
    tab_to(page, page.locator("main [name=email]"))
    page.keyboard.type("leserin@example.org")
    tab_to(page, page.locator("main button[type=submit]"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/barriere-melden/danke/"))
    report = BarrierReport.objects.get()
    assert (report.page, report.description, report.email) == (
        "/impressum/",
        "Die Überschriften lassen sich nicht ansteuern.",
        "leserin@example.org",
    )
    assert (window.forbidden(), page.context.cookies()) == ([], [])


def test_a_barrier_is_reported_without_scripts(site: Site, visit: Callable[..., Visit]) -> None:
    page = visit(script=False).page
    page.goto(site.guide.get_absolute_url())
    page.locator("footer a[href^='/barriere-melden/']").click()
    expect(page.locator("main form [name=page]")).to_have_value(site.guide.get_absolute_url())
    page.locator("main [name=description]").fill("Das Bild sagt mir nichts.")
    page.locator("main button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/barriere-melden/danke/"))
    assert BarrierReport.objects.get().description == "Das Bild sagt mir nichts."
    assert page.context.cookies() == []
