"""The colours of the style sheets, read from where they stand, and the contrast of those that meet on a page.

Contrast after WCAG 2.2, 1.4.3 (text: 4.5) and 1.4.11 (parts of controls, focus: 3). The style sheets write colours as
OKLCH; conversion to sRGB after CSS Color 4, https://www.w3.org/TR/css-color-4/#ok-lab.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.contrib.staticfiles import finders
from django.utils.translation import gettext_lazy as _

from portal.theme import DARK, LIGHT

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

STYLE_SHEETS = ("vendor/kern.min.css", "css/portal.css")
TEXT, PART = 4.5, 3.0
LINEAR_UP_TO = 0.0031308  # of sRGB, IEC 61966-2-1

type Oklab = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two colours that meet on a page, in one theme.

    Attributes:
        contrast: 1 to 21, rounded down to one decimal so that it never flatters.
        needed: the least that WCAG asks for.
    """

    label: "StrOrPromise"
    theme: str
    front: str
    back: str
    contrast: float
    needed: float


# label, token in front, token behind, contrast needed
MEETING: tuple[tuple["StrOrPromise", str, str, float], ...] = (
    (_("Text on the page"), "--ink", "--paper", TEXT),
    (_("Text on a raised surface"), "--ink", "--surface", TEXT),
    (_("Text on a tinted surface"), "--ink", "--tint", TEXT),
    (_("Secondary text on the page"), "--muted", "--paper", TEXT),
    (_("Secondary text on a raised surface"), "--muted", "--surface", TEXT),
    (_("Secondary text on a tinted surface"), "--muted", "--tint", TEXT),
    (_("Link on the page"), "--accent", "--paper", TEXT),
    (_("Link on a raised surface"), "--accent", "--surface", TEXT),
    (_("Link on a tinted surface"), "--accent", "--tint", TEXT),
    (_("Visited link"), "--kern-color-action-visited", "--paper", TEXT),
    (_("Text on a button"), "--on-accent", "--accent", TEXT),
    (_("Error text"), "--kern-color-feedback-danger", "--paper", TEXT),
    (_("Text on the colour of a note"), "--ink", "--kern-color-feedback-info-background", TEXT),
    (_("Text on the colour of success"), "--ink", "--kern-color-feedback-success-background", TEXT),
    (_("Text on the colour of a warning"), "--ink", "--kern-color-feedback-warning-background", TEXT),
    (_("Text on the colour of an error"), "--ink", "--kern-color-feedback-danger-background", TEXT),
    (_("Border of a control"), "--line-strong", "--paper", PART),
    (_("Border of a field"), "--kern-color-form-input-border", "--paper", PART),
    (_("Frame around the focus"), "--kern-color-action-focus-default", "--paper", PART),
    (_("Frame around the focus on a tinted surface"), "--kern-color-action-focus-default", "--tint", PART),
)


def colour_pairs() -> list[Pair]:
    """Return every pair of colours that meet, light and dark, with its contrast."""
    css = "\n".join(style_sheet(name) for name in STYLE_SHEETS)
    pairs = []
    for label, front, back, needed in MEETING:
        for theme in (LIGHT, DARK):
            tokens = tokens_of(css, theme)
            one, other = (oklab(f"var({name})", tokens) for name in (front, back))
            contrast = math.floor(contrast_of(one, other) * 10) / 10
            pair = Pair(
                label=label,
                theme=theme,
                front=as_hex(one),
                back=as_hex(other),
                contrast=contrast,
                needed=needed,
            )
            pairs.append(pair)
    return pairs


def style_sheet(name: str) -> str:
    """Read a style sheet of ours.

    Raises:
        FileNotFoundError: the front-end files have not been made (scripts/assets.py).
    """
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return Path(found).read_text(encoding="utf-8")


def tokens_of(css: str, theme: str) -> dict[str, str]:
    """Return the custom properties of a theme; later rules win, as they do in a browser that has the theme set."""
    found: dict[str, str] = {}
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)):
        names = {name.strip().replace('"', "") for name in selectors.split(",")}
        if names & {":root", f"[data-kern-theme={theme}]", f":root[data-kern-theme={theme}]"}:
            found.update((name, value.strip()) for name, value in re.findall(r"(--[\w-]+):([^;]+)", body))
    return found


def oklab(value: str, tokens: Mapping[str, str]) -> Oklab:
    """Turn what a style sheet says to a colour.

    Raises:
        KeyError: a token is not defined.
        ValueError: it is none of what our style sheets use: var(), oklch(), color-mix(in oklab, …).
    """
    value = value.strip()
    if reference := re.fullmatch(r"var\((--[\w-]+)\)", value):
        return oklab(tokens[reference[1]], tokens)
    if written := re.fullmatch(r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)", value):
        lightness, chroma, hue = (float(part) for part in written.groups())
        angle = math.radians(hue)
        return lightness / 100, chroma * math.cos(angle), chroma * math.sin(angle)
    if mixed := re.fullmatch(r"color-mix\(in oklab, (.+?) ([\d.]+)%, (.+)\)", value):
        share = float(mixed[2]) / 100
        one, other = oklab(mixed[1], tokens), oklab(mixed[3], tokens)
        lightness, a, b = (share * x + (1 - share) * y for x, y in zip(one, other, strict=True))
        return lightness, a, b
    message = f"“{value}” is no colour of ours."
    raise ValueError(message)


def linear_rgb(colour: Oklab) -> tuple[float, float, float]:
    """Convert to linear sRGB, cut to what a screen shows."""
    lightness, a, b = colour
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    return min(max(red, 0.0), 1.0), min(max(green, 0.0), 1.0), min(max(blue, 0.0), 1.0)


def as_hex(colour: Oklab) -> str:
    """Write it as ``#rrggbb``."""
    encoded = (
        12.92 * part if part <= LINEAR_UP_TO else 1.055 * part ** (1 / 2.4) - 0.055 for part in linear_rgb(colour)
    )
    return "#" + "".join(f"{round(part * 255):02x}" for part in encoded)


def contrast_of(one: Oklab, other: Oklab) -> float:
    """Return the contrast ratio, 1 to 21."""
    darker, lighter = sorted(_luminance(colour) for colour in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Oklab) -> float:
    red, green, blue = linear_rgb(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
