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
from funding.models.duplicates import LikelyPair
from funding.models.finding import (
    CLOSING_DAYS,
    LONG_TEXTS,
    ProgrammeQuerySet,
    availability_on,
    municipalities_first,
    next_deadline_on,
    own_land_first,
)
from funding.models.imports import REVIEWED_FIELDS, Difference, ImportRun, field_label
from funding.models.matching import Facts, Judged, facts_of, judge, judge_area, places_fitting, verdict_for, verdict_of
from funding.models.parts import Contact, Link
from funding.models.programmes import PROVENANCE, RESERVED_SLUGS, SAID_BY_THE_SOURCE, TOLD_OF, Origin, Programme
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
    "RESERVED_SLUGS",
    "REVIEWED_FIELDS",
    "SAID_BY_THE_SOURCE",
    "TERM_FIELDS",
    "TOLD_OF",
    "Answer",
    "Application",
    "ApplicationFile",
    "ApplicationState",
    "Condition",
    "Contact",
    "Correction",
    "Difference",
    "Facts",
    "ImportRun",
    "Judged",
    "LikelyPair",
    "Link",
    "Origin",
    "Programme",
    "ProgrammeQuerySet",
    "Terms",
    "Undertaking",
    "availability_on",
    "facts_of",
    "field_label",
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
