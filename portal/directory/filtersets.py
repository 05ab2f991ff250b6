"""The filters of the register's lists, one set for page and API each."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.directory.folding import folding_of
from portal.directory.models import Association, District, Municipality, Organisation, SizeClass
from portal.directory.names import fold, fold_bare
from portal.directory.places import LAENDER, search_places
from portal.directory.vocabularies import FieldOfAction
from portal.filters import ByKeyFilter, ChoicesFilter, Facet, FilterSet, SortFilter, TextFilter

if TYPE_CHECKING:
    from django.db.models import QuerySet

LAND = pgettext_lazy("federal state", "Land")

FORMER = "former"
UNINCORPORATED = "unincorporated"
BEST = "match"


class IncludeFilter(ChoicesFilter):
    """What a list leaves out unless it is asked for here.

    Most readers look for an administration that exists. What has ceased to exist and what has no administration of
    its own (unincorporated areas) is in the register too, and is listed when this parameter names it.
    """

    def filter(self, qs: "QuerySet[Any]", value: Sequence[str]) -> "QuerySet[Any]":
        """Leave out what is not named."""
        if FORMER not in value:
            qs = qs.filter(valid_to=None)
        if UNINCORPORATED not in value and qs.model is Municipality:
            qs = qs.exclude(kind__in=Municipality.UNINCORPORATED)
        return qs


class MunicipalityOrder(SortFilter):
    """The order of municipalities; the best match to a search text is what the search itself gives."""

    def filter(self, qs: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        """Leave the order of the search, or by name without one, unless another is chosen."""
        return qs if value == BEST else super().filter(qs, value)


class MunicipalityFilterSet(FilterSet):
    """Filters of the municipalities."""

    facets: ClassVar = (
        Facet(name="land", field="land_id", label=LAND, choices=tuple(LAENDER.items())),
        Facet(name="kind", field="kind", label=_("Kind"), choices=Municipality.Kind.choices),
        Facet(name="size", field="size_class", label=_("Inhabitants"), choices=SizeClass.choices),
        Facet(
            name="urbanisation",
            field="urbanisation",
            label=_("Degree of urbanisation"),
            choices=Municipality.Urbanisation.choices,
        ),
    )

    q = TextFilter(method="search", label=_("Name, postcode or official key"))
    land = ChoicesFilter(field_name="land_id", choices=tuple(LAENDER.items()), label=LAND)
    district = ByKeyFilter(
        queryset=District.objects.select_related("land"),
        pattern=r"^[0-9]{5}$",
        missing=_("There is no district with this key."),
        label=_("District"),
    )
    association = ByKeyFilter(
        queryset=Association.objects.select_related("district__land"),
        pattern=r"^[0-9]{9}$",
        missing=_("There is no association of municipalities with this key."),
        label=_("Association of municipalities"),
    )
    kind = ChoicesFilter(choices=Municipality.Kind.choices, label=_("Kind"))
    size = ChoicesFilter(field_name="size_class", choices=SizeClass.choices, label=_("Inhabitants"))
    urbanisation = ChoicesFilter(choices=Municipality.Urbanisation.choices, label=_("Degree of urbanisation"))
    include = IncludeFilter(
        field_name="valid_to",
        choices=((FORMER, _("Former municipalities")), (UNINCORPORATED, _("Unincorporated areas"))),
        label=_("Also show"),
    )
    sort = MunicipalityOrder(
        orders={"-population": ("-population", "ags"), "population": ("population", "ags"), "name": ("name", "ags")},
        labels={
            BEST: _("Best match"),
            "name": _("Name"),
            "-population": _("Most inhabitants first"),
            "population": _("Fewest inhabitants first"),
        },
    )

    def search(self, found: "QuerySet[Municipality]", _name: str, text: str) -> "QuerySet[Municipality]":
        """Find by name, key or postcode; the closest come first unless an order is chosen."""
        return search_places(found, text)


class PlaceFilterSet(FilterSet):
    """What the filters of districts, associations and Länder share: few hundred rows each, read whole."""

    q = TextFilter(method="search", label=_("Name or official key"))
    include = IncludeFilter(
        field_name="valid_to", choices=((FORMER, _("What no longer exists")),), label=_("Also show")
    )

    def search(self, found: "QuerySet[Any]", _name: str, text: str) -> "QuerySet[Any]":
        """Find by a part of the name, with or without umlauts, or by the beginning of the key."""
        folded, bare = fold(text), fold_bare(text)
        if not folded:
            return found.none()
        found = found.alias(folded_name=folding_of("name", german=True), bare_name=folding_of("name", german=False))
        condition = Q(folded_name__contains=folded) | Q(bare_name__contains=bare)
        digits = folded.replace(" ", "")
        if digits.isdigit():
            condition |= Q(pk__startswith=digits)
        return found.filter(condition)


class LandFilterSet(PlaceFilterSet):
    """Filters of the Länder."""


class DistrictFilterSet(PlaceFilterSet):
    """Filters of the districts."""

    facets: ClassVar = (
        Facet(name="land", field="land_id", label=LAND, choices=tuple(LAENDER.items())),
        Facet(name="kind", field="kind", label=_("Kind"), choices=District.Kind.choices),
    )

    land = ChoicesFilter(field_name="land_id", choices=tuple(LAENDER.items()), label=LAND)
    kind = ChoicesFilter(choices=District.Kind.choices, label=_("Kind"))


class AssociationFilterSet(PlaceFilterSet):
    """Filters of the associations of municipalities."""

    facets: ClassVar = (
        Facet(name="land", field="district__land_id", label=LAND, choices=tuple(LAENDER.items())),
        Facet(name="kind", field="kind", label=_("Kind"), choices=Association.Kind.choices),
    )

    land = ChoicesFilter(field_name="district__land_id", choices=tuple(LAENDER.items()), label=LAND)
    district = ByKeyFilter(
        queryset=District.objects.select_related("land"),
        pattern=r"^[0-9]{5}$",
        missing=_("There is no district with this key."),
        label=_("District"),
    )
    kind = ChoicesFilter(choices=Association.Kind.choices, label=_("Kind"))


class ExistingFilter(ChoicesFilter):
    """Organisations whose place has ceased to exist are left out unless they are asked for."""

    def filter(self, qs: "QuerySet[Any]", value: Sequence[str]) -> "QuerySet[Any]":
        """Leave out what is not named."""
        return qs if FORMER in value else qs.filter(ceased_on=None)


class ClaimedFilter(ChoicesFilter):
    """Whether somebody represents an organisation, which each row carries as ``claimed``."""

    def filter(self, qs: "QuerySet[Any]", value: Sequence[str]) -> "QuerySet[Any]":
        """Keep those for which the answer is one of those chosen."""
        return qs.filter(claimed__in=[one == "true" for one in value]) if value else qs


CLAIMED = (("true", _("Somebody represents it")), ("false", _("Nobody represents it yet")))
FIELDS_OF_ACTION = _("Field of action")


class OrganisationFilterSet(FilterSet):
    """Filters of the actors. Nothing in them reads a detail of a profile that has an audience."""

    facets: ClassVar = (
        Facet(name="kind", field="kind", label=_("Kind"), choices=Organisation.Kind.choices),
        Facet(name="land", field="land_id", label=LAND, choices=tuple(LAENDER.items())),
        Facet(name="field", field="fields_of_action", label=FIELDS_OF_ACTION, choices=FieldOfAction.choices),
        Facet(name="claimed", field="claimed", label=_("Represented"), choices=CLAIMED),
    )

    q = TextFilter(method="search", label=_("Name or official key"))
    kind = ChoicesFilter(choices=Organisation.Kind.choices, label=_("Kind"))
    land = ChoicesFilter(field_name="land_id", choices=tuple(LAENDER.items()), label=LAND)
    field = ChoicesFilter(field_name="fields_of_action", choices=FieldOfAction.choices, label=FIELDS_OF_ACTION)
    claimed = ClaimedFilter(choices=CLAIMED, label=_("Represented"))
    include = ExistingFilter(
        field_name="ceased_on", choices=((FORMER, _("What no longer exists")),), label=_("Also show")
    )

    def search(self, found: "QuerySet[Organisation]", _name: str, text: str) -> "QuerySet[Organisation]":
        """Find by a part of the name, with or without umlauts, by the short name, or by the beginning of the key."""
        folded, bare = fold(text), fold_bare(text)
        if not folded:
            return found.none()
        condition = Q(folded__contains=folded) | Q(folded_bare__contains=bare) | Q(short_name__iexact=text.strip())
        digits = folded.replace(" ", "")
        if digits.isdigit():
            condition |= Q(slug__startswith=digits)
        return found.filter(condition)

    def _is_array(self, facet: Facet) -> bool:
        return facet.field != "claimed" and super()._is_array(facet)
