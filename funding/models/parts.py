"""What belongs to a programme: where to ask, and where to read more."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from funding.models.programmes import Programme


class Contact(models.Model):
    """Where to ask about a programme, as the source names it."""

    programme = ParentalKey(Programme, related_name="contacts", verbose_name=_("programme"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    institution = models.CharField(_("institution"), max_length=300)
    building = models.CharField(_("building"), max_length=200, blank=True)
    street = models.CharField(_("street"), max_length=200, blank=True)
    post_box = models.CharField(_("post-office box"), max_length=40, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    city = models.CharField(_("town"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=80, blank=True)
    phone = models.CharField(_("telephone"), max_length=80, blank=True)
    mobile = models.CharField(_("mobile telephone"), max_length=80, blank=True)
    fax = models.CharField(_("fax"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    website = models.URLField(_("website"), max_length=500, blank=True)

    sort_order_field = "position"

    class Meta:
        """In the order of the source."""

        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        """The institution."""
        return self.institution


class Link(models.Model):
    """An address outside that belongs to a programme."""

    class Kind(models.TextChoices):
        """What it leads to."""

        LEGAL_BASIS = "legal", _("legal basis")
        FURTHER = "further", _("further information")
        TEXT = "text", _("named in the text")

    programme = ParentalKey(Programme, related_name="links", verbose_name=_("programme"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.FURTHER)
    title = models.CharField(_("title"), max_length=1000)
    url = models.URLField(_("address"), max_length=1000)
    target = models.CharField(
        _("document in the source"),
        max_length=300,
        blank=True,
        help_text=_("The path by which the source's texts refer to this link."),
    )

    sort_order_field = "position"

    class Meta:
        """In the order of the source."""

        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        """The title."""
        return self.title
