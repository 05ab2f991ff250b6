"""What people looked for in vain."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

MAX_WORDS_LENGTH = 100
"""Characters of a search that is kept."""


class EmptySearchQuerySet(models.QuerySet["EmptySearch"]):
    """Reading searches without result."""

    def most_frequent(self, since: date) -> "models.QuerySet[EmptySearch, tuple[str, int]]":
        """Return words and how often they were looked for since a day, the most frequent first."""
        summed = self.filter(day__gte=since).order_by().values("words").annotate(total=Sum("times"))
        return summed.order_by("-total", "words").values_list("words", "total")

    def before(self, day: date) -> Self:
        """Return those of earlier days."""
        return self.filter(day__lt=day)


class EmptySearch(models.Model):
    """Words that found nothing, counted by day. Nothing says who looked for them, or when on that day."""

    day = models.DateField(_("day"))
    words = models.CharField(_("words"), max_length=MAX_WORDS_LENGTH)
    times = models.PositiveIntegerField(_("times"), default=1)

    objects = EmptySearchQuerySet.as_manager()

    class Meta:
        """Once for each day."""

        verbose_name = _("search without result")
        verbose_name_plural = _("searches without result")
        ordering: ClassVar = ["-day", "words"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "words"], name="search_emptysearch_once_a_day"),
        ]

    def __str__(self) -> str:
        """The words."""
        return self.words
