"""The words that the search knows, kept in the memory of each process for a minute."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.db import connection, transaction

from portal.search.compounds import Splitter
from portal.search.models import SplitWord, SynonymGroup, Word

LETTERS = re.compile(r"[^\W\d_]{3,60}")
VERSION = "portal.search.words"
"""Under this name the cache knows which words are the newest, for all processes."""
SIMILAR = 0.45
"""So much alike (pg_trgm, 0 to 1) two words have to look for one to be taken for a mistake in the other."""
SHORTEST_MENDED = 4
"""Shorter words are abbreviations more often than mistakes."""


@dataclass(frozen=True, slots=True)
class _Kept:
    version: int
    splitter: Splitter


_kept: _Kept | None = None


def splitter() -> Splitter:
    """Return what takes compounds apart, with the newest words."""
    global _kept  # noqa: PLW0603 - one for each process: reading the words takes a while
    version = cache.get_or_set(VERSION, 1, None) or 1
    if _kept is None or _kept.version != version:
        named = dict(SplitWord.objects.values_list("word", "is_part"))
        _kept = _Kept(
            version=version,
            splitter=Splitter(
                dict(Word.objects.values_list("word", "entries")),
                named=[word for word, is_part in named.items() if is_part],
                whole=[word for word, is_part in named.items() if not is_part],
            ),
        )
    return _kept.splitter


def words_have_changed() -> None:
    """Let every process read the words anew before it takes the next compound apart."""
    cache.get_or_set(VERSION, 1, None)
    cache.incr(VERSION)


def words_in(text: str) -> set[str]:
    """Return the words of a text in small letters."""
    return {match[0].lower() for match in LETTERS.finditer(text)}


def parts_of(text: str, known: Splitter) -> str:
    """Return the parts of all compounds of a text, each once."""
    parts = (part for word in sorted(words_in(text)) for part in known.split(word))
    return " ".join(dict.fromkeys(parts))


def synonyms() -> Mapping[str, Sequence[str]]:
    """Return for each word or phrase, in small letters, all that mean the same, itself included."""
    return grouped(SynonymGroup.objects.filter(is_active=True).values_list("words", flat=True))


def grouped(groups: Iterable[Sequence[str]]) -> Mapping[str, Sequence[str]]:
    """The same for groups that are given."""
    found: dict[str, list[str]] = {}
    for words in groups:
        for word in words:
            known = found.setdefault(word.lower(), [])
            known.extend(other for other in words if other not in known)
    return found


@transaction.atomic
def count_words(texts: Iterable[str]) -> int:
    """Count anew in how many texts each word stands; return how many words there are."""
    counts: dict[str, int] = {}
    for text in texts:
        for word in words_in(text):
            counts[word] = counts.get(word, 0) + 1
    Word.objects.all().delete()
    Word.objects.bulk_create((Word(word=word, entries=number) for word, number in counts.items()), batch_size=5_000)
    transaction.on_commit(words_have_changed)
    return len(counts)


def corrected(words: Sequence[str], splitter_: Splitter) -> dict[str, str]:
    """Return, for words that no text has, the known word that looks most like it; others are not in it.

    A compound whose parts are all known is no mistake.
    """
    doubtful = [word for word in words if len(word) >= SHORTEST_MENDED and not splitter_.split(word)]
    if not doubtful:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT ON (typed) typed, word
            FROM unnest(%(typed)s::text[]) AS typed, search_word
            WHERE NOT EXISTS (SELECT FROM search_word known WHERE known.word = typed)
                AND word %% typed AND similarity(word, typed) >= %(similar)s
            ORDER BY typed, similarity(word, typed) * (1 + ln(entries) / 20) DESC, word
            """,
            {"typed": doubtful, "similar": SIMILAR},
        )
        return dict(cursor.fetchall())
