"""Typical undertakings of municipalities, kept by editors: each leads to what helps with it, of every kind."""

from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.directory.vocabularies import FieldOfAction
from portal.fields import ChoicesField, LinesField
from portal.visibility import Viewer, VisibleQuerySet


class UndertakingQuerySet(VisibleQuerySet["Undertaking"]):
    """Reading undertakings."""

    def visible_to(self, user: Viewer) -> Self:
        """Everybody sees those in use; editors see all."""
        if isinstance(user, User) and user.is_editor:
            return self.all()
        return self.filter(is_active=True)


class Undertaking(models.Model):
    """Something that many municipalities want to do.

    Attributes:
        words: what the search is asked for; one of them is enough.
    """

    slug = models.SlugField(_("key"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=120, help_text=_("What is to be done, as people say it."))
    summary = models.CharField(_("summary"), max_length=300)
    words = LinesField(
        models.CharField(max_length=60),
        verbose_name=_("words of the search"),
        help_text=_("One in each line. What has one of them is found, what has more of them comes first."),
    )
    fields_of_action = ChoicesField(
        models.CharField(max_length=20, choices=FieldOfAction),
        verbose_name=_("fields of action"),
        default=list,
        blank=True,
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects = UndertakingQuerySet.as_manager()

    class Meta:
        """In the order of the alphabet."""

        verbose_name = _("typical undertaking")
        verbose_name_plural = _("typical undertakings")
        ordering: ClassVar = ["title", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words=[]), name="funding_undertaking_has_words"),
            models.CheckConstraint(
                condition=Q(fields_of_action__contained_by=list(FieldOfAction.values)),
                name="funding_undertaking_fields_known",
            ),
        ]

    def __str__(self) -> str:
        """The title."""
        return self.title

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("funding:undertaking", args=[self.slug])

    def clean(self) -> None:
        """Demand a word.

        Raises:
            ValidationError: there is none.
        """
        if not self.words:
            raise ValidationError({"words": gettext("Please enter at least one word.")})
