"""What must be there before anybody edits anything: the tree's roots, the pages that the law wants, roles and workflow.

The texts are German and lie in ``portal/content/founding_data``, one file for each page. Each file names its page type
(``type``), the ``slug`` of the section it lies in (``below``; without it: the home page) and the page's fields. Fields
that hold blocks are written as HTML: ``<h2>`` and ``<h3>`` become headings, ``<block>name</block>`` a block that the
portal fills in by itself, what stands between them text.
"""

import json
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import transaction
from wagtail.fields import StreamField
from wagtail.models import Locale, Page, Site

from portal.content.models import HomePage, LegalPage
from portal.content.services.roles import found_roles

DATA = Path(__file__).resolve().parent.parent / "founding_data"

FIXED = ("impressum", "datenschutz", "barrierefreiheit", "leichte-sprache", "gebaerdensprache", "kontakt")
"""Pages that the footer of every page leads to: made anew if somebody has deleted them."""

SECTIONS = ("leitfaeden", "studien", "aktuelles")
"""Sections whose lists the portal draws: likewise."""

OPTIONAL = ("ueber-uns", "servicestandard", "haeufige-fragen")
"""Pages that are made with the portal alone: what editors delete stays deleted."""

NOBODY_PUBLISHED = False
"""What is there from the start is nobody's deed: neither its history nor the audit holds a line about it."""

ASSESSED_ON = date(2026, 11, 22)
"""When the portal was last assessed for accessibility. Whoever assesses it again changes this date and the texts of
``barrierefreiheit.toml``; a test fails once it is older than twelve months (BITV 2.0 § 7 Abs. 6)."""

_PARTS = re.compile(r"<(h2|h3|block)>(.+?)</\1>", re.DOTALL)


@transaction.atomic
def found() -> int:
    """Make what is missing and return how many pages were made; what is there stays as its editors left it.

    A freshly migrated database will do, and one whose tables were all emptied.
    """
    german = Locale.objects.get_or_create(language_code="de")[0]
    english = Locale.objects.get_or_create(language_code="en")[0]
    home = HomePage.objects.filter(locale=german).first()
    is_new = home is None
    if home is None:
        home = _found_home(_root(german), german)
    _found_site(home)
    names = (*SECTIONS, *FIXED, *(OPTIONAL if is_new else ()))
    made = is_new + sum(_found_page(home, name) for name in names)
    if is_new:
        made += _found_english(home, english)
    found_roles()
    return made


def _root(locale: Locale) -> Page:
    """Return the page above all languages; make it in an emptied database."""
    root = Page.get_first_root_node()
    return root or Page.add_root(instance=Page(title="Root", slug="root", locale=locale))


def _found_home(root: Page, locale: Locale) -> HomePage:
    """Make the German home page in the place of the page that Wagtail's own migrations leave there."""
    home: HomePage = root.add_child(instance=HomePage(locale=locale, **_values(HomePage, _read("start"))))
    home.save_revision().publish(log_action=NOBODY_PUBLISHED)
    return home


def _found_site(home: HomePage) -> None:
    """Let everything begin at the home page, and take away the page that Wagtail's own migrations made."""
    site = Site.objects.filter(is_default_site=True).first() or Site(hostname="localhost", is_default_site=True)
    if site.root_page_id is None or not HomePage.objects.filter(pk=site.root_page_id).exists():
        site.root_page = home
        site.save()
        Page.objects.exact_type(Page).filter(depth=home.depth, slug="home", numchild=0).delete()


def _found_page(home: HomePage, name: str) -> int:
    """Make and publish one page unless something stands at its address; return how many were made."""
    fields = _read(name)
    model = apps.get_model(fields.pop("type"))
    below = fields.pop("below", None)
    parent = Page.objects.child_of(home).get(slug=below) if below else Page.objects.get(pk=home.pk)
    if Page.objects.child_of(parent).filter(slug=name).exists():
        return 0
    page = parent.add_child(instance=model(slug=name, locale=home.locale, **_values(model, fields)))
    page.save_revision().publish(log_action=NOBODY_PUBLISHED)
    return 1


def _found_english(home: HomePage, locale: Locale) -> int:
    """Make the English home page and the English page for contact; return how many."""
    contact = LegalPage.objects.child_of(home).get(slug=LegalPage.Kind.CONTACT)
    for original, name in ((home, "start.en"), (contact, "kontakt.en")):
        page = original.copy_for_translation(locale)
        fields = _read(name)
        fields.pop("type", None)
        for field, value in _values(type(page), fields).items():
            setattr(page, field, value)
        page.save_revision().publish(log_action=NOBODY_PUBLISHED)
    return 2


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def _values(model: type[Page], fields: dict[str, Any]) -> dict[str, Any]:
    """Turn what a file says into the values of a page's fields."""
    values = dict(fields)
    for name, value in fields.items():
        if isinstance(model._meta.get_field(name), StreamField):
            values[name] = json.dumps(_blocks(value) if isinstance(value, str) else _listed(value))
    if hasattr(model, "assessed_on"):
        values |= {"created_on": ASSESSED_ON, "assessed_on": ASSESSED_ON}
    return values


def _blocks(text: str) -> list[dict[str, Any]]:
    """Divide a text into blocks."""
    found: list[dict[str, Any]] = []
    position = 0
    for part in _PARTS.finditer(text):
        found += _paragraph(text[position : part.start()])
        kind, words = part[1], " ".join(part[2].split())
        if kind == "block":
            found.append({"type": words, "value": None})
        else:
            found.append({"type": "heading", "value": {"text": words, "level": kind[1]}})
        position = part.end()
    return found + _paragraph(text[position:])


def _paragraph(text: str) -> list[dict[str, Any]]:
    return [{"type": "paragraph", "value": " ".join(text.split())}] if text.strip() else []


def _listed(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give each entry of a list as a block: its one key names the kind."""
    return [{"type": kind, "value": value} for entry in entries for kind, value in entry.items()]
