"""What the register's pages say of a place, in words and numbers for people."""

from typing import Any, cast

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.directory.maps import coordinates_in_words
from portal.directory.models import Association, District, Land, Municipality, Place

type Fact = dict[str, Any]
"""Label and value; also a note behind the value, or the address that the value leads to."""

type Trail = list[tuple[str, str]]
"""The way to a page: label and address from the outermost on."""


def figure(number: float | None, unit: str = "", decimals: int = 0) -> str:
    """Write a number with its unit; empty when it is unknown."""
    if number is None:
        return ""
    return " ".join(filter(None, [number_format(number, decimals, use_l10n=True, force_grouping=True), unit]))


def area(square_kilometres: Any) -> str:
    """Write an area."""
    return figure(square_kilometres, "km²", 2)


def density(inhabitants: int | None, square_kilometres: Any) -> str:
    """Write inhabitants per km²; empty when one of the two is unknown or nothing."""
    if not inhabitants or not square_kilometres:
        return ""
    return figure(round(float(inhabitants) / float(square_kilometres)))


# --- municipality ---------------------------------------------------------------------------------------------------


def municipality_facts(place: Municipality, codes: list[str]) -> list[Fact]:
    """Everything that the register says of a municipality; ``codes`` are its postcodes."""
    return [
        {"label": _("Kind"), "value": place.get_kind_display()},
        {"label": _("Official name"), "value": place.official_name if place.official_name != place.name else ""},
        {"label": _("Name in the second language"), "value": place.second_name},
        {"label": _("Inhabitants"), "value": figure(place.population)},
        {"label": _("Area"), "value": area(place.area_km2)},
        {"label": _("Inhabitants per km²"), "value": density(place.population, place.area_km2)},
        {
            "label": _("Degree of urbanisation"),
            "value": place.get_urbanisation_display() if place.urbanisation is not None else "",
        },
        {"label": _("Postcode of the administration"), "value": ", ".join(codes)},
        {"label": _("Official municipality key (AGS)"), "value": place.ags},
        {"label": _("Official regional key (ARS)"), "value": place.ars},
        _above(_("Association of municipalities"), place.association),
        _above(_("District"), place.district if place.district and not place.district.is_city else None),
        _above(pgettext("federal state", "Land"), place.land),
        *_period(place),
    ]


def _above(label: str, place: Association | District | Land | None) -> Fact:
    if place is None:
        return {"label": label, "value": ""}
    note = place.get_kind_display() if isinstance(place, Association) else ""
    return {"label": label, "value": place.name, "url": place.get_absolute_url(), "note": note}


def _period(place: Place) -> list[Fact]:
    written = [(_("Exists since"), place.valid_from), (_("Existed until"), place.valid_to)]
    return [{"label": label, "value": date_format(date, "DATE_FORMAT")} for label, date in written if date]


def municipality_lead(place: Municipality) -> str:
    """Kind, district and Land in one line."""
    names = {"kind": place.get_kind_display(), "land": place.land.name}
    if place.name == place.land.name:
        return names["kind"]
    if place.district is None or place.district.is_city:
        return _("%(kind)s in %(land)s") % names
    return _("%(kind)s in the district %(district)s, %(land)s") % {**names, "district": place.district.name}


def group_lead(place: District | Association) -> str:
    """Kind, district and Land in one line."""
    kind = place.get_kind_display()
    if isinstance(place, District):
        return _("%(kind)s in %(land)s") % {"kind": kind, "land": place.land.name}
    names = {"kind": kind, "district": place.district.name, "land": place.district.land.name}
    return _("%(kind)s in the district %(district)s, %(land)s") % names


