"""Counting what a list finds: by field and phase, by Land, and by place; as pictures and tables."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Avg, Count, F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.charts import MARK, BubbleChart, Cell, Column, Series, Table
from portal.directory import maps
from portal.directory.maps import HEIGHT, WIDTH, Map, Point, degree_of, project
from portal.directory.models import Municipality, Organisation, Outline
from portal.directory.places import LAENDER
from portal.directory.vocabularies import FieldOfAction
from portal.filters import sql_of
from projects.models import Project, ProjectPlace, Reuse, in_a_line
from projects.vocabularies import Phase

CLUSTER_KM = 24
"""Marks of municipalities that lie in the same square of so many kilometres become one with their number."""


def matrix(found: QuerySet[Project], query: str) -> BubbleChart:
    """Count by field of action and phase, in one statement; each figure leads to its list.

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
    rest = f"&{query}" if query else ""

    def address(**chosen: str) -> str:
        return f"{reverse('projects:project_list')}?{urlencode(chosen)}{rest}"

    return BubbleChart(
        key="field-phase",
        title=_("Number of projects by field of action and phase"),
        description=_(
            "The larger a circle, the more projects; where there is none, nothing is drawn. A project of several"
            " fields counts in each. Choose a number to see its projects."
        ),
        unit=_("Projects"),
        heading=_("Field of action"),
        categories=[str(field.label) for field in FieldOfAction],
        addresses=[address(action=field.value) for field in FieldOfAction],
        series=[
            Series(str(phase.label), [numbers.get((field.value, phase.value), 0) for field in FieldOfAction])
            for phase in Phase
        ],
        links=[
            [
                address(action=field.value, phase=phase.value) if (field.value, phase.value) in numbers else ""
                for field in FieldOfAction
            ]
            for phase in Phase
        ],
    )


# --- the map ---


class Spot(NamedTuple):
    """A place with its projects."""

    name: str
    point: Point
    number: int
    url: str


class PlaceRow(NamedTuple):
    """A place with how much is there: a number, or the keys of the projects.

    Attributes:
        uses: whether it has no projects of its own here, but uses them again or wants to.
    """

    key: str
    name: str
    uses: bool
    counted: Any
    longitude: float | None
    latitude: float | None

    @property
    def point(self) -> Point:
        """Where it lies on the drawing; its coordinates are known."""
        assert self.longitude is not None  # noqa: S101 - spots() leaves out the others
        assert self.latitude is not None  # noqa: S101 - as above
        return project(self.longitude, self.latitude)


def spots(found: QuerySet[Project], everywhere: QuerySet[Project], counted: Any, land: str = "") -> list[PlaceRow]:
    """Return the places of the projects found, and those that use one of them again or want to, in one statement.

    A municipality lies at its own coordinates, an association or a district in the middle of its municipalities.
    Places without coordinates are left out; the list has them. Of drafts nobody learns who uses them.

    Args:
        found: the projects.
        everywhere: those that may be used again in a place: in a Land also what comes from another one.
        counted: the aggregate of their keys that each place has.
        land: key of the only Land to look at.
    """
    own = _by_place(
        ProjectPlace.objects.filter(project__in=found.order_by().values("pk")), "", land, counted, uses=False
    )
    registered = Organisation.OF_THE_REGISTER
    keys = everywhere.order_by().values("pk")
    uses = Reuse.objects.lasting().filter(project__in=keys, organisation__kind__in=registered)
    rows = own.union(_by_place(uses, "organisation__", land, counted, uses=True), all=True).order_by()
    return [row for row in map(PlaceRow._make, rows) if row.longitude is not None and row.latitude is not None]


def _by_place(rows: QuerySet[Any], path: str, land: str, counted: Any, *, uses: bool) -> QuerySet[Any, Any]:
    kinds = ("municipality", "association", "district")
    grouped = rows.order_by().values(
        key=Coalesce(*(F(f"{path}{kind}_id") for kind in kinds)),
        name=Coalesce(*(F(f"{path}{kind}__name") for kind in kinds)),
        uses=Value(uses),
    )
    if land:
        grouped = grouped.filter(key__startswith=land)
    placed = grouped.annotate(
        counted=counted, longitude=degree_of("longitude", path), latitude=degree_of("latitude", path)
    )
    named: QuerySet[Any, Any] = placed.values_list("key", "name", "uses", "counted", "longitude", "latitude")
    return named


def overview_map(
    found: QuerySet[Project], everywhere: QuerySet[Project], *, land: str, query: str, germany_url: str
) -> Map:
    """Draw what the filters find: for all of Germany a mark for each Land, for one Land its places, clustered.

    Args:
        found: what the filters find.
        everywhere: the same in every Land.
        land: key of the Land that the filters name alone; empty for Germany.
        query: the parameters of the list, without Land and place.
        germany_url: address of the drawing of Germany.
    """
    return _of_land(found, everywhere, land, query) if land else _of_germany(found, query, germany_url)


