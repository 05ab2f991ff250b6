"""Demonstration programmes: invented in our own words, marked as such, and showing every state a programme can have."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import formats, timezone, translation

from funding.models import MACHINE, Application, Condition, Contact, Link, Programme
from portal.directory.models import Organisation
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


APPLICATIONS: tuple[dict[str, Any], ...] = (
    {
        "programme": "digitales-rathaus",
        "title": "E-Akte im Bauamt (Demonstration)",
        "owner": "clerk",
        "next_step": "Skizze dem Gemeinderat vorlegen",
        "next_in_days": 12,
        "requested": 84_000,
        "steps": ("plan",),
    },
    {
        "programme": "schule-digital",
        "title": "WLAN in der Grundschule (Demonstration)",
        "owner": "it",
        "next_step": "Rückfragen der Bewilligungsstelle beantworten",
        "next_in_days": 5,
        "requested": 46_500,
        "file_number": "MUSTER-2026-118",
        "steps": ("plan", "submit"),
    },
    {
        "programme": "klimaschutzmanagement",
        "title": "Klimaschutzmanagement für zwei Jahre (Demonstration)",
        "owner": "climate",
        "requested": 132_000,
        "granted": 128_000,
        "proof_in_days": 400,
        "steps": ("submit", "approve"),
        "sharing": "named",
        "shared_text": "So haben wir die Stelle beschrieben: Aufgaben, Ziele, Einbindung in die Verwaltung. Wir würden "
        "die Kämmerei früher einbinden und den Eigenanteil für beide Jahre zugleich einplanen.",
    },
    {"programme": "radwege-dorf-zu-dorf", "title": "Radweg zum Bahnhof (Demonstration)"},
)
"""What the demonstration's municipality applies for; ``steps`` are those of its states."""


def load_applications(slug: str) -> int:
    """Make the applications of an organisation where it has none yet, and of three others of its size; return how many.

    Args:
        slug: of the organisation that the demonstration's people act for.
    """
    own = Organisation.objects.filter(slug=slug, municipality__isnull=False).select_related("municipality").first()
    if own is None or own.municipality is None or Application.objects.filter(organisation=own).exists():
        return 0
    programmes = {p.source_key: p for p in Programme.objects.filter(source=Programme.Source.DEMO)}
    with transaction.atomic(), translation.override("de"):
        for entry in APPLICATIONS:
            _apply(own, programmes[entry["programme"]], entry)
        similar = Organisation.objects.filter(municipality__size_class=own.municipality.size_class)
        others = list(similar.exclude(pk=own.pk).order_by("slug")[:3])
        for number, other in enumerate(others):
            text = "Unser Antrag in Stichworten: Ausgangslage, Ziel, Schritte, Kosten." if number == 0 else ""
            entry = {
                "title": "Digitales Rathaus (Demonstration)",
                "granted": 60_000,
                "steps": ("submit", "approve", "pay"),
                "sharing": "anonymous" if text else "none",
                "shared_text": text,
            }
            _apply(other, programmes["digitales-rathaus"], entry)
    return len(APPLICATIONS) + len(others)


def _apply(organisation: Organisation, programme: Programme, entry: dict[str, Any]) -> None:
    """Take the steps past the question who may: nobody acts in a demonstration that is being loaded."""
    today = timezone.localdate()
    kept = Application.objects.create(
        organisation=organisation,
        programme=programme,
        title=entry["title"],
        owner=entry.get("owner", ""),
        next_step=entry.get("next_step", ""),
        next_due_on=today + timedelta(days=entry["next_in_days"]) if "next_in_days" in entry else None,
        proof_due_on=today + timedelta(days=entry["proof_in_days"]) if "proof_in_days" in entry else None,
        requested=entry.get("requested"),
        granted=entry.get("granted"),
        file_number=entry.get("file_number", ""),
    )
    for verb in entry.get("steps", ()):
        step = MACHINE.transition(verb)
        kept.state = step.target
        kept.save(update_fields=["state", *step.effect(kept)])
    kept.sharing, kept.shared_text = entry.get("sharing", "none"), entry.get("shared_text", "")
    kept.save(update_fields=["sharing", "shared_text"])
