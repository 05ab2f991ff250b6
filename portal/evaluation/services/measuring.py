"""Measuring all indicators, each on its own: one that fails is recorded, and the rest are measured."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from portal.areas import Area, Indicator, areas
from portal.evaluation.models import Measurement

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run has done: numbers of indicators."""

    measured: int
    failed: int
    there: int


def measure_all(day: date | None = None) -> Outcome:
    """Measure every indicator for a day, by default today.

    What has a value for that day keeps it: measured again it says the same. Of a past day only those are measured
    that can look back (``Indicator.on``); the others stay a gap, because nobody knows any more.
    """
    today = timezone.localdate()
    day = day or today
    known = set(Measurement.objects.filter(day=day, error="").values_list("indicator", flat=True))
    measured = failed = 0
    wanted = [one for one in areas.each("indicators") if one.slug not in known and (day == today or one.on is not None)]
    for indicator in wanted:
        if _measure(indicator, day):
            measured += 1
        else:
            failed += 1
    return Outcome(measured, failed, len(known))


def _measure(indicator: Indicator, day: date) -> bool:
    value, error = None, ""
    try:
        with transaction.atomic():
            value = indicator.measured(day)
    except Exception as reason:
        logger.exception("The indicator “%s” could not be measured.", indicator.slug)
        value, error = None, f"{type(reason).__name__}: {reason}"[:300]
    Measurement.objects.update_or_create(
        indicator=indicator.slug,
        day=day,
        defaults={"value": value, "error": error, "measured_at": timezone.now()},
    )
    return not error


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """An indicator with what was measured.

    Attributes:
        days, values: the history, ascending; None where nothing could be said.
        change: against the last value at least four weeks older; None where there is none.
        error: of the last measurement, where that failed.
    """

    area: Area
    indicator: Indicator
    days: list[date]
    values: list[float | None]
    change: float | None
    error: str

    @property
    def value(self) -> float | None:
        """The last value that is known."""
        return next((value for value in reversed(self.values) if value is not None), None)

    @property
    def day(self) -> date | None:
        """The day of it."""
        known = (
            day for day, value in zip(reversed(self.days), reversed(self.values), strict=True) if value is not None
        )
        return next(known, None)

    @property
    def is_better(self) -> bool | None:
        """Whether it moves in the right direction; None where it stays, or nobody knows."""
        if not self.change:
            return None
        return (self.change > 0) == (self.indicator.better == "higher")

    @property
    def reaches_target(self) -> bool | None:
        """Whether the target is reached; None without one, or without a value."""
        target, value = self.indicator.target, self.value
        if target is None or value is None:
            return None
        return value >= target if self.indicator.better == "higher" else value <= target


COMPARED_WITH = timedelta(days=28)
SHOWN_DAYS = 366


def figures(since: date, until: date, *, only_public: bool, area: str = "") -> list[Figure]:
    """Return all indicators with their history in a period; one statement."""
    slugs = {one.slug for owner in areas for one in owner.indicators if not area or owner.slug == area}
    rows = Measurement.objects.filter(indicator__in=slugs, day__range=(since, until)).order_by("day")
    history: dict[str, list[Measurement]] = {}
    for row in rows:
        history.setdefault(row.indicator, []).append(row)
    return [
        _figure(owner, one, history.get(one.slug, []))
        for owner, one in _declared(area)
        if one.public or not only_public
    ]


def _declared(area: str) -> Iterator[tuple[Area, Indicator]]:
    for owner in areas:
        if not area or owner.slug == area:
            for one in owner.indicators:
                yield owner, one


def _figure(owner: Area, indicator: Indicator, rows: list[Measurement]) -> Figure:
    good = [row for row in rows if not row.error]
    known = [row for row in good if row.value is not None]
    change = None
    if known:
        last = known[-1]
        earlier = [row for row in known if row.day <= last.day - COMPARED_WITH]
        if earlier and last.value is not None and earlier[-1].value is not None:
            change = last.value - earlier[-1].value
    return Figure(
        area=owner,
        indicator=indicator,
        days=[row.day for row in good],
        values=[row.value for row in good],
        change=change,
        error=rows[-1].error if rows else "",
    )
