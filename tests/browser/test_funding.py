"""From the question to the application: what fits, why, what it costs, and when it is due – by keyboard."""

import re
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from funding.models import Answer, Application
from tests.browser.conftest import Site, Visit
from tests.browser.focus import tab_to
from tests.factories.funding import ConditionFactory, ProgrammeFactory


def test_a_clerk_goes_from_what_fits_to_her_application_by_keyboard(site: Site, visit: Callable[..., Visit]) -> None:
    programme = ProgrammeFactory(
        title="Gemeinsames Rathaus",
        deadline_model="stichtage",
        cut_off_dates=[timezone.localdate() + timedelta(days=50)],
        rate_min=50,
        rate_max=80,
        own_share_min=10,
        early_start="nein",
        decision_weeks=8,
        conditions_read_on=timezone.localdate(),
    )
    ConditionFactory(programme=programme, kind="partner", minimum=2)
    window = visit()
    page = window.page
    cookies = {**site.cookies["person"], **site.cookies["chosen"]}
    page.context.add_cookies(
        [{"name": name, "value": value, "domain": "localhost", "path": "/"} for name, value in cookies.items()]
    )

    page.goto(f"{site.list_url}?municipality={site.place.pk}&fit=unknown&q=")
    hit = page.locator(f".hits a[href='{programme.get_absolute_url()}']")
    tab_to(page, hit)
    page.keyboard.press("Enter")

    # why, and the one thing that is missing
    expect(page.locator("h1")).to_have_text("Gemeinsames Rathaus")
    expect(page.locator("#fit .fit__verdict")).to_contain_text("Noch offen")
    number = page.locator("#fit input[name=partners]")
    tab_to(page, number)
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(page.locator("#fit .fit__verdict")).to_contain_text("Passt nach allem, was wir wissen")
    assert Answer.objects.get().organisation == site.organisation

    # what it costs
    tab_to(page, page.locator("main a[href^='/foerderung/rechner/']").first)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Förderrechner")
    tab_to(page, page.locator("#id_kosten-1"))
    page.keyboard.type("80.000")
    page.keyboard.press("Enter")
    expect(page.locator("#ergebnis")).to_contain_text("40.000 € bleiben bei Ihnen (50 % aller Kosten)")

    # the application, its steps, and its deadline
    page.goto(programme.get_absolute_url())
    tab_to(page, page.locator("main form[action$='/vormerken/'] button"))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Gemeinsames Rathaus")
    tab_to(page, page.get_by_role("button", name="Antrag gestellt"))
    page.keyboard.press("Enter")
    expect(page.locator("main .kern-badge").first).to_have_text("Beantragt")
    assert Application.objects.get(programme=programme).applied_on == timezone.localdate()

    page.goto(programme.get_absolute_url())
    with page.expect_download() as download:
        page.locator("main a[href$='/fristen.ics']").click()
    assert re.fullmatch(r".*\.ics", download.value.suggested_filename)
    assert (window.forbidden(), window.errors) == ([], [])
