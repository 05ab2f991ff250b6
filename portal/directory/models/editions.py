"""Where facts of the register come from."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


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
