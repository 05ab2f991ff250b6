import datetime as dt
from typing import Any

import pytest
from django.test import Client

from portal.charts import BarChart, Chart
from portal.directory import charts
from portal.directory.comparison import Comparable
from portal.directory.models import Municipality
from tests.factories.directory import (
    AssociationFactory,
    EditionFactory,
    MunicipalityFactory,
    PopulationFigureFactory,
)

pytestmark = pytest.mark.django_db


def figures(chart: Chart) -> list[list[str]]:
    return [[cell.text for cell in row] for row in chart.table.rows]


def sizes(land: str = "08") -> list[Chart]:
    return charts.size_charts(
        Municipality.objects.current().filter(land=land), EditionFactory(sha256="0" * 64), urbanisation=True
    )


def test_size_classes_are_counted_and_the_empty_ones_between_are_shown() -> None:
    for population in (400, 450, 1_500, 30_000):
        MunicipalityFactory(population=population, urbanisation=3 if population < 1_000 else 1)
    MunicipalityFactory(population=450, valid_to=dt.date(2023, 12, 31))
    MunicipalityFactory(population=0, kind=Municipality.Kind.FREE)
    MunicipalityFactory(ags="09162000", population=1_500_000)
    municipalities, people, shares = sizes()
    assert [row[1] for row in figures(municipalities)] == ["2", "0", "1", "0", "0", "0", "1"]
    assert [row[1] for row in figures(people)] == ["850", "0", "1.500", "0", "0", "0", "30.000"]
    assert [row[1:] for row in figures(shares)] == [
        ["2", "50,0 %", "31.500", "97,4 %"],
        ["0", "0,0 %", "0", "0,0 %"],
        ["2", "50,0 %", "850", "2,6 %"],
    ]


def test_an_unknown_degree_of_urbanisation_has_a_part_of_its_own() -> None:
    MunicipalityFactory(population=400, urbanisation=None)
    MunicipalityFactory(population=600, urbanisation=3)
    assert [row[1] for row in figures(sizes()[2])] == ["0", "0", "1", "1"]


def test_where_nothing_can_be_compared_there_is_no_chart() -> None:
    assert sizes() == []
    MunicipalityFactory(population=400)
    MunicipalityFactory(population=410)
    assert sizes() == []
    MunicipalityFactory(population=510, urbanisation=None)
    assert len(sizes()) == 3
    Municipality.objects.update(urbanisation=None)
    assert len(sizes()) == 2


def test_comparable_municipalities_are_drawn_with_the_own_one_highlighted() -> None:
    own, smaller, larger = (
        MunicipalityFactory(name=name, population=n) for name, n in zip("BAC", (5, 3, 9), strict=True)
    )
    chart = charts.comparison_chart(own, [Comparable(municipality=one, reasons=[]) for one in (smaller, larger)])
    assert chart is not None
    assert [row[1] for row in figures(chart)] == ["9", "5", "3"]
    assert chart.highlighted == 1
    assert [row[0].url for row in chart.table.rows] == [larger.get_absolute_url(), "", smaller.get_absolute_url()]
    assert charts.comparison_chart(own, []) is None


def test_members_are_drawn_by_size_without_unincorporated_areas() -> None:
    edition = EditionFactory()
    members = [Municipality(ags=f"0811800{n}", name=f"M{n}", population=n, kind="64") for n in range(3)]
    members.append(Municipality(ags="08118999", name="Wald", population=0, kind=Municipality.Kind.FREE))
    chart = charts.members_chart(members, edition)
    assert chart is not None
    assert figures(chart) == [["M2", "2"], ["M1", "1"], ["M0", "0"]]
    assert charts.members_chart(members[2:], edition) is None
    many = [Municipality(ags=f"08118{n:03}", name=f"M{n}", population=n, kind="64") for n in range(70)]
    chart = charts.members_chart(many, edition)
    assert chart is not None
    assert len(chart.categories) == BarChart.most_categories
    assert "10" in str(chart.description)


def test_the_development_is_shown_once_two_registers_are_known(client: Client) -> None:
    place = MunicipalityFactory(population=1900)
    older = EditionFactory(attribution="Quelle: Amt, 2023")
    newer = EditionFactory(attribution="Quelle: Amt, 2025")
    PopulationFigureFactory(municipality=place, as_of=dt.date(2025, 11, 30), inhabitants=1900, edition=newer)
    assert client.get(place.get_absolute_url()).context["development"] is None
    PopulationFigureFactory(municipality=place, as_of=dt.date(2023, 11, 30), inhabitants=1800, edition=older)
    PopulationFigureFactory(inhabitants=7)
    page = client.get(place.get_absolute_url())
    chart = page.context["development"]
    assert figures(chart) == [["30.11.2023", "1.800"], ["30.11.2025", "1.900"]]
    assert chart.source == "Quelle: Amt, 2023; Quelle: Amt, 2025"
    assert 'aria-labelledby="chart-development-title' in page.content.decode()


def test_the_pages_show_their_charts(client: Client) -> None:
    association = AssociationFactory(id="081185001")
    places = [
        MunicipalityFactory(association=association, population=n, size_score=n / 1000, density_score=0)
        for n in (400, 600, 2_500)
    ]
    expected: dict[Any, list[str]] = {
        places[0]: ["comparison"],
        association: ["members"],
        places[0].district: ["sizes", "people-by-size"],
        places[0].land: ["sizes", "people-by-size", "urbanisation"],
    }
    for place, keys in expected.items():
        page = client.get(place.get_absolute_url()).content.decode()
        shown = [
            key
            for key in ("comparison", "members", "sizes", "people-by-size", "urbanisation")
            if f'"chart-{key}-title"' in page
        ]
        assert sorted(shown) == sorted(keys)
