"""The register: Länder, districts, associations of municipalities and municipalities, with their history.

Keys are the official ones, as text (leading zeros): Land 2 digits, district 5, association 9, municipality 8 (AGS) and
12 (ARS). A key is never given to another place, so it is the primary key; what ceases to exist stays here with
``valid_to`` and its successors (landscape 2.1 to 2.5).
"""

from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Concat, Left, Right
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.visibility import PublicQuerySet

AGS = r"^(0[1-9]|1[0-6])[0-9]{6}$"
ARS = r"^(0[1-9]|1[0-6])[0-9]{10}$"
GERMAN = "de-x-icu"
"""PostgreSQL's collation for German order: ä beside a, ß as ss, whatever the database's own locale is."""
POSTCODE = r"^[0-9]{5}$"


class Edition(models.Model):
    """One published file that facts of the register come from: what it is, its date, its attribution."""

    class Kind(models.TextChoices):
        """The official formats the portal reads, and the demonstration data."""

        REGISTER = "gv100ad", _("Register of municipalities (GV100AD)")
        EXTRACT = "extract", _("Extract with coordinates (GV-ISys)")
        CHANGES = "changes", _("List of territorial changes (GV-ISys)")
        GEOMETRY = "geometry", _("Outlines and points (BKG)")

    kind = models.CharField(_("format"), max_length=12, choices=Kind)
    as_of = models.DateField(_("as of"), help_text=_("The day whose state the file shows."))
    attribution = models.CharField(_("attribution"), max_length=300)
    attribution_url = models.URLField(_("address of the source"), blank=True)
    sha256 = models.CharField(_("checksum"), max_length=64, unique=True)
    imported_at = models.DateTimeField(_("imported at"), auto_now_add=True)
    partial = models.BooleanField(
        _("selection"),
        default=False,
        help_text=_("Only a selection of the file's rows is here (demonstration)."),
    )

    class Meta:
        """Newest first."""

        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering: ClassVar = ["-as_of", "pk"]

    def __str__(self) -> str:
        """Format and date."""
        return f"{self.get_kind_display()} {self.as_of:%d.%m.%Y}"


class PlaceQuerySet[M: "Place"](PublicQuerySet[M]):
    """The official register is public."""

    def current(self) -> Self:
        """Only what exists today by the newest imported register."""
        return self.filter(valid_to=None)


class Place(models.Model):
    """What every level of the register has."""

    name = models.CharField(_("name"), max_length=120, db_collation=GERMAN)
    seat = models.CharField(_("seat of the administration"), max_length=120, blank=True)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+", verbose_name=_("source"))
    valid_from = models.DateField(_("exists since"), null=True, blank=True)
    valid_to = models.DateField(_("existed until"), null=True, blank=True)

    class Meta:
        """Sorted by name in German order, then by key."""

        abstract = True

    def __str__(self) -> str:
        """The name as people write it."""
        return self.name

    @property
    def key(self) -> str:
        """The official key."""
        return str(self.pk)

    def slug(self) -> str:
        """Key and name, as in the page's address: ``08118048-ludwigsburg``."""
        german = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
        return "-".join(filter(None, [self.key, slugify(self.name.translate(german))]))


def _valid_period(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name=name
    )


class Land(Place):
    """One of the sixteen Länder."""

    id = models.CharField(_("key"), primary_key=True, max_length=2, validators=[RegexValidator(r"^(0[1-9]|1[0-6])$")])

    objects = PlaceQuerySet["Land"].as_manager()

    class Meta:
        """The key is that of the official statistics."""

        verbose_name = pgettext_lazy("federal state", "Land")
        verbose_name_plural = _("Länder")
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id__regex=r"^(0[1-9]|1[0-6])$"), name="directory_land_key"),
            _valid_period("directory_land_period"),
        ]

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("directory:land_detail", args=[self.slug()])

    def label(self) -> str:
        """The name alone tells a Land apart."""
        return self.name


