"""Maps as SVG, drawn on the server from the register's own coordinates and outlines; no tiles from elsewhere.

Germany is one document with every municipality as a dot, the same for all pages and therefore cacheable. A page
shows it as an image and draws its own places on top, in the same coordinates. Colours are presentation attributes
(the policy for content forbids styles) of middling brightness: at least 3:1 on the light and on the dark ground.

The projection is that of the official overview maps of Germany (Lambert's conformal conic; standard parallels
48° 40′ and 53° 40′, centre 51° north, 10° 30′ east), on a sphere: at this scale the ellipsoid differs by less than
the width of a dot.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.core.cache import cache
from django.db.models import Avg, Count, Exists, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils.formats import number_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.charts import MARK, Cell, Column, Table
from portal.directory.models import Edition, Municipality, Outline

WIDTH, HEIGHT = 648, 876
"""Size of the drawing of Germany in the units of all coordinates here; one unit is a kilometre."""

DOT, LINE = "#7a8597", "#7a8597"
PAPER = "#fff"
"""The ground, seen through the middle of a ring; the style sheet knows the dark one."""

FEW_DOTS = 2_000
"""A register of fewer places, such as the demonstration's, is drawn with larger dots, so that it reads as Germany."""

DOT_WIDTHS = ((500_000, 9.0), (100_000, 6.5), (20_000, 4.0), (5_000, 2.6), (0, 1.7))
"""From how many inhabitants on a dot has which width."""

CACHED_FOR = 7 * 24 * 3600
"""Seconds that the drawing of Germany is kept; a new import has another key, so it shows at once."""

_EARTH_RADIUS = 6371.0
_LATITUDE, _LONGITUDE = math.radians(51.0), math.radians(10.5)
_PARALLELS = math.radians(48 + 40 / 60), math.radians(53 + 40 / 60)
_LEFT, _TOP = 328.0, 457.0


def _stretch(latitude: float) -> float:
    return math.tan(math.pi / 4 + latitude / 2)


_CONE = math.log(math.cos(_PARALLELS[0]) / math.cos(_PARALLELS[1])) / math.log(
    _stretch(_PARALLELS[1]) / _stretch(_PARALLELS[0])
)
_SCALE = _EARTH_RADIUS * math.cos(_PARALLELS[0]) * _stretch(_PARALLELS[0]) ** _CONE / _CONE
_CENTRE = _SCALE / _stretch(_LATITUDE) ** _CONE

