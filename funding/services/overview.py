"""The funding landscape as a whole: how current it is, what there is for which field, and when deadlines come."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from funding.models import Programme, availability_on, next_deadline_on
from funding.vocabularies import Availability, Level
from portal.charts import BarChart, Cell, Column, ColumnChart, Series, Table, number
from portal.directory.vocabularies import FieldOfAction

AGES = (30, 90, 180)
"""Days within which a check is counted as recent, more recent ones first."""

POSSIBLE = (Availability.OPEN, Availability.CLOSING, Availability.ANNOUNCED)
"""States in which an application is possible, or soon will be."""

COMING_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How current the programmes are.

    Attributes:
        total: published programmes that their source still has.
        within: how many were checked within so many days, for each of ``AGES``.
        never: how many were never checked by us.
    """

    total: int
    within: dict[int, int]
    never: int

    @property
    def shares(self) -> list[tuple[int, str, str]]:
        """Days, how many, and their share of all, in words."""
        return [
            (days, number(found), f"{number(100 * found / self.total, 1)} %" if self.total else "–")
            for days, found in self.within.items()
        ]

    @property
    def chart(self) -> BarChart:
        """The same as a picture."""
        older = self.total - self.never - self.within[AGES[-1]]
        labels = [_("within %(days)s days") % {"days": days} for days in AGES]
        return BarChart(
            key="freshness",
            title=_("How long ago we last checked"),
            description=_("Programmes by the time since we compared them with their source."),
            unit=_("Programmes"),
            heading=_("Last check"),
            categories=[*labels, _("longer ago"), _("not yet")],
            series=[Series(_("Programmes"), [*self.within.values(), older, self.never])],
        )


def freshness(today: date | None = None) -> Freshness:
    """Count how current the published programmes are; one statement."""
    today = today or timezone.localdate()
    rows = Programme.objects.filter(live=True, absent_since=None).order_by()
    ages: Counter[int | None] = Counter()
    for checked_on, found in rows.values_list("checked_on").annotate(found=Count("pk")):
        ages[None if checked_on is None else (today - checked_on).days] += found
    return Freshness(
        total=ages.total(),
        within={days: sum(n for age, n in ages.items() if age is not None and age <= days) for days in AGES},
        never=ages[None],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Landscape:
    """What there is for whom.

    Attributes:
        table: a line for each field of action; how many programmes of each level, and how many of them are possible.
        chart: possible programmes by field of action.
        gaps: fields of action without any programme that is possible.
        deadlines: how many deadlines come in each of the next twelve months; None without any.
    """

    table: Table
    chart: BarChart
    gaps: list[str]
    deadlines: ColumnChart | None


def landscape(today: date | None = None) -> Landscape:
    """Survey the published programmes by field, level and state; two statements."""
    today = today or timezone.localdate()
    rows = Programme.objects.filter(live=True, absent_since=None).order_by()
    stated = rows.annotate(coming_deadline=next_deadline_on(today)).annotate(availability_code=availability_on(today))
    counted = stated.values_list("fields_of_action", "levels", "availability_code").annotate(found=Count("pk"))
    every: Counter[tuple[str, str]] = Counter()
    possible: Counter[tuple[str, str]] = Counter()
    for fields, levels, state, found in counted:
        for field in fields:
            for level in ("", *levels):
                every[field, level] += found
                possible[field, level] += found if state in POSSIBLE else 0
    coming = stated.filter(coming_deadline__lt=today + timedelta(days=COMING_DAYS))
    days = coming.values_list("coming_deadline").annotate(found=Count("pk"))
    return Landscape(
        table=_table(every, possible),
        chart=_chart(possible),
        gaps=[str(field.label) for field in FieldOfAction if not possible[field.value, ""]],
        deadlines=_deadlines(list(days), today),
    )


def _table(every: Counter[tuple[str, str]], possible: Counter[tuple[str, str]]) -> Table:
    levels = [("", _("All")), *((level.value, str(level.label)) for level in Level)]
    return Table(
        columns=[Column(_("Field of action"), numeric=False), *(Column(label, numeric=True) for _key, label in levels)],
        rows=[
            [
                Cell(str(field.label)),
                *(
                    Cell(f"{number(possible[field.value, key])} / {number(every[field.value, key])}", numeric=True)
                    for key, _label in levels
                ),
            ]
            for field in FieldOfAction
        ],
    )


def _chart(possible: Counter[tuple[str, str]]) -> BarChart:
    return BarChart(
        key="landscape",
        title=_("Programmes that can be applied for, by field of action"),
        description=_("Open, closing soon, or announced. A programme that serves several fields counts in each."),
        unit=_("Programmes"),
        heading=_("Field of action"),
        categories=[str(field.label) for field in FieldOfAction],
        series=[Series(_("Programmes"), [possible[field.value, ""] for field in FieldOfAction])],
    )


def _deadlines(days: Sequence[tuple[date, int]], today: date) -> ColumnChart | None:
    months: Counter[tuple[int, int]] = Counter()
    for day, found in days:
        months[day.year, day.month] += found
    if not months:
        return None
    first = today.year * 12 + today.month - 1
    shown = [divmod(first + n, 12) for n in range(12)]
    return ColumnChart(
        key="deadlines",
        title=_("Coming deadlines"),
        description=_("How many programmes have their nearest deadline in each of the next twelve months."),
        unit=_("Deadlines"),
        heading=_("Month"),
        categories=[date_format(date(year, month + 1, 1), "M y") for year, month in shown],
        series=[Series(_("Deadlines"), [months[year, month + 1] for year, month in shown])],
    )
