"""Chromium against the portal as it runs: real pages, real database, the policy of production."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.browser.sites import Site, make_site

ROOT = Path(__file__).resolve().parents[2]
WIDE, NARROW, HIGH = 1280, 320, 800
LIGHT, DARK = "light", "dark"
PATIENCE = 20_000  # milliseconds: a busy machine is slow, but what does not come at all must not hold up the others

DEMONSTRATION = {
    "DEMO": True,
    "ACCOUNT_REAUTHENTICATION_TIMEOUT": 86_400,  # who has shown that it is her looks at pages for as long as tests run
    "SESSION_IDLE_MINUTES_ROLE": 1_440,
    "SUPPORT_VIEW_MINUTES": 60,
    "ACCOUNT_RATE_LIMITS": False,  # and sends the same form often
    "OPERATOR_NAME": "Muster-Kompetenzzentrum",
    "OPERATOR_ADDRESS": "Musterstraße 1; 12345 Musterstadt",
    "OPERATOR_REPRESENTATIVE": "Kim Muster (Leitung)",
    "OPERATOR_EMAIL": "kontakt@muster.example",
    "OPERATOR_PHONE": "030 23125 000",
    "OPERATOR_EDITOR": "Robin Muster; Musterstraße 1; 12345 Musterstadt",
    "OPERATOR_DATA_PROTECTION": "Datenschutzbeauftragte Person; datenschutz@muster.example",
    "OPERATOR_DATA_PROTECTION_AUTHORITY": "Muster-Aufsichtsbehörde; Musterstraße 2; 12345 Musterstadt",
    "OPERATOR_HOSTING": "Muster-Rechenzentrum; Musterstraße 3; 12345 Musterstadt",
    "SECURITY_CONTACT": "sicherheit@muster.example",
}
"""With the style guide, and with an operator who is named on the legal pages."""
JUDGING = (Path(__file__).parent / "judging.js").read_text(encoding="utf-8")
"""What the tests ask a page."""
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


# --- what is in the portal ---


def make_copy(original: str, name: str) -> None:
    """Copy a database that nobody is connected to."""
    drop(name)
    _execute(f"CREATE DATABASE {name} TEMPLATE {original}")


def drop(name: str) -> None:
    """Remove a database, whoever is connected to it."""
    _execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _execute(statement: str) -> None:
    with connections["default"]._nodb_cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def copied(original: str, name: str) -> Iterator[None]:
    """Make a copy of a database for as long as it is worked on."""
    make_copy(original, name)
    try:
        yield
    finally:
        drop(name)


@contextmanager
def working_on(name: str) -> Iterator[None]:
    """Let the whole portal, the server's threads as well, work on another database."""
    connection = connections["default"]
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    cache.clear()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


@pytest.fixture(scope="session")
def furnished(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[str, Site]]:
    """A database with a site in it, to be copied: its name, and what is in it."""
    template, name = connections["default"].settings_dict["TEST"]["TEMPLATE"], "test_furnished"
    with django_db_blocker.unblock():
        make_copy(template, name)
        with working_on(name):
            made = make_site()
    yield name, made
    with django_db_blocker.unblock():
        drop(name)


@pytest.fixture
def site(furnished: tuple[str, Site], django_db_blocker: Any) -> Iterator[Site]:
    """A portal of the test's own, to change as it likes."""
    name, made = furnished
    with django_db_blocker.unblock(), copied(name, "test_site"), working_on("test_site"):
        yield made


@pytest.fixture(scope="module")
def shared_site(furnished: tuple[str, Site], django_db_blocker: Any) -> Iterator[Site]:
    """A portal for all tests of a file that change nothing."""
    name, made = furnished
    with django_db_blocker.unblock(), copied(name, "test_shared_site"), working_on("test_shared_site"):
        yield made


# --- the window it is looked at through ---


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of the portal; it can be asked to fail."""
    middleware = [*settings.MIDDLEWARE, "tests.browser.failures.fail_as_asked"]
    with override_settings(MIDDLEWARE=middleware):
        started = LiveServer("localhost")
    yield started.url
    started.stop()


@dataclass
class Visit:
    """A window, and what happened in it."""

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


@contextmanager
def open_window(  # noqa: PLR0913 - how a window is to look
    browser: Browser,
    address: str,
    *,
    width: int = WIDE,
    height: int = HIGH,
    scheme: str = LIGHT,
    script: bool = True,
) -> Iterator[Visit]:
    """Open a window of its own: no cookies, nothing cached. Addresses are relative to the portal."""
    context: BrowserContext = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type] # light or dark
        java_script_enabled=script,
        locale="de-DE",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    if script:
        context.add_init_script(WATCH_POLICY + JUDGING)
    seen = Visit(context.new_page())
    seen.page.on("request", lambda request: seen.requests.append(request.url))
    seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
    seen.page.on("console", lambda message: message.type == "error" and seen.errors.append(message.text))
    try:
        yield seen
    finally:
        context.close()


@pytest.fixture
def visit(request: pytest.FixtureRequest, browser: Browser, server: str) -> Iterator[Callable[..., Visit]]:
    """Open windows, on the site that the test or its file has asked for."""
    if "shared_site" not in request.fixturenames:
        request.getfixturevalue("site")
    with ExitStack() as windows, override_settings(**DEMONSTRATION):
        yield lambda **options: windows.enter_context(open_window(browser, server, **options))


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core; under our policy it can only come in through the debugger."""
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
