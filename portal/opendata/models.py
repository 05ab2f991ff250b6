"""Files with all that a resource has, as they were written in the latest night."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.visibility import Viewer, VisibleQuerySet


class DumpQuerySet(VisibleQuerySet["Dump"]):
    """Reading files."""

    def visible_to(self, user: Viewer) -> Self:  # noqa: ARG002 - only what everybody may read is written
        """Return all of them."""
        return self.all()


class Dump(models.Model):
    """One file.

    Attributes:
        resource: slug of the resource.
        rows: how many things it has.
        size: of the file, in bytes.
    """

    class Format(models.TextChoices):
        """How it is written."""

        NDJSON = "ndjson", "NDJSON"
        CSV = "csv", "CSV"

    resource = models.CharField(_("list"), max_length=60)
    format = models.CharField(_("format"), max_length=6, choices=Format)
    file = models.FileField(_("file"), upload_to="opendata")
    rows = models.PositiveIntegerField(_("entries"))
    size = models.PositiveBigIntegerField(_("size in bytes"))
    written_at = models.DateTimeField(_("written at"))

    objects = DumpQuerySet.as_manager()

    class Meta:
        """Each list once in each format."""

        verbose_name = _("file of open data")
        verbose_name_plural = _("files of open data")
        ordering: ClassVar = ["resource", "format"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["resource", "format"], name="opendata_dump_once"),
            models.CheckConstraint(condition=Q(format__in=["ndjson", "csv"]), name="opendata_dump_format"),
        ]

    def __str__(self) -> str:
        """Its name for those who fetch it."""
        return f"{self.resource}.{self.format}.gz"
