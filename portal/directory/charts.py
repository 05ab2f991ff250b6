"""The register's charts: how large municipalities are, and how they compare; none where it would say nothing."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Sum
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from portal.charts import BarChart, Chart, LineChart, Series, ShareChart, day
from portal.directory.comparison import Comparable
from portal.directory.models import Edition, Municipality, MunicipalityQuerySet, PopulationFigure, SizeClass

FEWEST = 2
"""Fewer bars or points compare nothing."""


def size_charts(members: MunicipalityQuerySet, edition: Edition, *, urbanisation: bool = False) -> list[Chart]:
    """Draw how many municipalities each size class has, and how many people live in them; one statement.

    Args:
        members: the municipalities of a place.
        edition: where the figures come from.
        urbanisation: also draw the shares of the degrees of urbanisation.
    """
    found: Any = members.municipalities().order_by()
    rows = list(found.values("size_class", "urbanisation").annotate(number=Count("pk"), inhabitants=Sum("population")))
    charts = _by_size(rows, edition)
    if urbanisation and charts and any(row["urbanisation"] for row in rows):
        charts.append(_by_urbanisation(rows, edition))
    return charts


def _by_size(rows: Sequence[dict[str, Any]], edition: Edition) -> list[Chart]:
    classes = list(SizeClass)
    occupied = sorted({classes.index(SizeClass(row["size_class"])) for row in rows})
    if len(occupied) < FEWEST:
        return []
    shown = classes[occupied[0] : occupied[-1] + 1]

    def summed(name: str) -> list[int]:
        return [sum(row[name] for row in rows if row["size_class"] == size) for size in shown]

    categories = [size.label for size in shown]
    return [
        BarChart(
            key="sizes",
            title=_("Municipalities by size"),
            description=_("How many municipalities have so many inhabitants."),
            unit=_("Municipalities"),
            heading=_("Size class"),
            categories=categories,
            series=[Series(_("Municipalities"), summed("number"))],
            source=edition.attribution,
            source_url=edition.attribution_url,
        ),
        BarChart(
            key="people-by-size",
            title=_("People by size of their municipality"),
            description=_("How many people live in municipalities of that size."),
            unit=_("Inhabitants"),
            heading=_("Size class"),
            categories=categories,
            series=[Series(_("Inhabitants"), summed("inhabitants"))],
            source=edition.attribution,
            source_url=edition.attribution_url,
        ),
    ]


def _by_urbanisation(rows: Sequence[dict[str, Any]], edition: Edition) -> Chart:
    degrees: list[tuple[int | None, str]] = [(value, str(label)) for value, label in Municipality.Urbanisation.choices]
    if any(row["urbanisation"] is None for row in rows):
        degrees.append((None, _("not stated")))

    def summed(name: str) -> list[int]:
        return [sum(row[name] for row in rows if row["urbanisation"] == degree) for degree, _label in degrees]

    return ShareChart(
        key="urbanisation",
        title=_("How densely settled"),
        description=_("Shares of the municipalities, and of the people, by degree of urbanisation."),
        unit=_("Municipalities and inhabitants"),
        heading=_("Degree of urbanisation"),
        categories=[label for _degree, label in degrees],
        series=[Series(_("Municipalities"), summed("number")), Series(_("Inhabitants"), summed("inhabitants"))],
        source=edition.attribution,
        source_url=edition.attribution_url,
    )


def comparison_chart(place: Municipality, others: Sequence[Comparable]) -> Chart | None:
    """Draw the inhabitants of a municipality beside those of the ones like it, the largest first."""
    if not others:
        return None
    places = sorted([place, *(entry.municipality for entry in others)], key=lambda one: (-one.population, one.pk))
    return BarChart(
        key="comparison",
        title=_("Inhabitants in comparison"),
        description=_("%(place)s is highlighted; the others are the municipalities most like it.")
        % {"place": place.name},
        unit=_("Inhabitants"),
        heading=_("Municipality"),
        categories=[one.label() for one in places],
        addresses=["" if one == place else one.get_absolute_url() for one in places],
        highlighted=places.index(place),
        series=[Series(_("Inhabitants"), [one.population for one in places])],
        source=place.edition.attribution,
        source_url=place.edition.attribution_url,
    )


def members_chart(members: Sequence[Municipality], edition: Edition) -> Chart | None:
    """Draw the inhabitants of the municipalities of an association, the largest first."""
    places = sorted((one for one in members if not one.is_unincorporated), key=lambda one: (-one.population, one.pk))
    shown = places[: BarChart.most_categories]
    if len(shown) < FEWEST:
        return None
    left_out = len(places) - len(shown)
    return BarChart(
        key="members",
        title=_("Inhabitants of the municipalities"),
        description=_("The largest first; %(count)s smaller ones are left out.") % {"count": left_out}
        if left_out
        else _("The largest first."),
        unit=_("Inhabitants"),
        heading=_("Municipality"),
        categories=[one.name for one in shown],
        addresses=[one.get_absolute_url() for one in shown],
        series=[Series(_("Inhabitants"), [one.population for one in shown])],
        source=edition.attribution,
        source_url=edition.attribution_url,
    )


def population_figures() -> ArraySubquery:
    """SQL for the figures of a municipality in the registers imported so far, the oldest first; for ``annotate``."""
    figures = PopulationFigure.objects.filter(municipality=OuterRef("pk")).order_by("as_of")
    return ArraySubquery(
        figures.annotate(source=F("edition__attribution"), url=F("edition__attribution_url")).values(
            json=JSONObject(as_of="as_of", inhabitants="inhabitants", source="source", url="url")
        )
    )


def development_chart(place: Municipality, figures: Sequence[dict[str, Any]]) -> Chart | None:
    """Draw how the number of inhabitants changed from register to register.

    Args:
        place: the municipality.
        figures: what ``population_figures`` gives for it.
    """
    figures = figures[-LineChart.most_categories :]
    if len(figures) < FEWEST:
        return None
    days = [dt.date.fromisoformat(figure["as_of"]) for figure in figures]
    return LineChart(
        key="development",
        title=_("Inhabitants over time"),
        description=_("%(place)s in the registers imported so far, each on the territory of its day.")
        % {"place": place.name},
        unit=_("Inhabitants"),
        heading=_("As of"),
        categories=[day(one) for one in days],
        days=days,
        series=[Series(_("Inhabitants"), [figure["inhabitants"] for figure in figures])],
        source="; ".join(dict.fromkeys(figure["source"] for figure in figures)),
        source_url=figures[-1]["url"],
    )
