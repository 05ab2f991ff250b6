"""Funding programmes with their contacts and links."""

from funding.models.finding import LONG_TEXTS, ProgrammeQuerySet, municipalities_first, own_land_first
from funding.models.parts import Contact, Link
from funding.models.programmes import PROVENANCE, SAID_BY_THE_SOURCE, Programme

__all__ = [
    "LONG_TEXTS",
    "PROVENANCE",
    "SAID_BY_THE_SOURCE",
    "Contact",
    "Link",
    "Programme",
    "ProgrammeQuerySet",
    "municipalities_first",
    "own_land_first",
]
