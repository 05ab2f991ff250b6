"""Counting what a list finds: by field and phase, by Land, and by place; as pictures and tables."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Avg, Count, F, QuerySet
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.charts import MARK, Cell, Column, Table
from portal.directory import maps
from portal.directory.maps import HEIGHT, WIDTH, Map, Point, project
from portal.directory.models import Municipality, Outline
from portal.directory.places import LAENDER
from portal.directory.vocabularies import FieldOfAction
from portal.filters import sql_of
from projects.models import Project, ProjectPlace
from projects.vocabularies import Phase

CLUSTER_KM = 24
"""Marks of municipalities that lie in the same square of so many kilometres become one with their number."""


class Number(NamedTuple):
    """A cell of the matrix: how many, where they are, and how dark, from 0 to 4."""

    number: int
    url: str
    shade: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Field of action × phase."""

    phases: list[str]
    rows: list[tuple[str, str, list[Number], int]]
    most: int


SHADES = 4


def matrix(found: QuerySet[Project], query: str) -> Matrix:
    """Count by field of action and phase, in one statement; each cell leads to its list.

    Args:
        found: what the filters find.
        query: the parameters of the list, without field and phase.
    """
    sql, parameters = sql_of(found.order_by().values("phase", "fields_of_action"))
    with connection.cursor() as cursor:
        # Made of what the ORM writes; every value is a parameter.
        cursor.execute(
            f"SELECT field, phase, count(*) FROM ({sql}) AS found (phase, fields), unnest(fields) field GROUP BY 1, 2",  # noqa: S608
            parameters,
        )
        numbers = {(field, phase): number for field, phase, number in cursor.fetchall()}
    most = max(numbers.values(), default=0)
    base = reverse("projects:project_list")
    rest = f"&{query}" if query else ""
    rows = []
    for field in FieldOfAction:
        cells = []
        for phase in Phase:
            number = numbers.get((field.value, phase.value), 0)
            url = f"{base}?{urlencode({'action': field.value, 'phase': phase.value})}{rest}"
            cells.append(Number(number, url, _shade(number, most)))
        total = sum(cell.number for cell in cells)
        rows.append((str(field.label), f"{base}?{urlencode({'action': field.value})}{rest}", cells, total))
    return Matrix(phases=[str(phase.label) for phase in Phase], rows=rows, most=most)


def _shade(number: int, most: int) -> int:
    return 0 if not number else 1 + (number - 1) * SHADES // max(most, 1)


# --- the map ---


class Spot(NamedTuple):
    """A place with its projects."""

    name: str
    point: Point
    number: int
    url: str


def spots(found: QuerySet[Project]) -> list[tuple[str, str, str, float, float, int]]:
    """Return each place of the projects found: kind, key, name, longitude, latitude, and how many projects it has.

    A municipality lies at its own coordinates, an association or a district in the middle of its municipalities.
    Places without coordinates are left out; the list has them.
    """
    places = ProjectPlace.objects.filter(project__in=found.order_by().values("pk"))
    rows: list[tuple[str, str, str, float, float, int]] = []
    own = (
        places.filter(municipality__longitude__isnull=False)
        .values(key=F("municipality_id"), name=F("municipality__name"))
        .annotate(longitude=F("municipality__longitude"), latitude=F("municipality__latitude"), number=Count("project"))
        .order_by("key")
    )
    rows += [("municipality", one["key"], one["name"], one["longitude"], one["latitude"], one["number"]) for one in own]
    for kind in ("association", "district"):
        counted: dict[str, tuple[str, int]] = {
            one["key"]: (one["name"], one["number"])
            for one in places.filter(**{f"{kind}__isnull": False})
            .values(key=F(f"{kind}_id"), name=F(f"{kind}__name"))
            .annotate(number=Count("project"))
            .order_by("key")
        }
        if not counted:
            continue
        middle = (
            Municipality.objects.current()
            .filter(**{f"{kind}__in": counted})
            .order_by()
            .values(key=F(f"{kind}_id"))
            .annotate(longitude=Avg("longitude"), latitude=Avg("latitude"))
        )
        at = {one["key"]: (one["longitude"], one["latitude"]) for one in middle if one["longitude"] is not None}
        rows += [(kind, key, name, *at[key], number) for key, (name, number) in counted.items() if key in at]
    return rows


