import re
from datetime import date

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client

from portal.directory import maps
from portal.directory.models import Municipality
from tests.factories.directory import EditionFactory, MunicipalityFactory, OutlineFactory

SVG = "{http://www.w3.org/2000/svg}"


def pairs(path: str) -> list[tuple[float, float]]:
    """Return the points of a path as absolute coordinates; written anew here, from the SVG standard."""
    x = y = 0.0
    points = []
    for command, rest in re.findall(r"([MmlhzZ])([^MmlhzZ]*)", path):
        numbers = [float(number) for number in re.findall(r"-?\d*\.?\d+", rest)]
        if command == "h":
            continue
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = (dx, dy) if command == "M" else (x + dx, y + dy)
            points.append((round(x, 1), round(y, 1)))
    return points


def test_north_is_up_east_is_right_and_a_unit_is_a_kilometre() -> None:
    flensburg, garmisch = maps.project(9.43, 54.79), maps.project(11.1, 47.49)
    aachen, goerlitz = maps.project(6.08, 50.78), maps.project(14.99, 51.15)
    assert flensburg.y < aachen.y < garmisch.y
    assert aachen.x < flensburg.x < goerlitz.x
    berlin, hamburg = maps.project(13.405, 52.52), maps.project(9.993, 53.551)
    assert ((berlin.x - hamburg.x) ** 2 + (berlin.y - hamburg.y) ** 2) ** 0.5 == pytest.approx(255, rel=0.01)


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [(5.87, 51.05), (15.04, 51.27), (8.41, 55.06), (10.18, 47.27), (8.3, 54.9), (13.84, 48.77)],
)
def test_the_corners_of_germany_lie_on_the_drawing(longitude: float, latitude: float) -> None:
    point = maps.project(longitude, latitude)
    assert 0 < point.x < maps.WIDTH
    assert 0 < point.y < maps.HEIGHT


def test_a_path_of_dots_has_every_dot_where_it_belongs() -> None:
    points = [maps.Point(12.34, 5.0), maps.Point(12.36, 700.18), maps.Point(3.0, 0.04), maps.Point(3.0, 0.04)]
    assert pairs(maps.dots_path(points)) == [(12.3, 5.0), (12.4, 700.2), (3.0, 0.0), (3.0, 0.0)]
    assert maps.dots_path([]) == ""


def test_a_path_of_an_outline_closes_its_rings_and_leaves_out_what_encloses_nothing() -> None:
    square = [[9.0, 48.0], [10.0, 48.0], [10.0, 49.0], [9.0, 49.0], [9.0, 48.0]]
    path = maps.outline_path([square, [[9.0, 48.0], [9.00001, 48.0], [9.0, 48.0]]])
    assert (path.count("M"), path.count("z")) == (1, 1)
    corners = [maps.project(*corner) for corner in square]
    assert pairs(path) == [(pytest.approx(c.x, abs=0.11), pytest.approx(c.y, abs=0.11)) for c in corners]


@pytest.mark.django_db
def test_germany_shows_every_placed_municipality_of_today_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maps, "FEW_DOTS", 5)
    for number, population in enumerate((100, 6_000, 30_000, 200_000, 900_000)):
        MunicipalityFactory(longitude=9 + number / 10, latitude=48.5, population=population)
    MunicipalityFactory(longitude=None, latitude=None)
    MunicipalityFactory(longitude=7.0, latitude=51.0, valid_to=date(2023, 12, 31))
    drawing = fromstring(maps.germany(maps.germany_version()))
    dots = [path for path in drawing.iter(f"{SVG}path") if path.get("d", "").endswith("h0")]
    shown = [point for path in dots for point in pairs(path.get("d", ""))]
    wanted = [maps.project(9 + number / 10, 48.5) for number in range(5)]
    assert sorted(shown) == sorted((round(point.x, 1), round(point.y, 1)) for point in wanted)
    assert sorted(float(path.get("stroke-width", "")) for path in dots) == [1.7, 2.6, 4, 6.5, 9]


@pytest.mark.django_db
def test_germany_of_a_small_register_has_larger_dots() -> None:
    MunicipalityFactory(longitude=9, latitude=48.5, population=100)
    drawing = fromstring(maps.germany(maps.germany_version()))
    assert [path.get("stroke-width") for path in drawing.iter(f"{SVG}path") if path.get("d", "").endswith("h0")] == [
        "3.4"
    ]


