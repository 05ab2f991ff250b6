"""Every chart and every map has a title, a description, and its figures or places as a table or a list."""

from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client
from django.urls import reverse

from portal.areas import Resource
from tests.factories.directory import AssociationFactory, MunicipalityFactory, PopulationFigureFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def _places() -> None:
    """Enough of the register that every chart and map has something to show."""
    association = AssociationFactory(id="081185001")
    for number in range(3):
        place = MunicipalityFactory(
            ags=f"0811800{number + 1}",
            association=association,
            population=400 * 3**number,
            longitude=9.2 + number / 10,
            size_score=number,
            density_score=0,
        )
        PopulationFigureFactory(municipality=place)
        PopulationFigureFactory(municipality=place, as_of="2025-11-30")


def shortcomings(figure: Tag, page: Tag, client: Client) -> list[str]:
    """Say what a figure lacks."""
    (drawing,) = figure.select("svg")
    lacks = []
    words = [part.get_text(strip=True) for part in drawing.find_all(["title", "desc"], recursive=False)]
    if drawing.get("role") != "img" or len(words) != 2 or not all(words):
        lacks.append("title and description of the drawing")
    caption = figure.find("figcaption")
    if caption is None or not all(word in caption.get_text() for word in words):
        lacks.append("title and description beside it")
    rows = figure.select("table tbody tr")
    lists = [str(link["href"]) for link in figure.select("ul a")]
    if not rows and not lists:
        lacks.append("a table or a list")
    if any(not row.select("td.numeric") for row in rows):
        lacks.append("figures in its table")
    for address in lists:
        if address.startswith("#"):
            target = page.select_one(address)
            there = target is not None and target.find_parent("section").find("table") is not None
        else:
            there = client.get(address).context["count"] > 0
        if not there:
            lacks.append(f"the list {address}")
    return lacks


def figures_of(page: Tag) -> list[Tag]:
    """Every drawing that says something; marks and icons are hidden from those who cannot see."""
    drawings = [svg for svg in page.select("main svg") if svg.get("aria-hidden") != "true"]
    assert [svg for svg in drawings if svg.find_parent("figure") is None] == []
    return [svg.find_parent("figure") for svg in drawings]


@pytest.mark.usefixtures("_places")
def test_every_picture_has_its_words_and_its_table_or_list(resource: Resource, make: Any, client: Client) -> None:
    objects: list[Any] = [*resource.model._default_manager.all()[:3], *make(resource)]
    addresses = [one.get_absolute_url() for one in objects]
    if resource.list_url_name:
        addresses.append(reverse(resource.list_url_name))
    for address in addresses:
        page = BeautifulSoup(client.get(address).content, "html.parser")
        for figure in figures_of(page):
            assert shortcomings(figure, page, client) == [], f"{address}: {figure.figcaption}"
        ids = [element["id"] for element in page.select("[id]")]
        assert sorted(ids) == sorted(set(ids)), address


@pytest.mark.usefixtures("_places")
def test_the_register_has_charts_and_maps_and_a_missing_table_is_noticed(client: Client) -> None:
    """The control of the test above."""
    shown = {}
    for level, address in {
        "municipality": "/kommunen/08118001/",
        "association": "/gemeindeverbaende/081185001/",
        "district": "/kreise/08118/",
        "land": "/laender/08/",
    }.items():
        page = BeautifulSoup(client.get(address, follow=True).content, "html.parser")
        figures = figures_of(page)
        shown[level] = [(figure["class"][0], len(figure.select("svg"))) for figure in figures]
        for figure in figures:
            for part in figure.select("table, ul"):
                part.decompose()
            assert shortcomings(figure, page, client) == ["a table or a list"]
    chart, drawn_map = ("chart-figure", 1), ("map-figure", 1)
    assert shown == {
        "municipality": [chart, drawn_map, drawn_map, chart],
        "association": [chart, drawn_map, drawn_map],
        "district": [chart, chart, drawn_map, drawn_map],
        "land": [chart, chart, chart, drawn_map],
    }
