"""The register in the API: the same filters as the pages, official keys as keys."""

from typing import ClassVar

from django.db.models import Prefetch, QuerySet

from portal.api import VisibleViewSet
from portal.directory.api.serializers import (
    AssociationSerializer,
    DistrictSerializer,
    LandSerializer,
    MunicipalitySerializer,
    OrganisationSerializer,
)
from portal.directory.filtersets import (
    AssociationFilterSet,
    DistrictFilterSet,
    LandFilterSet,
    MunicipalityFilterSet,
    OrganisationFilterSet,
)
from portal.directory.models import Association, District, Land, Municipality, Organisation, Succession


class LandViewSet(VisibleViewSet[Land]):
    """The sixteen Länder."""

    model = Land
    filterset_class = LandFilterSet
    serializer_class = LandSerializer
    lookup_field = "id"
    ordering = ("id",)
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Land]:
        """Join the source."""
        return super().get_queryset().select_related("edition")


class DistrictViewSet(VisibleViewSet[District]):
    """Districts, and cities that are districts of their own."""

    model = District
    filterset_class = DistrictFilterSet
    serializer_class = DistrictSerializer
    lookup_field = "id"
    ordering = ("id",)
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[District]:
        """Join what the answer names."""
        return super().get_queryset().select_related("edition", "land")


class AssociationViewSet(VisibleViewSet[Association]):
    """Associations of municipalities."""

    model = Association
    filterset_class = AssociationFilterSet
    serializer_class = AssociationSerializer
    lookup_field = "id"
    ordering = ("id",)
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Association]:
        """Join what the answer names."""
        return super().get_queryset().select_related("edition", "district__land")


class MunicipalityViewSet(VisibleViewSet[Municipality]):
    """Municipalities. A former one still answers under its old key, with `valid_to` and its successors."""

    model = Municipality
    filterset_class = MunicipalityFilterSet
    serializer_class = MunicipalitySerializer
    lookup_field = "ags"
    ordering = ("ags",)
    lookup_value_regex = "[0-9]+"
    related: ClassVar = ("edition", "coordinates_edition", "land", "district", "association")

    def get_queryset(self) -> QuerySet[Municipality]:
        """Join what the answer names; postcodes and successors are two statements more, whatever the number of rows."""
        successions = Succession.objects.select_related("successor")
        return (
            super()
            .get_queryset()
            .select_related(*self.related)
            .prefetch_related("postcodes", Prefetch("successions", successions))
        )


class OrganisationViewSet(VisibleViewSet[Organisation]):
    """Actors. Of their profiles only what everybody may see, whoever asks; people are never named here."""

    model = Organisation
    filterset_class = OrganisationFilterSet
    serializer_class = OrganisationSerializer
    lookup_field = "slug"
    ordering = ("slug",)

    def get_queryset(self) -> QuerySet[Organisation]:
        """Join what the answer names."""
        return super().get_queryset().select_related("land", "municipality", "district", "association")
