"""Demonstration programmes: invented in our own words, marked as such, and showing every state a programme can have."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import formats, timezone, translation

from funding.models import Condition, Contact, Link, Programme
from portal.editing import publication

CONTENT = Path(__file__).parent / "demo_data" / "programmes.json"
"""Plain fields are those of ``Programme``, ``state`` is one of its states.

Dates are relative to today: ``…_days_ago``, and ``{day+30}`` in a text.
"""

RELATIVE = {
    "checked_days_ago": "checked_on",
    "absent_days_ago": "absent_since",
    "read_days_ago": "conditions_read_on",
}
COMING = {
    "opens_in_days": "opens_on",
    "closes_in_days": "closes_on",
    "full_application_in_days": "full_application_on",
    "next_expected_in_days": "next_expected_on",
    "withdrawn_in_days": "withdrawn_on",
}
OTHER = ("key", "state", "contacts", "links", "conditions", "cut_off_in_days", "part_of", "variant_of")

DAY = re.compile(r"\{day([+-]\d+)\}")
"""A day relative to today; the last one that the text on deadlines names is the last day for applications."""


def load() -> int:
    """Make the demonstration programmes that are missing and return how many were made; the others stay as they are."""
    content = json.loads(CONTENT.read_text(encoding="utf-8"))
    there = set(Programme.objects.filter(source=Programme.Source.DEMO).values_list("source_key", flat=True))
    missing = [entry for entry in content["programmes"] if entry["key"] not in there]
    with transaction.atomic(), translation.override("de"):
        for entry in missing:
            _make(entry, content["contacts"])
    return len(missing)


def _make(entry: dict[str, Any], contacts: dict[str, dict[str, str]]) -> None:
    key, own_contacts, links = entry["key"], entry.get("contacts", []), entry.get("links", [])
    today = timezone.localdate()
    values = {
        name: _with_days(value) if isinstance(value, str) else value
        for name, value in entry.items()
        if name not in {*OTHER, *RELATIVE, *COMING}
    }
    if days := DAY.findall(str(entry.get("deadlines", ""))):
        values["closes_on"] = today + timedelta(days=max(int(day) for day in days))
    values |= publication(entry["state"], at=timezone.now())
    values |= {field: today - timedelta(days=entry[name]) for name, field in RELATIVE.items() if name in entry}
    values |= {field: today + timedelta(days=entry[name]) for name, field in COMING.items() if name in entry}
    values["cut_off_dates"] = [today + timedelta(days=days) for days in entry.get("cut_off_in_days", ())]
    for name in ("part_of", "variant_of"):  # those that others belong to come before them
        if name in entry:
            values[name] = Programme.objects.get(source=Programme.Source.DEMO, source_key=entry[name])
    programme = Programme.objects.create(
        slug=f"demonstration-{key}", source=Programme.Source.DEMO, source_key=key, **values
    )
    Contact.objects.bulk_create(
        Contact(programme=programme, position=number, **contacts[name]) for number, name in enumerate(own_contacts)
    )
    Condition.objects.bulk_create(
        Condition(programme=programme, position=number, **condition)
        for number, condition in enumerate(entry.get("conditions", []))
    )
    Link.objects.bulk_create(Link(programme=programme, position=number, **link) for number, link in enumerate(links))


def _with_days(text: str) -> str:
    """Put dates in: ``{day+30}`` is the day in thirty days, written out."""

    def day(match: re.Match[str]) -> str:
        return formats.date_format(timezone.localdate() + timedelta(days=int(match[1])), "j. F Y")

    return DAY.sub(day, text)
