"""Keeping what was looked for in vain, so that editors see what is missing; without anything about the searchers."""

import re
import unicodedata
from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

from portal.search.models import MAX_WORDS_LENGTH, EmptySearch

KEPT_DAYS = 90
"""Days after which a search is forgotten."""

MAX_WORDS = 6
"""A search of more words is a sentence, and may say something about a person."""

MAX_ROWS_A_DAY = 5_000
"""So many different searches of one day are kept; more of them are made by a program."""

MOST_SHOWN = 20
"""Searches listed unless another number is asked for."""

LONG_NUMBER = re.compile(r"\d(?:[\s./()+-]*\d){4,}")
"""Five digits or more, also with the signs people write between them: telephone, account, file number."""

# One statement, so that two searches at the same moment are both counted. The limit may be passed by as many rows as
# there are searches at that very moment.
_NOTE = """
INSERT INTO search_emptysearch (day, words, times)
SELECT %(day)s, %(words)s, 1
WHERE (SELECT count(*) FROM search_emptysearch WHERE day = %(day)s) < %(limit)s
    OR EXISTS (SELECT FROM search_emptysearch WHERE day = %(day)s AND words = %(words)s)
ON CONFLICT (day, words) DO UPDATE SET times = search_emptysearch.times + 1
"""


def normalised(words: str) -> str:
    """Write a search in the way it is kept; empty when it must not be kept.

    Left out is what may name a person: what looks like an e-mail address, long numbers, long texts.
    """
    text = " ".join(unicodedata.normalize("NFC", words).lower().split())
    personal = "@" in text or LONG_NUMBER.search(text) is not None
    too_long = len(text) > MAX_WORDS_LENGTH or text.count(" ") >= MAX_WORDS
    return "" if personal or too_long or not text.isprintable() else text


def note_empty_search(words: str) -> bool:
    """Count a search that found nothing; tell whether it was kept."""
    text = normalised(words)
    if not text:
        return False
    values: dict[str, str | int | date] = {"day": timezone.localdate(), "words": text, "limit": MAX_ROWS_A_DAY}
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, values)
        return bool(cursor.rowcount)


def without_result(limit: int = MOST_SHOWN, days: int = KEPT_DAYS) -> list[tuple[str, int]]:
    """Return what was looked for in vain within so many days, and how often; the most frequent first."""
    since = timezone.localdate() - timedelta(days=days)
    return list(EmptySearch.objects.most_frequent(since)[:limit])


def purge_empty_searches() -> int:
    """Forget what is older than 90 days; return how many rows that were."""
    number, _by_model = EmptySearch.objects.before(timezone.localdate() - timedelta(days=KEPT_DAYS)).delete()
    return number
