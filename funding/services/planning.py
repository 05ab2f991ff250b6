"""When things happen if a municipality decides today: deadline, decision, earliest start, end, proof of use."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from funding.models import Programme
from funding.vocabularies import Availability, EarlyStart


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One day of the plan.

    Attributes:
        text: how the day comes about, or what to mind.
        kind: whether it is a deadline, or what follows from it.
    """

    on: date
    label: str
    text: str = ""
    kind: Literal["deadline", "date"] = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The steps in order.

    Attributes:
        warning: what must not happen before when, about the start (vorzeitiger Maßnahmenbeginn).
        missing: what would be needed to plan further.
    """

    steps: tuple[Step, ...]
    warning: str
    missing: str = ""


def plan_for(programme: Programme, today: date | None = None) -> Plan | None:
    """Plan an undertaking that is decided today; None where no application is possible, or nothing is known."""
    today = today or timezone.localdate()
    availability = programme.availability(today)
    if availability in {Availability.WITHDRAWN, Availability.EXHAUSTED, Availability.CLOSED, Availability.UNKNOWN}:
        return None
    applied = _application(programme, today)
    if applied is None:
        return None
    steps = [applied]
    if programme.full_application_on and programme.full_application_on >= applied.on:
        full = Step(
            on=programme.full_application_on,
            label=_("Full application"),
            text=_("For those whose sketch was chosen."),
            kind="deadline",
        )
        steps.append(full)
    if programme.decision_weeks is None:
        missing = _("We do not know how long a decision takes, so the plan ends here.")
        return Plan(steps=tuple(steps), warning=_warning(programme), missing=missing)
    steps += _after_the_application(programme, steps[-1].on, applied.on, today)
    return Plan(steps=tuple(sorted(steps, key=lambda step: step.on)), warning=_warning(programme))


def _application(programme: Programme, today: date) -> Step | None:
    deadline = programme.next_deadline(max(today, programme.opens_on or today))
    if deadline is not None:
        return Step(on=deadline, label=_("Application"), text=_("The nearest deadline."), kind="deadline")
    if programme.availability(today) == Availability.RECURRING:
        if programme.next_expected_on is None:
            return None
        return Step(on=programme.next_expected_on, label=_("Application"), text=_("The next call is expected."))
    if programme.opens_on is not None and programme.opens_on > today:
        return Step(on=programme.opens_on, label=_("Application"), text=_("From this day on."))
    return Step(on=today, label=_("Application"), text=_("Possible at any time, so today at the earliest."))


def _after_the_application(programme: Programme, complete: date, applied: date, today: date) -> Iterator[Step]:
    weeks = programme.decision_weeks or 0
    decided = complete + timedelta(weeks=weeks)
    took = ngettext("Typically after %(weeks)s week.", "Typically after %(weeks)s weeks.", weeks) % {"weeks": weeks}
    yield Step(on=decided, label=_("Decision of the granting authority"), text=took)
    start, why = _earliest_start(programme, decided, applied, today)
    yield Step(on=start, label=_("Earliest start"), text=why)
    if programme.longest_months is None:
        return
    end = add_months(max(start, decided), programme.longest_months)
    yield Step(on=end, label=_("End at the latest"), text=_("The longest duration, counted from the decision."))
    if programme.proof_months is not None:
        proof = add_months(end, programme.proof_months)
        yield Step(on=proof, label=_("Proof of use"), text=programme.proof_of_use, kind="deadline")
    if programme.binding_years:
        bound = add_months(end, 12 * programme.binding_years)
        text = _("Until then what was paid for has to be used for its purpose.")
        yield Step(on=bound, label=_("End of the binding period"), text=text)


def _earliest_start(programme: Programme, decided: date, applied: date, today: date) -> tuple[date, str]:
    match programme.early_start:
        case EarlyStart.ALLOWED:
            return today, _("Allowed at once, at your own risk.")
        case EarlyStart.AFTER_APPLICATION:
            return applied, _("Allowed once the application has arrived, at your own risk.")
        case EarlyStart.ON_REQUEST:
            return decided, _("Earlier only with the consent of the granting authority, in writing.")
        case EarlyStart.FORBIDDEN:
            return decided, _("Only after the decision.")
        case _:
            return decided, _("We do not know whether you may begin earlier: please ask, and wait until then.")


def _warning(programme: Programme) -> str:
    if programme.early_start == EarlyStart.ALLOWED:
        return ""
    begun = _("Whoever signs a contract for deliveries or services has begun. Whoever begins too early gets nothing.")
    match programme.early_start:
        case EarlyStart.AFTER_APPLICATION:
            until = _("Do not begin before the application has arrived.")
        case EarlyStart.ON_REQUEST:
            until = _("Do not begin before the decision or the consent to begin early.")
        case _:
            until = _("Do not begin before the decision.")
    return f"{until} {begun}"


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later; the last of the month where it has no such day (§ 188 BGB)."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