@pytest.mark.django_db
def test_germany_is_cached_until_the_register_changes(client: Client) -> None:
    MunicipalityFactory()
    first = client.get("/karte/deutschland.svg")
    assert (first.status_code, first["Content-Type"]) == (200, "image/svg+xml")
    assert "max-age=86400" in first["Cache-Control"]
    assert not first.cookies
    again = client.get("/karte/deutschland.svg", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    MunicipalityFactory(longitude=8.0)
    changed = client.get("/karte/deutschland.svg", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed.content != first.content
    OutlineFactory(level="land", key="08")
    assert client.get("/karte/deutschland.svg").content != changed.content


def test_a_place_is_marked_with_a_ring_several_as_dots() -> None:
    text = "<b>&\"'"
    one = maps.draw_place(
        title=text, description=text, germany_url="/karte/deutschland.svg", points=[maps.Point(100, 200)], outline=[]
    )
    drawing = fromstring(one)
    assert drawing.get("role") == "img"
    assert [drawing[0].text, drawing[1].text] == [text, text]
    image = drawing.find(f"{SVG}image")
    assert image is not None
    assert image.get("href") == "/karte/deutschland.svg"
    circles = [(circle.get("cx"), circle.get("cy")) for circle in drawing.iter(f"{SVG}circle")]
    assert circles == [("100.0", "200.0")] * 2
    points = [maps.Point(1, 2), maps.Point(3, 4)]
    several = fromstring(maps.draw_place(title="", description="", germany_url="", points=points, outline=[]))
    assert several.find(f"{SVG}circle") is None
    assert [pairs(path.get("d", "")) for path in several.iter(f"{SVG}path")] == [[(1, 2), (3, 4)]]


def test_two_groups_differ_by_shape_and_not_by_colour_alone() -> None:
    """WCAG 1.4.1. What is drawn as rings is written once, however many there are."""
    rings, dots = [maps.Point(1, 2), maps.Point(3, 4)], [maps.Point(5, 6)]
    drawing = fromstring(maps.draw_groups(title="", description="", germany_url="", rings=rings, dots=dots))
    written, full = drawing.iter(f"{SVG}path")
    assert (pairs(written.get("d", "")), pairs(full.get("d", ""))) == ([(1, 2), (3, 4)], [(5, 6)])
    outer, hole = drawing.iter(f"{SVG}use")
    assert {outer.get("href"), hole.get("href")} == {f"#{written.get('id')}"}
    assert float(outer.get("stroke-width", "")) > float(hole.get("stroke-width", ""))
    assert outer.get("stroke") != hole.get("stroke")
    none = fromstring(maps.draw_groups(title="", description="", germany_url="", rings=[], dots=dots))
    assert list(none.iter(f"{SVG}use")) == []


def test_where_something_went_is_drawn_as_open_rings_and_its_origins_as_dots_with_rings() -> None:
    origins, others = [maps.Point(1, 2), maps.Point(3, 4)], [maps.Point(5, 6)]
    drawing = fromstring(maps.draw_spread(title="", description="", germany_url="", origins=origins, others=others))
    rings = [(circle.get("cx"), circle.get("cy")) for circle in drawing.iter(f"{SVG}circle") if circle.get("stroke")]
    assert rings == [("1.0", "2.0"), ("3.0", "4.0")]
    (dots,) = drawing.iter(f"{SVG}path")
    assert pairs(dots.get("d", "")) == [(5, 6)]
    outer, hole = drawing.iter(f"{SVG}use")
    assert float(outer.get("stroke-width", "0")) > maps.DOT_WIDTHS[0][1], "seen among the dots of Germany itself"
    assert float(hole.get("stroke-width", "0")) > 0, "told from them by its shape, too"


def test_a_district_close_up_holds_all_its_dots() -> None:
    points = [maps.project(9.1, 48.8), maps.project(9.3, 49.0), maps.project(9.2, 48.9)]
    drawing = maps.draw_district(title="t", description="d", points=points, outline=[])
    left, top, width, height = (float(part) for part in fromstring(str(drawing)).get("viewBox", "").split())
    assert width == height
    assert all(left < point.x < left + width and top < point.y < top + height for point in points)
    assert maps.draw_district(title="t", description="d", points=[], outline=[]) is None


def test_nothing_drawn_needs_a_style_or_a_script() -> None:
    drawn = maps.draw_place(title="", description="", germany_url="", points=[maps.Point(1, 2)], outline=[])
    assert re.findall(r"style=|<style|<script|\son\w+=|javascript:", str(drawn)) == []


def test_coordinates_are_said_in_words() -> None:
    words = maps.coordinates_in_words(Municipality(longitude=9.1943, latitude=48.8894))
    assert re.findall(r"[0-9,]+°", words) == ["48,8894°", "9,1943°"]
    assert maps.coordinates_in_words(Municipality()) == ""


@pytest.mark.django_db
def test_a_page_with_a_map_names_its_sources(client: Client) -> None:
    coordinates = EditionFactory(attribution="Koordinaten: Amt A", attribution_url="https://example.org/a")
    outline = EditionFactory(attribution="Umrisse: Amt B", attribution_url="")
    EditionFactory(attribution="Ungenutzt: Amt C")
    place = MunicipalityFactory(coordinates_edition=coordinates)
    OutlineFactory(edition=outline)
    page = client.get(place.get_absolute_url()).content.decode()
    assert page.count("Koordinaten: Amt A") == 1
    assert page.count("Umrisse: Amt B") == 1
    assert "Amt C" not in page
