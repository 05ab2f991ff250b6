"""A clerk saves a search without an account, confirms it by the mail, is told what is new, and leaves again."""

import re
from collections.abc import Callable

from django.core import mail
from playwright.sync_api import expect

from funding.models import Programme
from portal.areas import areas
from portal.following.models import Change, Follow
from portal.following.services import noticing
from portal.notifications.models import Delivery
from portal.notifications.services.building import build_mails
from portal.notifications.services.notifying import BATCHING
from portal.notifications.services.sending import deliver
from tests.browser.conftest import Site, Visit
from tests.browser.focus import press, tab_to
from tests.factories.funding import ProgrammeFactory

ADDRESS = "kim.beispiel@gemeinde.example"


def last_link(path: str) -> str:
    """Return the link of the last mail that leads to a path."""
    message = mail.outbox[-1]
    assert message.to == [ADDRESS]
    found = re.search(rf"(/{path}/\S+/)", str(message.body))
    assert found is not None, message.body
    return found[1]


def send_mails() -> None:
    from django.utils import timezone

    build_mails(timezone.now() + BATCHING)
    Delivery.objects.filter(state="queued").update(due_at=timezone.now())
    deliver()


def test_a_search_is_saved_confirmed_told_of_and_left(site: Site, visit: Callable[..., Visit]) -> None:
    mail.outbox = []
    noticing.remember_all(areas.resource_of(Programme))
    window = visit(width=360)
    page = window.page
    page.goto(f"{site.list_url}?municipality=&kind=darlehen")
    page.get_by_role("link", name="Diese Suche speichern").click()
    expect(page.locator("main dd").first).to_have_text("Darlehen")
    page.get_by_label("E-Mail-Adresse").fill(ADDRESS)
    page.get_by_label("sofort").check()
    page.locator("main").get_by_role("button", name="Speichern").click()
    expect(page.locator("h1")).to_have_text("Noch ein Schritt")
    send_mails()
    page.goto(last_link("folgen/bestaetigen"))
    assert not Follow.objects.active().filter(recipient__email=ADDRESS).exists()
    page.get_by_role("button", name="Ja, bitte mitteilen").click()
    expect(page.locator("h1")).to_have_text("Bestätigt")

    Change.objects.all().delete()
    programme = ProgrammeFactory(title="Ganz neues Darlehen", kinds=["darlehen"])
    Change.objects.get_or_create(resource="funding-programmes", key=str(programme.pk))
    noticing.look_at_changes()
    send_mails()
    assert "Ganz neues Darlehen" in str(mail.outbox[-1].subject)
    page.goto(last_link("folgen/verwalten"))
    page.get_by_role("button", name=re.compile("Entfernen")).click()
    page.get_by_role("button", name=re.compile("Zurückholen")).click()
    page.goto(last_link("abbestellen"))
    page.get_by_role("button", name="Abbestellen").click()
    expect(page.locator("h1")).to_have_text("Abbestellt")
    assert not Follow.objects.active().filter(recipient__email=ADDRESS).exists()
    assert page.context.cookies() == []
    assert (window.forbidden(), window.errors) == ([], [])


def test_the_search_in_the_header_suggests_places_and_titles_by_keyboard(
    site: Site, visit: Callable[..., Visit]
) -> None:
    window = visit()
    page = window.page
    page.goto("/impressum/")
    field = page.locator(".site-header input[role=combobox]")
    tab_to(page, field)
    page.keyboard.type("aaa digit")
    expect(page.locator(".site-header [role=option] .place-name")).to_have_count(1)
    press(page, "ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(site.programme.get_absolute_url()))
    page.goto("/impressum/")
    tab_to(page, field)
    page.keyboard.type("xylophon")
    expect(page.locator(".site-header [role=option], .site-header .autocomplete__option--no-results")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/suche/\?q=xylophon"))
    assert (window.forbidden(), window.errors) == ([], [])