def overview_map(found: QuerySet[Project], *, land: str, query: str, germany_url: str) -> Map:
    """Draw what the filters find: for all of Germany a mark for each Land, for one Land its places, clustered.

    Args:
        found: what the filters find.
        land: key of the Land that the filters name alone; empty for Germany.
        query: the parameters of the list, without Land and place.
        germany_url: address of the drawing of Germany.
    """
    rows = spots(found)
    return _of_land(rows, land, query) if land else _of_germany(found, rows, query, germany_url)


def _of_germany(found: QuerySet[Project], rows: Iterable[tuple[Any, ...]], query: str, germany_url: str) -> Map:
    base, rest = reverse("projects:project_map"), f"&{query}" if query else ""
    at: dict[str, list[tuple[Point, int]]] = {}
    for _kind, key, _name, longitude, latitude, number in rows:
        at.setdefault(key[:2], []).append((project(longitude, latitude), number))
    counts = _by_land(found)
    marks = []
    for key, name in LAENDER.items():
        if not counts[key]:
            continue
        if at.get(key):
            marks.append(Spot(name, _middle(at[key]), counts[key], f"{base}?land={key}{rest}"))
    total = sum(counts.values())
    title = _("Projects by Land")
    description = ngettext(
        "%(number)s project. Each grey dot is a municipality; choose a number to see the Land.",
        "%(number)s projects, each in its Land. Each grey dot is a municipality; choose a number to see the Land.",
        total,
    ) % {"number": number_format(total)}
    image = format_html('<image href="{}" width="{}" height="{}"/>', germany_url, WIDTH, HEIGHT)
    svg = _figure(f"0 0 {WIDTH} {HEIGHT}", title, description, image, _marks(marks, 1.0))
    list_url = reverse("projects:project_list")
    cells = [
        [Cell(name, url=f"{list_url}?land={key}{rest}"), Cell(number_format(counts[key]), numeric=True)]
        for key, name in LAENDER.items()
    ]
    table = Table(columns=[Column(_("Land"), numeric=False), Column(_("Projects"), numeric=True)], rows=cells)
    return Map(title=title, description=description, svg=svg, table=table)


