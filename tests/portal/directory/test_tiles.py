import re
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client

from portal.directory import tiles
from portal.directory.models import Municipality
from tests.factories.directory import MunicipalityFactory

HOST = "tiles.example.org"
ATTRIBUTION = "© <Kartenamt> 2026"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def _switched_on(settings: Any) -> None:
    settings.MAP_TILES_URL = f"https://{HOST}/{{z}}/{{x}}/{{y}}.png"
    settings.MAP_TILES_ATTRIBUTION = ATTRIBUTION


def drawing(longitude: float, latitude: float) -> Any:
    place = Municipality(longitude=longitude, latitude=latitude)
    return fromstring(str(tiles.draw_surroundings(place, title="t", description="d")))


@pytest.mark.parametrize(
    ("longitude", "latitude", "zoom", "tile"),
    [
        (0, 0, 0, (0, 0)),
        (-0.1278, 51.5074, 10, (511, 340)),  # London, in many tutorials
        (13.377, 52.516, 10, (550, 335)),  # Berlin
        (2.2945, 48.8583, 15, (16592, 11272)),  # the Eiffel Tower
        (151.2153, -33.8568, 12, (3768, 2457)),  # Sydney
    ],
)
def test_places_lie_in_the_tiles_that_are_known(
    longitude: float, latitude: float, zoom: int, tile: tuple[int, int]
) -> None:
    x, y = tiles.position(longitude, latitude, zoom)
    assert (int(x), int(y)) == tile


def test_the_ends_of_the_world_stay_on_the_map() -> None:
    assert tiles.position(-180, 90, 3) == (0, pytest.approx(0, abs=1e-6))
    assert tiles.position(180, -90, 3) == (8, pytest.approx(8, abs=1e-6))
    assert tiles.position(-900, 0, 3) == (0, 4)
    assert pytest.approx(85.0511287798) == tiles.MOST_NORTHERN


@pytest.mark.usefixtures("_switched_on")
@pytest.mark.parametrize(("longitude", "latitude"), [(9.1943, 48.8894), (180, 90), (-180, -90), (0, 0)])
def test_the_tiles_cover_the_map_without_a_gap(longitude: float, latitude: float) -> None:
    picture = drawing(longitude, latitude)
    images = picture.findall(f"{SVG}image")
    corners = {(float(image.get("x")), float(image.get("y"))) for image in images}
    assert len(corners) == len(images) <= 9
    for image in images:
        zoom, column, row = (int(part) for part in re.findall(r"/(\d+)", image.get("href")))
        assert zoom == tiles.ZOOM
        assert 0 <= column < 2**zoom
        assert 0 <= row < 2**zoom
        assert float(image.get("x")) < tiles.SIDE
        assert float(image.get("x")) + tiles.TILE > 0
    if abs(latitude) < 85:
        xs, ys = {x for x, _y in corners}, {y for _x, y in corners}
        assert min(xs) <= 0
        assert min(ys) <= 0
        assert max(xs) + tiles.TILE >= tiles.SIDE
        assert max(ys) + tiles.TILE >= tiles.SIDE
        assert len(corners) == len(xs) * len(ys)


@pytest.mark.usefixtures("_switched_on")
def test_the_place_is_marked_in_the_middle() -> None:
    circles = [(c.get("cx"), c.get("cy")) for c in drawing(9.1943, 48.8894).findall(f"{SVG}circle")]
    assert circles == [(str(tiles.SIDE // 2),) * 2] * 2


def test_without_coordinates_there_is_no_map() -> None:
    assert tiles.draw_surroundings(Municipality(), title="t", description="d") is None


@pytest.mark.django_db
def test_switched_off_a_page_has_no_trace_of_it(client: Client) -> None:
    address = MunicipalityFactory().get_absolute_url()
    for page in (client.get(address), client.get(f"{address}?umgebung=1")):
        assert page.status_code == 200
        assert "umgebung" not in page.content.decode().partition("<main")[2]
        assert "map--tiles" not in page.content.decode()


@pytest.mark.django_db
@pytest.mark.usefixtures("_switched_on")
def test_switched_on_a_page_offers_the_map_and_asks_nobody_before(client: Client) -> None:
    address = MunicipalityFactory().get_absolute_url()
    page = client.get(address).content.decode()
    assert 'href="?umgebung=1#location"' in page
    assert HOST in page, "the reader is told who will see the address"
    assert f"https://{HOST}" not in page
    for value in ("0", "2", "ja", ""):
        assert f"https://{HOST}" not in client.get(address, {"umgebung": value}).content.decode()


@pytest.mark.django_db
@pytest.mark.usefixtures("_switched_on")
def test_a_reader_who_asks_gets_the_map_with_its_authors(client: Client) -> None:
    place = MunicipalityFactory(name="Musterstadt", longitude=9.1943, latitude=48.8894)
    page = client.get(f"{place.get_absolute_url()}?umgebung=1").content.decode()
    assert f'href="https://{HOST}/12/2152/1409.png"' in page
    assert "© &lt;Kartenamt&gt; 2026" in page
    assert 'href="?umgebung=1#location"' not in page


@pytest.mark.django_db
@pytest.mark.usefixtures("_switched_on")
def test_a_place_without_coordinates_offers_no_map(client: Client) -> None:
    address = MunicipalityFactory(longitude=None, latitude=None).get_absolute_url()
    for page in (client.get(address), client.get(f"{address}?umgebung=1")):
        assert page.status_code == 200
        assert HOST not in page.content.decode()
