"""Columns, and lines over time: a scale at the left, the categories below."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.safestring import SafeString
from django.utils.text import Truncator

from portal.charts.base import Chart
from portal.charts.drawing import (
    GAP,
    LETTER,
    LINE,
    WIDTH,
    joined,
    kept_inside,
    marker,
    rectangle,
    rule,
    short,
    spread,
    stroke,
    text_at,
    width_of,
    wrap,
)
from portal.charts.numbers import digits_of, number, ticks

PLOT = 190
"""Height of the plot."""

MOST_LABEL_LINES = 3
WIDEST_COLUMN = 48
POINT, MARKED_POINT = 4.5, 6.5
SAMPLE = 36
"""Width of a line in the legend."""


@dataclass(frozen=True, kw_only=True)
class AxisChart(Chart):
    """What columns and lines share: a scale at the left, the categories below."""

    def _centres(self, left: float) -> list[float]:
        """Where each category stands."""
        raise NotImplementedError

    def _bounds(self) -> tuple[float, float]:
        """The smallest and the largest value that the scale must hold."""
        raise NotImplementedError

    def _scale(self) -> list[float]:
        return ticks(*self._bounds(), self.decimals)

    def _plot(self, y: Callable[[float], float], centres: list[float], left: float) -> Iterator[SafeString]:
        """Draw the figures."""
        raise NotImplementedError

    def _draw(self) -> tuple[list[SafeString], float]:
        parts, top = self._caption()
        top += LINE / 2
        scale = self._scale()
        left = GAP + max(width_of(number(tick, digits_of(scale))) for tick in scale)

        def y(value: float) -> float:
            return top + PLOT * (scale[-1] - value) / (scale[-1] - scale[0])

        for tick in scale:
            parts.append(text_at(left - GAP, y(tick) + 5, number(tick, digits_of(scale)), anchor="end"))
            parts.append(rule((left, y(tick)), (WIDTH, y(tick)), faint=tick != 0))
        centres = self._centres(left)
        parts += self._plot(y, centres, left)
        labels, bottom = self._labels(centres, left, top + PLOT + GAP)
        parts += labels
        note, bottom = self._missing(bottom + GAP)
        return [*parts, *note], bottom

    def _labels(self, centres: list[float], left: float, y: float) -> tuple[list[SafeString], float]:
        """Write the categories below the plot: all in short lines where they fit, else as many as fit in one line."""
        names = [str(category) for category in self.categories]
        slot = min((b - a for a, b in pairwise(centres)), default=WIDTH - left) - GAP
        wrapped = [wrap(name, slot) for name in names]
        shown = spread(centres, [max(map(width_of, lines)) for lines in wrapped], left)
        if len(shown) < len(names) or max(map(len, wrapped)) > MOST_LABEL_LINES:
            wrapped = [[Truncator(name).chars(int((WIDTH - left) / LETTER / 2))] for name in names]
            shown = spread(centres, [width_of(lines[0]) for lines in wrapped], left)
        parts = []
        for n in shown:
            middle = kept_inside(centres[n], max(map(width_of, wrapped[n])), left)
            for row, words in enumerate(wrapped[n]):
                parts.append(
                    text_at(middle, y + (row + 1) * LINE - 5, words, anchor="middle", bold=n == self.highlighted)
                )
        return parts, y + LINE * max(len(wrapped[n]) for n in shown)

    def _fit(self, room: float) -> bool:
        """Whether every value can be written into that width."""
        return all(width_of(number(value, self.decimals)) <= room for value in self._known())


@dataclass(frozen=True, kw_only=True)
class ColumnChart(AxisChart):
    """Columns in the order of the categories: for few of them with short names."""

    def _bounds(self) -> tuple[float, float]:
        return min([0, *self._known()]), max([0, *self._known()])

    def _centres(self, left: float) -> list[float]:
        slot = (WIDTH - left) / len(self.categories)
        return [left + slot * (n + 0.5) for n in range(len(self.categories))]

    def _plot(self, y: Callable[[float], float], centres: list[float], left: float) -> Iterator[SafeString]:
        slot = (WIDTH - left) / len(self.categories)
        width = min(slot * 0.8 / len(self.series), WIDEST_COLUMN)
        written = self._fit(width if len(self.series) > 1 else slot - 2)
        for n, centre in enumerate(centres):
            for place, series in enumerate(self.series):
                value = series.values[n]
                if value is None:
                    continue
                x = centre + (place - len(self.series) / 2) * width
                top, bottom = min(y(value), y(0)), max(y(value), y(0))
                words = f"{self.categories[n]}: {self._words(value)}"
                yield rectangle((x + 1, top), (width - 2, bottom - top), self._filling(place, n), words)
                if written:
                    base = top - 4 if value >= 0 else bottom + LINE - 5
                    yield text_at(x + width / 2, base, self._words(value), anchor="middle", bold=n == self.highlighted)


@dataclass(frozen=True, kw_only=True)
class LineChart(AxisChart):
    """Lines over time: each series with its own dashes and marker; a missing figure is a gap.

    Attributes:
        days: where the categories are days, these, ascending: the distances between them are then drawn to scale.
    """

    days: Sequence[dt.date] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn.

        Raises:
            ValueError: also for days that do not ascend.
        """
        super().__post_init__()
        if self.days and len(self.days) != len(self.categories):
            raise ValueError(f"The chart “{self.key}” needs a day for each category, or none.")
        if any(later <= earlier for earlier, later in pairwise(self.days)):
            raise ValueError(f"The days of the chart “{self.key}” do not ascend.")

    def _bounds(self) -> tuple[float, float]:
        known = self._known() or [0]
        low, high = min(known), max(known)
        if low == high:
            around = max(abs(low) / 10, 10.0**-self.decimals)
            return low - around, high + around
        # A scale from 0 hides a development of a few per cent; it starts there when that costs little.
        if low <= 0 <= high or 2 * min(abs(low), abs(high)) < max(abs(low), abs(high)):
            return min(low, 0), max(high, 0)
        margin = (high - low) / 8  # room to write a value below the lowest point
        return low - margin, high + margin

    def _centres(self, left: float) -> list[float]:
        start, end = left + GAP, WIDTH - GAP
        if len(self.categories) == 1:
            return [(start + end) / 2]
        if self.days:
            whole = (self.days[-1] - self.days[0]).days
            return [start + (end - start) * (day - self.days[0]).days / whole for day in self.days]
        return [start + (end - start) * n / (len(self.categories) - 1) for n in range(len(self.categories))]

    def _plot(self, y: Callable[[float], float], centres: list[float], left: float) -> Iterator[SafeString]:
        for n, series in enumerate(self.series):
            points = [None if v is None else (x, y(v)) for x, v in zip(centres, series.values, strict=True)]
            steps = (
                f"{'L' if before else 'M'}{short(here[0])} {short(here[1])}"
                for before, here in pairwise([None, *points])
                if here
            )
            yield stroke(n, "".join(steps))
            for category, (point, value) in enumerate(zip(points, series.values, strict=True)):
                if point is not None and value is not None:
                    words = f"{self.categories[category]}: {self._words(value)}"
                    yield marker(n, point, MARKED_POINT if category == self.highlighted else POINT, words)
        yield from self._values(y, centres, left)

    def _values(self, y: Callable[[float], float], centres: list[float], left: float) -> Iterator[SafeString]:
        """Write the values of a single line above its points, if there is room for all of them."""
        slot = min((b - a for a, b in pairwise(centres)), default=WIDTH - left)
        if len(self.series) > 1 or not self._fit(slot - GAP):
            return
        values = self.series[0].values
        for n, value in enumerate(values):
            if value is None:
                continue
            beside = [one for one in values[max(n - 1, 0) : n + 2] if one is not None]
            # Outside the bend of the line, unless that would be among the categories.
            below = value < sum(beside) / len(beside) and y(value) + LINE < y(self._scale()[0])
            base = y(value) + (LINE if below else -10)
            middle = kept_inside(centres[n], width_of(self._words(value)), left)
            yield text_at(middle, base, self._words(value), anchor="middle", bold=n == self.highlighted)

    def _sample(self, n: int, y: float) -> tuple[SafeString, float]:
        """Draw what the n-th line looks like."""
        height = y + LINE / 2
        line = stroke(n, f"M0 {short(height)}h{SAMPLE}")
        return joined([line, marker(n, (SAMPLE / 2, height), POINT)]), SAMPLE
