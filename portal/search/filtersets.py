"""The filters of the search."""

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.search import SearchQueryCombinable, SearchRank
from django.db.models import F, Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from portal.areas import areas
from portal.directory.names import fold
from portal.directory.places import LAENDER
from portal.directory.vocabularies import FieldOfAction
from portal.filters import ChoicesFilter, Facet, FilterSet, SortFilter, TextFilter
from portal.search.models import Entry
from portal.search.query import as_query, terms_of
from portal.search.within import WEIGHTS, AsksTheIndex, title_bonus
from portal.search.words import splitter

if TYPE_CHECKING:
    from django.db.models import QuerySet

KINDS = tuple((kind.slug, capfirst(str(kind.label))) for kind in areas.searchables())
YEARS = tuple((year, str(year)) for year in range(timezone.localdate().year + 1, 1999, -1))
LAND = _("Land")
BEST, NEWEST = "match", "newest"


class OrderFilter(SortFilter):
    """The best match, which the search itself puts first, or the newest."""

    def filter(self, qs: "QuerySet[Entry]", value: str) -> "QuerySet[Entry]":
        """Leave the order of the search unless another is chosen."""
        return super().filter(qs, value) if value == NEWEST else qs


class EntryFilterSet(AsksTheIndex, FilterSet):
    """Filters of everything that can be found."""

    facets: ClassVar = (
        Facet(name="kind", field="kind", label=_("Kind"), choices=KINDS),
        Facet(name="field", field="fields", label=_("Field of action"), choices=FieldOfAction.choices),
        Facet(name="land", field="laender", label=LAND, choices=tuple(LAENDER.items())),
        Facet(name="year", field="year", label=_("Year"), choices=YEARS),
    )

    q = TextFilter(method="search", label=_("What are you looking for?"))
    kind = ChoicesFilter(choices=KINDS, label=_("Kind"))
    field = ChoicesFilter(field_name="fields", choices=FieldOfAction.choices, label=_("Field of action"))
    land = ChoicesFilter(field_name="laender", choices=tuple(LAENDER.items()), label=LAND)
    year = ChoicesFilter(choices=YEARS, label=_("Year"))
    sort = OrderFilter(
        orders={BEST: ("-score", "folded", "pk"), NEWEST: (F("day").desc(nulls_last=True), "folded", "pk")},
        labels={BEST: _("Best match"), NEWEST: _("Newest first")},
    )

    loosely = False
    """Whether one of the words is enough; for a second attempt, where all of them found nothing."""

    query: SearchQueryCombinable | None = None
    """What was asked of the index; None where nothing was typed."""

    def search(self, found: "QuerySet[Entry]", _name: str, text: str) -> "QuerySet[Entry]":
        """Find what has the words, the best first."""
        self.query = as_query(terms_of(text), splitter(), self.synonyms, loosely=self.loosely)
        if self.query is None:
            return found.none()
        title = title_bonus(text)
        rank = SearchRank(F("document"), self.query, weights=WEIGHTS, normalization=1)
        named = Q(document=self.query) | Q(folded=fold(text))  # a title of small words alone has no words for the index
        return found.filter(named).annotate(score=rank + title).order_by("-score", "folded", "pk")

    class Meta:
        """Of the index."""

        model = Entry
        fields: ClassVar[list[str]] = []
