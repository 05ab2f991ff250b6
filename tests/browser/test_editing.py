"""An editor's journey: write a guide with picture and blocks, have it approved, restore an earlier version."""

import re
from collections.abc import Callable
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Group
from PIL import Image
from playwright.sync_api import Page

from portal.accounts.models import APPROVERS, EDITORS
from portal.content.models import GuidePage, SectionPage
from tests.browser.conftest import Visit
from tests.browser.sites import Site
from tests.factories.accounts import PASSWORD, UserFactory, code_of

TITLE = "Bauanträge gemeinsam prüfen"
CHANGED = "Bauanträge im Verbund prüfen"


@pytest.fixture
def sign_in(site: Site, visit: Callable[..., Visit]) -> Callable[[str], Visit]:
    """Open the editors' admin as a member of a group, with a window of her own."""

    def open_admin(group: str) -> Visit:
        person = UserFactory(second_factor=True)
        person.groups.add(Group.objects.get(name=group))
        window = visit()
        window.page.goto("/redaktion/")
        window.page.fill("input[name=login]", person.email)
        window.page.fill("input[name=password]", PASSWORD)
        window.page.get_by_role("button", name="Anmelden", exact=True).click()
        window.page.fill("input[name=code]", code_of(person))
        window.page.get_by_role("button", name="Anmelden", exact=True).click()
        window.page.wait_for_url("**/redaktion/")
        return window

    return open_admin


def picture() -> dict[str, str | bytes]:
    """Return a picture as a file to choose."""
    written = BytesIO()
    Image.new("RGB", (1200, 800), (30, 70, 160)).save(written, "JPEG")
    return {"name": "rathaus.jpg", "mimeType": "image/jpeg", "buffer": written.getvalue()}


def add_block(page: Page, kind: str) -> None:
    """Add a block at the end of the text."""
    body = page.locator("[data-contentpath='body']")
    body.locator(".c-sf-add-button").last.click()
    page.locator("[role=option]", has_text=re.compile(f"^{kind}$")).first.click()


def write_guide(page: Page, section: SectionPage) -> None:
    """Fill in the form of a new guide: heading, text, picture."""
    page.goto(f"/redaktion/pages/add/content/guidepage/{section.pk}/")
    page.fill("#id_title", TITLE)
    page.fill("#id_summary", "Wie zwei Gemeinden eine Stelle teilen, die Bauanträge prüft.")
    body = page.locator("[data-contentpath='body']")
    add_block(page, "Überschrift")
    body.locator("input[type=text][name$='-text']").last.fill("Worum es geht")
    add_block(page, "Text")
    body.locator("[contenteditable=true]").last.click()
    page.keyboard.type("Zwei Gemeinden teilen sich eine Fachkraft.")
    add_block(page, "Bild")
    body.locator("button", has_text="Bild auswählen").first.click()
    window = page.locator(".modal-dialog")
    window.locator("[role=tab]", has_text="Hochladen").click()
    window.locator("input[type=file]").set_input_files(picture())  # type: ignore[arg-type] # a file in memory
    window.locator("input[name$='title']").fill("Rathaus")
    send = window.locator("button[type=submit]:visible, input[type=submit]:visible").last
    send.click()
    # Without a description the picture is refused, and nothing that was entered is lost.
    window.locator(".error-message:visible, .w-field__errors:visible").first.wait_for()
    window.locator("[name$='description']").fill("Ein blaues Rathaus mit offener Tür.")
    if not window.locator("input[type=file]").input_value():
        window.locator("input[type=file]").set_input_files(picture())  # type: ignore[arg-type] # as above
    window.locator("button[type=submit]:visible, input[type=submit]:visible").last.click()
    window.wait_for(state="detached")


def act(page: Page, action: str) -> str:
    """Choose one of the actions below the form and return what the admin says."""
    page.locator("footer .w-dropdown__toggle, footer [data-w-dropdown-target='toggle']").last.click()
    with page.expect_navigation():
        page.locator(f"button[name='action-{action}']").click()
    return page.locator(".messages").inner_text()


def test_guide_is_written_approved_found_and_restored(
    site: Site, sign_in: Callable[[str], Visit], visit: Callable[..., Visit]
) -> None:
    section = SectionPage.objects.german().get(slug="leitfaeden")
    reader = visit().page

    editor = sign_in(EDITORS)
    write_guide(editor.page, section)
    act(editor.page, "submit")
    guide = GuidePage.objects.get(draft_title=TITLE)
    assert guide.live is False
    answer = reader.goto(guide.get_absolute_url())
    assert answer is not None
    assert answer.status == 404

    approver = sign_in(APPROVERS)
    waiting = approver.page.locator("tr", has_text=TITLE).first
    waiting.locator("[data-w-dropdown-target='toggle'], .w-dropdown__toggle").first.click()
    with approver.page.expect_navigation():
        approver.page.get_by_role("button", name=re.compile("^(Freigeben|Genehmigen|Bestätigen)$")).first.click()
    answer = reader.goto(guide.get_absolute_url())
    assert answer is not None
    assert (answer.status, reader.locator("h1").inner_text()) == (200, TITLE)
    assert reader.locator("main img").first.get_attribute("alt") == "Ein blaues Rathaus mit offener Tür."
    assert reader.get_by_role("heading", name="Worum es geht").count() == 1

    reader.goto("/suche/?q=Fachkraft")
    assert reader.get_by_role("link", name=TITLE).count() == 1

    guide.refresh_from_db()
    approved = guide.live_revision_id
    # A new version is published, then the earlier one is taken back.
    approver.page.goto(f"/redaktion/pages/{guide.pk}/edit/")
    approver.page.fill("#id_title", CHANGED)
    assert "veröffentlicht" in act(approver.page, "publish")
    reader.goto(guide.get_absolute_url())
    assert reader.locator("h1").inner_text() == CHANGED
    approver.page.goto(f"/redaktion/pages/{guide.pk}/revisions/{approved}/revert/")
    assert approver.page.input_value("#id_title") == TITLE
    assert "veröffentlicht" in act(approver.page, "publish")
    reader.goto(guide.get_absolute_url())
    assert reader.locator("h1").inner_text() == TITLE

    outside = [
        url
        for window in (editor, approver)
        for url in window.requests
        if not url.startswith(("data:", "blob:")) and urlsplit(url).hostname != "localhost"
    ]
    assert (outside, editor.forbidden(), approver.forbidden()) == ([], [], [])
