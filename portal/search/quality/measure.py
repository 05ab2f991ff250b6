"""Measuring the search by searches whose answers are known.

nDCG@10 says how near the best answers stand to the top (1: as good as possible), recall@20 how many of the answers are
among the first twenty, MRR where the first answer stands (1: first, 0.5: second).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from portal.search.filtersets import EntryFilterSet
from portal.search.models import Entry
from portal.search.query import plain_words, terms_of
from portal.search.words import corrected, splitter

QUERIES = Path(__file__).parent / "queries.txt"
ANSWERS, HELPS = 3, 1
"""How much a title counts that answers a search, and one that helps."""
FLOOR = 0.6
"""Searches of less nDCG@10 are listed."""
DEPTH = 20


@dataclass(frozen=True, slots=True)
class Judged:
    """A search with what is expected of it: beginnings of titles, each with how much it counts."""

    words: str
    expected: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of a search."""

    words: str
    ndcg: float
    recall: float
    reciprocal_rank: float
    titles: tuple[str, ...]


def judged(path: Path = QUERIES) -> Iterator[Judged]:
    """Read the searches of a file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            words, _, titles = line.partition(" = ")
            answers, _, helps = titles.partition(" ~ ")
            expected = [(title.strip(), ANSWERS) for title in answers.split(";")]
            expected += [(title.strip(), HELPS) for title in helps.split(";") if title.strip()]
            yield Judged(words.strip(), tuple(expected))


def titles_found(words: str) -> list[str]:
    """Search as the page does, for somebody who is not signed in, and return the first titles."""
    found = _first(words)
    if not found and (better := corrected(plain_words(terms_of(words)), splitter())):
        words = " ".join(better.get(word.lower(), word) for word in words.split())
        found = _first(words)
    return found or _first(words, loosely=True)


def _first(words: str, *, loosely: bool = False) -> list[str]:
    query = QueryDict(mutable=True)
    query["q"] = words
    filters = EntryFilterSet(query, Entry.objects.all().visible_to(AnonymousUser()))
    filters.loosely = loosely
    return list(filters.qs.values_list("title", flat=True)[:DEPTH])


def measure(search: Judged) -> Measured:
    """Measure one search. A title that is expected several times (places of one name) counts where it stands first."""
    titles = titles_found(search.words)
    open_ = list(search.expected)
    gains = []
    for title in titles:
        match = next((one for one in open_ if title.lower().startswith(one[0].lower())), None)
        gains.append(match[1] if match else 0)
        if match:
            open_.remove(match)
    ideal = _dcg(sorted((gain for _title, gain in search.expected), reverse=True)[:10])
    first = next((place for place, gain in enumerate(gains, start=1) if gain), 0)
    return Measured(
        words=search.words,
        ndcg=_dcg(gains[:10]) / ideal,
        recall=1 - len(open_) / len(search.expected),
        reciprocal_rank=1 / first if first else 0.0,
        titles=tuple(titles[:5]),
    )


def _dcg(gains: Sequence[int]) -> float:
    return math.fsum((2**gain - 1) / math.log2(place + 1) for place, gain in enumerate(gains, start=1))


def mean(values: Sequence[float]) -> float:
    """Return the mean; of nothing 0."""
    return sum(values) / len(values) if values else 0.0
