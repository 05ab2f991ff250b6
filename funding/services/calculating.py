"""What an undertaking costs the municipality itself: grants, ceilings, own share, several programmes, year by year.

Everything is counted in fractions, exactly; only what is shown is rounded, half a cent up. The rules are those that
municipal grants have in common (§§ 23 and 44 BHO and the Länder's own, with the ANBest-K): a grant is a share of the
eligible costs, it has a ceiling and a floor, some of the eligible costs stay with the municipality, and all public
money together has a limit. What is not known of a programme is not assumed, but said.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from funding.models import Programme
from funding.models.terms import euros_in_words, percent_in_words
from funding.vocabularies import Cumulation

MOST_PROGRAMMES = 3
MOST_YEARS = 6
MOST_EUROS = Decimal(10_000_000_000)
"""More than any municipality plans; larger numbers are typing errors."""

HUNDRED = Fraction(100)
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a programme says, as the calculation needs it; None: not known.

    Attributes:
        rate: share of the eligible costs that it pays, in percent.
        own_share: share of the eligible costs that stays with the municipality, in percent.
        cumulation: whether other public money may be added.
        limit: all public money together, in percent of the eligible costs.
    """

    name: str
    rate: Decimal
    amount_min: Decimal | None = None
    amount_max: Decimal | None = None
    own_share: Decimal | None = None
    cumulation: str = ""
    limit: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """What a year costs, in euros.

    Attributes:
        eligible: costs that may be funded.
        other: costs that may not, such as one's own staff in many programmes.
    """

    eligible: Decimal
    other: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What one programme pays.

    Attributes:
        total: in euros, exact.
        by_year: the same year by year, in the same proportion as the eligible costs.
        notes: what made it smaller, in words.
    """

    rules: Rules
    total: Fraction
    by_year: tuple[Fraction, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One year of the liquidity plan, in euros.

    Attributes:
        received: grants that arrive in this year.
        own: what the municipality pays in this year beyond what arrives; less than nothing where more arrives.
        ahead: grants that it has a right to by what it has paid, but has not received by the end of the year.
    """

    costs: Fraction
    received: Fraction
    own: Fraction
    ahead: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """The result.

    Attributes:
        problems: why the programmes cannot be had together; the grants are then those of each alone, not a sum.
        warnings: what is not known, or what to look at.
    """

    eligible: Fraction
    other: Fraction
    grants: tuple[Grant, ...]
    flows: tuple[Flow, ...]
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())

    @property
    def granted(self) -> Fraction:
        """All grants together."""
        return sum((grant.total for grant in self.grants), Fraction())

    @property
    def own(self) -> Fraction:
        """What stays with the municipality: the rest of the eligible costs, and all other costs."""
        return self.eligible + self.other - self.granted

    @property
    def own_percent(self) -> Fraction:
        """The same of all costs, in percent; nothing where nothing costs anything."""
        whole = self.eligible + self.other
        return self.own / whole * HUNDRED if whole else Fraction()


def rules_of(programme: Programme, *, in_consolidation: bool, rate: Decimal | None = None) -> Rules | None:
    """Return what a programme says; None where it names no rate. Where it names two, the lower one counts.

    Args:
        programme: the programme.
        in_consolidation: whether the smaller own share of municipalities in budget consolidation counts.
        rate: another rate between the two, in percent.
    """
    known = [one for one in (programme.rate_min, programme.rate_max) if one is not None]
    if not known:
        return None
    chosen = min(known) if rate is None else min(max(rate, min(known)), max(known))
    reduced = programme.own_share_reduced if in_consolidation else None
    return Rules(
        name=programme.title,
        rate=chosen,
        amount_min=programme.amount_min,
        amount_max=programme.amount_max,
        own_share=programme.own_share_min if reduced is None else reduced,
        cumulation=programme.cumulation,
        limit=programme.cumulation_limit,
    )


