"""What a group of synonyms changes: how much each of its words finds without the group and with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from portal.search.models import Entry, SynonymGroup
from portal.search.query import as_query, terms_of
from portal.search.words import grouped, splitter

SHOWN = 5
"""Titles that are named for each word."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes for one word.

    Attributes:
        added: titles that it finds only with the group, the best first; some of them.
    """

    word: str
    without: int
    with_group: int
    added: Sequence[str]


def effects(words: Sequence[str], *, group: int | None = None) -> list[Effect]:
    """Say for each word of a group what everybody finds without it and with it, whether or not it is in use.

    Args:
        words: those of the group.
        group: its primary key, so that it does not count as one of the others; None for one that is not stored.
    """
    others = list(
        SynonymGroup.objects.filter(is_active=True)
        .exclude(pk__in=[] if group is None else [group])
        .values_list("words", flat=True)
    )
    before, after = grouped(others), grouped([*others, list(words)])
    known = splitter()
    found = []
    for word in words:
        results = []
        for said in (before, after):
            query = as_query(terms_of(word), known, said)
            entries = Entry.objects.all().visible_to(AnonymousUser())
            results.append(entries.filter(document=query) if query is not None else entries.none())
        without, with_group = results
        added = with_group.exclude(pk__in=without.values("pk")).order_by("title", "pk").values_list("title", flat=True)
        found.append(Effect(word, without.count(), with_group.count(), list(added[:SHOWN])))
    return found
