"""Factories for the register. Keys lead: name a key, and the places above it follow from its digits.

``MunicipalityFactory(ags="01054033")`` makes district 01054 and Land 01 where they do not exist yet;
``MunicipalityFactory(district=district)`` takes the next free number in that district. Likewise with ``land=`` and
``association=``. Länder, districts and associations are got rather than made twice.
"""

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

import factory
from factory.django import DjangoModelFactory

from portal.directory.imports.writing import search_texts
from portal.directory.models import (
    Association,
    District,
    Edition,
    Land,
    Municipality,
    Outline,
    PlaceName,
    PopulationFigure,
    Postcode,
    Succession,
    TerritorialChange,
)
from portal.directory.names import folded_names

LAENDER = {
    "01": "Schleswig-Holstein",
    "02": "Hamburg",
    "03": "Niedersachsen",
    "04": "Bremen",
    "05": "Nordrhein-Westfalen",
    "06": "Hessen",
    "07": "Rheinland-Pfalz",
    "08": "Baden-Württemberg",
    "09": "Bayern",
    "10": "Saarland",
    "11": "Berlin",
    "12": "Brandenburg",
    "13": "Mecklenburg-Vorpommern",
    "14": "Sachsen",
    "15": "Sachsen-Anhalt",
    "16": "Thüringen",
}
SHARED_EDITION = "0" * 64
"""Checksum of the one edition that every place comes from unless a test says otherwise."""


class EditionFactory(DjangoModelFactory[Edition]):
    """A file of the register, each call another one."""

    class Meta:
        """Found again by its checksum."""

        model = Edition
        django_get_or_create = ("sha256",)

    kind = Edition.Kind.REGISTER
    as_of = dt.date(2025, 11, 30)
    attribution = "Quelle: Gemeindeverzeichnis-Informationssystem GV-ISys, © Statistisches Bundesamt (Destatis), 2025"
    attribution_url = "https://www.destatis.de/gemeindeverzeichnis"
    sha256 = factory.Sequence(lambda n: f"{n + 1:064x}")


class LandFactory(DjangoModelFactory[Land]):
    """A Land; Baden-Württemberg unless told otherwise."""

    class Meta:
        """Found again by its key."""

        model = Land
        django_get_or_create = ("id",)

    id = "08"
    name = factory.LazyAttribute(lambda place: LAENDER[place.id])
    edition = factory.SubFactory(EditionFactory, sha256=SHARED_EDITION)


class DistrictFactory(DjangoModelFactory[District]):
    """A rural district, each call another one; ``land=`` or ``id=`` say where."""

    class Meta:
        """Found again by its key."""

        model = District
        django_get_or_create = ("id",)

    id = factory.Sequence(lambda n: f"08{n % 900 + 100}")
    land = factory.SubFactory(LandFactory, id=factory.LazyAttribute(lambda land: land.factory_parent.id[:2]))
    name = factory.LazyAttribute(lambda place: f"Kreis {place.id}")
    seat = factory.LazyAttribute(lambda place: f"Hauptort {place.id}")
    kind = District.Kind.LANDKREIS
    edition = factory.SubFactory(EditionFactory, sha256=SHARED_EDITION)

    @classmethod
    def _generate(cls, strategy: Any, params: dict[str, Any]) -> Any:
        if "id" not in params and params.get("land"):
            taken = set(District.objects.filter(land=params["land"]).values_list("id", flat=True))
            params["id"] = _first_free(params["land"].pk, range(51, 1000), taken)
        return super()._generate(strategy, params)


class AssociationFactory(DjangoModelFactory[Association]):
    """An association, each call another one; ``district=`` or ``id=`` say where."""

    class Meta:
        """Found again by its key."""

        model = Association
        django_get_or_create = ("id",)

    id = factory.Sequence(lambda n: f"08118{n % 1000 + 5000}")
    district = factory.SubFactory(
        DistrictFactory, id=factory.LazyAttribute(lambda district: district.factory_parent.id[:5])
    )
    name = factory.LazyAttribute(lambda place: f"Verband {place.id}")
    seat = ""
    kind = Association.Kind.VERWALTUNGSGEMEINSCHAFT
    edition = factory.SubFactory(EditionFactory, sha256=SHARED_EDITION)

    @classmethod
    def _generate(cls, strategy: Any, params: dict[str, Any]) -> Any:
        if "id" not in params and params.get("district"):
            taken = set(Association.objects.filter(district=params["district"]).values_list("id", flat=True))
            params["id"] = _first_free(params["district"].pk, range(5001, 6000), taken)
        return super()._generate(strategy, params)


