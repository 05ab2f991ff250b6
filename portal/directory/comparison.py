"""Comparable municipalities: those most like one's own, and in words why.

Two municipalities are the more alike the smaller the weighted mean of their differences is. Size and density
differ by standard deviations of their logarithms, so that 2,000 and 4,000 inhabitants are as far apart as 20,000
and 40,000; the other differences are 0 or 1 (urbanisation: half for each step). What is unknown of one of the two
is left out of the mean and of its weights, so it neither helps nor hurts.
"""

from dataclasses import dataclass

from django.db.models import Case, ExpressionWrapper, F, FloatField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Abs, Cast, Coalesce
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.directory.models import Municipality

SIZE_WEIGHT = 3.0
"""What a municipality can afford and has to do follows its inhabitants before all else."""
DENSITY_WEIGHT = 1.5
ASSOCIATION_WEIGHT = 1.0
"""Whether an association does part of its administration."""
LAND_WEIGHT = 1.0
"""Another Land has another municipal law and other funding."""
URBANISATION_WEIGHT = 0.75
KIND_WEIGHT = 0.5

NEIGHBOURS = 400
"""Candidates taken on each side by size. In the middle of the register that is about a tenth of a standard
deviation, 15 % more or fewer inhabitants."""

ALIKE = 1.3
"""Up to this factor apart, two numbers of inhabitants, or of inhabitants per km², are called similar."""

CITIES = (Municipality.Kind.CITY, Municipality.Kind.CITY_BW)
"""Two words for the same thing: a city that is its own district."""

HITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparable:
    """A municipality like another one, and in words what they share."""

    municipality: Municipality
    reasons: list[str]


def comparable_municipalities(place: Municipality, *, limit: int = HITS) -> list[Comparable]:
    """Return the municipalities most like ``place``, the closest first, in one statement.

    The index on the standardised size gives the candidates. Unincorporated areas, places without inhabitants and
    places that no longer exist have none and are none.
    """
    if place.size_score is None or place.is_unincorporated or place.valid_to is not None:
        return []
    others = Municipality.objects.current().municipalities().exclude(pk=place.pk)
    above = others.filter(size_score__gte=place.size_score).order_by("size_score", "pk")[:NEIGHBOURS]
    below = others.filter(size_score__lt=place.size_score).order_by("-size_score", "pk")[:NEIGHBOURS]
    candidates = above.values("pk").union(below.values("pk"), all=True)
    found = (
        Municipality.objects.filter(pk__in=candidates)
        .with_places()
        .annotate(distance=_distance(place))
        .order_by("distance", "pk")[:limit]
    )
    return [Comparable(municipality=other, reasons=reasons(place, other)) for other in found]


def _distance(place: Municipality) -> Combinable:
    """SQL for the weighted mean of the known differences from ``place``; an unknown one is NULL."""
    alike_kinds = CITIES if place.kind in CITIES else (place.kind,)
    differences: list[tuple[float, Combinable]] = [
        (SIZE_WEIGHT, Abs(F("size_score") - Value(place.size_score))),
        (ASSOCIATION_WEIGHT, _unless(Q(association__isnull=place.association_id is None))),
        (LAND_WEIGHT, _unless(Q(land_id=place.land_id))),
        (KIND_WEIGHT, _unless(Q(kind__in=alike_kinds))),
    ]
    if place.density_score is not None:
        differences.append((DENSITY_WEIGHT, Abs(F("density_score") - Value(place.density_score))))
    if place.urbanisation is not None:
        steps = Abs(Cast("urbanisation", FloatField()) - Value(float(place.urbanisation))) / Value(2.0)
        differences.append((URBANISATION_WEIGHT, steps))
    total: Combinable = Value(0.0)
    weights: Combinable = Value(0.0)
    for weight, difference in differences:
        total = total + Coalesce(difference * Value(weight), Value(0.0), output_field=FloatField())
        weights = weights + Coalesce(difference * Value(0.0) + Value(weight), Value(0.0), output_field=FloatField())
    return ExpressionWrapper(total / weights, output_field=FloatField())


def _unless(alike: Q) -> Case:
    """A difference of 0 where ``alike`` holds, else of 1."""
    return Case(When(alike, then=Value(0.0)), default=Value(1.0), output_field=FloatField())


def reasons(place: Municipality, other: Municipality) -> list[str]:
    """Say in words what ``other`` has in common with ``place``; its size always, similar or not."""
    said = [_size(place, other)]
    if place.density and other.density and _similar(place.density, other.density):
        said.append(
            _("Similarly densely settled: %(density)s inhabitants per km²")
            % {"density": number_format(round(other.density), use_l10n=True, force_grouping=True)}
        )
    if other.land_id == place.land_id:
        said.append(_("Same Land"))
    if place.association_id and other.association_id:
        said.append(_("Also belongs to an association of municipalities"))
    elif not place.association_id and not other.association_id:
        said.append(_("Also belongs to no association of municipalities"))
    if other.kind == place.kind or {other.kind, place.kind} <= set(CITIES):
        said.append(_("Same kind: %(kind)s") % {"kind": other.get_kind_display()})
    if place.urbanisation is not None and other.urbanisation == place.urbanisation:
        said.append(_("Also %(urbanisation)s") % {"urbanisation": other.get_urbanisation_display()})
    return said


def _size(place: Municipality, other: Municipality) -> str:
    number = number_format(other.population, use_l10n=True, force_grouping=True)
    if place.population and other.population and _similar(place.population, other.population):
        return ngettext(
            "Similar size: %(number)s inhabitant", "Similar size: %(number)s inhabitants", other.population
        ) % {"number": number}
    return ngettext("%(number)s inhabitant", "%(number)s inhabitants", other.population) % {"number": number}


def _similar(one: float, other: float) -> bool:
    return max(one, other) <= ALIKE * min(one, other)