class District(Place):
    """A district (Kreis, Landkreis) or a city that is one (kreisfreie Stadt)."""

    class Kind(models.TextChoices):
        """Textkennzeichen of districts."""

        CITY = "41", _("Urban district (kreisfreie Stadt)")
        CITY_BW = "42", _("Urban district (Stadtkreis)")
        KREIS = "43", _("District (Kreis)")
        LANDKREIS = "44", _("District (Landkreis)")
        REGIONAL = "45", _("Regional association (Regionalverband)")

    id = models.CharField(_("key"), primary_key=True, max_length=5, validators=[RegexValidator(r"^[0-9]{5}$")])
    land = models.ForeignKey(Land, models.PROTECT, related_name="districts", verbose_name=_("Land"))
    kind = models.CharField(_("kind"), max_length=2, choices=Kind)

    objects = PlaceQuerySet["District"].as_manager()

    class Meta:
        """A district lies in the Land its key begins with."""

        verbose_name = _("district")
        verbose_name_plural = _("districts")
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id__regex=r"^(0[1-9]|1[0-6])[0-9]{3}$"), name="directory_district_key"),
            models.CheckConstraint(condition=Q(land_id=Left("id", 2)), name="directory_district_in_its_land"),
            _valid_period("directory_district_period"),
        ]

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("directory:district_detail", args=[self.slug()])

    def label(self) -> str:
        """Name and Land."""
        return f"{self.name} ({self.land.name})"

    @property
    def is_city(self) -> bool:
        """Whether the district is one city, so that naming it beside the city says nothing."""
        return self.kind in {self.Kind.CITY, self.Kind.CITY_BW}


class Association(Place):
    """An association of municipalities (Gemeindeverband): Amt, Samtgemeinde, Verbandsgemeinde and so on."""

    class Kind(models.TextChoices):
        """Textkennzeichen of associations; 50 is no association but a municipality that has none."""

        AMT = "51", _("Amt")
        SAMTGEMEINDE = "52", _("Samtgemeinde")
        VERBANDSGEMEINDE = "53", _("Verbandsgemeinde")
        VERWALTUNGSGEMEINSCHAFT = "54", _("Verwaltungsgemeinschaft")
        KIRCHSPIEL = "55", _("Kirchspielslandgemeinde")
        VERWALTUNGSVERBAND = "56", _("Verwaltungsverband")
        TRAEGERMODELL = "57", _("Verwaltungsgemeinschaft (Trägermodell)")
        ERFUELLEND = "58", _("Erfüllende Gemeinde")

    id = models.CharField(_("key"), primary_key=True, max_length=9, validators=[RegexValidator(r"^[0-9]{9}$")])
    district = models.ForeignKey(District, models.PROTECT, related_name="associations", verbose_name=_("district"))
    kind = models.CharField(_("kind"), max_length=2, choices=Kind)

    objects = PlaceQuerySet["Association"].as_manager()

    class Meta:
        """An association lies in the district its key begins with."""

        verbose_name = _("association of municipalities")
        verbose_name_plural = _("associations of municipalities")
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id__regex=r"^[0-9]{9}$"), name="directory_association_key"),
            models.CheckConstraint(
                condition=Q(district_id=Left("id", 5)), name="directory_association_in_its_district"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["51", "52", "53", "54", "55", "56", "57", "58"]),
                name="directory_association_is_real",
            ),
            _valid_period("directory_association_period"),
        ]

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("directory:association_detail", args=[self.slug()])

    def label(self) -> str:
        """Name, district and Land."""
        return f"{self.name} ({self.district.name}, {self.district.land.name})"


class SizeClass(models.TextChoices):
    """Inhabitants by the classes of the register's statistics (landscape 2.5)."""

    UNDER_500 = "under-500", _("under 500 inhabitants")
    FROM_500 = "500-999", _("500 to 999 inhabitants")
    FROM_1000 = "1000-1999", _("1,000 to 1,999 inhabitants")
    FROM_2000 = "2000-4999", _("2,000 to 4,999 inhabitants")
    FROM_5000 = "5000-9999", _("5,000 to 9,999 inhabitants")
    FROM_10000 = "10000-19999", _("10,000 to 19,999 inhabitants")
    FROM_20000 = "20000-49999", _("20,000 to 49,999 inhabitants")
    FROM_50000 = "50000-99999", _("50,000 to 99,999 inhabitants")
    FROM_100000 = "100000-499999", _("100,000 to 499,999 inhabitants")
    FROM_500000 = "from-500000", _("500,000 inhabitants and more")


