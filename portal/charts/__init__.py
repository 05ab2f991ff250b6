"""Charts as SVG, drawn on the server: bars, columns, lines over time, shares of a whole, circles.

A chart is a value: its figures, what they are called, where they come from. It gives the picture for the page
(``svg``), the same picture as a document of its own for images, print and PDF (``document``), and the same figures as
a table (``table``), which always stands beside the picture (``components/chart.html``).

The policy for content forbids styles, so all of the look is in presentation attributes; text has the colour of the
page's text. The colours have at least 3:1 on the light and on the dark ground (WCAG 1.4.11), and nothing is told by
colour alone: series differ in their filling, lines in their dashes and markers, what is highlighted is also bold. The
drawing is as wide as a telephone, so that its text is as large there as the text around it; ADR 0010 says why we draw
ourselves.
"""

from portal.charts.axes import ColumnChart, LineChart
from portal.charts.bars import BarChart
from portal.charts.base import Cell, Chart, Column, Series, Table
from portal.charts.bubbles import BubbleChart
from portal.charts.drawing import MARK
from portal.charts.numbers import day, number
from portal.charts.shares import ShareChart

__all__ = [
    "MARK",
    "BarChart",
    "BubbleChart",
    "Cell",
    "Chart",
    "Column",
    "ColumnChart",
    "LineChart",
    "Series",
    "ShareChart",
    "Table",
    "day",
    "number",
]
