"""The register's places as JSON. Keys are text: leading zeros count."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from portal.api import PageField
from portal.directory.models import (
    Association,
    Audience,
    District,
    Edition,
    Land,
    Municipality,
    Organisation,
    Place,
    Succession,
)

SOURCE = ("source", "valid_from", "valid_to")


class EditionSerializer(serializers.ModelSerializer[Edition]):
    """Where facts come from; the attribution is to be printed wherever they are shown."""

    class Meta:
        """What a user of the facts has to name."""

        model = Edition
        fields = ("as_of", "attribution", "attribution_url")


class ReferenceSerializer(serializers.Serializer[Place]):
    """Another place, by key and name."""

    key = serializers.CharField(source="pk")
    name = serializers.CharField()


class SuccessorSerializer(serializers.ModelSerializer[Succession]):
    """A municipality in which a former one goes on."""

    ags = serializers.CharField(source="successor_id")
    name = serializers.CharField(source="successor.name")

    class Meta:
        """Key, name, and how and since when."""

        model = Succession
        fields = ("ags", "name", "kind", "effective_on")


class PlaceSerializer[P: Place](serializers.ModelSerializer[P]):
    """What every level has: page and source."""

    url = PageField()
    source = EditionSerializer(source="edition")  # type: ignore[assignment] # DRF moves declared fields out of the class


class LandSerializer(PlaceSerializer[Land]):
    """A Land."""

    class Meta:
        """All facts."""

        model = Land
        fields = ("id", "name", "seat", "url", *SOURCE)


class DistrictSerializer(PlaceSerializer[District]):
    """A district."""

    kind_label = serializers.CharField(source="get_kind_display")
    land = ReferenceSerializer()

    class Meta:
        """All facts."""

        model = District
        fields = ("id", "name", "kind", "kind_label", "seat", "land", "url", *SOURCE)


class AssociationSerializer(PlaceSerializer[Association]):
    """An association of municipalities."""

    kind_label = serializers.CharField(source="get_kind_display")
    district = ReferenceSerializer()
    land = ReferenceSerializer(source="district.land")

    class Meta:
        """All facts."""

        model = Association
        fields = ("id", "name", "kind", "kind_label", "seat", "district", "land", "url", *SOURCE)


class MunicipalitySerializer(PlaceSerializer[Municipality]):
    """A municipality, or an unincorporated area, with its postcodes and, if it is no more, its successors."""

    label = serializers.CharField(help_text=_("Name, district and Land."))  # type: ignore[assignment] # as above
    kind_label = serializers.CharField(source="get_kind_display")
    land = ReferenceSerializer()
    district = ReferenceSerializer(allow_null=True)
    association = ReferenceSerializer(allow_null=True)
    area_km2 = serializers.FloatField(help_text=_("Square kilometres."))
    size_class = serializers.CharField()
    postcodes = serializers.SlugRelatedField[Any](slug_field="code", many=True, read_only=True)
    unincorporated = serializers.BooleanField(source="is_unincorporated")
    coordinates_source = EditionSerializer(source="coordinates_edition", allow_null=True)
    successors = SuccessorSerializer(source="successions", many=True)

    class Meta:
        """All facts."""

        model = Municipality
        fields: ClassVar = (
            "ags",
            "ars",
            "name",
            "second_name",
            "suffix",
            "official_name",
            "label",
            "kind",
            "kind_label",
            "unincorporated",
            "land",
            "district",
            "association",
            "area_km2",
            "population",
            "size_class",
            "urbanisation",
            "postcodes",
            "longitude",
            "latitude",
            "coordinates_source",
            "url",
            *SOURCE,
            "successors",
        )


class OrganisationSerializer(serializers.ModelSerializer[Organisation]):
    """An actor: what it is, and of its profile what everybody may see."""

    kind_label = serializers.CharField(source="get_kind_display")
    land = ReferenceSerializer(allow_null=True)
    place = ReferenceSerializer(allow_null=True, help_text=_("What it is in the register."))
    claimed = serializers.BooleanField(help_text=_("Whether somebody represents it in the portal."))
    description = serializers.SerializerMethodField()
    website = serializers.SerializerMethodField()
    url = PageField()

    class Meta:
        """Nothing that has another audience."""

        model = Organisation
        fields: ClassVar = (
            "slug",
            "kind",
            "kind_label",
            "name",
            "short_name",
            "land",
            "place",
            "fields_of_action",
            "description",
            "website",
            "claimed",
            "demonstration",
            "ceased_on",
            "url",
        )

    def get_description(self, organisation: Organisation) -> str:
        """Empty where it is not for everybody."""
        return organisation.description if organisation.description_audience == Audience.PUBLIC else ""

    def get_website(self, organisation: Organisation) -> str:
        """Empty where it is not for everybody."""
        return organisation.website if organisation.website_audience == Audience.PUBLIC else ""
