"""What the search keeps: its index, its words, and what people looked for in vain."""

from portal.search.models.empty_searches import MAX_WORDS_LENGTH, EmptySearch
from portal.search.models.index import Entry, Pending
from portal.search.models.words import SplitWord, SynonymGroup, Word

__all__ = ["MAX_WORDS_LENGTH", "EmptySearch", "Entry", "Pending", "SplitWord", "SynonymGroup", "Word"]
