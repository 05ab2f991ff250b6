"""Names in addresses, made of what people call a thing."""

import unicodedata
from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet
from django.utils.text import slugify

GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def german_slug(text: str) -> str:
    """Write a text in small letters, digits and hyphens: ä as ae, ß as ss, other letters without their signs."""
    return slugify(unicodedata.normalize("NFC", text).translate(GERMAN))


def take_turns(model: type[Model]) -> None:
    """Let those who make things of one kind wait for each other, until the end of their transactions.

    Else two who want the same at the same moment would both find that it is not there yet.
    """
    assert connection.in_atomic_block, "a turn lasts as long as a transaction"  # noqa: S101 - a mistake of ours
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [model._meta.label])


def free_slug(
    rows: QuerySet[Any], text: str, *, instead: str, longest: int, reserved: Collection[str] = frozenset()
) -> str:
    """Return a name for addresses that none of the rows has; who looks for one at the same time waits.

    Args:
        rows: all things of the kind.
        text: what people call the new one.
        instead: what it is called where nothing of the text can be written; stands before a mere number, which would
            look like a key.
        longest: characters at most, without a number that makes it different.
        reserved: addresses that are something else.
    """
    take_turns(rows.model)
    base = german_slug(text.replace("_", "-"))[:longest].strip("-") or instead
    if base.isdigit():
        base = f"{instead}-{base}"
    taken = {*rows.filter(slug__startswith=base).values_list("slug", flat=True), *reserved}
    return next(slug for n in range(1, len(taken) + 2) if (slug := f"{base}-{n}" if n > 1 else base) not in taken)
