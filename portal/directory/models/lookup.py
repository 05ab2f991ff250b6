"""What places are found by and drawn with: postcodes, spellings, outlines."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.directory.models.editions import Edition
from portal.directory.models.municipalities import Municipality

POSTCODE = r"^[0-9]{5}$"


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
