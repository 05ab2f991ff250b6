"""How municipalities changed: the official lists, and what follows from them."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.directory.models.editions import Edition
from portal.directory.models.municipalities import AGS, Municipality


class Succession(models.Model):
    """That a municipality which ceased to exist, or its key, goes on in another."""

    class Kind(models.TextChoices):
        """Kinds of territorial change in the official lists."""

        MERGER = "merger", _("merger or incorporation")
        PARTIAL = "partial", _("part of the territory")
        KEY_CHANGE = "key", _("change of the key")
        RENAMING = "name", _("change of the name")

    predecessor = models.ForeignKey(Municipality, models.CASCADE, related_name="successions", verbose_name=_("former"))
    successor = models.ForeignKey(Municipality, models.PROTECT, related_name="origins", verbose_name=_("successor"))
    kind = models.CharField(_("kind of change"), max_length=8, choices=Kind)
    effective_on = models.DateField(_("in force since"))
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+", verbose_name=_("source"))

    class Meta:
        """Each pair once; nothing succeeds itself."""

        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        ordering: ClassVar = ["effective_on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="directory_succession_once"),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="directory_succession_not_itself"),
        ]

    def __str__(self) -> str:
        """Old key and new key."""
        return f"{self.predecessor_id} → {self.successor_id}"


class PopulationFigure(models.Model):
    """How many people lived in a municipality on the day of one register, on the territory it had that day."""

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="population_figures", verbose_name=_("municipality")
    )
    as_of = models.DateField(_("as of"))
    inhabitants = models.PositiveIntegerField(_("inhabitants"))
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+", verbose_name=_("source"))

    class Meta:
        """Each day once."""

        verbose_name = _("population figure")
        verbose_name_plural = _("population figures")
        ordering: ClassVar = ["municipality", "as_of"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["municipality", "as_of"], name="directory_populationfigure_once"),
        ]

    def __str__(self) -> str:
        """Key, day and number."""
        return f"{self.municipality_id} {self.as_of:%d.%m.%Y}: {self.inhabitants}"


class TerritorialChange(models.Model):
    """One line of an official list of territorial changes, kept as it is.

    Successions are derived from these lines after every import, so that it does not matter whether a list or the
    register that shows its outcome is imported first. Names and keys are text: a municipality that came and went
    between two editions of the register is in no register.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="changes", verbose_name=_("source"))
    line = models.PositiveIntegerField(_("line"))
    kind = models.CharField(_("kind of change"), max_length=8, choices=Succession.Kind)
    old_ags = models.CharField(_("old AGS"), max_length=8, validators=[RegexValidator(AGS)])
    old_name = models.CharField(_("old name"), max_length=160)
    new_ags = models.CharField(_("new AGS"), max_length=8, validators=[RegexValidator(AGS)])
    new_name = models.CharField(_("new name"), max_length=160)
    effective_on = models.DateField(_("in force since"))

    class Meta:
        """Each line of a list once."""

        verbose_name = _("territorial change")
        verbose_name_plural = _("territorial changes")
        ordering: ClassVar = ["effective_on", "edition", "line"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "line"], name="directory_territorialchange_once"),
            models.CheckConstraint(
                condition=Q(old_ags__regex=AGS, new_ags__regex=AGS), name="directory_territorialchange_keys"
            ),
        ]

    def __str__(self) -> str:
        """Old key, new key and date."""
        return f"{self.old_ags} → {self.new_ags} ({self.effective_on:%d.%m.%Y})"
