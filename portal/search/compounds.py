"""Taking German compounds apart: “Straßenbeleuchtungssatzung” has a street, a lighting and a by-law in it.

A compound is cut into words that are known: those of the portal's own texts, and those that editors add. Between two
parts German puts a joint (“s”, “es”, “n” …) or drops an ending (“Schule”, “Schulgebäude”). Of all cuts the one with the
fewest parts is taken, so that a known part stays whole; it is then taken apart itself.
"""

from collections.abc import Collection, Mapping
from functools import lru_cache

SHORTEST_PART = 4
"""Shorter parts ("Amt", "Tal") are taken only where editors have named them: too much looks like them."""
SHORTEST_NAMED = 3
SHORTEST_COMPOUND = 7
JOINTS = ("", "s", "es", "n", "en", "er", "e", "ens")
"""What may stand between two parts, and belongs to neither."""
DROPPED = ("", "e", "en", "n")
"""What a first part may have lost."""
ENDINGS = ("", "s", "es", "n", "en", "e", "er", "ern", "se")
"""What the last part may have got by its case or number."""
ENOUGH = 3
"""In so many entries a word of the texts stands before compounds are cut at it."""
NO_PARTS = frozenset(
    """
    heit keit schaft lich lichen isch ische ungen ende enden alle aller eine einen einer über unter nach aber auch
    sein seine seiner ihre ihrer wird werden haben hatte sind oder sowie diese dieser dieses durch ohne gegen gern
    nern rung rungen nung lung tung igen iger iges ität täten erin innen ieren iert tion tionen ation sion eben beit
    ander anderen sche reich reiche noch mehr kann kein keine soll gibt teil teile
    """.split()  # noqa: SIM905 - read more easily so
)
"""Letters that the texts have as words, or that end many words, and that are no parts."""


class Splitter:
    """Cuts compounds at the words it was given."""

    def __init__(self, counts: Mapping[str, int], named: Collection[str] = (), whole: Collection[str] = ()) -> None:
        """Take the words.

        Args:
            counts: words of the texts, in small letters, and in how many entries each stands.
            named: words that editors have named as parts.
            whole: words that editors do not want to be taken apart or to be parts.
        """
        self.whole = frozenset(whole)
        often = (word for word, number in counts.items() if number >= ENOUGH and len(word) >= SHORTEST_PART)
        self.parts = (frozenset(often) | frozenset(named)) - NO_PARTS - self.whole
        self.named = frozenset(named)
        self.split = lru_cache(maxsize=50_000)(self._split)

    def _split(self, word: str) -> tuple[str, ...]:
        """Return the parts of a word, large before small; nothing where it is none, or cannot be cut."""
        word = word.lower()
        if len(word) < SHORTEST_COMPOUND or word in self.whole or not word.isalpha():
            return ()
        parts = self._cut(word, whole=True)
        deeper = (smaller for part in parts for smaller in self.split(part))
        return tuple(dict.fromkeys([*parts, *deeper]))

    def _cut(self, word: str, *, whole: bool) -> tuple[str, ...]:
        """Cut into the fewest known parts; ``whole``: into two at least. Of equals the longest last part wins."""
        best: tuple[str, ...] = ()
        if not whole and (base := self._base(word, ENDINGS)):
            return (base,)
        for end in range(SHORTEST_NAMED, len(word) - SHORTEST_NAMED + 1):
            first = self._first(word[:end])
            if first is None:
                continue
            rest = self._cut(word[end:], whole=False)
            if rest and (not best or len(rest) + 1 < len(best)):
                best = (first, *rest)
        return best

    def _first(self, text: str) -> str | None:
        """Return the word that a part before another one stands for, without its joint or with its ending again."""
        if self._is_part(text):
            return text
        for joint in JOINTS[1:]:
            if text.endswith(joint) and self._is_part(text[: -len(joint)]):
                return text[: -len(joint)]
        return next(
            (text + lost for lost in DROPPED[1:] if len(text) >= SHORTEST_PART and text + lost in self.parts), None
        )

    def _base(self, text: str, endings: Collection[str]) -> str | None:
        for ending in endings:
            bare = text[: len(text) - len(ending)] if ending else text
            if text.endswith(ending) and self._is_part(bare):
                return bare
        return None

    def _is_part(self, text: str) -> bool:
        return text in self.parts and (len(text) >= SHORTEST_PART or text in self.named)
