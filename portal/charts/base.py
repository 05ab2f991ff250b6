"""What all charts have in common: their parts, the table, the frame of the picture."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.charts.drawing import (
    FONT,
    GAP,
    THICK,
    WIDTH,
    filling,
    hatchings,
    joined,
    lines_of,
    marked_filling,
    rectangle,
    short,
)
from portal.charts.numbers import number

type Text = str | Promise


@dataclass(frozen=True, slots=True)
class Series:
    """Figures of one kind, one for each category; None where a figure is not known."""

    label: Text
    values: Sequence[float | None]


class Column(NamedTuple):
    """A column of the table."""

    label: str
    numeric: bool


class Cell(NamedTuple):
    """A cell of the table; with the address it leads to, if any."""

    text: str
    numeric: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of a chart, as ``components/data_table.html`` takes them."""

    columns: list[Column]
    rows: list[list[Cell]]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What all charts have in common.

    Attributes:
        key: names the chart on its page, where no other has the same: lower-case letters, digits, hyphens.
        title: what is shown, in a few words.
        description: how to read it, or what it shows, in a sentence.
        unit: what is counted or measured; heads the figures.
        heading: what the categories are; heads their column in the table.
        categories: what the figures are of, in the order drawn.
        series: the figures.
        addresses: where each category leads to in the table; none, or one for each.
        highlighted: number of the category, from 0, that the page is about.
        decimals: digits behind the comma.
        source: who published the figures, word for word; ``source_url`` is where.

    Raises:
        ValueError: the parts do not fit each other; never because of a figure that is missing.
    """

    key: str
    title: Text
    description: Text
    unit: Text
    heading: Text
    categories: Sequence[Text]
    series: Sequence[Series]
    addresses: Sequence[str] = ()
    highlighted: int | None = None
    decimals: int = 0
    source: str = ""
    source_url: str = ""

    most_categories: ClassVar[int] = 60
    most_series: ClassVar[int] = 4

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.key):
            raise ValueError(f"“{self.key}” is no key: lower-case letters, digits and hyphens.")
        if not (self.title and self.description and self.unit and self.heading):
            raise ValueError(f"The chart “{self.key}” needs a title, a description, a unit and a heading.")
        for what, count, most in (
            ("categories", len(self.categories), self.most_categories),
            ("series", len(self.series), self.most_series),
        ):
            if not 1 <= count <= most:
                raise ValueError(f"The chart “{self.key}” has {count} {what}; 1 to {most} can be read.")
        if self.addresses and len(self.addresses) != len(self.categories):
            raise ValueError(f"The chart “{self.key}” needs an address for each category, or none.")
        if self.highlighted is not None and not 0 <= self.highlighted < len(self.categories):
            raise ValueError(f"The chart “{self.key}” has no category {self.highlighted} to highlight.")
        for series in self.series:
            if len(series.values) != len(self.categories):
                raise ValueError(f"“{series.label}” needs one value for each category of the chart “{self.key}”.")
            if not all(value is None or math.isfinite(value) for value in series.values):
                raise ValueError(f"“{series.label}” has a value that is no number.")

    @property
    def role(self) -> str:
        """What the drawing is to screen readers: a picture, whose parts they leave out."""
        return "img"

    @property
    def svg(self) -> SafeString:
        """The picture, to stand in a page; it takes the colour of the text around it."""
        return self._picture(SafeString(), SafeString())

    def document(self) -> str:
        """Return the same picture as a document of its own, on white, for ``<img>``, print and PDF."""
        look = mark_safe(' font-family="Fira Sans, Arial, sans-serif" color="#171a25"')
        return self._picture(look, mark_safe('<rect width="100%" height="100%" fill="#fff"/>'))

    @property
    def table(self) -> Table:
        """The same figures in words and numbers."""
        heads = [str(series.label) for series in self.series] if len(self.series) > 1 else [str(self.unit)]
        return Table(
            columns=[Column(str(self.heading), numeric=False), *(Column(head, numeric=True) for head in heads)],
            rows=[
                [self._head(n), *(Cell(self._words(series.values[n]), numeric=True) for series in self.series)]
                for n in range(len(self.categories))
            ],
        )

    def _head(self, category: int) -> Cell:
        return Cell(str(self.categories[category]), url=self.addresses[category] if self.addresses else "")

    def _words(self, value: float | None) -> str:
        return _("not stated") if value is None else number(value, self.decimals)

    def _picture(self, look: SafeString, ground: SafeString) -> SafeString:
        parts, height = self._draw()
        return format_html(
            '<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}"'
            ' role="{10}" aria-labelledby="chart-{2}-title chart-{2}-desc"'
            ' fill="currentColor" font-size="{3}" overflow="visible"{4}>'
            '<title id="chart-{2}-title">{5}</title><desc id="chart-{2}-desc">{6}</desc>{7}{8}{9}</svg>',
            WIDTH,
            short(height),
            self.key,
            FONT,
            look,
            self.title,
            self.description,
            ground,
            hatchings(self.key, self._fillings()),
            joined(parts),
            self.role,
        )

    def _draw(self) -> tuple[list[SafeString], float]:
        """Draw everything; return the parts and the height."""
        raise NotImplementedError

    # --- filling, legend, notes ------------------------------------------------------------------------------------

    def _fillings(self) -> int:
        """How many different fillings the picture has."""
        return len(self.series)

    def _filling(self, n: int, category: int) -> SafeString:
        """Attributes that fill the area of a series; a highlighted one is told apart where there is but one series."""
        return marked_filling() if category == self.highlighted and len(self.series) == 1 else filling(self.key, n)

    def _sample(self, n: int, y: float) -> tuple[SafeString, float]:
        """Draw what the n-th series looks like in the plot, and how wide that is."""
        return rectangle((1, y + 3), (THICK - 2, THICK - 2), filling(self.key, n)), THICK

    def _legend(self, labels: Sequence[Text], y: float, bold: int | None = None) -> tuple[list[SafeString], float]:
        """Say what each filling or line means, one below the other; return it and where it ends."""
        parts: list[SafeString] = []
        for n, label in enumerate(labels):
            sample, width = self._sample(n, y)
            lines, y = lines_of(str(label), y, left=width + GAP, bold=n == bold)
            parts += [sample, *lines]
        return parts, y

    def _caption(self) -> tuple[list[SafeString], float]:
        """Write the unit, with several series also their names, above the plot; return it and where it ends."""
        parts, y = lines_of(str(self.unit), 0)
        if len(self.series) > 1:
            legend, y = self._legend([series.label for series in self.series], y + 2)
            parts += legend
        return parts, y + GAP

    def _missing(self, y: float) -> tuple[list[SafeString], float]:
        """Name the categories without a figure below the plot."""
        names = [str(c) for n, c in enumerate(self.categories) if any(s.values[n] is None for s in self.series)]
        if not names:
            return [], y
        return lines_of(_("Not stated: %(names)s") % {"names": ", ".join(names)}, y, most=8)

    def _known(self) -> list[float]:
        return [value for series in self.series for value in series.values if value is not None]
