"""Shares of a whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.charts.base import Cell, Chart, Column, Series, Table
from portal.charts.drawing import GAP, LINE, THICK, WIDTH, filling, lines_of, rectangle, text_at, width_of
from portal.charts.numbers import percent

THICKER = 1.6 * THICK


@dataclass(frozen=True, kw_only=True)
class ShareChart(Chart):
    """Shares of a whole: one bar for each series, divided into the categories. Figures are absolute, not per cent."""

    most_categories: ClassVar[int] = 6

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn.

        Raises:
            ValueError: also for a part that is less than nothing.
        """
        super().__post_init__()
        if any(value < 0 for value in self._known()):
            raise ValueError(f"The chart “{self.key}” has a part that is less than nothing.")

    @property
    def table(self) -> Table:
        """The figures, each followed by its share."""
        columns = [Column(str(self.heading), numeric=False)]
        for series in self.series:
            head = str(series.label if len(self.series) > 1 else self.unit)
            columns += [Column(head, numeric=True), Column(_("Share"), numeric=True)]
        rows = [[self._head(n)] for n in range(len(self.categories))]
        for series in self.series:
            for row, value, share in zip(rows, series.values, _shares(series), strict=True):
                row += [Cell(self._words(value), numeric=True), Cell(percent(share, 1), numeric=True)]
        return Table(columns=columns, rows=rows)

    def _fillings(self) -> int:
        return len(self.categories)

    def _draw(self) -> tuple[list[SafeString], float]:
        parts, y = self._legend(self.categories, 0, bold=self.highlighted)
        for series in self.series:
            lines, y = lines_of(str(series.label), y + GAP)
            parts += [*lines, *self._bar(series, y)]
            y += THICKER + LINE + GAP
        note, y = self._missing(y)
        return [*parts, *note], y

    def _bar(self, series: Series, y: float) -> Iterator[SafeString]:
        """Draw a whole and its parts, with their shares below where there is room."""
        shares = _shares(series)
        if not any(shares):
            yield text_at(0, y + THICK, _("not stated"))
        x = 0.0
        for n, share in enumerate(shares):
            if not share:
                continue
            text, width = percent(share, 0), share * WIDTH
            words = f"{self.categories[n]}: {text}"
            corner, size = (min(x + 1, WIDTH - 0.5), y + 3), (max(width - 2, 0.5), THICKER)
            yield rectangle(corner, size, filling(self.key, n), words)
            if width_of(text) <= width:
                bold = n == self.highlighted
                yield text_at(x + width / 2, y + THICKER + LINE, text, anchor="middle", bold=bold)
            x += width


def _shares(series: Series) -> list[float | None]:
    whole = sum(value for value in series.values if value is not None)
    return [value / whole if value is not None and whole else None for value in series.values]