def _by_land(found: QuerySet[Project]) -> Counter[str]:
    sql, parameters = sql_of(found.order_by().values("laender"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT land, count(*) FROM ({sql}) AS found (laender), unnest(laender) AS land GROUP BY 1",  # noqa: S608 - from the ORM
            parameters,
        )
        return Counter(dict(cursor.fetchall()))


def _middle(points: list[tuple[Point, int]]) -> Point:
    number = sum(weight for _point, weight in points)
    return Point(
        sum(point.x * weight for point, weight in points) / number,
        sum(point.y * weight for point, weight in points) / number,
    )


def _of_land(rows: Iterable[tuple[Any, ...]], land: str, query: str) -> Map:
    name, list_url = LAENDER[land], reverse("projects:project_list")
    rest = f"&{query}" if query else ""
    here = [row for row in rows if row[1][:2] == land]
    clusters: dict[tuple[int, int], list[tuple[str, Point, int, str]]] = {}
    listed = []
    for kind, key, place, longitude, latitude, number in here:
        at = project(longitude, latitude)
        url = f"{list_url}?place={key}{rest}"
        square = (int(at.x // CLUSTER_KM), int(at.y // CLUSTER_KM))
        clusters.setdefault(square, []).append((place, at, number, url))
        listed.append((place, kind, number, url))
    marks = []
    for group in clusters.values():
        number = sum(one[2] for one in group)
        label = ", ".join(one[0] for one in group)
        url = group[0][3] if len(group) == 1 else ""
        marks.append(Spot(label, _middle([(one[1], one[2]) for one in group]), number, url))
    outline = next(iter(Outline.objects.filter(level=Outline.Level.LAND, key=land)), None)
    dots = [
        point
        for place in Municipality.objects.current().filter(land=land).only("longitude", "latitude").order_by("ags")
        if (point := maps.point_of(place)) is not None
    ]
    title = _("Projects in %(land)s") % {"land": name}
    places = ngettext("%(number)s place with projects.", "%(number)s places with projects.", len(here))
    description = f"{places % {'number': number_format(len(here))}} " + _(
        "Each grey dot is a municipality. Marks close to each other are one, with their number."
    )
    box, unit = _box(dots or [spot.point for spot in marks])
    svg = _figure(box, title, description, _outline(outline, unit), _dots(dots, unit), _marks(marks, unit))
    kinds = {"municipality": _("Municipality"), "association": _("Association"), "district": _("District")}
    cells = [
        [Cell(place, url=url), Cell(kinds[kind]), Cell(number_format(number), numeric=True)]
        for place, kind, number, url in sorted(listed)
    ]
    columns = [Column(_("Place"), numeric=False), Column(_("Kind"), numeric=False), Column(_("Projects"), numeric=True)]
    return Map(title=title, description=description, svg=svg, table=Table(columns=columns, rows=cells))


def _box(points: list[Point]) -> tuple[str, float]:
    """Return the part of the drawing that shows all points, and how large a unit is in it."""
    if not points:
        return f"0 0 {WIDTH} {HEIGHT}", 1.0
    left, right = min(p.x for p in points), max(p.x for p in points)
    top, bottom = min(p.y for p in points), max(p.y for p in points)
    side = max(right - left, bottom - top, 30.0) * 1.15
    x, y = (left + right - side) / 2, (top + bottom - side) / 2
    return f"{x:.1f} {y:.1f} {side:.1f} {side:.1f}", side / WIDTH


def _figure(view_box: str, title: str, description: str, *parts: SafeString) -> SafeString:
    # No role of a picture: the marks are links, and a picture would hide them from screen readers.
    return format_html(
        '<svg class="map" viewBox="{}" role="group" aria-label="{}" xmlns="http://www.w3.org/2000/svg">'
        "<desc>{}</desc>{}</svg>",
        view_box,
        title,
        description,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _outline(outline: Outline | None, unit: float) -> SafeString:
    if outline is None:
        return SafeString()
    path = maps.outline_path(outline.polygons)
    return format_html(
        '<path fill="{0}" fill-opacity=".08" stroke="{0}" stroke-width="{1}" d="{2}"/>', MARK, f"{unit:.2f}", path
    )


def _dots(points: list[Point], unit: float) -> SafeString:
    return format_html(
        '<path fill="none" stroke="{}" stroke-width="{}" stroke-linecap="round" d="{}"/>',
        maps.DOT,
        f"{unit * 3:.2f}",
        maps.dots_path(points),
    )


def _number_of_projects(number: int) -> str:
    return ngettext("%(name)s: %(number)s project", "%(name)s: %(number)s projects", number)


def _marks(marks: Iterable[Spot], unit: float, says: Callable[[int], str] = _number_of_projects) -> SafeString:
    drawn = ((_mark(mark, unit, says(mark.number)),) for mark in sorted(marks, key=lambda one: -one.number))
    return format_html_join("", "{}", drawn)


def _mark(mark: Spot, unit: float, says: str) -> SafeString:
    radius = unit * (13 + 4 * min(len(str(mark.number)), 4))
    said = says % {"name": mark.name, "number": number_format(mark.number)}
    drawn = format_html(
        '<circle class="map__cluster" cx="{x}" cy="{y}" r="{r}" stroke-width="{line}"/>'
        '<text class="map__number" x="{x}" y="{y}" dy=".35em" text-anchor="middle" font-size="{size}">{number}</text>',
        x=f"{mark.point.x:.1f}",
        y=f"{mark.point.y:.1f}",
        r=f"{radius:.1f}",
        line=f"{unit * 2:.1f}",
        size=f"{unit * 17:.1f}",
        number=mark.number,
    )
    if mark.url:
        return format_html('<a href="{}" aria-label="{}"><title>{}</title>{}</a>', mark.url, said, said, drawn)
    return format_html('<g role="img" aria-label="{}"><title>{}</title>{}</g>', said, said, drawn)


# --- GeoJSON ---


def geojson(projects: Iterable[Project], base: str) -> dict[str, Any]:
    """Write projects as a collection of features (RFC 7946), a point for each place whose coordinates are known.

    Args:
        projects: with their places (``for_lists()``).
        base: address of the portal.
    """
    rows = list(projects)
    unions: dict[str, set[str]] = {"association": set(), "district": set()}
    for one in rows:
        for place in one.places.all():
            for kind, keys in unions.items():
                if key := getattr(place, f"{kind}_id"):
                    keys.add(key)
    middles: dict[str, tuple[float, float]] = {}
    for kind, keys in unions.items():
        if keys:
            found = (
                Municipality.objects.current().filter(**{f"{kind}__in": keys}).order_by().values(key=F(f"{kind}_id"))
            )
            for row in found.annotate(longitude=Avg("longitude"), latitude=Avg("latitude")):
                if row["longitude"] is not None:
                    middles[row["key"]] = (row["longitude"], row["latitude"])
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(part, 5) for part in at]},
            "properties": {
                "slug": one.slug,
                "title": one.title,
                "summary": one.summary,
                "phase": one.phase,
                "fields_of_action": one.fields_of_action,
                "evidence_grade": one.evidence_grade,
                "place": place.label(),
                "key": place.municipality_id or place.association_id or place.district_id,
                "url": base + one.get_absolute_url(),
            },
        }
        for one in rows
        for place in one.places.all()
        if (at := _at(place, middles)) is not None
    ]
    return {"type": "FeatureCollection", "features": features}