SIZE_LIMITS = (500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 500_000)
"""The first number of inhabitants of each class but the smallest, in the order of ``SizeClass``."""


def size_class_expression() -> Case:
    """SQL for a municipality's size class, computed by the database from its inhabitants."""
    classes = list(SizeClass)
    whens = [When(population__lt=limit, then=Value(classes[n].value)) for n, limit in enumerate(SIZE_LIMITS)]
    return Case(*whens, default=Value(classes[-1].value))


class MunicipalityQuerySet(PlaceQuerySet["Municipality"]):
    """Reading the municipalities."""

    def municipalities(self) -> Self:
        """Without the unincorporated areas, which have no administration of their own."""
        return self.exclude(kind__in=Municipality.UNINCORPORATED)

    def unincorporated(self) -> Self:
        """The unincorporated areas (gemeindefreie Gebiete) alone."""
        return self.filter(kind__in=Municipality.UNINCORPORATED)

    def with_places(self) -> Self:
        """Join what the label needs: district and Land."""
        return self.select_related("district", "land")


class Municipality(Place):
    """A municipality, or an unincorporated area, which is kept apart by its kind."""

    class Kind(models.TextChoices):
        """Textkennzeichen of municipalities."""

        MARKT = "60", _("Market town (Markt)")
        CITY = "61", _("Urban district (kreisfreie Stadt)")
        CITY_BW = "62", _("Urban district (Stadtkreis)")
        STADT = "63", _("Town (Stadt)")
        GEMEINDE = "64", _("Municipality (kreisangehörige Gemeinde)")
        FREE_INHABITED = "65", _("Unincorporated area, inhabited")
        FREE = "66", _("Unincorporated area, uninhabited")
        LARGE_TOWN = "67", _("Large district town (Große Kreisstadt)")

    class Urbanisation(models.IntegerChoices):
        """Degree of urbanisation (Eurostat DEGURBA)."""

        DENSE = 1, _("densely populated")
        MEDIUM = 2, _("of medium population density")
        THIN = 3, _("thinly populated")

    UNINCORPORATED: ClassVar = (Kind.FREE_INHABITED.value, Kind.FREE.value)

    ags = models.CharField(_("AGS"), primary_key=True, max_length=8, validators=[RegexValidator(AGS)])
    ars = models.CharField(_("ARS"), max_length=12, unique=True, validators=[RegexValidator(ARS)])
    land = models.ForeignKey(Land, models.PROTECT, related_name="municipalities", verbose_name=_("Land"))
    district = models.ForeignKey(
        District,
        models.PROTECT,
        related_name="municipalities",
        null=True,
        blank=True,
        verbose_name=_("district"),
        help_text=_(
            "Missing for the few unincorporated areas of a Land that lie in no district, such as coastal waters."
        ),
    )
    association = models.ForeignKey(
        Association,
        models.PROTECT,
        related_name="municipalities",
        null=True,
        blank=True,
        verbose_name=_("association of municipalities"),
    )
    official_name = models.CharField(_("official name"), max_length=160, help_text=_("As the register writes it."))
    second_name = models.CharField(_("name in the second language"), max_length=120, blank=True)
    suffix = models.CharField(_("addition to the name"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=2, choices=Kind)
    area_km2 = models.DecimalField(_("area in km²"), max_digits=9, decimal_places=2)
    population = models.PositiveIntegerField(_("inhabitants"))
    size_class = models.GeneratedField(
        expression=size_class_expression(),
        output_field=models.CharField(_("size class"), max_length=16, choices=SizeClass),
        db_persist=True,
    )
    urbanisation = models.PositiveSmallIntegerField(
        _("degree of urbanisation"), choices=Urbanisation, null=True, blank=True
    )
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    coordinates_edition = models.ForeignKey(
        Edition,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("source of the coordinates"),
    )
    size_score = models.FloatField(
        _("standardised size"),
        null=True,
        editable=False,
        help_text=_("Logarithm of the inhabitants, as standard deviations from the mean of all municipalities."),
    )
    density_score = models.FloatField(
        _("standardised density"),
        null=True,
        editable=False,
        help_text=_("Logarithm of inhabitants per km², as standard deviations from the mean of all municipalities."),
    )
    successors: "models.ManyToManyField[Municipality, Succession]" = models.ManyToManyField(
        "self",
        through="Succession",
        symmetrical=False,
        related_name="predecessors",
        verbose_name=_("successors"),
    )

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        """The keys fit each other and the places above."""

        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering: ClassVar = ["name", "ags"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ags__regex=AGS), name="directory_municipality_ags"),
            models.CheckConstraint(condition=Q(ars__regex=ARS), name="directory_municipality_ars"),
            models.CheckConstraint(
                condition=Q(ags=Concat(Left("ars", 5), Right("ars", 3))),
                name="directory_municipality_keys_agree",
            ),
            models.CheckConstraint(condition=Q(land_id=Left("ags", 2)), name="directory_municipality_in_its_land"),
            models.CheckConstraint(
                condition=Q(district__isnull=False, district_id=Left("ags", 5))
                | Q(district__isnull=True, ags__regex="^..000", kind__in=["65", "66"]),
                name="directory_municipality_in_its_district",
            ),
            models.CheckConstraint(
                condition=Q(association=None) | Q(association_id=Left("ars", 9)),
                name="directory_municipality_in_its_association",
            ),
            models.CheckConstraint(condition=Q(area_km2__gte=0), name="directory_municipality_area"),
            models.CheckConstraint(
                condition=Q(longitude=None, latitude=None)
                | Q(longitude__gte=5.5, longitude__lte=15.5, latitude__gte=47, latitude__lte=55.5),
                name="directory_municipality_lies_in_germany",
            ),
            _valid_period("directory_municipality_period"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["name", "ags"], name="directory_municipality_name"),
            models.Index(fields=["size_score"], name="directory_municipality_size"),
            models.Index(fields=["size_class"], name="directory_municipality_class"),
        ]

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("directory:municipality_detail", args=[self.slug()])

    def label(self) -> str:
        """Name, district and Land, which tell the eleven Neuenkirchen apart; needs ``with_places()`` in lists."""
        if self.name == self.land.name:
            return self.name  # Berlin, Hamburg: district and Land say the same again
        if self.district is None or self.district.is_city:
            return f"{self.name} ({self.land.name})"
        return f"{self.name} ({self.district.name}, {self.land.name})"

    @property
    def is_unincorporated(self) -> bool:
        """Whether this is an unincorporated area."""
        return self.kind in self.UNINCORPORATED

    @property
    def density(self) -> float | None:
        """Inhabitants per km²; None without an area."""
        return self.population / float(self.area_km2) if self.area_km2 else None


