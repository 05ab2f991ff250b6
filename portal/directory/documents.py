"""What the search reads of the register and of the actors."""

from portal.areas import Document
from portal.directory.models import Association, District, Land, Municipality, Organisation


def municipality(place: Municipality) -> Document | None:
    """Read a municipality of today; what has ceased to exist is found in the register's own list."""
    if place.valid_to is not None:
        return None
    district = place.district.name if place.district else ""
    return Document(
        title=place.label(),
        url=place.get_absolute_url(),
        summary=", ".join(filter(None, [str(place.get_kind_display()), district, place.land.name])),
        keywords=" ".join([place.ags, place.ars, place.official_name, *_postcodes(place)]),
        laender=[place.land_id],
    )


def group(place: Association | District) -> Document | None:
    """Read an association or a district of today."""
    if place.valid_to is not None:
        return None
    land = place.pk[:2]
    return Document(
        title=place.label(),
        url=place.get_absolute_url(),
        summary=str(place.get_kind_display()),
        keywords=f"{place.pk} {place.seat}",
        laender=[land],
    )


def land(place: Land) -> Document:
    """Read a Land."""
    return Document(title=place.name, url=place.get_absolute_url(), keywords=place.pk, laender=[place.pk])


def organisation(one: Organisation) -> Document | None:
    """Read an organisation; those of the register are found as the place that they are."""
    if one.ceased_on is not None or one.is_of_the_register:
        return None
    said = one.description if one.description_audience == "public" else ""
    return Document(
        title=one.name,
        url=one.get_absolute_url(),
        summary=", ".join(filter(None, [str(one.get_kind_display()), one.land.name if one.land else ""])),
        keywords=one.short_name,
        text=said,
        fields=one.fields_of_action,
        laender=[one.land_id] if one.land_id else [],
    )


def _postcodes(place: Municipality) -> list[str]:
    return [code.code for code in place.postcodes.all()]
