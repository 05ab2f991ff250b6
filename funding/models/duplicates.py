"""Programmes that may stand here twice."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from funding.models.programmes import Programme


class LikelyPairQuerySet(models.QuerySet["LikelyPair"]):
    """Reading pairs."""

    def open(self) -> Self:
        """Return those that nobody has decided about, the likeliest first."""
        return self.filter(distinct_since=None).order_by("-likeness", "pk")


class LikelyPair(models.Model):
    """Two programmes that look alike.

    Attributes:
        first, second: the one with the smaller number comes first, so that no pair stands there twice.
        likeness: of their titles, in per cent.
        distinct_since: since when an editor says that these are two; they are not asked about again.
    """

    first = models.ForeignKey(Programme, models.CASCADE, related_name="+", verbose_name=_("one programme"))
    second = models.ForeignKey(Programme, models.CASCADE, related_name="+", verbose_name=_("the other programme"))
    likeness = models.PositiveSmallIntegerField(_("likeness of the titles, in per cent"))
    found_at = models.DateTimeField(_("found at"), auto_now_add=True)
    distinct_since = models.DateTimeField(_("said to be two at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )

    objects = LikelyPairQuerySet.as_manager()

    class Meta:
        """Each pair once, in one order."""

        verbose_name = _("pair of programmes that look alike")
        verbose_name_plural = _("pairs of programmes that look alike")
        ordering: ClassVar = ["-likeness", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="funding_likelypair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="funding_likelypair_in_order"),
            models.CheckConstraint(condition=Q(likeness__lte=100), name="funding_likelypair_likeness"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-likeness", "id"], condition=Q(distinct_since=None), name="funding_likelypair_open"),
        ]

    def __str__(self) -> str:
        """Both titles."""
        return f"{self.first} / {self.second}"