class Succession(models.Model):
    """That a municipality which ceased to exist, or its key, goes on in another."""

    class Kind(models.TextChoices):
        """Kinds of territorial change in the official lists."""

        MERGER = "merger", _("merger or incorporation")
        PARTIAL = "partial", _("part of the territory")
        KEY_CHANGE = "key", _("change of the key")
        RENAMING = "name", _("change of the name")

    predecessor = models.ForeignKey(Municipality, models.CASCADE, related_name="successions", verbose_name=_("former"))
    successor = models.ForeignKey(Municipality, models.PROTECT, related_name="origins", verbose_name=_("successor"))
    kind = models.CharField(_("kind of change"), max_length=8, choices=Kind)
    effective_on = models.DateField(_("in force since"))
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+", verbose_name=_("source"))

    class Meta:
        """Each pair once; nothing succeeds itself."""

        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        ordering: ClassVar = ["effective_on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="directory_succession_once"),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="directory_succession_not_itself"),
        ]

    def __str__(self) -> str:
        """Old key and new key."""
        return f"{self.predecessor_id} → {self.successor_id}"


class TerritorialChange(models.Model):
    """One line of an official list of territorial changes, kept as it is.

    Successions are derived from these lines after every import, so that it does not matter whether a list or the
    register that shows its outcome is imported first. Names and keys are text: a municipality that came and went
    between two editions of the register is in no register.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="changes", verbose_name=_("source"))
    line = models.PositiveIntegerField(_("line"))
    kind = models.CharField(_("kind of change"), max_length=8, choices=Succession.Kind)
    old_ags = models.CharField(_("old AGS"), max_length=8, validators=[RegexValidator(AGS)])
    old_name = models.CharField(_("old name"), max_length=160)
    new_ags = models.CharField(_("new AGS"), max_length=8, validators=[RegexValidator(AGS)])
    new_name = models.CharField(_("new name"), max_length=160)
    effective_on = models.DateField(_("in force since"))

    class Meta:
        """Each line of a list once."""

        verbose_name = _("territorial change")
        verbose_name_plural = _("territorial changes")
        ordering: ClassVar = ["effective_on", "edition", "line"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "line"], name="directory_territorialchange_once"),
            models.CheckConstraint(
                condition=Q(old_ags__regex=AGS, new_ags__regex=AGS), name="directory_territorialchange_keys"
            ),
        ]

    def __str__(self) -> str:
        """Old key, new key and date."""
        return f"{self.old_ags} → {self.new_ags} ({self.effective_on:%d.%m.%Y})"


class Postcode(models.Model):
    """A postcode of a municipality; a municipality can have several, and a postcode several municipalities."""

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="postcodes", verbose_name=_("municipality")
    )
    code = models.CharField(_("postcode"), max_length=5, validators=[RegexValidator(POSTCODE)])
    is_seat = models.BooleanField(_("of the administration"), default=False)

    class Meta:
        """Each pair once."""

        verbose_name = _("postcode")
        verbose_name_plural = _("postcodes")
        ordering: ClassVar = ["code", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["municipality", "code"], name="directory_postcode_once"),
            models.CheckConstraint(condition=Q(code__regex=POSTCODE), name="directory_postcode_digits"),
        ]

    def __str__(self) -> str:
        """The five digits."""
        return self.code


class PlaceName(models.Model):
    """Something a municipality is looked up by, folded for comparison: names, spellings, keys, postcodes.

    One row for each spelling, so that similarity compares a typed word with one name and not with all of them.
    """

    class Kind(models.TextChoices):
        """What the text is."""

        NAME = "name", _("name")
        SECOND = "second", _("name in the second language")
        KEY = "key", _("official key")
        POSTCODE = "postcode", _("postcode")

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="place_names", verbose_name=_("municipality")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    folded = models.CharField(_("folded text"), max_length=160)

    class Meta:
        """Found by beginning (B-tree) and by parts and similarity (trigrams)."""

        verbose_name = _("place name")
        verbose_name_plural = _("place names")
        ordering: ClassVar = ["folded", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["municipality", "folded"], name="directory_placename_once"),
        ]
        indexes: ClassVar = [
            models.Index(OpClass("folded", name="text_pattern_ops"), name="directory_placename_start"),
            # Without fastupdate: entries still pending after an import would make the planner read the whole table.
            GinIndex(OpClass("folded", name="gin_trgm_ops"), name="directory_placename_parts", fastupdate=False),
        ]

    def __str__(self) -> str:
        """The folded text."""
        return self.folded


class Outline(models.Model):
    """The simplified outline of a Land or a district, in longitude and latitude (WGS84)."""

    class Level(models.TextChoices):
        """Which places have outlines."""

        LAND = "land", pgettext_lazy("federal state", "Land")
        DISTRICT = "district", _("district")

    level = models.CharField(_("level"), max_length=8, choices=Level)
    key = models.CharField(_("key"), max_length=5)
    polygons = models.JSONField(
        _("polygons"), help_text=_("Rings of [longitude, latitude], outer rings and holes alike.")
    )
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+", verbose_name=_("source"))

    class Meta:
        """One outline for each place."""

        verbose_name = _("outline")
        verbose_name_plural = _("outlines")
        ordering: ClassVar = ["level", "key"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["level", "key"], name="directory_outline_once"),
        ]

    def __str__(self) -> str:
        """Level and key."""
        return f"{self.level} {self.key}"


__all__ = [
    "AGS",
    "ARS",
    "Association",
    "District",
    "Edition",
    "Land",
    "Municipality",
    "Outline",
    "PlaceName",
    "Postcode",
    "SizeClass",
    "Succession",
    "TerritorialChange",
]
