"""Funding programmes with their contacts, links and conditions."""

from funding.models.answers import Answer
from funding.models.applications import (
    DECIDED,
    GRANTED,
    MACHINE,
    Application,
    ApplicationFile,
    ApplicationState,
)
from funding.models.conditions import Condition, unknown_places
from funding.models.corrections import CORRECTABLE, Correction
from funding.models.finding import (
    CLOSING_DAYS,
    LONG_TEXTS,
    ProgrammeQuerySet,
    availability_on,
    municipalities_first,
    next_deadline_on,
    own_land_first,
)
from funding.models.matching import Facts, Judged, facts_of, judge, judge_area, places_fitting, verdict_for, verdict_of
from funding.models.parts import Contact, Link
from funding.models.programmes import PROVENANCE, SAID_BY_THE_SOURCE, Programme
from funding.models.terms import TERM_FIELDS, Terms
from funding.models.undertakings import Undertaking

__all__ = [
    "CLOSING_DAYS",
    "CORRECTABLE",
    "DECIDED",
    "GRANTED",
    "LONG_TEXTS",
    "MACHINE",
    "PROVENANCE",
    "SAID_BY_THE_SOURCE",
    "TERM_FIELDS",
    "Answer",
    "Application",
    "ApplicationFile",
    "ApplicationState",
    "Condition",
    "Contact",
    "Correction",
    "Facts",
    "Judged",
    "Link",
    "Programme",
    "ProgrammeQuerySet",
    "Terms",
    "Undertaking",
    "availability_on",
    "facts_of",
    "judge",
    "judge_area",
    "municipalities_first",
    "next_deadline_on",
    "own_land_first",
    "places_fitting",
    "unknown_places",
    "verdict_for",
    "verdict_of",
]