def _at(place: ProjectPlace, middles: dict[str, tuple[float, float]]) -> tuple[float, float] | None:
    if place.municipality is not None:
        town = place.municipality
        return None if town.longitude is None or town.latitude is None else (town.longitude, town.latitude)
    return middles.get(place.association_id or place.district_id or "")


def map_of_plans(plans: QuerySet[Any], *, query: str, germany_url: str) -> Map | None:
    """Draw plans that readers may see on Germany, those at the same point as one mark; None without any place.

    A mark of one plan leads to it, one of several to the list of its place; where several places lie at the same
    point, the table has them.

    Args:
        plans: what the filters find.
        query: the parameters of the list, without place and page.
        germany_url: address of the drawing of Germany.
    """
    rows = plans.filter(longitude__isnull=False).order_by("begins_on", "pk").select_related("organisation")[:MOST_PLANS]
    at: dict[Point, list[Any]] = {}
    for plan in rows:
        at.setdefault(project(plan.longitude, plan.latitude), []).append(plan)
    if not at:
        return None
    marks = [
        Spot(
            "; ".join(sorted({one.organisation.name for one in found})),
            point,
            len(found),
            _plans_url(found, query),
        )
        for point, found in at.items()
    ]
    title = _("Plans on the map")
    number = sum(mark.number for mark in marks)
    description = ngettext("%(number)s plan.", "%(number)s plans.", number) % {"number": number_format(number)}
    image = format_html('<image href="{}" width="{}" height="{}"/>', germany_url, WIDTH, HEIGHT)
    cells = [
        [
            Cell(one.title, url=one.get_absolute_url()),
            Cell(one.organisation.name),
            Cell(date_format(one.begins_on, "F Y")),
        ]
        for found in at.values()
        for one in found
    ]
    columns = [
        Column(_("Plan"), numeric=False),
        Column(_("Organisation"), numeric=False),
        Column(_("Begins about"), numeric=False),
    ]
    return Map(
        title=title,
        description=description,
        svg=_figure(f"0 0 {WIDTH} {HEIGHT}", title, description, image, _marks(marks, 0.7, _number_of_plans)),
        table=Table(columns=columns, rows=cells),
    )


def _plans_url(plans: list[Any], query: str) -> str:
    if len(plans) == 1:
        return str(plans[0].get_absolute_url())
    places = {
        one.organisation.municipality_id or one.organisation.association_id or one.organisation.district_id
        for one in plans
    }
    rest = f"&{query}" if query else ""
    return f"{reverse('projects:radar')}?place={places.pop()}{rest}#results" if len(places) == 1 else ""


def _number_of_plans(number: int) -> str:
    return ngettext("%(name)s: %(number)s plan", "%(name)s: %(number)s plans", number)


MOST_PLANS = 500
"""Plans on one map; those that begin first."""
