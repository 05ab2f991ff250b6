"""Showing a programme: its codes in words, its state, and the texts of its source, safe and otherwise unchanged."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from html import unescape
from typing import TYPE_CHECKING, Any, TypedDict

import nh3
from django import template
from django.template.defaultfilters import date as format_date
from django.utils import timezone
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from funding.models import (
    LONG_TEXTS,
    TOLD_OF,
    Application,
    Facts,
    Link,
    Programme,
    field_label,
    judge,
    judge_area,
)
from funding.models.terms import TERM_LABELS, euros_in_words, percent_in_words
from funding.vocabularies import Availability, Verdict
from portal.content.models import CheckedLink
from portal.content.services.links import address_to_check
from portal.directory.models import Municipality

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

register = template.Library()

SOURCE = "https://www.foerderdatenbank.de"
"""Where addresses without a host lead, and documents of the source that we do not have."""

TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "dfn", "div"),
    *("dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins", "kbd", "li", "mark", "ol", "p", "pre"),
    *("q", "s", "samp", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead"),
    *("time", "tr", "u", "ul", "var", "wbr"),
}
"""Everything that carries meaning. No images: they would be loaded from elsewhere."""

ATTRIBUTES = {
    "a": {"href", "hreflang"},
    "abbr": {"title"},
    "col": {"span"},
    "colgroup": {"span"},
    "li": {"value"},
    "ol": {"start", "type", "reversed"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "*": {"lang", "dir"},
}
SCHEMES = ("http://", "https://", "mailto:", "tel:")
TARGET = "target:"


class Badge(TypedDict):
    """A state in words."""

    kind: str
    label: str


class Text(TypedDict):
    """One of the long texts of a programme, and its heading."""

    name: str
    title: "StrOrPromise"


@register.filter
def labels(programme: Programme, name: str) -> list[str]:
    """Return what people call a programme's codes, for example its ``kinds``."""
    return programme.labels(name)


@register.filter
def reason_for(programme: Programme, municipality: Municipality) -> str:
    """Say why a programme applies in a municipality, or that it does not."""
    return programme.reason_for(municipality)


AVAILABILITY_KINDS = {
    Availability.OPEN: "success",
    Availability.CLOSING: "warning",
    Availability.ANNOUNCED: "info",
    Availability.EXHAUSTED: "danger",
    Availability.WITHDRAWN: "danger",
}
VERDICT_KINDS = {Verdict.FITS: "success", Verdict.UNKNOWN: "warning", Verdict.MISFIT: "danger"}


class Fact(TypedDict):
    """A fact with its label."""

    label: "StrOrPromise"
    value: "StrOrPromise"


@register.filter
def availability_kind(availability: str) -> str:
    """Return the kind of badge for whether an application is possible."""
    return AVAILABILITY_KINDS.get(Availability(availability), "")


@register.filter
def verdict_kind(verdict: str) -> str:
    """Return the kind of badge, and the picture, for whether something fits."""
    return VERDICT_KINDS[Verdict(verdict)]


@register.filter
def verdict_sentence(verdict: str) -> str:
    """Say of a programme as a whole whether it fits."""
    return {
        Verdict.FITS: _("Fits, by all that we know"),
        Verdict.UNKNOWN: _("Not decided yet: something is still unknown"),
        Verdict.MISFIT: _("Does not fit"),
    }[Verdict(verdict)]


@register.filter
def verdict_word(verdict: str) -> str:
    """Say of one condition whether it is met."""
    return {Verdict.FITS: _("Met"), Verdict.UNKNOWN: _("Open"), Verdict.MISFIT: _("Not met")}[Verdict(verdict)]


@register.filter
def reasons_in_short(programme: Programme, facts: Facts) -> list[str]:
    """Return what decides whether a programme fits, and where it applies; the one where both are the same."""
    decisive = judge(programme, facts)[0]
    return list(dict.fromkeys(one.sentence for one in (decisive, judge_area(programme, facts))))


@register.filter
def euros(amount: Decimal) -> str:
    """Write an amount as people do."""
    return euros_in_words(amount)


