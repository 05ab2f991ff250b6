"""What an organisation has answered about itself, so that it is asked once: facts that no register has."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.conditions import Condition
from portal.directory.models import Organisation


class Answer(models.Model):
    """One fact about an organisation: on a condition of a programme, or on a matter that several programmes ask about.

    Attributes:
        topic: the matter; empty where it is an answer to one condition.
        value: a number, or 1 for yes and 0 for no.
    """

    class Topic(models.TextChoices):
        """What several programmes ask about."""

        PARTNERS = "partners", _("other municipalities that would apply with you")
        CONSOLIDATION = "consolidation", _("you have to consolidate your budget")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", verbose_name=_("organisation"))
    topic = models.CharField(_("matter"), max_length=13, choices=Topic, blank=True)
    condition = models.ForeignKey(
        Condition, models.CASCADE, related_name="+", null=True, blank=True, verbose_name=_("condition")
    )
    value = models.PositiveIntegerField(_("answer"))
    answered_at = models.DateTimeField(_("answered at"), auto_now=True)

    class Meta:
        """One for each matter."""

        verbose_name = _("answer about an organisation")
        verbose_name_plural = _("answers about organisations")
        ordering: ClassVar = ["organisation", "topic", "condition"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "topic"], condition=~Q(topic=""), name="funding_answer_once_a_topic"
            ),
            models.UniqueConstraint(
                fields=["organisation", "condition"],
                condition=Q(condition__isnull=False),
                name="funding_answer_once_a_condition",
            ),
            models.CheckConstraint(
                condition=Q(topic="", condition__isnull=False)
                | Q(topic__in=["partners", "consolidation"], condition=None),
                name="funding_answer_to_one_matter",
            ),
            models.CheckConstraint(condition=Q(topic="partners") | Q(value__lte=1), name="funding_answer_is_yes_or_no"),
        ]

    def __str__(self) -> str:
        """The matter and what was said."""
        return f"{self.get_topic_display() or self.condition}: {self.value}"
