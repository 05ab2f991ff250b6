"""Journeys of people: sign up, work for a municipality, hand it over; a passkey; a copy of one's data, and forgetting.

Mails are read where they were sent to, and every link is taken from them.
"""

import json
import re
import zipfile
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from celery import current_app
from django.core import mail
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from portal.accounts.services import export
from portal.accounts.tasks import send_mail
from portal.directory.actors.mails import send_outstanding_mails
from portal.directory.models import Membership
from tests.browser.conftest import Visit
from tests.browser.sites import Site
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.actors import organisation_of
from tests.factories.directory import MunicipalityFactory

DOMAIN = "musterstadt-am-neckar.de"


@pytest.fixture(autouse=True)
def _post_is_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker runs beside this server: a mail goes out where it is handed to one."""
    queue = current_app.send_task

    def deliver(name: str, given: list[str]) -> object:
        return send_mail.run(*given) if name == send_mail.name else queue(name, given)

    monkeypatch.setattr(current_app, "send_task", deliver)
    mail.outbox = []


def link_to(address: str, path: str) -> str:
    """Return the newest link of that kind in a mail to that address."""
    for message in reversed(mail.outbox):
        if message.to == [address] and (found := re.search(rf"https?://\S+{path}\S*", str(message.body))):
            return urlsplit(found[0]).path
    raise AssertionError(f"No mail to {address} leads to {path}: {[m.body for m in mail.outbox]}")


def send(page: Page, name: str = "") -> None:
    """Send the form of the page; ``name`` where there are several."""
    form = page.locator("main form").filter(has=page.locator("button[type=submit]"))
    (page.locator(f"main {name}") if name else form.first).locator("button[type=submit]").first.click()


def sign_up(page: Page, address: str, name: str) -> None:
    """Sign up, confirm the address by the link in the mail, and sign in."""
    page.goto("/konto/registrieren/")
    page.fill("input[name=display_name]", name)
    page.fill("input[name=email]", address)
    page.fill("input[name=password1]", PASSWORD)
    send(page)
    expect(page).to_have_url(re.compile("/konto/e-mail/bestaetigen/$"))
    page.goto(link_to(address, "/konto/e-mail/bestaetigen/"))
    assert not User.objects.get(email=address).emailaddress_set.filter(verified=True).exists(), "looking is not enough"
    send(page)
    sign_in(page, address)


def sign_in(page: Page, address: str) -> None:
    """Sign in by password."""
    page.goto("/anmelden/")
    page.fill("input[name=login]", address)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.locator(".account__name")).to_be_visible()


def test_a_municipality_is_claimed_shared_and_handed_over(site: Site, visit: Callable[..., Visit]) -> None:
    place = MunicipalityFactory(ags="08118999", name="Beispielhausen")
    organisation = organisation_of(place, official_domain=DOMAIN)
    first, second = visit(), visit()
    page = first.page

    # Whoever reads mail of the official domain represents the municipality at once.
    sign_up(page, f"kim@{DOMAIN}", "Kim Beispiel")
    page.goto(place.get_absolute_url())
    page.locator(f"main a[href='{organisation.get_absolute_url()}']").first.click()
    page.locator("main a[href$='/beitreten/']").first.click()
    expect(page.locator("main")).to_contain_text(DOMAIN)
    send(page)
    expect(page).to_have_url(re.compile("/mitglieder/$"))
    mine = Membership.objects.get(person__email=f"kim@{DOMAIN}")
    assert (mine.role, mine.state, mine.organisation) == ("representative", "active", organisation)
    expect(page.locator(".account")).to_contain_text(organisation.name)

    # A colleague is invited, and accepts with an account of that address.
    page.fill("input[name=email]", "robin@example.org")
    page.locator("input[name=role][value=contributor]").check()
    send(page, "form[action$='/einladen/']")
    expect(page.locator("main")).to_contain_text("robin@example.org")
    send_outstanding_mails()
    sign_up(second.page, "robin@example.org", "Robin Beispiel")
    second.page.goto(link_to("robin@example.org", "/einladung/"))
    second.page.locator("button[value=accept]").click()
    theirs = Membership.objects.get(person__email="robin@example.org")
    assert (theirs.role, theirs.state) == ("contributor", "active")

    # The last representative is told to hand over; then she leaves.
    page.goto(organisation.get_absolute_url() + "mitglieder/")
    page.locator(f"main a[href='/mitgliedschaften/{mine.pk}/beenden/']").click()
    if page.locator("main form button[type=submit]").count():
        send(page)
    assert Membership.objects.get(pk=mine.pk).state == "active"
    page.goto(f"/mitgliedschaften/{mine.pk}/uebergeben/")
    page.locator(f"input[name=to][value='{theirs.pk}']").check()
    page.locator("input[name=afterwards][value=leave]").check()
    send(page)
    expect(page.locator("main")).not_to_contain_text("Fehler")
    assert Membership.objects.get(pk=mine.pk).state == "ended"
    assert Membership.objects.get(pk=theirs.pk).role == "representative"
    for window in (first, second):
        assert (window.forbidden(), window.errors) == ([], [])


def test_a_passkey_is_set_up_and_signs_in(site: Site, visit: Callable[..., Visit]) -> None:
    person = UserFactory()
    window = visit()
    page = window.page
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    sign_in(page, person.email)
    page.goto("/konto/zweiter-faktor/passkeys/neu/")
    page.fill("input[name=password]", PASSWORD)  # first she shows that it is her
    page.locator("main form button[type=submit]").first.click()
    page.fill("input[name=name]", "Dienstrechner")
    page.locator("[data-passkey=create]").click()
    page.wait_for_url(lambda url: not url.endswith("/neu/"))
    page.goto("/konto/zweiter-faktor/passkeys/")
    expect(page.locator("main")).to_contain_text("Dienstrechner")

    page.goto("/abmelden/")
    send(page)
    page.goto("/anmelden/")
    page.locator("[data-passkey=get]").click()
    expect(page.locator(".account__name")).to_contain_text(person.display_name)
    assert person.sign_ins.filter(successful=True).first().method == "passkey"
    assert (window.forbidden(), window.errors) == ([], [])


def test_a_copy_of_ones_data_is_fetched_and_the_account_forgotten(site: Site, visit: Callable[..., Visit]) -> None:
    person = UserFactory(display_name="Kim Beispiel")
    window = visit()
    page = window.page
    sign_in(page, person.email)
    page.goto("/konto/meine-daten/")
    send(page, "form[action$='/kopie-anfordern/']")
    export.make_outstanding()
    assert link_to(person.email, "/konto/meine-daten/")
    page.goto("/konto/meine-daten/")
    with page.expect_download() as fetched:
        page.locator("main a[href*='/konto/meine-daten/kopie/']").first.click()
    with zipfile.ZipFile(fetched.value.path()) as archive:
        assert "Kim Beispiel" in archive.read("index.html").decode()
        assert person.email in json.dumps(json.loads(archive.read("data.json")))

    page.locator("main a[href='/konto/loeschen/']").first.click()
    page.fill("input[name=password]", PASSWORD)
    send(page)
    expect(page.locator("#error-summary")).to_be_visible()  # it is asked whether that is really meant
    page.fill("input[name=password]", PASSWORD)
    page.locator("input[name=confirm]").check()
    send(page)
    expect(page).to_have_url(re.compile("/konto/geloescht/$"))
    assert not User.objects.filter(pk=person.pk).exists()
    assert mail.outbox[-1].to == [person.email]
    page.goto("/anmelden/")
    page.fill("input[name=login]", person.email)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.locator("#error-summary")).to_be_visible()
    assert (window.forbidden(), window.errors) == ([], [])
