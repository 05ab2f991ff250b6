"""Horizontal bars."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from portal.charts.base import Chart
from portal.charts.drawing import GAP, THICK, WIDTH, lines_of, rectangle, rule, text_at, width_of
from portal.charts.numbers import number


@dataclass(frozen=True, kw_only=True)
class BarChart(Chart):
    """Horizontal bars, each with its label above and its value at the end: for many categories and long names."""

    def _draw(self) -> tuple[list[SafeString], float]:
        known = self._known()
        low, high = min([0, *known]), max([0, *known])
        left = max((GAP + width_of(number(value, self.decimals)) for value in known if value < 0), default=0)
        right = max((GAP + width_of(number(value, self.decimals)) for value in known if value >= 0), default=0)
        scale = (WIDTH - left - right) / ((high - low) or 1)
        zero = left - low * scale
        parts, y = self._caption()
        for n, label in enumerate(self.categories):
            lines, y = lines_of(str(label), y, bold=n == self.highlighted)
            parts += lines
            parts.append(rule((zero, y + 1), (zero, y + 3 + len(self.series) * (THICK + 3))))
            for row, series in enumerate(self.series):
                value = series.values[n]
                end = zero + (value or 0) * scale
                if value:
                    words = f"{label}: {self._words(value)}"
                    corner, size = (min(zero, end), y + 3), (abs(end - zero), THICK)
                    parts.append(rectangle(corner, size, self._filling(row, n), words))
                parts.append(self._value(value, end, y + THICK, bold=n == self.highlighted))
                y += THICK + 3
            y += GAP + 2
        return parts, y - GAP

    def _value(self, value: float | None, end: float, y: float, *, bold: bool) -> SafeString:
        """Write a value outside the end of its bar; what does not fit there, on the other side."""
        text = self._words(value)
        left = (value is not None and value < 0) or end + GAP + width_of(text) > WIDTH
        return text_at(end - GAP if left else end + GAP, y, text, anchor="end" if left else "start", bold=bold)