NOTED = (
    *("owner", "next_step", "next_due_on", "requested", "granted", "paid", "file_number", "contact"),
    *("applied_on", "decided_on", "paid_on", "proof_due_on", "proven_on", "notes", "sharing", "shared_text"),
)


@register.filter
def noted(application: Application) -> Iterator[Fact]:
    """List what is noted about an application."""
    for name in NOTED:
        field: Any = Application._meta.get_field(name)
        value = getattr(application, name)
        if value in ("", None):
            continue
        if isinstance(value, Decimal):
            shown = euros_in_words(value)
        elif isinstance(value, date):
            shown = _day(value)
        else:
            shown = str(dict(field.choices or ()).get(value, value))
        yield {"label": field.verbose_name, "value": shown}


@register.filter
def terms(programme: Programme) -> Iterator[Fact]:
    """List the further terms that are known."""
    shown: list[tuple[str, object]] = [
        ("early_start", programme.get_early_start_display()),
        ("cumulation", programme.get_cumulation_display()),
        ("cumulation_limit", percent_in_words(programme.cumulation_limit) if programme.cumulation_limit else ""),
        ("cumulation_note", programme.cumulation_note),
        ("granting_authority", programme.granting_authority),
        ("state_aid", programme.get_state_aid_display()),
        ("decision_weeks", programme.decision_weeks),
        ("longest_months", programme.longest_months),
        ("binding_years", programme.binding_years),
        ("proof_months", programme.proof_months),
        ("proof_of_use", programme.proof_of_use),
    ]
    for name, value in shown:
        if value not in ("", None):
            yield {"label": TERM_LABELS[name], "value": str(value)}


@register.filter
def badges(programme: Programme) -> Iterator[Badge]:
    """Name the states a reader must know of before relying on a programme."""
    availability = programme.availability()
    if availability != Availability.UNKNOWN:
        yield {"kind": availability_kind(availability), "label": _availability_in_words(programme, availability)}
    if not programme.live:
        yield {"kind": "warning", "label": str(programme.state.label)}
    if programme.is_demonstration():
        yield {"kind": "info", "label": _("Demonstration: invented")}
    if programme.absent_since:
        yield {
            "kind": "danger",
            "label": _("No longer in the source since %(date)s") % {"date": _day(programme.absent_since)},
        }
    if programme.is_checked_recently():
        yield {"kind": "success", "label": _("Checked on %(date)s") % {"date": _day(programme.checked_on)}}
    elif programme.checked_on:
        yield {"kind": "warning", "label": _("Last checked on %(date)s") % {"date": _day(programme.checked_on)}}
    else:
        yield {"kind": "", "label": _("Not checked by us")}


@register.filter
def is_source_text(name: str) -> bool:
    """Tell whether a field of a programme is a text that a source may have written in HTML."""
    return name in {"summary", "status_note", *LONG_TEXTS}


@register.filter
def texts(programme: Programme) -> list[Text]:
    """List the long texts that a programme has, with their headings.

    Some programmes of the source have all they say in the field of the legal basis: that is then not its heading.
    """
    headings = {field.name: field.verbose_name for field in Programme._meta.fields if field.name in LONG_TEXTS}
    if not programme.description:
        headings["legal_basis"] = _("Text of the source")
    return [{"name": name, "title": title} for name, title in headings.items() if getattr(programme, name)]


@register.filter
def legal_links(programme: Programme) -> list[Link]:
    """Return the links to the legal basis, but those that its text leads to itself."""
    return [link for link in programme.links.all() if link.kind == Link.Kind.LEGAL_BASIS and not link.target]


@register.filter
def further_links(programme: Programme) -> list[Link]:
    """Return the links to further information."""
    return [
        link
        for link in programme.links.all()
        if link.kind == Link.Kind.FURTHER or (link.kind == Link.Kind.TEXT and not link.target)
    ]


def _availability_in_words(programme: Programme, availability: Availability) -> str:
    day, label = programme.next_deadline(), str(availability.label)
    if day is None or availability not in {Availability.OPEN, Availability.CLOSING}:
        return capfirst(label)
    return capfirst(_("%(state)s, until %(date)s") % {"state": _("open"), "date": _day(day)})


def _day(day: date | None) -> str:
    return str(format_date(day, "DATE_FORMAT"))


