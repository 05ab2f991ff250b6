"""What somebody typed, as a question to the index."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable

from portal.search.compounds import Splitter
from portal.search.intentions import INTENTIONS

TOKEN = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')
WORD = re.compile(r"\w+")
MOST_TERMS = 16
"""More words than these are no search any more; what comes after them is left out, and the page says so."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or several that must stand beside each other, wanted or not."""

    text: str
    is_phrase: bool = False
    is_unwanted: bool = False


def terms_of(words: str) -> list[Term]:
    """Read a search: words, “phrases in quotation marks”, -unwanted ones."""
    straight = words.replace("„", '"').replace("“", '"').replace("”", '"').replace("»", '"').replace("«", '"')
    found = []
    for match in TOKEN.finditer(straight):
        text = match["phrase"] if match["phrase"] is not None else match["word"]
        if WORD.search(text):
            found.append(Term(" ".join(text.split()), match["phrase"] is not None, bool(match["minus"])))
    return found


def wishes(terms: Sequence[Term]) -> list[Term]:
    """Return the words that say what somebody wants to do with what she looks for; none where she names no thing."""
    wanted = [term for term in terms if not term.is_unwanted]
    found = [term for term in wanted if not term.is_phrase and term.text.lower() in INTENTIONS]
    return found if len(found) < len(wanted) else []


def plain_words(terms: Iterable[Term]) -> list[str]:
    """Return the single words that are wanted, in small letters."""
    return [term.text.lower() for term in terms if not term.is_phrase and not term.is_unwanted]


def as_query(
    terms: Sequence[Term], splitter: Splitter, synonyms: Mapping[str, Sequence[str]], *, loosely: bool = False
) -> SearchQueryCombinable | None:
    """Ask for everything that is wanted and nothing that is not; None where nothing is wanted.

    A word is found as it is, by the parts of a compound when all of them are there, and by what means the same. What
    somebody wants to do with the thing is a wish: it decides what comes first, and keeps nothing out.

    Args:
        terms: what was typed.
        splitter: takes compounds apart.
        synonyms: for each word or phrase in small letters, all that mean the same.
        loosely: ask for one of the words at least, or for one of the parts of a compound.
    """
    wished = [] if loosely else wishes(terms)
    asked = [term for term in terms if term not in wished]
    wanted = [reduce(or_, ways) for ways in _alternatives(asked, splitter, synonyms, loosely=loosely)]
    if not wanted:
        return None
    # Whatever has the thing satisfies this as well; whatever also has the wish ranks higher.
    wanted += [wanted[0] | _same((one.text, *INTENTIONS[one.text.lower()])) for one in wished]
    unwanted = [~_ask(term.text, is_phrase=True) for term in terms if term.is_unwanted]
    return reduce(and_, [reduce(or_ if loosely else and_, wanted), *unwanted])


def _alternatives(
    terms: Sequence[Term], splitter: Splitter, synonyms: Mapping[str, Sequence[str]], *, loosely: bool
) -> Iterator[Sequence[SearchQueryCombinable]]:
    """For each thing that is wanted, yield the ways in which it may be said."""
    rest = [term for term in terms if not term.is_unwanted][:MOST_TERMS]
    while rest:
        said, number = _longest_synonym(rest, synonyms)
        if said:
            yield [_same(said)]
        else:
            (term,) = rest[: (number := 1)]
            ways: list[SearchQueryCombinable] = [_ask(term.text, is_phrase=term.is_phrase)]
            parts = [] if term.is_phrase else smallest_parts(splitter, term.text)
            if parts:
                each = [_same(synonyms.get(part, (part,))) for part in parts]
                ways.append(reduce(or_ if loosely else and_, each))
            yield ways
        rest = rest[number:]


def smallest_parts(splitter: Splitter, word: str) -> list[str]:
    """Return the parts of a compound that have no parts themselves."""
    parts = splitter.split(word)
    return [part for part in parts if not splitter.split(part)]


def _longest_synonym(terms: Sequence[Term], synonyms: Mapping[str, Sequence[str]]) -> tuple[Sequence[str], int]:
    """Return what means the same as the words at the beginning, and how many words that are; the longest first."""
    for number in range(min(len(terms), 5), 0, -1):
        run = terms[:number]
        if number > 1 and any(term.is_phrase for term in run):
            continue
        said = synonyms.get(" ".join(term.text for term in run).lower())
        if said:
            return said, number
    return (), 0


def _same(said: Sequence[str]) -> SearchQueryCombinable:
    return reduce(or_, [_ask(one, is_phrase=" " in one) for one in said])


def _ask(text: str, *, is_phrase: bool) -> SearchQuery:
    return SearchQuery(text, config="german", search_type="phrase" if is_phrase else "plain")
