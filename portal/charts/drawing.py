"""Parts of a chart's picture: text, lines, bars, markers, fillings; presentation attributes alone."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

WIDTH = 360
"""Width of every chart in the units of all lengths here; on a telephone one unit is about a CSS pixel."""

FONT, LINE = 15, 20
"""Size of the text, and from one line to the next."""

LETTER = 0.56 * FONT
"""Width of a letter on average, rather too much than too little: text cannot be measured here."""

GAP = 6
THICK = 15
"""Thickness of a bar, and size of a field of the legend."""

SHADES = ("#4678d6", "#b36b14", "#1f8a7a", "#8a63c7", "#7a8597", "#d0527a")
"""At least 3:1 on the light and on the dark ground."""

MARK = "#c2476b"
"""What is highlighted; the maps mark places with it."""

HATCHINGS = ("", "M-2 2l4-4M0 8l8-8M6 10l4-4", "M4 4h.01", "M0 4h8", "M0 4h8M4 0v8", "M4 0v8")
"""How the filling of each series is drawn on a square of 8 × 8; the first is solid, the third are dots."""
HATCHING_WIDTHS = (0.0, 2.0, 3.4, 2.0, 2.0, 2.0)

DASHES = ("", "8 4", "2 4", "10 3 2 3")
"""How the line of each series is broken."""


def short(value: float) -> str:
    """Write a length with at most one decimal."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def joined(parts: Iterable[SafeString]) -> SafeString:
    """Put parts behind each other."""
    return format_html_join("", "{}", ((part,) for part in parts))


# --- text ------------------------------------------------------------------------------------------------------------


def width_of(text: str) -> float:
    """Estimate how wide a text is."""
    return len(text) * LETTER


def wrap(text: str, width: float) -> list[str]:
    """Break a text between words, and behind the dash of a span, into lines of that width; longer words stay whole."""
    lines = [""]
    for space, word in re.findall(r"(\s*)([^\s–]+–?|–)", text):
        longer = f"{lines[-1]}{' ' if space else ''}{word}".strip()
        if lines[-1] and width_of(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def text_at(  # noqa: PLR0913 - a place, words, and how they look
    x: float, y: float, words: str, *, anchor: str = "start", bold: bool = False, full: str = ""
) -> SafeString:
    """Write words whose base line is at ``y``; ``full`` is shown as the tip where the words are shortened."""
    return format_html(
        '<text x="{}" y="{}"{}{}>{}{}</text>',
        short(x),
        short(y),
        format_html(' text-anchor="{}"', anchor) if anchor != "start" else "",
        mark_safe(' font-weight="600"') if bold else "",
        format_html("<title>{}</title>", full) if full else "",
        words,
    )


def lines_of(
    text: str, y: float, *, left: float = 0, bold: bool = False, most: int = 2
) -> tuple[list[SafeString], float]:
    """Write a text into at most so many lines from ``left`` to the right edge, what is too long with its full tip.

    Returns:
        The lines, and where they end.
    """
    fitting = int((WIDTH - left) / LETTER)
    lines = wrap(text, WIDTH - left)
    shown = [Truncator(line).chars(fitting) for line in lines[:most]]
    if len(lines) > most:
        shown[-1] = f"{shown[-1][: fitting - 1].rstrip('… ')}…"
    full = text if shown != lines else ""
    parts = [text_at(left, y + (n + 1) * LINE - 5, line, bold=bold, full=full) for n, line in enumerate(shown)]
    return parts, y + len(shown) * LINE


def kept_inside(middle: float, width: float, left: float) -> float:
    """Move the middle of a text so far that it stays between ``left`` and the right edge."""
    return min(max(middle, left + width / 2), WIDTH - width / 2)


def spread(centres: Sequence[float], widths: Sequence[float], left: float) -> list[int]:
    """Choose as many labels as fit beside each other, evenly by number, the first among them."""
    for every in range(1, len(centres) + 1):
        shown = list(range(0, len(centres), every))
        spans = [(kept_inside(centres[n], widths[n], left), widths[n] / 2) for n in shown]
        if all(a + half + GAP <= b - other for (a, half), (b, other) in pairwise(spans)):
            return shown
    return [0]


# --- shapes: each with its words as a tip for the mouse --------------------------------------------------------------


def rectangle(corner: tuple[float, float], size: tuple[float, float], look: SafeString, words: str = "") -> SafeString:
    """Draw a rectangle from its upper left corner."""
    shape = format_html('<rect x="{}" y="{}" width="{}" height="{}" {}', *map(short, corner), *map(short, size), look)
    return format_html("{}><title>{}</title></rect>", shape, words) if words else format_html("{}/>", shape)


def rule(start: tuple[float, float], end: tuple[float, float], *, faint: bool = False) -> SafeString:
    """Draw a thin line in the colour of the text."""
    return format_html(
        '<path fill="none" stroke="currentColor"{} d="M{} {}L{} {}"/>',
        mark_safe(' stroke-opacity=".2"') if faint else "",
        *map(short, (*start, *end)),
    )


def stroke(n: int, path: str) -> SafeString:
    """Draw the n-th line of a chart along a path."""
    return format_html(
        '<path class="chart__line-{}" fill="none" stroke="{}" stroke-width="2.5" stroke-linejoin="round"{} d="{}"/>',
        n + 1,
        SHADES[n],
        format_html(' stroke-dasharray="{}"', DASHES[n]) if DASHES[n] else "",
        path,
    )


def marker(n: int, point: tuple[float, float], size: float, words: str = "") -> SafeString:
    """Draw a point of the n-th line of a chart: circle, square, triangle, diamond."""
    x, y = map(short, point)
    up, left = short(point[1] - size), short(point[0] - size)
    one, two = short(size), short(2 * size)
    paths = (
        f"M{left} {y}a{one} {one} 0 1 0 {two} 0a{one} {one} 0 1 0 -{two} 0z",
        f"M{left} {up}h{two}v{two}h-{two}z",
        f"M{x} {up}l{one} {two}h-{two}z",
        f"M{x} {up}l{one} {one}l-{one} {one}l-{one} -{one}z",
    )
    shape = format_html('<path class="chart__shade-{}" fill="{}" d="{}"', n + 1, SHADES[n], paths[n])
    return format_html("{}><title>{}</title></path>", shape, words) if words else format_html("{}/>", shape)


def hatchings(key: str, number: int) -> SafeString:
    """Define the fillings from the second to the last one that a picture needs."""
    patterns = ((key, n + 1, SHADES[n], HATCHING_WIDTHS[n], HATCHINGS[n]) for n in range(1, number))
    drawn = format_html_join(
        "",
        '<pattern id="chart-{}-{}" width="8" height="8" patternUnits="userSpaceOnUse">'
        '<path fill="none" stroke="{}" stroke-width="{}" stroke-linecap="round" d="{}"/></pattern>',
        patterns,
    )
    return format_html("<defs>{}</defs>", drawn) if drawn else SafeString()


def filling(key: str, n: int) -> SafeString:
    """Attributes that give an area the n-th filling."""
    if n == 0:
        return format_html('class="chart__shade-1" fill="{}"', SHADES[0])
    return format_html('fill="url(#chart-{}-{})" stroke="{}" stroke-width="1.5"', key, n + 1, SHADES[n])


def marked_filling() -> SafeString:
    """Attributes that highlight an area."""
    return format_html('class="chart__shade-mark" fill="{}"', MARK)
