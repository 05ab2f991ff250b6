"""What a programme gives and demands, in figures and dates: what we know ourselves beside the texts of a source."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding.models.finding import CLOSING_DAYS
from funding.vocabularies import Availability, Cumulation, DeadlineModel, EarlyStart, StateAid
from portal.fields import DatesField

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise


def percent(label: "StrOrPromise", help_text: "StrOrPromise" = "") -> "models.DecimalField[Any, Any]":
    """Make a field for a share in percent; empty: not known."""
    return models.DecimalField(
        label,
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=help_text,
    )


def euros(label: "StrOrPromise", help_text: "StrOrPromise" = "") -> "models.DecimalField[Any, Any]":
    """Make a field for an amount in euros; empty: not known, or none."""
    return models.DecimalField(
        label,
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=help_text,
    )


class Terms(models.Model):
    """Deadlines, amounts, and what an application binds to.

    What is empty is not known to us; it is never taken for “no”.

    Attributes:
        cut_off_dates: further days on which applications are collected, in any order.
        closes_on: the last day for applications, for those in two stages the last day for the sketch.
        next_expected_on: when the next call is expected, for calls that come again.
        withdrawn_on: since when the funding body no longer gives it.
        rate_min, rate_max: share of the eligible costs that is paid.
        own_share_min: share of the eligible costs that the municipality pays from its own money at least.
        own_share_reduced: the same for municipalities in budget consolidation (Haushaltssicherung).
        binding_years: how long what was paid for has to be used for its purpose.
        decision_weeks: how long a decision typically takes.
        proof_months: within how many months after the end the proof of use is due.
    """

    deadline_model = models.CharField(_("how applications are taken"), max_length=13, choices=DeadlineModel, blank=True)
    opens_on = models.DateField(_("applications from"), null=True, blank=True)
    closes_on = models.DateField(
        _("applications until"),
        null=True,
        blank=True,
        help_text=_("The last day; it ends at midnight. Empty where applications are possible at any time."),
    )
    cut_off_dates = DatesField(
        models.DateField(),
        verbose_name=_("cut-off dates"),
        default=list,
        blank=True,
        help_text=_("Where applications are collected on several days: one date in each line, for example 31.03.2027."),
    )
    full_application_on = models.DateField(
        _("full application until"), null=True, blank=True, help_text=_("The second stage, for those chosen.")
    )
    next_expected_on = models.DateField(_("next call expected"), null=True, blank=True)
    withdrawn_on = models.DateField(_("ended by the funding body on"), null=True, blank=True)
    rate_min = percent(_("funding rate from, in percent"))
    rate_max = percent(_("funding rate up to, in percent"))
    amount_min = euros(_("smallest grant, in euros"), _("Below this nothing is paid (Bagatellgrenze)."))
    amount_max = euros(_("largest grant, in euros"))
    own_share_min = percent(_("own share at least, in percent"), _("From the applicant's own money."))
    own_share_reduced = percent(_("own share in budget consolidation, in percent"))
    cumulation = models.CharField(_("together with other public money"), max_length=8, choices=Cumulation, blank=True)
    cumulation_limit = percent(
        _("public money altogether up to, in percent"), _("Of the eligible costs, all programmes together.")
    )
    cumulation_note = models.CharField(_("note on other public money"), max_length=400, blank=True)
    early_start = models.CharField(_("start before the decision"), max_length=11, choices=EarlyStart, blank=True)
    granting_authority = models.CharField(_("granting authority"), max_length=300, blank=True)
    state_aid = models.CharField(_("state-aid basis"), max_length=11, choices=StateAid, blank=True)
    binding_years = models.PositiveSmallIntegerField(_("binding period in years"), null=True, blank=True)
    decision_weeks = models.PositiveSmallIntegerField(
        _("typical time until the decision, in weeks"), null=True, blank=True
    )
    longest_months = models.PositiveSmallIntegerField(_("longest duration in months"), null=True, blank=True)
    proof_months = models.PositiveSmallIntegerField(
        _("proof of use, months after the end"), null=True, blank=True, help_text=_("For municipalities often six.")
    )
    proof_of_use = models.CharField(_("kind of proof of use"), max_length=400, blank=True)

    class Meta:
        """Only fields and behaviour."""

        abstract = True

    def deadlines_from(self, day: date) -> list[date]:
        """Return the known deadlines on or after a day, the nearest first."""
        known = {*self.cut_off_dates, *([self.closes_on] if self.closes_on else [])}
        return sorted(deadline for deadline in known if deadline >= day)

    def next_deadline(self, day: date | None = None) -> date | None:
        """Return the nearest deadline that is not over on a day, by default today in Berlin."""
        return next(iter(self.deadlines_from(day or timezone.localdate())), None)

    def availability(self, day: date | None = None) -> Availability:
        """Say whether an application is possible on a day, by default today in Berlin; a deadline ends at midnight.

        ``availability_on()`` is the same rule for the database.
        """
        day = day or timezone.localdate()
        coming = self.next_deadline(day)
        comes_again = self.deadline_model == DeadlineModel.RECURRING or (
            self.next_expected_on is not None and self.next_expected_on >= day
        )
        if self.withdrawn_on is not None and self.withdrawn_on <= day:
            found = Availability.WITHDRAWN
        elif self.deadline_model == DeadlineModel.EXHAUSTED:
            found = Availability.EXHAUSTED
        elif self.opens_on is not None and self.opens_on > day:
            found = Availability.ANNOUNCED
        elif coming is not None:
            is_near = coming <= day + timedelta(days=CLOSING_DAYS)
            found = Availability.CLOSING if is_near else Availability.OPEN
        elif comes_again:
            found = Availability.RECURRING
        elif self.closes_on is not None or self.cut_off_dates:
            found = Availability.CLOSED
        elif self.deadline_model == DeadlineModel.ONGOING or self.opens_on is not None:
            found = Availability.OPEN
        else:
            found = Availability.UNKNOWN
        return found

    @property
    def closes_on_is_over(self) -> bool:
        """Whether the last day for applications is over; it ends at midnight in Berlin."""
        return self.closes_on is not None and self.closes_on < timezone.localdate()

    @property
    def rate_in_words(self) -> str:
        """The funding rate, as far as it is known."""
        return _range_in_words(self.rate_min, self.rate_max, percent_in_words)

    @property
    def amount_in_words(self) -> str:
        """The smallest and the largest grant, as far as they are known."""
        return _range_in_words(self.amount_min, self.amount_max, euros_in_words)

    @property
    def own_share_in_words(self) -> str:
        """The own share, also the smaller one in budget consolidation, as far as they are known."""
        parts = []
        if self.own_share_min is not None:
            parts.append(gettext("at least %(share)s") % {"share": percent_in_words(self.own_share_min)})
        if self.own_share_reduced is not None:
            parts.append(
                gettext("%(share)s in budget consolidation") % {"share": percent_in_words(self.own_share_reduced)}
            )
        return "; ".join(parts)


WRITTEN = re.compile(r"(?P<whole>\d{1,3}(?:\.\d{3})+|\d+)(?:[,](?P<cents>\d{1,2}))?|(?P<plain>\d+\.\d{1,2})")
"""Numbers as people write them in German: ``12.500``, ``12500,50``; and with a point before the cents."""


def read_number(text: str) -> Decimal | None:
    """Read an amount or a share, with or without its sign; None for what is no such number."""
    match = WRITTEN.fullmatch(re.sub(r"[\s\u202f\xa0€%]", "", text))
    if match is None:
        return None
    return Decimal(match["plain"] or f"{match['whole'].replace('.', '')}.{match['cents'] or 0}")


def percent_in_words(value: Decimal) -> str:
    """Write a share as people do: ``62,5 %``."""
    return f"{number_format(value.normalize() if value % 1 else int(value), use_l10n=True)} %"


def euros_in_words(value: Decimal) -> str:
    """Write an amount as people do: ``12.500 €``; cents only where there are any. Half a cent is rounded up."""
    rounded = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    places = 2 if rounded % 1 else 0
    return f"{number_format(rounded, decimal_pos=places, use_l10n=True, force_grouping=True)} €"


def _range_in_words(lower: Decimal | None, upper: Decimal | None, write: Callable[[Decimal], str]) -> str:
    if lower is not None and upper is not None:
        if lower == upper:
            return write(lower)
        return gettext("%(lower)s to %(upper)s") % {"lower": write(lower), "upper": write(upper)}
    if upper is not None:
        return gettext("up to %(upper)s") % {"upper": write(upper)}
    return gettext("from %(lower)s") % {"lower": write(lower)} if lower is not None else ""


def _from_to(lower: str, upper: str, name: str, message: "StrOrPromise") -> models.CheckConstraint:
    either_is_empty = Q(**{f"{lower}__isnull": True}) | Q(**{f"{upper}__isnull": True})
    return models.CheckConstraint(
        condition=either_is_empty | Q(**{f"{upper}__gte": F(lower)}),
        name=f"funding_programme_{name}",
        violation_error_message=message,
    )


def _within_hundred(name: str) -> models.CheckConstraint:
    field = Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 0, f"{name}__lte": 100})
    return models.CheckConstraint(
        condition=field,
        name=f"funding_programme_{name}_percent",
        violation_error_message=_("A share lies between 0 and 100 percent."),
    )


TERMS_CONSTRAINTS: tuple[models.CheckConstraint, ...] = (
    _from_to(
        "opens_on",
        "closes_on",
        "closes_after_it_opens",
        _("The last day for applications lies before the first."),
    ),
    _from_to(
        "closes_on",
        "full_application_on",
        "stages_in_order",
        _("The full application is due before the sketch."),
    ),
    _from_to("rate_min", "rate_max", "rates_in_order", _("The highest funding rate lies below the lowest.")),
    _from_to("amount_min", "amount_max", "amounts_in_order", _("The largest grant lies below the smallest.")),
    _from_to(
        "own_share_reduced",
        "own_share_min",
        "own_shares_in_order",
        _("The own share in budget consolidation lies above the usual one."),
    ),
    *(
        _within_hundred(name)
        for name in ("rate_min", "rate_max", "own_share_min", "own_share_reduced", "cumulation_limit")
    ),
    *(
        models.CheckConstraint(
            condition=Q(**{name: ""}) | Q(**{f"{name}__in": list(choices.values)}),
            name=f"funding_programme_{name}_known",
        )
        for name, choices in (
            ("deadline_model", DeadlineModel),
            ("cumulation", Cumulation),
            ("early_start", EarlyStart),
            ("state_aid", StateAid),
        )
    ),
)
"""Ranges are ranges, shares are shares, codes come from the closed lists."""


TERM_FIELDS: tuple[str, ...] = tuple(field.name for field in Terms._meta.local_fields)
"""The fields above, in their order."""

TERM_LABELS = {field.name: field.verbose_name for field in Terms._meta.local_fields}
"""What each of them is called."""
