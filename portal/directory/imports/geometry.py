"""Outlines of Länder and districts (GeoJSON) and one point inside each municipality (CSV), in WGS84.

The files of the Federal Agency for Cartography and Geodesy (BKG) as the portal gets them: simplified, with the key in
the property ``LAND`` or ``AGS``. They do not say of which day they are; the year comes from the caller.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from portal.directory.imports.extract import LATITUDES, LONGITUDES
from portal.directory.imports.source import Refused, Source
from portal.directory.models import AGS, Outline

KEYS = {"LAND": (Outline.Level.LAND, r"(0[1-9]|1[0-6])"), "AGS": (Outline.Level.DISTRICT, r"(0[1-9]|1[0-6])[0-9]{3}")}
MAX_POSITIONS = 500_000
"""Corners in one file: the simplified outlines have about 25,000, and each is drawn on every map."""
MIN_RING = 4

type Ring = list[list[float]]


@dataclass(slots=True)
class Outlines:
    """Rings by level and key: outer rings and holes alike, to be filled by the even-odd rule."""

    rings: dict[tuple[str, str], list[Ring]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Point:
    """A point inside a municipality."""

    line: int
    ags: str
    longitude: float
    latitude: float


@dataclass(slots=True)
class Points:
    """The points of one file."""

    rows: list[Point] = field(default_factory=list)


def parse(source: Source) -> Outlines | Points:
    """Read a GeoJSON FeatureCollection of polygons or a CSV of points, told by the content.

    Raises:
        Refused: it is neither, or something in it does not fit; with the file's name.
    """
    try:
        try:
            text = source.data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = source.data.count(b"\n", 0, error.start) + 1
            raise Refused(_("The file is not encoded as UTF-8."), line=line) from error
        if text.lstrip().startswith("{"):
            return _parse_outlines(text)
        return _parse_points(text)
    except Refused as refused:
        refused.file = source.name
        raise


def _parse_outlines(text: str) -> Outlines:
    try:
        collection = json.loads(text, parse_constant=_refuse_constant)
    except (json.JSONDecodeError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise Refused(_("The file is no complete JSON."), line=line) from error
    features = collection.get("features")
    if collection.get("type") != "FeatureCollection" or not isinstance(features, list) or not features:
        raise Refused(_("The file is no GeoJSON FeatureCollection with features."))
    outlines = Outlines()
    positions = 0
    for number, feature in enumerate(features, start=1):
        level, key = _level_and_key(number, feature)
        if (level, key) in outlines.rings:
            raise Refused(_("Feature %(number)s: the key %(key)s occurs twice.") % {"number": number, "key": key})
        rings = [_ring(number, ring) for ring in _raw_rings(number, feature.get("geometry"))]
        positions += sum(len(ring) for ring in rings)
        if positions > MAX_POSITIONS:
            raise Refused(
                _("The outlines have more than %(count)s corners: simplify them first.") % {"count": MAX_POSITIONS}
            )
        outlines.rings[level, key] = rings
    return outlines


def _refuse_constant(name: str) -> float:
    raise Refused(_("“%(text)s” is no coordinate.") % {"text": name})


def _level_and_key(number: int, feature: Any) -> tuple[str, str]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if isinstance(properties, dict):
        for name, (level, pattern) in KEYS.items():
            if name in properties:
                key = properties[name]
                if isinstance(key, str) and re.fullmatch(pattern, key):
                    return level, key
                raise Refused(_("Feature %(number)s: “%(key)s” is no key.") % {"number": number, "key": key})
    raise Refused(_("Feature %(number)s has neither the property LAND nor AGS.") % {"number": number})


def _raw_rings(number: int, geometry: Any) -> Iterator[Any]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind == "Polygon" and isinstance(coordinates, list) and coordinates:
        yield from coordinates
    elif kind == "MultiPolygon" and isinstance(coordinates, list) and coordinates:
        for polygon in coordinates:
            if not isinstance(polygon, list):
                raise Refused(_("Feature %(number)s is no polygon.") % {"number": number})
            yield from polygon
    else:
        raise Refused(_("Feature %(number)s is no polygon.") % {"number": number})


def _ring(number: int, ring: Any) -> Ring:
    if not isinstance(ring, list) or len(ring) < MIN_RING or ring[0] != ring[-1]:
        raise Refused(_("Feature %(number)s: a ring is not closed.") % {"number": number})
    return [_position(number, position) for position in ring]


def _position(number: int, position: Any) -> list[float]:
    match position:
        case [int() | float() as longitude, int() | float() as latitude, *_rest] if (
            LONGITUDES[0] <= longitude <= LONGITUDES[1] and LATITUDES[0] <= latitude <= LATITUDES[1]
        ):
            return [float(longitude), float(latitude)]
    reason = _("Feature %(number)s: %(position)s lies outside Germany.")
    raise Refused(reason % {"number": number, "position": json.dumps(position)[:60]})


def _parse_points(text: str) -> Points:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = {"ags", "lon", "lat"} - set(reader.fieldnames or [])
    if missing:
        raise Refused(_("The column “%(title)s” is missing.") % {"title": min(missing)}, line=1)
    points = Points()
    seen: set[str] = set()
    try:
        for row in reader:
            point = _point(reader.line_num, row)
            if point.ags in seen:
                raise Refused(_("The key %(key)s occurs twice.") % {"key": point.ags}, line=point.line)
            seen.add(point.ags)
            points.rows.append(point)
    except csv.Error as error:
        raise Refused(_("The line is no CSV."), line=reader.line_num) from error
    if not points.rows:
        raise Refused(_("The file is empty."))
    return points


def _point(line: int, row: dict[str, str | None]) -> Point:
    ags = row["ags"] or ""
    if not re.fullmatch(AGS, ags):
        raise Refused(_("“%(key)s” is no key (AGS).") % {"key": ags}, line=line)
    values = []
    for name, limits in (("lon", LONGITUDES), ("lat", LATITUDES)):
        try:
            value = float(row[name] or "")
        except ValueError as error:
            raise Refused(_("“%(text)s” is no coordinate.") % {"text": row[name]}, line=line) from error
        if not limits[0] <= value <= limits[1]:
            raise Refused(_("The coordinate %(text)s lies outside Germany.") % {"text": row[name]}, line=line)
        values.append(value)
    return Point(line=line, ags=ags, longitude=values[0], latitude=values[1])