class MunicipalityFactory(DjangoModelFactory[Municipality]):
    """A municipality, each call another one; ``ags=``, ``association=``, ``district=`` or ``land=`` say where."""

    class Meta:
        """An AGS that exists already is an error, as in the register."""

        model = Municipality
        skip_postgeneration_save = True

    ags = factory.Sequence(lambda n: f"08{n // 900 % 900 + 100}{n % 900 + 1:03}")
    association = None
    ars = factory.LazyAttribute(
        lambda place: (
            (place.association.pk if place.association else f"{place.ags[:5]}0{place.ags[5:]}") + place.ags[5:]
        )
    )
    district = factory.SubFactory(
        DistrictFactory, id=factory.LazyAttribute(lambda district: district.factory_parent.ags[:5])
    )
    land = factory.SubFactory(LandFactory, id=factory.LazyAttribute(lambda land: land.factory_parent.ags[:2]))
    name = factory.LazyAttribute(lambda place: f"Musterdorf {place.ags}")
    official_name = factory.LazyAttribute(lambda place: ", ".join(filter(None, [place.name, place.suffix])))
    second_name = ""
    suffix = ""
    kind = Municipality.Kind.GEMEINDE
    area_km2 = Decimal("12.50")
    population = 1832
    urbanisation = Municipality.Urbanisation.THIN
    longitude = 9.2
    latitude = 48.9
    edition = factory.SubFactory(EditionFactory, sha256=SHARED_EDITION)

    @factory.post_generation
    def place_names(self, create: bool, extracted: object) -> None:
        """Make it findable, as the import does; ``place_names=False`` leaves that out."""
        if create and extracted is not False:
            names = folded_names(name=self.name, second_name=self.second_name, official_name=self.official_name)
            texts = search_texts(names, keys=(self.ags, self.ars), postcodes=())
            PlaceName.objects.bulk_create(
                PlaceName(municipality=self, kind=kind, folded=text) for text, kind in texts.items()
            )

    @classmethod
    def _generate(cls, strategy: Any, params: dict[str, Any]) -> Any:
        if "ags" not in params:
            district = params.get("district") or getattr(params.get("association"), "district", None)
            if district is None and params.get("land"):
                district = DistrictFactory(land=params["land"])
            if district is not None:
                taken = set(Municipality.objects.filter(district=district).values_list("ags", flat=True))
                params["ags"] = _first_free(district.pk, range(1, 1000), taken)
        return super()._generate(strategy, params)


class SuccessionFactory(DjangoModelFactory[Succession]):
    """A merger: one former municipality, which no longer exists, and its successor."""

    class Meta:
        """Nothing special."""

        model = Succession

    predecessor = factory.SubFactory(MunicipalityFactory, valid_to=dt.date(2023, 12, 31))
    successor = factory.SubFactory(MunicipalityFactory)
    kind = Succession.Kind.MERGER
    effective_on = dt.date(2024, 1, 1)
    edition = factory.SubFactory(EditionFactory, sha256=SHARED_EDITION)


class PopulationFigureFactory(DjangoModelFactory[PopulationFigure]):
    """The inhabitants of a municipality on the day of an older register."""

    class Meta:
        """Nothing special."""

        model = PopulationFigure

    municipality = factory.SubFactory(MunicipalityFactory)
    as_of = dt.date(2023, 11, 30)
    inhabitants = 1801
    edition = factory.SubFactory(EditionFactory, as_of=dt.date(2023, 11, 30))


class TerritorialChangeFactory(DjangoModelFactory[TerritorialChange]):
    """A line of a list of territorial changes: one municipality merged into another."""

    class Meta:
        """Nothing special."""

        model = TerritorialChange

    edition = factory.SubFactory(EditionFactory, kind=Edition.Kind.CHANGES)
    line = factory.Sequence(lambda n: n + 5)
    kind = Succession.Kind.MERGER
    old_ags = "16061007"
    old_name = "Birkenfelde"
    new_ags = "16061119"
    new_name = "Uder"
    effective_on = dt.date(2024, 1, 1)


class PostcodeFactory(DjangoModelFactory[Postcode]):
    """A postcode, each call another one."""

    class Meta:
        """Nothing special."""

        model = Postcode

    municipality = factory.SubFactory(MunicipalityFactory)
    code = factory.Sequence(lambda n: f"{71600 + n % 1000}")
    is_seat = True


class PlaceNameFactory(DjangoModelFactory[PlaceName]):
    """A further text that a municipality is found by."""

    class Meta:
        """Nothing special."""

        model = PlaceName

    municipality = factory.SubFactory(MunicipalityFactory)
    kind = PlaceName.Kind.NAME
    folded = factory.Sequence(lambda n: f"beiname {n}")


class OutlineFactory(DjangoModelFactory[Outline]):
    """A square as the outline of a Land."""

    class Meta:
        """Found again by level and key."""

        model = Outline
        django_get_or_create = ("level", "key")

    level = Outline.Level.LAND
    key = "08"
    polygons: ClassVar = [[[9.0, 48.0], [10.0, 48.0], [10.0, 49.0], [9.0, 49.0], [9.0, 48.0]]]
    edition = factory.SubFactory(EditionFactory, sha256=SHARED_EDITION, kind=Edition.Kind.GEOMETRY)


def _first_free(prefix: str, numbers: range, taken: set[str]) -> str:
    """Return the first key of ``prefix`` and a number, padded as the highest number needs, that is not taken."""
    width = len(str(numbers[-1]))
    return next(key for n in numbers if (key := f"{prefix}{n:0{width}}") not in taken)