type Rings = Sequence[Sequence[Sequence[float]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """A map with the same in words, as ``components/map_figure.html`` takes it.

    Attributes:
        svg: the drawing, which carries title and description as well.
        lists: where its places are listed: label and address of each list.
        table: its places with their coordinates, where they are few.
        source: who must be named beside it, where that is not one of the register's own sources.
    """

    title: str
    description: str
    svg: SafeString
    lists: Sequence[tuple[str, str]] = ()
    table: Table | None = None
    source: str = ""


class Point(NamedTuple):
    """A place on the drawing: to the right and downwards from the upper left corner."""

    x: float
    y: float


def project(longitude: float, latitude: float) -> Point:
    """Return where a place given in degrees (WGS84) lies on the drawing."""
    radius = _SCALE / _stretch(math.radians(latitude)) ** _CONE
    angle = _CONE * (math.radians(longitude) - _LONGITUDE)
    return Point(_LEFT + radius * math.sin(angle), _TOP + radius * math.cos(angle) - _CENTRE)


def point_of(place: Municipality) -> Point | None:
    """Return where a municipality lies on the drawing; None when its coordinates are unknown."""
    if place.longitude is None or place.latitude is None:
        return None
    return project(place.longitude, place.latitude)


def degree_of(degree: str, path: str = "") -> Coalesce:
    """SQL for the longitude or latitude of what is in a place: that of the municipality, else the middle of several.

    Args:
        degree: ``longitude`` or ``latitude``.
        path: leads to the object with the municipality, the association and the district, of which it has one.
    """
    middles = []
    for level in ("association", "district"):
        members = Municipality.objects.current().filter(**{level: OuterRef(f"{path}{level}")}).order_by().values(level)
        middles.append(Subquery(members.annotate(middle=Avg(degree)).values("middle")))
    return Coalesce(F(f"{path}municipality__{degree}"), *middles)


# --- paths: compact, and of numbers alone, so there is nothing in them to escape ------------------------------------


def _number(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    if digits:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _pair(x: float, y: float, digits: int) -> str:
    second = _number(y, digits)
    return _number(x, digits) + (second if second.startswith("-") else f" {second}")


def dots_path(points: Iterable[Point], digits: int = 1) -> str:
    """Write dots as one path: lines of no length, which round caps make visible."""
    written: list[str] = []
    last_x = last_y = 0.0
    for point in points:
        x, y = round(point.x, digits), round(point.y, digits)
        written.append(f"{'m' if written else 'M'}{_pair(x - last_x, y - last_y, digits)}h0")
        last_x, last_y = x, y
    return "".join(written)


def outline_path(polygons: Rings, digits: int = 1) -> str:
    """Write rings of longitude and latitude as one path; neighbouring corners that fall together become one."""
    written: list[str] = []
    for ring in polygons:
        corners: list[tuple[float, float]] = []
        for longitude, latitude in ring:
            x, y = project(longitude, latitude)
            corner = (round(x, digits), round(y, digits))
            if not corners or corners[-1] != corner:
                corners.append(corner)
        if len(corners) < 3:  # noqa: PLR2004 - fewer corners enclose nothing
            continue
        steps = [f"M{_pair(*corners[0], digits)}l"]
        for number, (before, corner) in enumerate(pairwise(corners)):
            step = _pair(corner[0] - before[0], corner[1] - before[1], digits)
            steps.append(step if number == 0 or step.startswith("-") else f" {step}")
        written.append("".join(steps) + "z")
    return "".join(written)


# --- Germany --------------------------------------------------------------------------------------------------------


def germany_version() -> str:
    """Name the state of the register that the drawing of Germany shows."""
    dots = Municipality.objects.current().aggregate(
        number=Count("longitude"), edition=Max("edition_id"), coordinates=Max("coordinates_edition_id")
    )
    outlines = Outline.objects.aggregate(number=Count("pk"), edition=Max("edition_id"))
    return "-".join(str(value or 0) for value in (*dots.values(), *outlines.values()))


def germany(version: str) -> str:
    """Return the SVG document of Germany in its current state; drawn once for each ``germany_version``."""
    return str(cache.get_or_set(f"directory:germany:{version}", _draw_germany, CACHED_FOR))


def _draw_germany() -> str:
    outlines: dict[str, list[str]] = {Outline.Level.LAND.value: [], Outline.Level.DISTRICT.value: []}
    for outline in Outline.objects.all():
        outlines[outline.level].append(outline_path(outline.polygons, 0))
    dots: dict[float, list[Point]] = {width: [] for _least, width in reversed(DOT_WIDTHS)}
    for place in Municipality.objects.current().only("longitude", "latitude", "population").order_by("ags").iterator():
        if point := point_of(place):
            dots[next(width for least, width in DOT_WIDTHS if place.population >= least)].append(point)
    scale = 2 if sum(map(len, dots.values())) < FEW_DOTS else 1
    title = escape(_("Germany: every municipality of the register is a dot, larger ones with more inhabitants"))
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"><title>{title}</title>',
            f'<g fill="none" stroke="{LINE}" stroke-linecap="round" stroke-linejoin="round">',
            f'<path stroke-width=".35" d="{"".join(outlines[Outline.Level.DISTRICT])}"/>',
            f'<path stroke-width="1.2" d="{"".join(outlines[Outline.Level.LAND])}"/>',
            *(
                f'<path stroke-width="{width * scale:g}" d="{dots_path(points)}"/>'
                for width, points in dots.items()
                if points
            ),
            "</g></svg>",
        ]
    )


def sources() -> ArraySubquery:
    """SQL for the sources whose facts the drawing of Germany shows, as ``attribution`` and ``url``, without repetition.

    For ``annotate``: each page with a map names them, and costs no statement more for it.
    """
    # The next edition in use is one look into the index; whether this very one is in use would be a scan of the table.
    placed = Municipality.objects.filter(coordinates_edition__gte=OuterRef("pk")).order_by("coordinates_edition_id")
    used = Edition.objects.alias(next_used=Subquery(placed.values("coordinates_edition_id")[:1])).filter(
        Q(next_used=F("pk")) | Exists(Outline.objects.filter(edition=OuterRef("pk")))
    )
    named = JSONObject(attribution="attribution", url="attribution_url")
    return ArraySubquery(
        used.order_by("attribution").values("attribution", "attribution_url").distinct().values(json=named)
    )


# --- a page's own map -----------------------------------------------------------------------------------------------


def draw_place(
    *, title: str, description: str, germany_url: str, points: Sequence[Point], outline: Rings
) -> SafeString:
    """Draw places on Germany: one as a mark with a ring that is found at a glance, several as dots.

    ``outline`` is that of the place, or of the district it lies in; it may be empty.
    """
    return _on_germany(
        title,
        description,
        germany_url,
        _outline(outline, "1.5"),
        _mark(points[0]) if len(points) == 1 else _dots(points, "3"),
    )


def draw_groups(
    *, title: str, description: str, germany_url: str, rings: Sequence[Point], dots: Sequence[Point]
) -> SafeString:
    """Draw many places on Germany in two groups: small rings, and full dots in front of them."""
    return _on_germany(
        title,
        description,
        germany_url,
        draw_rings(rings),
        _dots(dots, "5"),
    )


def draw_spread(
    *, title: str, description: str, germany_url: str, origins: Sequence[Point], others: Sequence[Point]
) -> SafeString:
    """Draw on Germany where something comes from, each place as a dot with a ring, and as open rings where it went."""
    return _on_germany(
        title,
        description,
        germany_url,
        draw_rings(others, 14),
        *(_mark(point) for point in origins),
    )


def draw_district(
    *, title: str, description: str, points: Sequence[Point], outline: Rings, marked: Point | None = None
) -> SafeString | None:
    """Draw a district close up with its municipalities as dots, one of them marked; None without any of them."""
    corners = [*points, *(project(*corner[:2]) for ring in outline for corner in ring)]
    if not points or not corners:
        return None
    left, right = min(c.x for c in corners), max(c.x for c in corners)
    top, bottom = min(c.y for c in corners), max(c.y for c in corners)
    side = max(right - left, bottom - top, 10.0) * 1.1
    x, y = (left + right - side) / 2, (top + bottom - side) / 2
    unit = side / 100
    return _figure(
        f"{x:.1f} {y:.1f} {side:.1f} {side:.1f}",
        title,
        description,
        _outline(outline, f"{unit * 0.6:.2f}"),
        _dots(points, f"{unit * 2:.2f}", DOT if marked else MARK),
        _mark(marked, unit / 4) if marked else SafeString(),
    )


def germany_image(germany_url: str) -> SafeString:
    """Show the drawing of Germany as the ground of a map."""
    return format_html('<image href="{}" width="{}" height="{}"/>', germany_url, WIDTH, HEIGHT)


def _on_germany(title: str, description: str, germany_url: str, *parts: SafeString) -> SafeString:
    return _figure(f"0 0 {WIDTH} {HEIGHT}", title, description, germany_image(germany_url), *parts)


def _figure(view_box: str, title: str, description: str, *parts: SafeString) -> SafeString:
    return format_html(
        '<svg class="map" viewBox="{}" role="img" xmlns="http://www.w3.org/2000/svg">'
        "<title>{}</title><desc>{}</desc>{}</svg>",
        view_box,
        title,
        description,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _outline(polygons: Rings, width: str) -> SafeString:
    path = mark_safe(outline_path(polygons))  # noqa: S308 - numbers alone
    return (
        format_html(
            '<path class="map__outline" fill="{0}" fill-opacity=".12" stroke="{0}" stroke-width="{1}"'
            ' stroke-linejoin="round" d="{2}"/>',
            MARK,
            width,
            path,
        )
        if path
        else SafeString()
    )


def _dots(points: Sequence[Point], width: str, colour: str = MARK) -> SafeString:
    path = mark_safe(dots_path(points))  # noqa: S308 - numbers alone
    return (
        format_html(
            '<path class="map__dots" fill="none" stroke="{}" stroke-width="{}" stroke-linecap="round" d="{}"/>',
            colour,
            width,
            path,
        )
        if path
        else SafeString()
    )


def draw_rings(points: Sequence[Point], width: float = 5) -> SafeString:
    """Draw dots and, in the colour of the ground, smaller ones upon them; there can be thousands: written once."""
    path = mark_safe(dots_path(points))  # noqa: S308 - numbers alone
    return (
        format_html(
            '<defs><path id="map-rings" fill="none" stroke-linecap="round" d="{}"/></defs>'
            '<use class="map__rings" href="#map-rings" stroke="{}" stroke-width="{}"/>'
            '<use class="map__holes" href="#map-rings" stroke="{}" stroke-width="{}"/>',
            path,
            MARK,
            f"{width:g}",
            PAPER,
            f"{width / 2:g}",
        )
        if path
        else SafeString()
    )


def _mark(point: Point, unit: float = 1.0) -> SafeString:
    return format_html(
        '<circle class="map__mark" cx="{0}" cy="{1}" r="{2}" fill="{4}"/>'
        '<circle class="map__ring" cx="{0}" cy="{1}" r="{3}" fill="none" stroke="{4}" stroke-width="{5}"/>',
        f"{point.x:.1f}",
        f"{point.y:.1f}",
        f"{unit * 6:.1f}",
        f"{unit * 18:.1f}",
        MARK,
        f"{unit * 2.5:.1f}",
    )


# --- in words -------------------------------------------------------------------------------------------------------


def coordinates_in_words(place: Municipality) -> str:
    """Write a municipality's coordinates: ``48.8973° north, 9.1916° east``; empty when they are unknown."""
    if place.longitude is None or place.latitude is None:
        return ""
    return _("%(latitude)s° north, %(longitude)s° east") % {
        "latitude": number_format(place.latitude, decimal_pos=4, use_l10n=True),
        "longitude": number_format(place.longitude, decimal_pos=4, use_l10n=True),
    }


def coordinates_table(place: Municipality) -> Table:
    """Return where a municipality lies as a table; its coordinates are known."""
    degrees = [
        Cell(f"{number_format(value, decimal_pos=4, use_l10n=True)}°", numeric=True)
        for value in (place.latitude, place.longitude)
        if value is not None
    ]
    heads = [Column(_("Latitude (north)"), numeric=True), Column(_("Longitude (east)"), numeric=True)]
    return Table(columns=[Column(_("Municipality"), numeric=False), *heads], rows=[[Cell(place.name), *degrees]])
