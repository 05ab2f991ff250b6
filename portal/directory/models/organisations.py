"""Who acts in the portal: municipalities, districts, associations of the register, and every other kind of actor."""

from typing import TYPE_CHECKING, ClassVar, Self
from uuid import uuid4

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.directory.folding import folding_of
from portal.directory.models.memberships import Membership
from portal.directory.models.municipalities import Municipality
from portal.directory.models.places import GERMAN, Association, District, Land, Place
from portal.directory.vocabularies import FieldOfAction
from portal.fields import ChoicesField
from portal.visibility import PublicQuerySet

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

DOMAIN = r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$"
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class Audience(models.TextChoices):
    """Who may see one detail of a profile, from the fewest to all."""

    ME = "me", _("Only me")
    ORGANISATION = "organisation", _("My organisation")
    REGISTERED = "registered", _("Everybody who is signed in")
    PUBLIC = "public", pgettext_lazy("audience", "Everybody")


ORGANISATION_AUDIENCES = [choice for choice in Audience.choices if choice[0] != Audience.ME]
"""An organisation has no "only me"."""


class OrganisationQuerySet(PublicQuerySet["Organisation"]):
    """Reading the organisations. That one exists is public; details of its profile have audiences."""

    def existing(self) -> Self:
        """Without those whose place has ceased to exist."""
        return self.filter(ceased_on=None)

    def with_claimed(self) -> Self:
        """Say of each whether somebody represents it, as ``claimed``."""
        acting = Membership.objects.representatives().filter(organisation=OuterRef("pk"))
        return self.annotate(claimed=Exists(acting))

    def visible_to(self, user: object) -> Self:  # noqa: ARG002 - the answer does not depend on who asks
        """Return all of them."""
        return self.with_claimed()


class Organisation(models.Model):
    """An actor. Those of the register exist before anybody registers; the import makes them and keeps them up to date.

    Attributes:
        slug: the official key for places of the register, else a name; it stays when the name changes.
        official_domain: whoever reads mail there works for it. Several organisations may share one, such as an
            association and its municipalities.
        ceased_on: the last day of its place, by the register; the organisation stays, and says so.
    """

    class Kind(models.TextChoices):
        """The kinds of the nine-point plan."""

        MUNICIPALITY = "municipality", _("Municipality")
        DISTRICT = "district", _("District")
        ASSOCIATION = "association", _("Association of municipalities")
        FEDERAL = "federal", _("Federal ministry or authority")
        LAND = "land", _("Ministry or authority of a Land")
        INITIATIVE = "initiative", _("Federal or state initiative")
        ENTERPRISE = "enterprise", _("Municipal enterprise")
        COMPANY = "company", _("Company")
        UNION = "union", _("Association (Verband)")
        RESEARCH = "research", _("Research")

    OF_THE_REGISTER: ClassVar = (Kind.MUNICIPALITY.value, Kind.DISTRICT.value, Kind.ASSOCIATION.value)

    id = models.UUIDField(_("key"), primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    name = models.CharField(_("name"), max_length=200, db_collation=GERMAN)
    short_name = models.CharField(_("short name"), max_length=40, blank=True, db_default="")
    slug = models.CharField(_("name in addresses"), max_length=80, unique=True, validators=[RegexValidator(SLUG)])
    folded = models.GeneratedField(
        expression=folding_of("name", german=True), output_field=models.TextField(), db_persist=True
    )
    folded_bare = models.GeneratedField(
        expression=folding_of("name", german=False), output_field=models.TextField(), db_persist=True
    )
    land = models.ForeignKey(
        Land,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=pgettext_lazy("federal state", "Land"),
    )
    municipality = models.OneToOneField(
        Municipality,
        models.PROTECT,
        related_name="organisation",
        null=True,
        blank=True,
        verbose_name=_("municipality"),
    )
    district = models.OneToOneField(
        District, models.PROTECT, related_name="organisation", null=True, blank=True, verbose_name=_("district")
    )
    association = models.OneToOneField(
        Association,
        models.PROTECT,
        related_name="organisation",
        null=True,
        blank=True,
        verbose_name=_("association of municipalities"),
    )
    official_domain = models.CharField(
        _("official domain"),
        max_length=253,
        blank=True,
        db_default="",
        help_text=_("Whoever has an e-mail address there can join at once, for example musterstadt.de."),
    )
    fields_of_action = ChoicesField(
        models.CharField(max_length=20, choices=FieldOfAction),
        default=list,
        db_default=[],
        blank=True,
        verbose_name=_("Fields of action"),
        help_text=_("The directory can be searched by them, so everybody sees them."),
    )
    description = models.TextField(_("about us"), blank=True, db_default="", max_length=3_000)
    description_audience = models.CharField(
        _("Who sees the description?"),
        max_length=12,
        choices=ORGANISATION_AUDIENCES,
        default=Audience.REGISTERED,
        db_default=Audience.REGISTERED,
    )
    website = models.URLField(_("website"), blank=True, db_default="", max_length=300)
    website_audience = models.CharField(
        _("Who sees the website?"),
        max_length=12,
        choices=ORGANISATION_AUDIENCES,
        default=Audience.REGISTERED,
        db_default=Audience.REGISTERED,
    )
    members_audience = models.CharField(
        _("Who sees the members?"),
        max_length=12,
        choices=ORGANISATION_AUDIENCES,
        default=Audience.REGISTERED,
        db_default=Audience.REGISTERED,
        help_text=_("Of each person only what her own profile allows is shown."),
    )
    demonstration = models.BooleanField(_("invented for the demonstration"), default=False, db_default=False)
    ceased_on = models.DateField(_("existed until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = OrganisationQuerySet.as_manager()

    if TYPE_CHECKING:
        memberships: RelatedManager[Membership]
        claimed: bool

    class Meta:
        """Exactly one place for the three kinds of the register, none for the others."""

        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering: ClassVar = ["name", "slug"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="municipality", municipality__isnull=False, district=None, association=None)
                | Q(kind="district", municipality=None, district__isnull=False, association=None)
                | Q(kind="association", municipality=None, district=None, association__isnull=False)
                | (
                    ~Q(kind__in=["municipality", "district", "association"])
                    & Q(municipality=None, district=None, association=None)
                ),
                name="directory_organisation_its_place",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        *("municipality", "district", "association", "federal", "land", "initiative"),
                        *("enterprise", "company", "union", "research"),
                    ]
                ),
                name="directory_organisation_kind",
            ),
            models.CheckConstraint(
                condition=Q(official_domain="")
                | Q(official_domain=Lower("official_domain"), official_domain__regex=DOMAIN),
                name="directory_organisation_domain",
            ),
            models.CheckConstraint(condition=Q(slug__regex=SLUG), name="directory_organisation_slug"),
            models.CheckConstraint(condition=~Q(name=""), name="directory_organisation_has_a_name"),
            models.CheckConstraint(
                condition=Q(
                    description_audience__in=["organisation", "registered", "public"],
                    website_audience__in=["organisation", "registered", "public"],
                    members_audience__in=["organisation", "registered", "public"],
                ),
                name="directory_organisation_audiences",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["name", "slug"], name="directory_organisation_name"),
            models.Index(
                fields=["official_domain"], condition=~Q(official_domain=""), name="directory_organisation_mail"
            ),
        ]

    def __str__(self) -> str:
        """The name."""
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("directory:organisation_detail", args=[self.slug])

    @property
    def place(self) -> Place | None:
        """What it is in the register."""
        return self.municipality or self.district or self.association

    @property
    def is_of_the_register(self) -> bool:
        """Whether the register knows it."""
        return self.kind in self.OF_THE_REGISTER
