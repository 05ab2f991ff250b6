"""Projects that somebody has put together: for herself, for an organisation, or editors for everybody."""

from typing import TYPE_CHECKING, ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.directory.models import Membership, Organisation
from portal.visibility import Viewer, VisibleQuerySet
from projects.models.projects import Project
from projects.permissions import WRITERS

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class CollectionQuerySet(VisibleQuerySet["Collection"]):
    """Reading collections."""

    def visible_to(self, user: Viewer) -> Self:
        """Public ones everybody; one's own; those of one's organisations."""
        shown = Q(is_public=True)
        if isinstance(user, User):
            own = Membership.objects.of(user).active().values("organisation")
            shown |= Q(person_id=user.pk) | Q(organisation__in=own)
        return self.filter(shown)

    def kept_by(self, user: User) -> Self:
        """Return what somebody may change; ``permissions.can_keep_collection`` says the same of one."""
        written = Membership.objects.of(user).active().filter(role__in=WRITERS).values("organisation")
        kept = Q(person_id=user.pk) | Q(organisation__in=written)
        return self.filter(kept | Q(is_public=True) if user.is_editor else kept)

    def counted(self) -> Self:
        """Say of each how many published projects it has, as ``number``."""
        return self.annotate(number=Count("items", filter=Q(items__project__live=True)))


class Collection(models.Model):
    """A list of projects with a reason for each."""

    id = models.UUIDField(_("key"), primary_key=True, default=uuid4, editable=False)
    title = models.CharField(_("title"), max_length=120, db_collation="de-x-icu")
    introduction = models.TextField(
        _("introduction"), max_length=2_000, blank=True, help_text=_("For whom it is, and what it helps with.")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    is_public = models.BooleanField(_("for everybody"), default=False)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = CollectionQuerySet.as_manager()

    if TYPE_CHECKING:
        items: RelatedManager["CollectionItem"]
        number: int

    class Meta:
        """Of one person, of one organisation, or public."""

        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        ordering: ClassVar = ["title", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, organisation=None, is_public=False)
                | Q(person=None, organisation__isnull=False, is_public=False)
                | Q(person=None, organisation=None, is_public=True),
                name="projects_collection_whose",
            ),
        ]

    def __str__(self) -> str:
        """The title."""
        return self.title

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("projects:collection", args=[self.pk])


class CollectionItem(models.Model):
    """One project of a collection, with why it is in it."""

    collection = models.ForeignKey(Collection, models.CASCADE, related_name="items", verbose_name=_("collection"))
    project = models.ForeignKey(Project, models.CASCADE, related_name="+", verbose_name=_("project"))
    note = models.CharField(_("why it is here"), max_length=300, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        """In the order given, each project once."""

        verbose_name = _("project of a collection")
        verbose_name_plural = _("projects of collections")
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["collection", "project"], name="projects_collectionitem_once"),
        ]

    def __str__(self) -> str:
        """The project."""
        return str(self.project)
