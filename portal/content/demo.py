"""Demonstration content: guides, studies, news, terms. Invented texts are marked as such; facts carry their source."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, Page

from portal.content import offers
from portal.content.models import (
    FormField,
    FormPage,
    GlossaryPage,
    GuidePage,
    HomePage,
    KeyDate,
    NewsPage,
    SectionPage,
    StudyPage,
)

FOLDER = Path(__file__).parent / "demo_data"
MARK = [
    "notice",
    {
        "kind": "info",
        "title": "Beispielinhalt der Demonstration",
        "text": "<p>Dieser Text zeigt, wie das Portal Inhalte darstellt. Er ist fachlich nicht abgenommen.</p>",
    },
]
"""Stands first in every text that was written for the demonstration."""


def load() -> int:
    """Make the pages and dates that are missing and return how many were made; the others stay as they are."""
    home = HomePage.objects.german().get()
    sections = {section.slug: section for section in SectionPage.objects.child_of(home)}
    today = timezone.localdate()
    made = 0
    with transaction.atomic():
        for entry in _read("guides"):
            checked_on = today - timedelta(days=entry.pop("check_days_ago"))
            made += _add(sections["leitfaeden"], GuidePage, {**entry, "checked_on": checked_on})
        for entry in _read("studies"):
            made += _add(sections["studien"], StudyPage, entry)
        for entry in _read("news"):
            date = today - timedelta(days=entry.pop("days_ago"))
            made += _add(sections["aktuelles"], NewsPage, {**entry, "date": date})
        terms = [("term", term) for term in _read("terms")]
        glossary = {
            "slug": "glossar",
            "title": "Glossar",
            "summary": "Begriffe der Digitalisierung in einem Satz erklärt.",
            "terms": _stream(terms),
        }
        if _add(home, GlossaryPage, glossary):
            made += 1
            home.help_offers.append(
                ("offer", {"label": "Glossar", "text": glossary["summary"], "address": "/glossar/"})
            )
        made += _add_form(home, _read("form"))
        made += _add_english(_read("english"))
        for entry in _read("dates"):
            made += KeyDate.objects.get_or_create(title=entry["title"], on=entry["on"], defaults=entry)[1]
        if home.examples_section_id is None:
            home.examples_section = sections["studien"]
        if made:
            home.save_revision().publish()
    return made


def _read(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def _stream(blocks: Any) -> str:
    """Write blocks as Wagtail keeps them."""
    return json.dumps([{"type": kind, "value": value} for kind, value in blocks])


def _values(entry: dict[str, Any]) -> dict[str, Any]:
    """Turn an entry's texts into streams, the mark first."""
    values = dict(entry)
    values["body"] = _stream([MARK, *entry.get("body", [])])
    if "steps" in entry:
        values["steps"] = _stream(("step", step) for step in entry["steps"])
    for name in ("interactions", "data_protection"):
        if name in entry:
            values[name] = _stream([("text", entry[name])])
    if "related" in entry:
        keys = [offers.key_of(address) for address in entry["related"]]
        values["related"] = _stream(("thing", key) for key in keys if key)
    return values


def _add(parent: Page, model: type[Page], entry: dict[str, Any]) -> int:
    """Publish a page below another one unless it is there."""
    if parent.get_children().filter(slug=entry["slug"]).exists():
        return 0
    values = _values(entry) if "body" in entry or "steps" in entry else entry
    page = parent.add_child(instance=model(locale=parent.locale, **values))
    page.save_revision().publish()
    return 1


def _add_form(parent: Page, entry: dict[str, Any]) -> int:
    fields = entry.pop("fields")
    if not _add(parent, FormPage, entry):
        return 0
    page = FormPage.objects.get(slug=entry["slug"])
    page.form_fields.set([FormField(sort_order=number, **field) for number, field in enumerate(fields)])
    page.save_revision().publish()
    return 1


def _add_english(entry: dict[str, Any]) -> int:
    """Publish the English version of one guide, so that the language switch can be seen."""
    original = GuidePage.objects.german().get(slug=entry.pop("of"))
    english = Locale.objects.get(language_code="en")
    if original.has_translation(english):
        return 0
    section = original.get_parent().specific.copy_for_translation(english)
    for name, value in entry.pop("section").items():
        setattr(section, name, value)
    section.body = "[]"
    section.save_revision().publish()
    page = original.copy_for_translation(english)
    for name, value in _values(entry).items():
        setattr(page, name, value)
    page.interactions = page.data_protection = "[]"
    page.save_revision().publish()
    return 1
