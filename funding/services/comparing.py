"""Programmes side by side: what decides between them, line by line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from funding.models import Facts, Programme, judge, verdict_of
from funding.vocabularies import Verdict

MOST_COMPARED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line: a value for each programme; empty where nothing is known."""

    label: str
    values: list[str]


def compare(programmes: Sequence[Programme], facts: Facts | None = None) -> list[Row]:
    """Put programmes side by side; with facts of a place also whether each fits it, and what decides that."""
    lines: list[tuple[str, Callable[[Programme], Any]]] = [
        (_("Applications"), lambda one: capfirst(str(one.availability().label))),
        (_("Next deadline"), lambda one: _day(one.next_deadline())),
        (_("How applications are taken"), lambda one: one.get_deadline_model_display()),
        (_("Who may apply"), lambda one: ", ".join(one.labels("applicants"))),
        (_("Where it applies"), lambda one: ", ".join(one.labels("areas"))),
        (_("Kind of funding"), lambda one: ", ".join(one.labels("kinds"))),
        (_("Fields of action"), lambda one: ", ".join(one.fields_of_action_in_words())),
        (_("Funding rate"), lambda one: one.rate_in_words),
        (_("Amount"), lambda one: one.amount_in_words),
        (_("Own share"), lambda one: one.own_share_in_words),
        (_("Other public money"), lambda one: one.get_cumulation_display()),
        (_("Start before the decision"), lambda one: one.get_early_start_display()),
        (_("State-aid basis"), lambda one: one.get_state_aid_display()),
        (_("Granting authority"), lambda one: one.granting_authority),
        (_("Weeks until the decision"), lambda one: _number(one.decision_weeks)),
        (_("Longest duration in months"), lambda one: _number(one.longest_months)),
        (_("Binding period in years"), lambda one: _number(one.binding_years)),
        (_("Proof of use, months after the end"), lambda one: _number(one.proof_months)),
        (_("Checked by us on"), lambda one: _day(one.checked_on)),
    ]
    rows = [Row(label=label, values=[str(value(one)) for one in programmes]) for label, value in lines]
    return [*_fit(programmes, facts), *rows] if facts is not None else rows


def _fit(programmes: Sequence[Programme], facts: Facts) -> list[Row]:
    judged = [judge(one, facts) for one in programmes]
    reasons = [
        " ".join(found.sentence for found in each if found.verdict != Verdict.FITS) or each[0].sentence
        for each in judged
    ]
    verdicts = [capfirst(str(verdict_of(each).label)) for each in judged]
    return [
        Row(label=_("Does it fit %(name)s?") % {"name": facts.name}, values=verdicts),
        Row(label=_("What decides it"), values=reasons),
    ]


def _day(day: Any) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""


def _number(number: int | None) -> str:
    return "" if number is None else str(number)
