"""The radar as a picture: rings from the outside to the middle, sectors for the fields of action, a number for each."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from portal.directory.vocabularies import FieldOfAction
from portal.evaluation.models import Ring, Technology

SIZE = 320
CENTRE = SIZE / 2
RADII = {Ring.WATCH: 140.0, Ring.TRY: 108.0, Ring.USE: 74.0, Ring.REPLACE: 36.0}
"""Outer radius of each ring."""


@dataclass(frozen=True, slots=True)
class Blip:
    """A technology in the picture; coordinates as SVG wants them, whatever the reader's language."""

    number: int
    technology: Technology
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Circle:
    """A ring in the picture, with where its name stands."""

    label: str
    radius: str
    text_y: str


def circles() -> list[Circle]:
    """Return the rings, the outermost first."""
    return [Circle(str(ring.label), _written(radius), _written(CENTRE - radius + 11)) for ring, radius in RADII.items()]


def blips(technologies: Sequence[Technology]) -> list[Blip]:
    """Place each technology in its ring and near its first field of action; those of one place stand side by side."""
    fields = list(FieldOfAction.values)
    width = 2 * math.pi / len(fields)
    found = []
    taken: dict[tuple[str, int], int] = {}
    for number, technology in enumerate(technologies, 1):
        sector = fields.index(technology.fields[0])
        place = (technology.ring, sector)
        nth = taken[place] = taken.get(place, 0) + 1
        ring = Ring(technology.ring)
        rings = list(RADII)
        inner = RADII[rings[rings.index(ring) + 1]] if ring != rings[-1] else 0.0
        outer = RADII[ring]
        share = (nth * 0.618034) % 1  # spreads any number of them evenly
        radius = inner + (outer - inner) * (0.2 + 0.6 * share)
        angle = sector * width + width * (0.1 + 0.8 * ((nth * 0.754878) % 1)) - math.pi / 2
        x, y = CENTRE + radius * math.cos(angle), CENTRE + radius * math.sin(angle)
        found.append(Blip(number, technology, _written(x), _written(y)))
    return found


def _written(value: float) -> str:
    return f"{value:.1f}"
