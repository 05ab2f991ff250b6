"""Figures in words, numbers and pictures, for pages, reports and downloads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.charts import Chart, LineChart, Series, day, number
from portal.evaluation.services.measuring import SHOWN_DAYS, Figure, figures

LICENCE = "CC0-1.0"
MOST_POINTS = 52
"""Points of a line: more cannot be told apart."""

FEWEST_POINTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An indicator as people read it.

    Attributes:
        target: in words; empty without one.
        trend: how it has moved within four weeks, in words; empty where nobody knows.
        chart: its history; None where there are too few points.
    """

    key: str
    area: str
    label: str
    question: str
    value: str
    unit: str
    day: date | None
    target: str
    reached: bool | None
    trend: str
    better: bool | None
    error: str
    chart: Chart | None


def shown(figures: Sequence[Figure]) -> list[Shown]:
    """Return indicators as people read them."""
    return [_shown(figure) for figure in figures]


def _shown(figure: Figure) -> Shown:
    one = figure.indicator
    return Shown(
        key=one.slug,
        area=str(figure.area.label),
        label=str(one.label),
        question=str(one.question),
        value=in_words(figure.value),
        unit=str(one.unit),
        day=figure.day,
        target=target_in_words(one.target, one.better, str(one.unit)),
        reached=figure.reaches_target,
        trend=trend_in_words(figure.change, str(one.unit)),
        better=figure.is_better,
        error=figure.error,
        chart=history_chart(
            one.slug, Words(str(one.label), str(one.question), str(one.unit)), figure.days, figure.values
        ),
    )


class Words(NamedTuple):
    """What an indicator is called, what it asks, and its unit."""

    label: str
    question: str
    unit: str


def in_words(value: float | None) -> str:
    """Write a value; one decimal where it is no whole number."""
    if value is None:
        return "–"
    return number(value, 0 if float(value).is_integer() else 1)


def target_in_words(target: float | None, better: str, unit: str) -> str:
    """Write a target; empty without one."""
    if target is None:
        return ""
    text = _("at least %(value)s %(unit)s") if better == "higher" else _("at most %(value)s %(unit)s")
    return (text % {"value": in_words(target), "unit": unit}).strip()


def trend_in_words(change: float | None, unit: str) -> str:
    """Say how a value has moved; empty where nobody knows."""
    if change is None:
        return ""
    if not change:
        return _("as four weeks ago")
    text = (
        _("%(value)s %(unit)s more than four weeks ago")
        if change > 0
        else _("%(value)s %(unit)s less than four weeks ago")
    )
    return " ".join((text % {"value": in_words(abs(change)), "unit": unit}).split())


def history_chart(key: str, words: Words, days: Sequence[date], values: Sequence[float | None]) -> Chart | None:
    """Draw a history; None where it has too few points. Of a long one every n-th day is drawn, the last always."""
    known = [(one, value) for one, value in zip(days, values, strict=True) if value is not None]
    if len(known) < FEWEST_POINTS:
        return None
    step = -(-len(known) // MOST_POINTS)
    points = list(reversed(list(reversed(known))[::step]))
    return LineChart(
        key=f"history-{key}",
        title=words.label,
        description=words.question,
        unit=words.unit or _("How many"),
        heading=_("Day"),
        categories=[day(one) for one, _value in points],
        series=[Series(words.label, [value for _one, value in points])],
        days=[one for one, _value in points],
        decimals=0 if all(float(value).is_integer() for _one, value in points) else 1,
    )


def stored_chart(figure: dict[str, Any], number_: int) -> Chart | None:
    """Draw the history that a report keeps."""
    days = [date.fromisoformat(one) for one in figure["days"]]
    key = f"report-{number_}"
    words = Words(figure["label"], figure["question"], figure["unit"])
    return history_chart(key, words, days, figure["values"])


HEADER = ("indicator", "label", "area", "unit", "day", "value")


def as_rows(figures: Sequence[Figure]) -> Iterator[tuple[Any, ...]]:
    """Yield each measurement as a row of a file."""
    for figure in figures:
        one = figure.indicator
        for measured_on, value in zip(figure.days, figure.values, strict=True):
            yield (one.slug, str(one.label), str(figure.area.label), str(one.unit), measured_on, value)


def period(since: date, until: date) -> str:
    """Write a period."""
    return _("%(since)s to %(until)s") % {
        "since": date_format(since, "DATE_FORMAT"),
        "until": date_format(until, "DATE_FORMAT"),
    }


def public_figures(today: date | None = None) -> list[Figure]:
    """Return the public indicators with what was measured within a year."""
    today = today or timezone.localdate()
    return figures(today - timedelta(days=SHOWN_DAYS), today, only_public=True)


def open_data() -> dict[str, Any]:
    """Return the public indicators as open data."""
    found = [
        {
            "indicator": one.indicator.slug,
            "label": str(one.indicator.label),
            "question": str(one.indicator.question),
            "area": one.area.slug,
            "unit": str(one.indicator.unit),
            "target": one.indicator.target,
            "better": one.indicator.better,
            "measurements": [{"day": day_, "value": value} for day_, value in zip(one.days, one.values, strict=True)],
        }
        for one in public_figures()
    ]
    return {"licence": LICENCE, "indicators": found}
