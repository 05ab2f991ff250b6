"""What the search keeps: its index, its words, and what people looked for."""

from portal.search.models.index import Entry, Pending
from portal.search.models.log import MAX_WORDS_LENGTH, LoggedClick, LoggedSearch
from portal.search.models.words import SplitWord, SynonymGroup, Word

__all__ = [
    "MAX_WORDS_LENGTH",
    "Entry",
    "LoggedClick",
    "LoggedSearch",
    "Pending",
    "SplitWord",
    "SynonymGroup",
    "Word",
]
