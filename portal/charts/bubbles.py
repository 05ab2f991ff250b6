"""A matrix of circles: how many there are of each category in each of several groups."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.charts.base import Chart, Table
from portal.charts.drawing import FONT, GAP, LINE, SHADES, WIDTH, joined, lines_of, rule, short, text_at, width_of
from portal.charts.numbers import number

LARGEST = 18
"""Radius of the largest circle."""


@dataclass(frozen=True, kw_only=True)
class BubbleChart(Chart):
    """A row for each category, a column for each series; the area of a circle is its figure, which stands with it.

    Attributes:
        links: for each series the address of each of its figures, empty for none.
    """

    links: Sequence[Sequence[str]] = ()

    most_series: ClassVar[int] = 8

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn.

        Raises:
            ValueError: also for links that do not fit the figures.
        """
        super().__post_init__()
        if self.links and [len(row) for row in self.links] != [len(self.categories)] * len(self.series):
            raise ValueError(f"The chart “{self.key}” needs a link for each figure, or none.")

    @property
    def table(self) -> Table:
        """The same figures; each leads where its circle leads."""
        plain = super().table
        if not self.links:
            return plain
        rows = [
            [row[0], *(cell._replace(url=links[number]) for cell, links in zip(row[1:], self.links, strict=True))]
            for number, row in enumerate(plain.rows)
        ]
        return Table(columns=plain.columns, rows=rows)

    @property
    def role(self) -> str:
        """A picture would hide the links in it from screen readers."""
        return "group" if self.links else super().role

    def _fillings(self) -> int:
        return 1

    def _draw(self) -> tuple[list[SafeString], float]:
        parts, y = lines_of(str(self.unit), 0)
        heads, y = self._heads(y + GAP)
        parts += heads
        most = max([0, *self._known()]) or 1
        for category, label in enumerate(self.categories):
            parts.append(rule((0, y), (WIDTH, y), faint=True))
            lines, y = lines_of(str(label), y + 2, bold=category == self.highlighted)
            parts += lines
            parts += [self._circle(place, category, y, most) for place in range(len(self.series))]
            y += 2 * LARGEST + GAP
        again, y = self._heads(y, below=True)
        note, y = self._missing(y)
        return [*parts, *again, *note], y

    def _centre(self, place: int) -> float:
        return WIDTH / len(self.series) * (place + 0.5)

    def _heads(self, y: float, *, below: bool = False) -> tuple[list[SafeString], float]:
        """Write the names of the columns upwards, so that long ones fit; return them and where they end."""
        height = max(width_of(str(series.label)) for series in self.series) + GAP
        heads = [
            format_html(
                '<text x="{0}" y="{1}" transform="rotate(-90 {0} {1})" text-anchor="{3}">{2}</text>',
                short(self._centre(place) + FONT / 3),
                short(y + GAP if below else y + height - GAP),
                series.label,
                "end" if below else "start",
            )
            for place, series in enumerate(self.series)
        ]
        return heads, y + height

    def _circle(self, place: int, category: int, y: float, most: float) -> SafeString:
        """Draw one figure: in its circle, or beside one that is too small for it or cannot be drawn; nothing for 0."""
        series = self.series[place]
        value = series.values[category]
        if not value:
            return SafeString()
        x, middle, radius = self._centre(place), y + LARGEST, LARGEST * math.sqrt(max(value, 0) / most)
        text = number(value, self.decimals)
        inside = max(width_of(text), FONT * 0.7) + 5 <= 2 * radius
        words = f"{self.categories[category]}, {series.label}: {self._words(value)}"
        address = self.links[place][category] if self.links else ""
        drawn = joined(
            [
                format_html(
                    '<circle class="chart__shade-1" cx="{}" cy="{}" r="{}" fill="{}" fill-opacity=".2" stroke="{}"'
                    ' stroke-width="1.5">{}</circle>',
                    *(short(one) for one in (x, middle, radius)),
                    SHADES[0],
                    SHADES[0],
                    "" if address else format_html("<title>{}</title>", words),  # the link has the words as its name
                ),
                text_at(x, middle + FONT / 3, text, anchor="middle")
                if inside
                else text_at(x + radius + 3, middle + FONT / 3, text),
            ]
        )
        if not address:
            return drawn
        slot = WIDTH / len(self.series)
        return format_html(
            '<a href="{}" aria-label="{}"><rect x="{}" y="{}" width="{}" height="{}" fill="none"'
            ' pointer-events="all"/>{}</a>',
            address,
            words,
            *(short(one) for one in (x - slot / 2, y - LINE / 4, slot, 2 * LARGEST + LINE / 2)),
            drawn,
        )
