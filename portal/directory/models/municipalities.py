"""Municipalities, and the unincorporated areas, which are kept apart."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Concat, Left, Right
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from portal.directory.models.editions import Edition
from portal.directory.models.places import Association, District, Land, Place, PlaceQuerySet, valid_period

if TYPE_CHECKING:
    from portal.directory.models.history import Succession

AGS = r"^(0[1-9]|1[0-6])[0-9]{6}$"
ARS = r"^(0[1-9]|1[0-6])[0-9]{10}$"


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

    def with_fields(self) -> Self:
        """Fetch the fields of action that their organisations name, so that ``fields_of_action`` needs no statement."""
        return self.annotate(fields_of_action=F("organisation__fields_of_action"))


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
            valid_period("directory_municipality_period"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["name", "ags"], name="directory_municipality_name"),
            models.Index(fields=["size_score"], name="directory_municipality_size"),
            models.Index(fields=["size_class"], name="directory_municipality_class"),
        ]

    @cached_property
    def fields_of_action(self) -> list[str] | None:
        """The fields of action that its organisation names for everybody; None without one. See ``with_fields()``."""
        found = type(self).objects.filter(pk=self.pk).values_list("organisation__fields_of_action", flat=True)
        return found.first()

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