def calculate(years: Sequence[Year], programmes: Sequence[Rules], *, paid_later: bool = False) -> Calculation:
    """Count what the programmes pay and what stays with the municipality.

    Each programme pays its share up to its ceiling. All together they pay no more than the smallest of: the limits
    that the programmes name, and what the largest own share leaves. What is too much is taken from the programme
    named last, then from the one before. A grant that ends up below the programme's floor is not paid at all.

    Args:
        years: costs of each year, in order.
        programmes: at most three, the most important first.
        paid_later: whether grants arrive only in the year after the costs, in a further year at the end.
    """
    eligible = sum((Fraction(year.eligible) for year in years), Fraction())
    other = sum((Fraction(year.other) for year in years), Fraction())
    room, why = _room(eligible, programmes)
    grants: list[Grant] = []
    left = room
    problems = tuple(_problems(programmes))
    for rules in programmes:
        total, notes = _alone(eligible, rules)
        allowed = room if problems else left
        if total > allowed:
            total, notes = allowed, [*notes, why]
        if rules.amount_min is not None and total < rules.amount_min and eligible:
            if total:
                floor = euros_in_words(rules.amount_min)
                notes = [*notes, _("Below the smallest grant of %(floor)s nothing is paid.") % {"floor": floor}]
            total = Fraction()
        left -= total
        shares = tuple(total * Fraction(year.eligible) / eligible if eligible else Fraction() for year in years)
        grants.append(Grant(rules=rules, total=total, by_year=shares, notes=tuple(notes)))
    paid = () if problems else tuple(grants)
    return Calculation(
        eligible=eligible,
        other=other,
        grants=tuple(grants),
        flows=tuple(_flows(years, paid, paid_later=paid_later)),
        problems=problems,
        warnings=tuple(_warnings(programmes)),
    )


def _alone(eligible: Fraction, rules: Rules) -> tuple[Fraction, list[str]]:
    """Return what a programme pays by its rate and ceiling alone."""
    total = eligible * Fraction(rules.rate) / HUNDRED
    if rules.amount_max is not None and total > rules.amount_max:
        ceiling = euros_in_words(rules.amount_max)
        return Fraction(rules.amount_max), [_("Cut off at the largest grant of %(ceiling)s.") % {"ceiling": ceiling}]
    return total, []


def _room(eligible: Fraction, programmes: Sequence[Rules]) -> tuple[Fraction, str]:
    """Return how much public money there may be altogether, and why it may not be more."""
    own = max((Fraction(rules.own_share) for rules in programmes if rules.own_share is not None), default=Fraction())
    limits = [Fraction(rules.limit) for rules in programmes if rules.limit is not None] if len(programmes) > 1 else []
    share = min([HUNDRED - own, *limits], default=HUNDRED)
    percent = percent_in_words(_decimal(share))
    if limits and share == min(limits) and share < HUNDRED - own:
        why = _("Reduced: all public money together may be at most %(percent)s of the eligible costs.")
    else:
        why = _("Reduced: with the own share at most %(percent)s of the eligible costs may be public money.")
    return eligible * share / HUNDRED, why % {"percent": percent}


def _problems(programmes: Sequence[Rules]) -> list[str]:
    if len(programmes) < 2:  # noqa: PLR2004 - one programme is no combination
        return []
    message = _("“%(name)s” allows no other public money for the same costs. It has to be chosen alone.")
    return [message % {"name": one.name} for one in programmes if one.cumulation == Cumulation.FORBIDDEN]


def _warnings(programmes: Sequence[Rules]) -> list[str]:
    found = []
    for one in programmes:
        name = {"name": one.name}
        if len(programmes) > 1 and not one.cumulation:
            unknown = _("We do not know whether “%(name)s” allows other public money. Please ask before you plan.")
            found.append(unknown % name)
        elif len(programmes) > 1 and one.cumulation == Cumulation.LIMITED:
            limited = _("“%(name)s” allows other public money only within limits: please read its guideline.")
            found.append(limited % name)
        if one.own_share is None:
            found.append(_("We do not know the own share that “%(name)s” demands; none is counted.") % name)
    return found


def _flows(years: Sequence[Year], grants: Sequence[Grant], *, paid_later: bool) -> list[Flow]:
    costs = [Fraction(year.eligible) + Fraction(year.other) for year in years]
    earned = [sum((grant.by_year[n] for grant in grants), Fraction()) for n in range(len(years))]
    received = earned
    if paid_later:
        costs, earned, received = [*costs, Fraction()], [*earned, Fraction()], [Fraction(), *earned]
    flows, ahead = [], Fraction()
    for cost, income, right in zip(costs, received, earned, strict=True):
        ahead += right - income
        flows.append(Flow(costs=cost, received=income, own=cost - income, ahead=ahead))
    return flows


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def rounded(value: Fraction, places: Decimal = CENT) -> Decimal:
    """Round for showing, half a cent up (away from nothing), without a detour over floating point."""
    scaled = value / Fraction(places)
    whole = (abs(scaled) + Fraction(1, 2)).__floor__()
    return (Decimal(whole if scaled >= 0 else -whole) * places).quantize(places, ROUND_HALF_UP)