def location_in_words(place: Municipality) -> str:
    """Say where a municipality lies: district, Land and coordinates."""
    coordinates = coordinates_in_words(place)
    if place.district is None or place.district.is_city or place.name == place.land.name:
        where = "" if place.name == place.land.name else _("%(place)s lies in %(land)s")
    else:
        where = _("%(place)s lies in the district %(district)s in %(land)s")
    district = place.district.name if place.district else ""
    words = where % {"place": place.name, "district": district, "land": place.land.name}
    return " – ".join(filter(None, [words or place.name, coordinates]))


def municipality_trail(place: Municipality) -> Trail:
    """The way to a municipality: Land, district."""
    above = [place.land] if place.land.name != place.name else []
    trail = [_step(_("Municipalities"), "municipality_list"), *((land.name, land.get_absolute_url()) for land in above)]
    if place.district and not place.district.is_city:
        trail.append((place.district.name, place.district.get_absolute_url()))
    return trail


# --- the places above -----------------------------------------------------------------------------------------------


def sums(members: "QuerySet[Municipality]") -> list[Fact]:
    """Add up the municipalities of a place, computed by the database in one statement."""
    unincorporated = Q(kind__in=Municipality.UNINCORPORATED)
    total = members.order_by().aggregate(
        inhabitants=Sum("population"),
        area=Sum("area_km2"),
        municipalities=Count("pk", filter=~unincorporated),
        unincorporated=Count("pk", filter=unincorporated),
    )
    return [
        {"label": _("Inhabitants"), "value": figure(total["inhabitants"])},
        {"label": _("Area"), "value": area(total["area"])},
        {"label": _("Inhabitants per km²"), "value": density(total["inhabitants"], total["area"])},
        {"label": _("Municipalities"), "value": figure(total["municipalities"])},
        {"label": _("Unincorporated areas"), "value": figure(total["unincorporated"] or None)},
    ]


def with_sums[M: Place](places: QuerySet[M], level: str) -> QuerySet[M]:
    """Let the database sum up the municipalities of each place: ``municipality_count`` and ``inhabitants``."""
    members = Municipality.objects.current().filter(**{level: OuterRef("pk")}).order_by().values(level)
    count = members.municipalities().annotate(number=Count("pk")).values("number")
    inhabitants = members.annotate(number=Sum("population")).values("number")
    summed: Any = places.annotate(
        municipality_count=Coalesce(Subquery(count), 0), inhabitants=Coalesce(Subquery(inhabitants), 0)
    )
    return cast("QuerySet[M]", summed)


def district_facts(place: District, members: "QuerySet[Municipality]") -> list[Fact]:
    """What the register says of a district, and what its municipalities add up to."""
    return [
        {"label": _("Kind"), "value": place.get_kind_display()},
        {"label": _("Seat of the administration"), "value": place.seat},
        *sums(members),
        {"label": _("Official key"), "value": place.pk},
        _above(pgettext("federal state", "Land"), place.land),
        *_period(place),
    ]


def association_facts(place: Association, members: "QuerySet[Municipality]") -> list[Fact]:
    """What the register says of an association, and what its municipalities add up to."""
    return [
        {"label": _("Kind"), "value": place.get_kind_display()},
        {"label": _("Seat of the administration"), "value": place.seat},
        *sums(members),
        {"label": _("Official key"), "value": place.pk},
        _above(_("District"), place.district),
        _above(pgettext("federal state", "Land"), place.district.land),
        *_period(place),
    ]


def land_facts(place: Land, members: "QuerySet[Municipality]") -> list[Fact]:
    """What the register says of a Land, and what its municipalities add up to."""
    return [
        {"label": _("Seat of the government"), "value": place.seat},
        *sums(members),
        {"label": _("Official key"), "value": place.pk},
        *_period(place),
    ]


def trail_to_list(label: str, url_name: str, *above: Land | District) -> Trail:
    """The way to a district, an association or a Land: its list, then the places above it."""
    return [_step(label, url_name), *((place.name, place.get_absolute_url()) for place in above)]


def _step(label: str, url_name: str) -> tuple[str, str]:
    return label, reverse(f"directory:{url_name}")
