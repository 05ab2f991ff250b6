"""Where a programme fits: counted over all municipalities of the register, in two statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from funding.models import Programme, places_fitting
from funding.vocabularies import Verdict
from portal.charts import BarChart, Cell, Column, Series, Table
from portal.charts import number as number_in_words
from portal.directory.maps import Map, draw_groups, project
from portal.directory.models import Municipality, SizeClass
from portal.directory.places import LAENDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What ``where_it_fits`` found.

    Attributes:
        totals: how many municipalities for each verdict.
        chart: the same by size as a picture; None without any municipality.
    """

    totals: dict[str, int]
    map: Map
    by_land: Table
    chart: BarChart | None

    @property
    def in_words(self) -> dict[str, str]:
        """The totals as people write them."""
        return {verdict: number_in_words(number) for verdict, number in self.totals.items()}


def totals_of(programme: Programme) -> dict[str, int]:
    """Count the municipalities that a programme fits, does not fit, and may fit; one statement."""
    counted = _rows(programme).values("fit").annotate(number=Count("ags"))
    return {verdict.value: 0 for verdict in Verdict} | dict(counted.values_list("fit", "number"))


def totals_in_words(programme: Programme) -> dict[str, str]:
    """Count the same, as people write it."""
    return {verdict: number_in_words(number) for verdict, number in totals_of(programme).items()}


def where_it_fits(programme: Programme) -> Where:
    """Say where a programme fits, by Land and by size, as map and table, by what the register alone knows."""
    rows = list(
        _rows(programme)
        .values("fit", "land_id", "size_class")
        .annotate(number=Count("ags"))
        .values_list("fit", "land_id", "size_class", "number")
    )
    totals = {v.value: sum(n for fit, _l, _s, n in rows if fit == v) for v in Verdict}
    return Where(
        totals=totals,
        map=_map(programme, totals),
        by_land=_by_land([(fit, land, n) for fit, land, _size, n in rows]),
        chart=_by_size([(fit, size, n) for fit, _land, size, n in rows]) if rows else None,
    )


def _rows(programme: Programme) -> Any:
    places = Municipality.objects.current().municipalities().order_by()
    return places_fitting(programme, places)


def _map(programme: Programme, totals: dict[str, int]) -> Map:
    """Draw the municipalities that it fits as dots, and those that it may fit as rings."""
    shown = _rows(programme).filter(longitude__isnull=False).exclude(fit=Verdict.MISFIT)
    groups: dict[str, list[tuple[float, float]]] = {Verdict.UNKNOWN: [], Verdict.FITS: []}
    for fit, longitude, latitude in shown.values_list("fit", "longitude", "latitude"):
        groups[fit].append((longitude, latitude))
    title = _("Where it fits")
    description = (
        _(
            "Coloured dots: the %(fits)s municipalities that it fits. Coloured rings: the %(unknown)s for which"
            " something is unknown. The table below has the same by Land."
        )
        % totals
    )
    return Map(
        title=title,
        description=description,
        svg=draw_groups(
            title=title,
            description=description,
            germany_url=reverse("directory:germany_map"),
            rings=[project(*one) for one in groups[Verdict.UNKNOWN]],
            dots=[project(*one) for one in groups[Verdict.FITS]],
        ),
        lists=[(_("The same by Land, as a table"), "#by-land")],
    )


def _by_land(rows: Sequence[tuple[str, str, int]]) -> Table:
    """Put the counts into a table: a line for each Land that occurs, a column for each verdict."""
    found: dict[str, dict[str, int]] = {}
    for fit, key, number in rows:
        line = found.setdefault(key, {verdict.value: 0 for verdict in Verdict})
        line[fit] += number
    columns = [Column(_("Land"), numeric=False), *(Column(str(verdict.label), numeric=True) for verdict in Verdict)]
    lines = [
        [Cell(name), *(Cell(number_in_words(found[key][v.value]), numeric=True) for v in Verdict)]
        for key, name in LAENDER.items()
        if key in found
    ]
    return Table(columns=columns, rows=lines)


def _by_size(rows: Sequence[tuple[str, str, int]]) -> BarChart:
    sizes = [size for size in SizeClass if any(one == size for _fit, one, _n in rows)]

    def summed(fit: str) -> list[int]:
        return [sum(number for one, size, number in rows if one == fit and size == wanted) for wanted in sizes]

    return BarChart(
        key="fit-by-size",
        title=_("By size of the municipality"),
        description=_("How many municipalities of each size it fits, does not fit, or may fit."),
        unit=_("Municipalities"),
        heading=_("Size class"),
        categories=[str(size.label) for size in sizes],
        series=[Series(verdict.label, summed(verdict.value)) for verdict in Verdict],
    )
