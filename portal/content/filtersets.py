"""The filters of guides, studies and news, one set of each for page and API."""

from typing import Any, ClassVar

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.content.models import ContentPageQuerySet, GuidePage
from portal.content.models.pages import EARLIEST_YEAR, LATEST_YEAR, GuidePageQuerySet
from portal.directory.models import AGS, Municipality, SizeClass
from portal.directory.vocabularies import FieldOfAction, Role
from portal.filters import ByKeyFilter, ChoicesFilter, Facet, FilterSet, SortFilter, TextFilter
from portal.search.within import SearchWithin

NEWEST = (F("first_published_at").desc(nulls_last=True), "pk")
UPDATED = (F("last_published_at").desc(nulls_last=True), "pk")
YEARS = [(str(year), str(year)) for year in range(LATEST_YEAR, EARLIEST_YEAR - 1, -1)]


class PageFilterSet(SearchWithin, FilterSet):
    """What pages have in common: words, and an order."""

    ordinary: ClassVar[tuple[Any, ...]] = NEWEST
    """The order without words and without another wish."""

    q = TextFilter(method="search")

    def __init__(self, data: Any = None, queryset: ContentPageQuerySet | None = None, **kwargs: Any) -> None:
        """Start from the German pages: list, API and search meet each page once, and count it once."""
        super().__init__(data, None if queryset is None else queryset.german(), **kwargs)

    def filtered(self, *, without: str | None = None) -> "QuerySet[Any]":
        """Apply the filters; without another order the best matches come first, or the newest."""
        found = super().filtered(without=without)
        values = self.form.cleaned_data
        if without is not None or values.get("sort", "") not in {"", "match"}:
            return found
        return found.order_by(*(["-rank"] if values["q"] else []), *self.ordinary)


def field_filter() -> ChoicesFilter:
    """Filter by fields of action."""
    return ChoicesFilter(field_name="fields", choices=FieldOfAction.choices, label=_("Field of action"))


FIELD_FACET = Facet(name="field", field="fields", label=_("Field of action"), choices=FieldOfAction.choices)


class GuideFilterSet(PageFilterSet):
    """Filters of guides. What is written for all sizes or roles has all of them, and is found under each."""

    search_kind = "guides"

    facets: ClassVar = (
        FIELD_FACET,
        Facet(name="role", field="roles", label=_("For whom"), choices=Role.choices),
        Facet(name="size", field="sizes", label=_("Size of the municipality"), choices=SizeClass.choices),
        Facet(name="effort", field="effort", label=_("Effort"), choices=GuidePage.Effort.choices),
    )

    field = field_filter()
    municipality = ByKeyFilter(
        queryset=Municipality.objects.current().with_places(),
        pattern=AGS,
        missing=_("There is no municipality with this key."),
        method="suiting",
        label=_("Municipality"),
    )
    role = ChoicesFilter(field_name="roles", choices=Role.choices, label=_("For whom"))
    size = ChoicesFilter(field_name="sizes", choices=SizeClass.choices, label=_("Size of the municipality"))
    effort = ChoicesFilter(choices=GuidePage.Effort.choices, label=_("Effort"))
    sort = SortFilter(
        orders={"match": NEWEST, "title": ("title", "pk"), "-updated": UPDATED},
        labels={"match": _("Best match"), "title": _("Title"), "-updated": _("Updated most recently")},
    )

    def suiting(self, queryset: GuidePageQuerySet, _name: str, municipality: Municipality) -> GuidePageQuerySet:
        """Keep the guides written for municipalities of this size."""
        return queryset.suiting(municipality)


class StudyFilterSet(PageFilterSet):
    """Filters of studies."""

    search_kind = "studies"

    facets: ClassVar = (
        FIELD_FACET,
        Facet(name="year", field="published_in", label=_("Year"), choices=YEARS),
    )
    ordinary = ("-published_in", "title", "pk")

    field = field_filter()
    year = ChoicesFilter(field_name="published_in", choices=YEARS, label=_("Year"))
    sort = SortFilter(
        orders={"match": ordinary, "title": ("title", "pk"), "-updated": UPDATED},
        labels={"match": _("Best match"), "title": _("Title"), "-updated": _("Updated most recently")},
    )


class NewsFilterSet(PageFilterSet):
    """Filters of news."""

    search_kind = "news"

    facets: ClassVar = (FIELD_FACET,)
    ordinary = ("-date", "title", "pk")

    field = field_filter()
    sort = SortFilter(
        orders={"match": ordinary, "-date": ("-date", "pk"), "date": ("date", "pk")},
        labels={"match": _("Best match"), "-date": _("Newest first"), "date": _("Oldest first")},
    )
