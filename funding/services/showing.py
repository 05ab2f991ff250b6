"""What stands here beside what a source says, for people: with the words that go and those that come."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any, Literal

from django.utils.formats import date_format
from django.utils.html import strip_tags

from funding.models import Difference, Programme, field_label
from funding.services.differences import FORMAT, PARTS, TEXTS
from funding.services.reviewing import fingerprint_of

MOST_WORDS = 4_000
"""Longer texts are shown one after the other: comparing them word by word would take too long."""

WORD = re.compile(r"\S+\s*")

AROUND = 12
"""Words that are shown on either side of a change."""

type Piece = tuple[Literal["same", "gone", "new", "cut"], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One difference, to be decided about.

    Attributes:
        seen: fingerprint of what the source says, so that nobody decides about something else.
        pieces: the text in pieces that stay, go or come.
    """

    field: str
    label: str
    seen: str
    pieces: list[Piece]


def shown_difference(programme: Programme, difference: Difference) -> Shown:
    """Show one difference of a programme."""
    before, after = in_words(programme, difference.field), said_in_words(difference)
    return Shown(
        field=difference.field,
        label=field_label(difference.field),
        seen=fingerprint_of(difference.value),
        pieces=list(_shortened(_compared(before, after))),
    )


def in_words(programme: Programme, field: str) -> str:
    """Say what stands in a reviewed field."""
    if field == FORMAT:
        return "\n".join(filter(None, (_plain(getattr(programme, name)) for name in TEXTS)))
    if field in PARTS:
        return "\n".join(_part(vars(part), field) for part in getattr(programme, field).all())
    return _value(field, getattr(programme, field))


def said_in_words(difference: Difference) -> str:
    """Say what the source says of it."""
    value = difference.value
    if difference.field == FORMAT:
        return "\n".join(filter(None, (_plain(value.get(name, "")) for name in TEXTS)))
    if difference.field in PARTS:
        return "\n".join(_part(part, difference.field) for part in value)
    return _value(difference.field, value)


def _part(part: dict[str, Any], field: str) -> str:
    names = PARTS[field][1].__dataclass_fields__
    return " · ".join(str(part[name]) for name in names if part.get(name))


def _value(field: str, value: Any) -> str:
    if isinstance(value, list):
        base: Any = getattr(Programme._meta.get_field(field), "base_field", None)
        labels = dict(base.choices or ())
        return "; ".join(str(labels.get(one, one)) for one in value)
    if field == "issued_on":
        return date_format(date.fromisoformat(str(value))) if value else ""
    return _plain(str(value))


def _plain(text: str) -> str:
    return re.sub(r"[ \t]+", " ", strip_tags(re.sub(r"<(br|/p|/li|/h\d)[^>]*>", "\n", text))).strip()


def _compared(before: str, after: str) -> Iterator[Piece]:
    old, new = WORD.findall(before), WORD.findall(after)
    if len(old) + len(new) > MOST_WORDS:
        yield "gone", before
        yield "new", after
        return
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", "".join(old[a:b])
            continue
        if b > a:
            yield "gone", "".join(old[a:b])
        if d > c:
            yield "new", "".join(new[c:d])


def _shortened(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Leave out the middle of long passages that stay."""
    for kind, text in pieces:
        words = text.split(" ")
        if kind == "same" and len(words) > 3 * AROUND:
            yield "same", " ".join(words[:AROUND]) + " "
            yield "cut", "…"
            yield "same", " " + " ".join(words[-AROUND:])
        else:
            yield kind, text
