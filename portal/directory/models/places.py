"""What every level of the register has; Länder, districts, associations of municipalities."""

from typing import ClassVar, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.directory.models.editions import Edition
from portal.slugs import german_slug
from portal.visibility import PublicQuerySet

GERMAN = "de-x-icu"
"""PostgreSQL's collation for German order: ä beside a, ß as ss, whatever the database's own locale is."""


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
        return "-".join(filter(None, [self.key, german_slug(self.name)]))


def valid_period(name: str) -> models.CheckConstraint:
    """Demand that nothing ends before it began."""
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
            valid_period("directory_land_period"),
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
            valid_period("directory_district_period"),
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
            valid_period("directory_association_period"),
        ]

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("directory:association_detail", args=[self.slug()])

    def label(self) -> str:
        """Name, district and Land."""
        return f"{self.name} ({self.district.name}, {self.district.land.name})"
