"""What people tell of themselves, each detail with its audience."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.directory.models.memberships import Membership
from portal.directory.models.organisations import Audience
from portal.directory.vocabularies import FieldOfAction
from portal.fields import ChoicesField, LinesField
from portal.visibility import Viewer, VisibleQuerySet

DETAILS = ("page", "function_title", "about", "expertise", "links", "memberships")
"""What has an audience of its own; ``page`` is the page itself, with the name."""


class ProfileQuerySet(VisibleQuerySet["PersonProfile"]):
    """Reading the profiles."""

    def visible_to(self, user: Viewer) -> Self:
        """Return those whose page the reader may know of; the page's audience decides, each detail has its own."""
        public = self.filter(person__is_active=True)
        if not user.is_authenticated:
            return public.filter(page_audience=Audience.PUBLIC)
        mine = Membership.objects.of(user).active().values("organisation")
        shared = Membership.objects.active().filter(person=OuterRef("person"), organisation__in=mine)
        return public.filter(
            Q(person_id=user.pk)
            | Q(page_audience__in=[Audience.PUBLIC, Audience.REGISTERED])
            | (Q(page_audience=Audience.ORGANISATION) & Exists(shared))
        )


def audience_field(label: object) -> "models.CharField[str, str]":
    """Return the field that says who sees a detail."""
    return models.CharField(label, max_length=12, choices=Audience, default=Audience.REGISTERED)  # type: ignore[arg-type] # lazy text


class PersonProfile(models.Model):
    """The profile of a person; whoever has none shows the name to those who are signed in, and nothing more."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="profile",
        primary_key=True,
        verbose_name=_("person"),
    )
    function_title = models.CharField(_("function"), max_length=120, blank=True)
    about = models.TextField(_("about me"), max_length=2_000, blank=True)
    expertise = ChoicesField(
        models.CharField(max_length=20, choices=FieldOfAction),
        default=list,
        blank=True,
        verbose_name=_("expertise"),
    )
    links = LinesField(
        models.URLField(max_length=300),
        default=list,
        blank=True,
        size=10,
        verbose_name=_("links"),
        help_text=_("One address in each line, for example of a talk or of a project."),
    )
    page_audience = audience_field(_("Who may see this page with your name?"))
    function_title_audience = audience_field(_("Who sees the function?"))
    about_audience = audience_field(_("Who sees the text about you?"))
    expertise_audience = audience_field(_("Who sees the expertise?"))
    links_audience = audience_field(_("Who sees the links?"))
    memberships_audience = audience_field(_("Who sees your organisations?"))
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)

    objects = ProfileQuerySet.as_manager()

    class Meta:
        """One for each person; audiences are of the closed list."""

        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        ordering: ClassVar = ["person"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    **{
                        f"{name}_audience__in": ["me", "organisation", "registered", "public"]
                        for name in ("page", "function_title", "about", "expertise", "links", "memberships")
                    }
                ),
                name="directory_personprofile_audiences",
            )
        ]

    def __str__(self) -> str:
        """The name; never the address."""
        return str(self.person)

    def get_absolute_url(self) -> str:
        """The page of the person."""
        return reverse("directory:person_detail", args=[self.person.uuid])

    def audience(self, detail: str) -> Audience:
        """Who sees a detail, one of ``DETAILS``."""
        return Audience(getattr(self, f"{detail}_audience"))
