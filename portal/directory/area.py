"""What the register gives to the portal."""

from django.utils.translation import gettext_lazy as _

from portal.areas import Area, Indicator, NavItem, Resource, areas
from portal.directory.api.views import AssociationViewSet, DistrictViewSet, LandViewSet, MunicipalityViewSet
from portal.directory.filtersets import (
    AssociationFilterSet,
    DistrictFilterSet,
    LandFilterSet,
    MunicipalityFilterSet,
)
from portal.directory.models import Association, District, Land, Municipality


def _municipalities() -> float:
    return Municipality.objects.current().municipalities().count()


area = areas.register(
    Area(
        slug="directory",
        label=_("Municipalities"),
        summary=_("Every municipality of the official register: facts, where it lies, and municipalities like it."),
        order=10,
        navigation=(NavItem(label=_("Municipalities"), url_name="directory:municipality_list"),),
        resources=(
            Resource(
                slug="municipalities",
                label=_("Municipalities"),
                model=Municipality,
                filterset=MunicipalityFilterSet,
                viewset=MunicipalityViewSet,
                list_url_name="directory:municipality_list",
            ),
            Resource(
                slug="associations",
                label=_("Associations of municipalities"),
                model=Association,
                filterset=AssociationFilterSet,
                viewset=AssociationViewSet,
                list_url_name="directory:association_list",
            ),
            Resource(
                slug="districts",
                label=_("Districts"),
                model=District,
                filterset=DistrictFilterSet,
                viewset=DistrictViewSet,
                list_url_name="directory:district_list",
            ),
            Resource(
                slug="laender",
                label=_("Länder"),
                model=Land,
                filterset=LandFilterSet,
                viewset=LandViewSet,
                list_url_name="directory:land_list",
            ),
        ),
        indicators=(
            Indicator(
                slug="municipalities-in-the-register",
                label=_("Municipalities in the register"),
                question=_("How many municipalities of today does the register hold?"),
                evaluate=_municipalities,
            ),
        ),
    )
)