@register.simple_tag
def source_text(programme: Programme, name: str, level: int = 3) -> SafeString:
    """Show one of a programme's texts as it was written; its headings start at ``level``.

    HTML of a source is cleaned of everything that is not text or structure; the words stay as they are.
    """
    text = getattr(programme, name)
    if programme.text_format != Programme.TextFormat.HTML:
        return SafeString(linebreaks(text, autoescape=True))
    known = {link.target: link.url for link in programme.links.all() if link.target} if TARGET in text else {}
    return clean(text, known=known, level=level)


def clean(html: str, *, known: dict[str, str] | None = None, level: int = 3) -> SafeString:
    """Clean HTML of a source.

    Args:
        html: the text as the source gives it.
        known: where documents of the source lead, by their path; others lead to their page at the source.
        level: the level of the text's highest headings.
    """
    addresses = known or {}

    def attribute(tag: str, name: str, value: str) -> str | None:
        return _address(value, addresses) if (tag, name) == ("a", "href") else value

    cleaned = nh3.clean(
        re.sub(r"(<a\s(?:[^<>]*?\s)?)xlink:href=", r"\1href=", html),
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes={"http", "https", "mailto", "tel", "target"},
        link_rel="noopener noreferrer",
    )
    return mark_safe(_sane_outline(cleaned, level))  # noqa: S308 - nh3 cleaned it; only tag names were changed since


def _address(value: str, known: dict[str, str]) -> str | None:
    """Return where a link of a source leads; None takes the address away and leaves the words."""
    value = unescape(value).strip()
    if value.startswith(TARGET):
        path, mark, fragment = value.removeprefix(TARGET).partition("#")
        if not path.startswith("/BMWI/"):
            return None
        return known.get(path) or f"{SOURCE}{path.removeprefix('/BMWI')}.html{mark}{fragment}"
    if value.startswith("/") and not value.startswith("//"):
        return SOURCE + value
    return value if value.lower().startswith(SCHEMES) else None


def _sane_outline(cleaned: str, level: int) -> str:
    """Give headings levels that follow each other without gaps, from ``level`` down, in whatever way they began."""
    above: list[int] = []

    def renamed(match: re.Match[str]) -> str:
        closing, number, rest = match[1], int(match[2]), match[3]
        if not closing:
            while above and above[-1] >= number:
                above.pop()
            above.append(number)
        return f"<{closing}h{min(level - 1 + len(above), 6)}{rest}>"

    return re.sub(r"<(/?)h([1-6])((?:\s[^<>]*)?)>", renamed, cleaned)


@register.simple_tag
def mail_link(address: str) -> SafeString:
    """Link an e-mail address."""
    return format_html('<a href="mailto:{0}">{0}</a>', address)


register.filter("field_label", field_label)


@register.filter
def broken(states: dict[str, CheckedLink] | None, address: str) -> CheckedLink | None:
    """Return what the nightly check found at an address, if it leads nowhere."""
    found = (states or {}).get(address_to_check(address))
    return found if found is not None and found.is_broken else None


@register.filter
def links_checked_on(states: dict[str, CheckedLink] | None) -> date | None:
    """Return the day on which the link that was checked longest ago was checked; None where one never was."""
    days = [one.checked_at for one in (states or {}).values()]
    return timezone.localdate(min(filter(None, days))) if days and all(days) else None


class OriginShown(TypedDict):
    """A fact with who changed it last, and when."""

    label: str
    who: str
    on: date


@register.filter
def origins(programme: Programme) -> list[OriginShown]:
    """Say of each fact that a programme has where it comes from."""
    names = {
        "source": str(programme.get_source_display()) if programme.is_imported() else _("Source"),
        "reader": _("A reader’s correction, accepted by the editors"),
        "editors": _("Editors of the competence centre"),
    }
    found = []
    for field in TOLD_OF:
        if getattr(programme, field) in (None, "", []):
            continue
        origin = programme.origin_of(field)
        on = date.fromisoformat(origin["on"])
        found.append(OriginShown(label=capfirst(_label(field)), who=names[origin["by"]], on=on))
    return found


def _label(field: str) -> str:
    return str(getattr(Programme._meta.get_field(field), "verbose_name", field))
