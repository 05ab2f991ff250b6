"""A calculation in words, as tables, as a chart and as a workbook."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from funding.models.terms import euros_in_words, percent_in_words
from funding.services.calculating import Calculation, rounded
from portal.charts import Cell, Column, ColumnChart, Series, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A calculation as the page shows it.

    Attributes:
        sums: what costs what, and who pays it.
        flows: year by year.
        chart: the same as a picture; None for a single year.
        granted, own, own_percent: the totals in words.
    """

    sums: Table
    flows: Table
    chart: ColumnChart | None
    granted: str
    own: str
    own_percent: str


def shown(result: Calculation, first_year: int) -> Shown:
    """Write a calculation for the page."""
    years = [str(first_year + number) for number in range(len(result.flows))]
    return Shown(
        sums=_sums(result),
        flows=_flows(result, years),
        chart=_chart(result, years) if len(years) > 1 else None,
        granted=_euros(result.granted),
        own=_euros(result.own),
        own_percent=percent_in_words(rounded(result.own_percent)),
    )


def _sums(result: Calculation) -> Table:
    rows = [
        [Cell(_("Eligible costs")), Cell(_euros(result.eligible), numeric=True)],
        [Cell(_("Other costs")), Cell(_euros(result.other), numeric=True)],
    ]
    for grant in result.grants:
        label = _("Grant: %(name)s (%(rate)s)") % {
            "name": grant.rules.name,
            "rate": percent_in_words(grant.rules.rate),
        }
        rows.append([Cell(" ".join([label, *grant.notes])), Cell(_euros(grant.total), numeric=True)])
    if not result.problems:
        rows.append([Cell(_("Own money of the municipality")), Cell(_euros(result.own), numeric=True)])
    return Table(columns=[Column(_("Item"), numeric=False), Column(_("Euros"), numeric=True)], rows=rows)


def _flows(result: Calculation, years: list[str]) -> Table:
    heads = (_("Costs"), _("Grants that arrive"), _("Own money in the year"), _("Paid in advance at its end"))
    return Table(
        columns=[Column(_("Year"), numeric=False), *(Column(head, numeric=True) for head in heads)],
        rows=[
            [
                Cell(year),
                *(Cell(_euros(value), numeric=True) for value in (flow.costs, flow.received, flow.own, flow.ahead)),
            ]
            for year, flow in zip(years, result.flows, strict=True)
        ],
    )


def _chart(result: Calculation, years: list[str]) -> ColumnChart:
    return ColumnChart(
        key="liquidity",
        title=_("Money year by year"),
        description=_("What arrives in each year, and what the municipality pays from its own money."),
        unit=_("Euros"),
        heading=_("Year"),
        categories=years,
        series=[
            Series(_("Grants that arrive"), [float(rounded(flow.received)) for flow in result.flows]),
            Series(_("Own money in the year"), [float(rounded(flow.own)) for flow in result.flows]),
        ],
    )


def header(result: Calculation) -> list[str]:
    """Name the columns of the workbook."""
    grants = [grant.rules.name for grant in result.grants]
    return [_("Year"), _("Costs"), *grants, _("Grants that arrive"), _("Own money in the year"), _("Paid in advance")]


def rows(result: Calculation, first_year: int) -> Iterator[list[Any]]:
    """Yield the years, and the sums; amounts are numbers, rounded to the cent."""
    for number, flow in enumerate(result.flows):
        own = [grant.by_year[number] if number < len(grant.by_year) else Fraction() for grant in result.grants]
        amounts = [flow.costs, *own, flow.received, flow.own, flow.ahead]
        yield [str(first_year + number), *(float(rounded(amount)) for amount in amounts)]
    totals = [result.eligible + result.other, *(grant.total for grant in result.grants)]
    received = sum((flow.received for flow in result.flows), Fraction())
    own_money = sum((flow.own for flow in result.flows), Fraction())
    yield [_("Sum"), *(float(rounded(amount)) for amount in (*totals, received, own_money)), None]


def _euros(value: Fraction) -> str:
    return euros_in_words(rounded(value))
