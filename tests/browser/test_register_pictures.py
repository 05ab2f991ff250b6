"""Charts and maps of the register in the browser: accessible, inside their frames, asking nobody unasked."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import Page, Route

from portal.outside import tiles_origin
from tests.browser.conftest import DARK, LIGHT, NARROW, WIDE, Visit
from tests.browser.judging import is_wider_than_window, violations
from tests.browser.sites import Site
from tests.factories.directory import AssociationFactory, MunicipalityFactory, PopulationFigureFactory

TILES = "https://tiles.example.org"
TILE = '<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"><circle r="99"/></svg>'


@pytest.fixture
def places(site: Site) -> list[str]:
    """Add enough of the register that every chart has something to show; return the pages' addresses."""
    association = AssociationFactory(id="160615001", name="Verband")
    made = [
        MunicipalityFactory(
            association=association,
            population=400 * 3**number,
            longitude=10 + number / 10,
            size_score=number,
            density_score=0,
        )
        for number in range(4)
    ]
    for day in ("2023-11-30", "2025-11-30"):
        PopulationFigureFactory(municipality=made[0], as_of=day, inhabitants=int(day[:4]))
    return [one.get_absolute_url() for one in (made[0], association, made[0].district, made[0].land)]


def overflowing(page: Page) -> list[str]:
    """Texts of the charts that leave their picture, in the portal's own typeface."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("svg.chart text")].filter((text) => {
          const inner = text.getBoundingClientRect(), outer = text.ownerSVGElement.getBoundingClientRect();
          return inner.left < outer.left - 1 || inner.right > outer.right + 1 || inner.bottom > outer.bottom + 1;
        }).map((text) => text.textContent)"""
    )
    return found


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
def test_charts_are_accessible_and_stay_inside_their_frames(
    places: list[str], visit: Callable[..., Visit], axe: str, scheme: str
) -> None:
    drawn = 0
    for width in (WIDE, NARROW):
        page = visit(width=width, scheme=scheme).page
        for address in places:
            page.goto(address)
            page.evaluate("document.fonts.ready")
            page.evaluate("document.querySelectorAll('figure details').forEach((one) => { one.open = true })")
            drawn += page.locator("svg.chart").count()
            problems = [
                *violations(page, axe),
                *overflowing(page),
                *(["too wide"] if is_wider_than_window(page) else []),
            ]
            assert (address, width, problems) == (address, width, [])
    assert drawn == 2 * (2 + 1 + 2 + 3)


def test_a_text_that_leaves_its_chart_is_noticed(places: list[str], visit: Callable[..., Visit]) -> None:
    """The control of the test above."""
    page = visit().page
    page.goto(places[0])
    page.evaluate("document.querySelector('svg.chart text').setAttribute('x', '350')")
    assert len(overflowing(page)) == 1


def test_an_outside_map_asks_its_server_only_after_the_reader(
    places: list[str], visit: Callable[..., Visit], axe: str
) -> None:
    def answer(route: Route) -> None:
        route.fulfill(content_type="image/svg+xml", body=TILE)

    url = f"{TILES}/{{z}}/{{x}}/{{y}}.png"
    policy = {**settings.SECURE_CSP, "img-src": [*settings.SECURE_CSP["img-src"], tiles_origin(url)]}
    with override_settings(MAP_TILES_URL=url, MAP_TILES_ATTRIBUTION="© Kartenamt", SECURE_CSP=policy):
        window = visit(width=NARROW)
        window.page.route(f"{TILES}/**", answer)
        window.page.goto(places[0])
        window.page.wait_for_load_state("networkidle")
        assert [one for one in window.requests if one.startswith(TILES)] == []
        window.page.locator(".surroundings a").click()
        window.page.locator("svg.map--tiles").wait_for()
        window.page.wait_for_load_state("networkidle")
        asked = {one for one in window.requests if one.startswith(TILES)}
        assert asked == {image.get_attribute("href") for image in window.page.locator(".map--tiles image").all()}
        assert 4 <= len(asked) <= 9
        assert (window.forbidden(), violations(window.page, axe)) == ([], [])
        assert not is_wider_than_window(window.page)
