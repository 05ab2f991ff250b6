"""Chromium against the portal as it runs: real pages, real database, the policy of production."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from portal.areas import areas
from tests.factories import factory_for
from tests.factories.directory import MunicipalityFactory
from tests.factories.funding import ProgrammeFactory

ROOT = Path(__file__).resolve().parents[2]
WIDE, NARROW = 1280, 320
LIGHT, DARK = "light", "dark"
PER_PAGE = 20

# Collects what the policy forbids from the first line of each document on.
WATCH_POLICY = """
window.forbidden = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.forbidden.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for a browser needs one."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.requires("chromium"))


@dataclass
class Visit:
    """A page, and what happened on it."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def forbidden(self) -> list[str]:
        """Return what the policy has forbidden in the present document."""
        found: list[str] = self.page.evaluate("window.forbidden")
        return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests. Playwright's loop runs in this thread: Django must be told that this is meant."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=sandbox)
            yield chromium
            chromium.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def visit(browser: Browser, live_server: Any) -> Iterator[Callable[..., Visit]]:
    """Open a window of its own: no cookies, nothing cached. Addresses are relative to the portal."""
    contexts: list[BrowserContext] = []

    def open_window(*, width: int = WIDE, scheme: str = LIGHT, script: bool = True) -> Visit:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 800},
            color_scheme=scheme,  # type: ignore[arg-type] # light or dark
            java_script_enabled=script,
            locale="de-DE",
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        if script:
            context.add_init_script(WATCH_POLICY)
        contexts.append(context)
        seen = Visit(context.new_page())
        seen.page.on("request", lambda request: seen.requests.append(request.url))
        seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
        seen.page.on("console", lambda message: message.type == "error" and seen.errors.append(message.text))
        return seen

    yield open_window
    for context in contexts:
        context.close()


@dataclass(frozen=True)
class Site:
    """What the tests have put into the portal."""

    place: Any
    other_place: Any
    programme: Any
    list_url: str

    def pages(self) -> dict[str, str]:
        """Name every kind of page: those of the registry join by themselves."""
        found = {
            "home": "/",
            "sign in": reverse("accounts:login"),
            "about the API": reverse("api:docs"),
            "no such page": "/gibt-es-nicht/",
            "bad filter": f"{self.list_url}?kind=quatsch&q=rathaus",
            "empty list": f"{self.list_url}?q=xylophonorchester",
            "filtered list": f"{self.list_url}?municipality={self.place.pk}&kind=zuschuss",
            "second page": f"{self.list_url}?municipality=&page=2",
            "places found": f"{reverse('directory:municipality_list')}?q=musterdorf",
        }
        for resource in areas.each("resources"):
            instance = resource.model._default_manager.first()
            assert instance is not None, f"the tests have made no {resource.slug}"
            found[f"one of {resource.slug}"] = instance.get_absolute_url()  # type: ignore[attr-defined]
            if resource.list_url_name:
                found[f"list of {resource.slug}"] = reverse(resource.list_url_name)
        return found


@pytest.fixture
def site(transactional_db: None) -> Site:
    """A little of everything the areas declare; more than a page of programmes."""
    for resource in areas.each("resources"):
        factory_for(resource.model).create()
    place = MunicipalityFactory(ags="08118048", name="Musterstadt am Neckar", population=93_499)
    other = MunicipalityFactory(ags="14625240", name="Königswartha", second_name="Rakecy", population=3_400)
    programme = ProgrammeFactory(title="Aaa Digitale Rathäuser", slug="aaa-digitale-rathaeuser")
    ProgrammeFactory.create_batch(PER_PAGE, kinds=["darlehen"])
    return Site(place=place, other_place=other, programme=programme, list_url=reverse("funding:programme_list"))


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core; under our policy it can only come in through the debugger."""
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
