"""The surroundings of a place on tiles of an outside server, where the operator has switched one on.

Tiles divide the world in Web Mercator: 2 to the power of the zoom of them in each direction, each 256 units wide
(EPSG:3857; "XYZ", counted from the north-west). The browser asks for them itself, so a page shows them only to a
reader who wants that.
"""

import math

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.charts import MARK
from portal.directory.models import Municipality
from portal.outside import tiles_host

TILE = 256
"""Width of a tile, the unit of all lengths here."""

ZOOM = 12
"""A tile then shows about 6 km of Germany."""

SIDE = 2 * TILE
"""Width of the map: about 12 km, and large enough letters on a telephone."""

MOST_NORTHERN = math.degrees(math.atan(math.sinh(math.pi)))
"""Where Web Mercator ends, about 85.05° north and south; the poles lie infinitely far away."""


def are_on() -> bool:
    """Tell whether the operator has switched a server on."""
    return bool(tiles_host(settings.MAP_TILES_URL))


def position(longitude: float, latitude: float, zoom: int) -> tuple[float, float]:
    """Return where a place lies, in tiles from the north-western corner of the world; beyond its edges, on them."""
    across = 2**zoom
    north = math.radians(max(-MOST_NORTHERN, min(latitude, MOST_NORTHERN)))
    x = (longitude + 180) / 360 * across
    y = (1 - math.asinh(math.tan(north)) / math.pi) / 2 * across
    return max(0.0, min(x, across)), max(0.0, min(y, across))


def draw_surroundings(place: Municipality, *, title: str, description: str) -> SafeString | None:
    """Draw the tiles around a municipality with the place marked in their middle; None without coordinates."""
    if place.longitude is None or place.latitude is None:
        return None
    column, row = position(place.longitude, place.latitude, ZOOM)
    x, y = column * TILE, row * TILE
    left, top = x - SIDE / 2, y - SIDE / 2
    tiles = [
        (tile_address(across, down), f"{across * TILE - left:.2f}", f"{down * TILE - top:.2f}", TILE)
        for down in _covering(top)
        for across in _covering(left)
    ]
    images = format_html_join("", '<image href="{0}" x="{1}" y="{2}" width="{3}" height="{3}"/>', tiles)
    return format_html(
        '<svg class="map map--tiles" viewBox="0 0 {0} {0}" role="img" xmlns="http://www.w3.org/2000/svg">'
        "<title>{1}</title><desc>{2}</desc>{3}"
        '<circle cx="{4}" cy="{4}" r="15" fill="none" stroke="#fff" stroke-width="7"/>'
        '<circle cx="{4}" cy="{4}" r="15" fill="none" stroke="{5}" stroke-width="4"/></svg>',
        SIDE,
        title,
        description,
        images,
        SIDE // 2,
        MARK,
    )


def tile_address(column: int, row: int) -> str:
    """Return the address of a tile."""
    address: str = settings.MAP_TILES_URL
    for name, number in (("{z}", ZOOM), ("{x}", column), ("{y}", row)):
        address = address.replace(name, str(number))
    return address


def _covering(start: float) -> range:
    """Return the numbers of the tiles that cover the map in one direction; none beyond the edge of the world."""
    first, last = math.floor(start / TILE), math.ceil((start + SIDE) / TILE)
    return range(max(first, 0), min(last, 2**ZOOM))
