"""What people looked for, without anything about who did."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

MAX_WORDS_LENGTH = 100
"""Characters of a search that is kept."""


class LoggedSearchQuerySet(models.QuerySet["LoggedSearch"]):
    """Reading the log."""

    def in_vain(self) -> Self:
        """Return those that found nothing."""
        return self.filter(results=0)

    def most_frequent(self, since: date) -> "models.QuerySet[LoggedSearch, tuple[str, int]]":
        """Return words and how often they were looked for since a day, the most frequent first."""
        summed = self.filter(day__gte=since).order_by().values("words").annotate(total=Sum("times"))
        return summed.order_by("-total", "words").values_list("words", "total")

    def before(self, day: date) -> Self:
        """Return those of earlier days."""
        return self.filter(day__lt=day)


class LoggedSearch(models.Model):
    """Words that were looked for, counted by day. Nothing says who looked for them, or when on that day.

    Attributes:
        results: how much they found the last time on that day.
    """

    day = models.DateField(_("day"))
    words = models.CharField(_("words"), max_length=MAX_WORDS_LENGTH)
    times = models.PositiveIntegerField(_("times"), default=1)
    results = models.PositiveIntegerField(_("results"), default=0)

    objects = LoggedSearchQuerySet.as_manager()

    class Meta:
        """Once for each day."""

        verbose_name = _("search that was made")
        verbose_name_plural = _("searches that were made")
        ordering: ClassVar = ["-day", "words"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "words"], name="search_loggedsearch_once_a_day"),
        ]

    def __str__(self) -> str:
        """The words."""
        return self.words


class LoggedClick(models.Model):
    """That somebody opened a result of such words, counted by day and kind of result."""

    day = models.DateField(_("day"))
    words = models.CharField(_("words"), max_length=MAX_WORDS_LENGTH)
    kind = models.CharField(_("kind"), max_length=60)
    times = models.PositiveIntegerField(_("times"), default=1)

    class Meta:
        """Once for each day."""

        verbose_name = _("opened result")
        verbose_name_plural = _("opened results")
        ordering: ClassVar = ["-day", "words", "kind"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "words", "kind"], name="search_loggedclick_once_a_day"),
        ]

    def __str__(self) -> str:
        """Words and kind."""
        return f"{self.words}: {self.kind}"
