"""Pictures and documents that editors upload."""

import secrets
from pathlib import PurePosixPath
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition

ORIGINALS = "original_images"
"""Folder of the pictures as they were uploaded; readers never get these."""

RENDITIONS = "images"
"""Folder of the pictures in the sizes that pages show."""


def uploader() -> "models.ForeignKey[Any, Any]":
    """Make the field that says who uploaded a file; Wagtail's own models of the same names keep the way back."""
    field = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("uploaded by"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    field.wagtail_reference_index_ignore = True  # type: ignore[attr-defined] # as in Wagtail's own models
    return field


class Image(AbstractImage):
    """A picture. Its description is demanded: it is what people hear who do not see it (WCAG 1.1.1)."""

    description = models.CharField(
        _("description"),
        max_length=255,
        help_text=_(
            "What people need to know who do not see the picture, in one sentence, without “Picture of …”. Where a "
            "picture says nothing that the text does not say, it can be marked as decoration in the text."
        ),
    )
    credit = models.CharField(
        _("credit"),
        max_length=200,
        blank=True,
        help_text=_("Who made the picture and under which licence; printed below it."),
    )
    uploaded_by_user = uploader()
    tags = TaggableManager(verbose_name=_("tags"), blank=True, help_text=None, related_name="pictures")

    admin_form_fields = (
        "title",
        "file",
        "description",
        "credit",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta(AbstractImage.Meta):
        """A picture without a description is refused by the database as well."""

        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering: ClassVar = ["-created_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(description=""), name="content_image_described"),
        ]

    def get_upload_to(self, filename: str) -> str:
        """Keep the file under a name that nobody can guess and that nothing in its old name can harm.

        The sizes that are made of it begin with the same name: so what has once been published under an address never
        changes there, and caches may keep it for good.
        """
        return f"{ORIGINALS}/{secrets.token_hex(12)}{PurePosixPath(filename).suffix.lower()}"


class Rendition(AbstractRendition):
    """A picture in one size."""

    image = models.ForeignKey(Image, models.CASCADE, related_name="renditions")

    class Meta:
        """One for each size."""

        ordering: ClassVar = ["image", "filter_spec", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="content_rendition_size_once"
            ),
        ]

    def __str__(self) -> str:
        """The picture's number and the size."""
        return f"{self.image_id}: {self.filter_spec}"


class Document(AbstractDocument):
    """A file to download, or a film."""

    is_accessible = models.BooleanField(
        _("accessible"),
        default=False,
        help_text=_("For example a tagged PDF (PDF/UA). If not, readers are told so beside the link."),
    )
    uploaded_by_user = uploader()
    tags = TaggableManager(verbose_name=_("tags"), blank=True, help_text=None, related_name="files")

    admin_form_fields = ("title", "file", "is_accessible", "collection", "tags")

    class Meta(AbstractDocument.Meta):
        """Named as editors call it."""

        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering: ClassVar = ["-created_at", "pk"]
