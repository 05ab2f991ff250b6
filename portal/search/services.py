"""Keeping what was looked for, so that editors see what is missing; without anything about the searchers."""

import re
import unicodedata
from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

from portal import counting
from portal.areas import areas
from portal.search.models import MAX_WORDS_LENGTH, LoggedClick, LoggedSearch

KEPT_DAYS = 90
"""Days after which a search is forgotten; its numbers stay in the counts of each day, without its words."""

MAX_WORDS = 6
"""A search of more words is a sentence, and may say something about a person."""

MAX_ROWS_A_DAY = 5_000
"""So many different searches of one day are kept; more of them are made by a program."""

MOST_SHOWN = 20
"""Searches listed unless another number is asked for."""

LONG_NUMBER = re.compile(r"\d(?:[\s./()+-]*\d){4,}")
"""Five digits or more, also with the signs people write between them: telephone, account, file number."""

SEARCHES, IN_VAIN, OPENED = "searches", "searches-in-vain", "search-results-opened"
"""What is counted of each day for good."""

# One statement, so that two searches at the same moment are both counted. The limit may be passed by as many rows as
# there are searches at that very moment.
_NOTE = """
INSERT INTO search_loggedsearch (day, words, times, results)
SELECT %(day)s, %(words)s, 1, %(results)s
WHERE (SELECT count(*) FROM search_loggedsearch WHERE day = %(day)s) < %(limit)s
    OR EXISTS (SELECT FROM search_loggedsearch WHERE day = %(day)s AND words = %(words)s)
ON CONFLICT (day, words) DO UPDATE SET times = search_loggedsearch.times + 1, results = EXCLUDED.results
"""

_NOTE_CLICK = """
INSERT INTO search_loggedclick (day, words, kind, times)
SELECT %(day)s, %(words)s, %(kind)s, 1
WHERE EXISTS (SELECT FROM search_loggedsearch WHERE day >= %(day)s::date - 1 AND words = %(words)s)
ON CONFLICT (day, words, kind) DO UPDATE SET times = search_loggedclick.times + 1
"""


def normalised(words: str) -> str:
    """Write a search in the way it is kept; empty when it must not be kept.

    Left out is what may name a person: what looks like an e-mail address, long numbers, long texts.
    """
    text = " ".join(unicodedata.normalize("NFC", words).lower().split())
    personal = "@" in text or LONG_NUMBER.search(text) is not None
    too_long = len(text) > MAX_WORDS_LENGTH or text.count(" ") >= MAX_WORDS
    return "" if personal or too_long or not text.isprintable() else text


def note_search(words: str, results: int) -> bool:
    """Count a search and how much it found; tell whether its words were kept."""
    counting.count(SEARCHES)
    if not results:
        counting.count(IN_VAIN)
    text = normalised(words)
    if not text:
        return False
    values: dict[str, str | int | date] = {
        "day": timezone.localdate(),
        "words": text,
        "results": results,
        "limit": MAX_ROWS_A_DAY,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, values)
        return bool(cursor.rowcount)


def note_click(words: str, kind: str) -> bool:
    """Count that somebody opened a result of a kind; tell whether there was such a search, and there is such a kind."""
    if kind not in {one.slug for one in areas.searchables()}:
        return False
    values: dict[str, str | date] = {"day": timezone.localdate(), "words": normalised(words), "kind": kind}
    with connection.cursor() as cursor:
        cursor.execute(_NOTE_CLICK, values)
        if not cursor.rowcount:
            return False
    counting.count(OPENED, kind)
    return True


def without_result(limit: int = MOST_SHOWN, days: int = KEPT_DAYS) -> list[tuple[str, int]]:
    """Return what was looked for in vain within so many days, and how often; the most frequent first."""
    since = timezone.localdate() - timedelta(days=days)
    return list(LoggedSearch.objects.in_vain().most_frequent(since)[:limit])


def purge_log() -> int:
    """Forget what is older than 90 days; return how many rows that were."""
    before = timezone.localdate() - timedelta(days=KEPT_DAYS)
    number, _by_model = LoggedSearch.objects.before(before).delete()
    clicks, _by_model = LoggedClick.objects.filter(day__lt=before).delete()
    return number + clicks