def _of_germany(found: QuerySet[Project], query: str, germany_url: str) -> Map:
    base, rest = reverse("projects:project_map"), f"&{query}" if query else ""
    rows = spots(found, found, Count("project"))
    at: dict[str, list[tuple[Point, int]]] = {}
    for row in rows:
        if not row.uses:
            at.setdefault(row.key[:2], []).append((row.point, row.counted))
    using = [row for row in rows if row.uses]
    total, counts = _by_land(found)
    marks = [
        Spot(name, _middle(at[key]), counts[key], f"{base}?land={key}{rest}")
        for key, name in LAENDER.items()
        if counts[key] and at.get(key)
    ]
    title = _("Projects by Land")
    description = ngettext(
        "%(number)s project. Each grey dot is a municipality; choose a number to see the Land.",
        "%(number)s projects, each in its Land. Each grey dot is a municipality; choose a number to see the Land.",
        total,
    ) % {"number": number_format(total)}
    description += _in_words(using)
    ground = (maps.germany_image(germany_url), maps.draw_rings([row.point for row in using], 7))
    svg = _figure(f"0 0 {WIDTH} {HEIGHT}", title, description, *ground, _marks(marks, 1.0))
    list_url = reverse("projects:project_list")
    used = Counter(row.key[:2] for row in using)
    cells = [
        [
            Cell(name, url=f"{list_url}?land={key}{rest}"),
            Cell(number_format(counts[key]), numeric=True),
            Cell(number_format(used[key]), numeric=True),
        ]
        for key, name in LAENDER.items()
    ]
    columns = [
        Column(_("Land"), numeric=False),
        Column(_("Projects"), numeric=True),
        Column(_("Places that use something again, or want to"), numeric=True),
    ]
    return Map(title=title, description=description, svg=svg, table=Table(columns=columns, rows=cells))


def _in_words(using: list[PlaceRow]) -> str:
    """Say what the rings of a map are; nothing where there are none."""
    if not using:
        return ""
    words = ngettext(
        "Ring: a place that uses one of these projects again, or wants to.",
        "Rings: %(number)s places that use one of these projects again, or want to.",
        len(using),
    )
    return " " + words % {"number": number_format(len(using))}


