"""The same search within one list: pages for one kind ask the index that the search in everything asks."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.contrib.postgres.search import SearchQueryCombinable, SearchRank
from django.db.models import Case, Expression, F, FloatField, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast
from django.utils.functional import cached_property

from portal.directory.names import fold
from portal.search.models import Entry
from portal.search.query import as_query, terms_of, wishes
from portal.search.words import splitter, synonyms

WEIGHTS = [0.1, 0.25, 0.5, 1.0]
"""Of what stands in the parts of the text's compounds, in the text, in the summary, and in the title."""

SAME_TITLE, BEGINS_ALIKE = 4.0, 1.5
"""What a title adds that is the same as what was typed, or begins with it."""


def title_bonus(words: str) -> Case:
    """SQL for what a title that is typed, or begun, adds to how well an entry matches."""
    folded = fold(words)
    return Case(
        When(folded=folded, then=Value(SAME_TITLE)),
        When(folded__startswith=f"{folded} ", then=Value(BEGINS_ALIKE)),
        default=Value(0.0),
        output_field=FloatField(),
    )


class AsksTheIndex:
    """For a set of filters whose ``q`` asks the index."""

    data: Any

    @property
    def wishes(self) -> list[str]:
        """What of the text says what somebody wants to do: no result has to have it, and the page says so."""
        return [term.text for term in wishes(terms_of(self.data.get("q") or ""))]

    @cached_property
    def synonyms(self) -> Mapping[str, Sequence[str]]:
        """What means the same; read once, although each facet's numbers ask for it."""
        return synonyms()


class SearchWithin(AsksTheIndex):
    """For a set of filters: its ``q`` asks the index for things of one kind.

    What was typed is understood once, although each facet's numbers ask for it.
    """

    search_kind: ClassVar[str]
    """Slug under which the search knows the things."""

    search_key: ClassVar[Expression] = Cast("pk", TextField())
    """SQL for the key of the entry that a row is found by: its own, or that of a thing that it stands for."""

    @cached_property
    def asked(self) -> dict[str, SearchQueryCombinable | None]:
        """What texts were understood as."""
        return {}

    def search[Rows: QuerySet[Any]](self, rows: Rows, _name: str, words: str) -> Rows:
        """Keep the rows that have the words, with German stems, parts of compounds and synonyms.

        ``rank`` says how well each matches. What an import has changed within the last minute may be missed, as in
        the search in everything.
        """
        if words not in self.asked:
            self.asked[words] = as_query(terms_of(words), splitter(), self.synonyms)
        return self._within(rows, words, self.asked[words])

    def _within[Rows: QuerySet[Any]](self, rows: Rows, words: str, query: SearchQueryCombinable | None) -> Rows:
        if query is None:
            return rows.none().annotate(rank=Value(0.0, output_field=FloatField()))
        entries = Entry.objects.filter(kind=self.search_kind).order_by()
        own = entries.filter(key=OuterRef("key_as_text"))
        rank = SearchRank(F("document"), query, weights=WEIGHTS, normalization=1) + title_bonus(words)
        score = Subquery(own.annotate(score=rank).values("score")[:1], output_field=FloatField())
        found = entries.filter(document=query).values("key")
        return rows.alias(key_as_text=self.search_key).filter(key_as_text__in=found).annotate(rank=score)