def _by_land(found: QuerySet[Project]) -> tuple[int, Counter[str]]:
    """Count the projects that are in any Land, each once, and those of each Land."""
    sql, parameters = sql_of(found.order_by().values("laender"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH found (laender) AS MATERIALIZED ({sql})"  # noqa: S608 - from the ORM
            " SELECT '', count(*) FROM found WHERE cardinality(laender) > 0"
            " UNION ALL SELECT land, count(*) FROM found, unnest(laender) AS land GROUP BY 1",
            parameters,
        )
        counts: Counter[str] = Counter(dict(cursor.fetchall()))
    return counts.pop(""), counts


def _middle(points: list[tuple[Point, int]]) -> Point:
    number = sum(weight for _point, weight in points)
    return Point(
        sum(point.x * weight for point, weight in points) / number,
        sum(point.y * weight for point, weight in points) / number,
    )


def _of_land(found: QuerySet[Project], everywhere: QuerySet[Project], land: str, query: str) -> Map:
    rest = f"&{query}" if query else ""
    rows = spots(found, everywhere, ArrayAgg("project"), land)
    own, using = [row for row in rows if not row.uses], [row for row in rows if row.uses]
    outline = next(iter(Outline.objects.filter(level=Outline.Level.LAND, key=land)), None)
    dots = [
        point
        for place in Municipality.objects.current().filter(land=land).only("longitude", "latitude").order_by("ags")
        if (point := maps.point_of(place)) is not None
    ]
    title = _("Projects in %(land)s") % {"land": LAENDER[land]}
    places = ngettext("%(number)s place with projects.", "%(number)s places with projects.", len(own))
    description = f"{places % {'number': number_format(len(own))}} " + _(
        "Each grey dot is a municipality. Marks close to each other are one, with their number."
    )
    description += _in_words(using)
    box, unit = _box(dots or [row.point for row in rows])
    svg = _figure(box, title, description, _outline(outline, unit), _dots(dots, unit), _clusters(rows, unit, rest))
    return Map(title=title, description=description, svg=svg, table=_places_table(rows, rest))


def _clusters(rows: Iterable[PlaceRow], unit: float, rest: str) -> SafeString:
    """Draw a mark for each square with projects, and a ring for each where something is used again.

    A mark leads to the projects that it counts. A ring around a mark is as large as it has to be to be seen.
    """
    squares: dict[tuple[int, int], tuple[list[PlaceRow], list[PlaceRow]]] = {}
    for row in rows:
        square = (int(row.point.x // CLUSTER_KM), int(row.point.y // CLUSTER_KM))
        squares.setdefault(square, ([], []))[row.uses].append(row)
    marks = [_cluster(own, "place", rest) for own, _using in squares.values() if own]
    circles: list[SafeString] = []
    for own, using in squares.values():
        if using:
            inside = _cluster(own, "place", rest) if own else None
            circles.append(_ring(_cluster(using, "reused_by", rest), unit, inside))
    return format_html("{}{}", format_html_join("", "{}", ((circle,) for circle in circles)), _marks(marks, unit))


def _cluster(group: list[PlaceRow], parameter: str, rest: str) -> Spot:
    """Gather places into one mark, which leads to the list of their projects; each project counts once."""
    keys = ",".join(row.key for row in group)
    return Spot(
        name=in_a_line([row.name for row in group]),
        point=_middle([(row.point, len(row.counted)) for row in group]),
        number=len({key for row in group for key in row.counted}),
        url=f"{reverse('projects:project_list')}?{parameter}={keys}{rest}",
    )


def _places_table(rows: Iterable[PlaceRow], rest: str) -> Table:
    """Return each place with what it has and what it uses again, each number with the way to its list."""
    kinds = {5: _("District"), 8: _("Municipality"), 9: _("Association")}
    list_url = reverse("projects:project_list")
    named: dict[str, tuple[str, list[Cell]]] = {}
    for row in rows:
        nothing = [Cell("0", numeric=True), Cell("0", numeric=True)]
        _name, numbers = named.setdefault(row.key, (row.name, nothing))
        url = f"{list_url}?{'reused_by' if row.uses else 'place'}={row.key}{rest}"
        numbers[row.uses] = Cell(number_format(len(row.counted)), numeric=True, url=url)
    cells = [
        [Cell(name), Cell(kinds[len(key)]), *numbers]
        for key, (name, numbers) in sorted(named.items(), key=lambda one: (one[1][0], one[0]))
    ]
    columns = [
        Column(_("Place"), numeric=False),
        Column(_("Kind"), numeric=False),
        Column(_("Projects"), numeric=True),
        Column(_("Uses again, or wants to"), numeric=True),
    ]
    return Table(columns=columns, rows=cells)


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


def _radius(mark: Spot, unit: float) -> float:
    return unit * (13 + 4 * min(len(str(mark.number)), 4))


def _ring(ring: Spot, unit: float, inside: Spot | None) -> SafeString:
    """Draw a ring with its number; around a mark, whose number stands there already, without."""
    said = ngettext(
        "%(name)s: uses %(number)s project again, or wants to",
        "%(name)s: uses %(number)s projects again, or wants to",
        ring.number,
    ) % {"name": ring.name, "number": number_format(ring.number)}
    at = inside.point if inside else ring.point
    number = format_html(
        '<text class="map__number map__number--ring" x="{x}" y="{y}" dy=".35em" text-anchor="middle"'
        ' font-size="{size}">{number}</text>',
        x=f"{at.x:.1f}",
        y=f"{at.y:.1f}",
        size=f"{unit * 17:.1f}",
        number=ring.number,
    )
    circle = format_html(
        '<circle class="map__reuse" cx="{x}" cy="{y}" r="{r}" stroke-width="{line}"/>',
        x=f"{at.x:.1f}",
        y=f"{at.y:.1f}",
        r=f"{(_radius(inside, unit) + unit * 8) if inside else _radius(ring, unit):.1f}",
        line=f"{unit * 5:.1f}",
    )
    drawn = circle if inside else format_html("{}{}", circle, number)
    return format_html('<a href="{}" aria-label="{}"><title>{}</title>{}</a>', ring.url, said, said, drawn)


def _marks(marks: Iterable[Spot], unit: float, says: Callable[[int], str] = _number_of_projects) -> SafeString:
    drawn = ((_mark(mark, unit, says(mark.number)),) for mark in sorted(marks, key=lambda one: -one.number))
    return format_html_join("", "{}", drawn)


def _mark(mark: Spot, unit: float, says: str) -> SafeString:
    radius = _radius(mark, unit)
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

    A project without any, abroad for example, is one feature whose geometry is null (RFC 7946, 3.2).

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
    return {"type": "FeatureCollection", "features": [part for one in rows for part in _features(one, middles, base)]}


def _features(one: Project, middles: dict[str, tuple[float, float]], base: str) -> Iterator[dict[str, Any]]:
    said = {
        "slug": one.slug,
        "title": one.title,
        "summary": one.summary,
        "phase": one.phase,
        "fields_of_action": one.fields_of_action,
        "evidence_grade": one.evidence_grade,
        "country": one.country,
        "url": base + one.get_absolute_url(),
    }
    points = [(place, at) for place in one.places.all() if (at := _at(place, middles)) is not None]
    for place, at in points:
        geometry = {"type": "Point", "coordinates": [round(part, 5) for part in at]}
        where = {"place": place.label(), "key": place.municipality_id or place.association_id or place.district_id}
        yield {"type": "Feature", "geometry": geometry, "properties": {**said, **where}}
    if not points:
        yield {
            "type": "Feature",
            "geometry": None,
            "properties": {**said, "place": "; ".join(one.place_names()), "key": None},
        }


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
