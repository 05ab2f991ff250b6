"""The filters of funding programmes, one set for page and API."""

from typing import TYPE_CHECKING, Any, ClassVar, TypedDict

from django.db.models import Count, F, TextField, Value
from django.utils.translation import gettext_lazy as _

from funding.models import ProgrammeQuerySet, municipalities_first, own_land_first
from funding.vocabularies import Applicant, Area, Field, Kind, Level
from portal.directory.models import AGS, Municipality
from portal.filters import ByKeyFilter, ChoicesFilter, Facet, FilterSet, SortFilter, TextFilter
from portal.search.within import SearchWithin

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise as StrOrPromise


class Loosening(TypedDict):
    """What taking one filter away would give."""

    label: "StrOrPromise"
    count: int
    query: str


class ProgrammeFilterSet(SearchWithin, FilterSet):
    """Filters of funding programmes."""

    search_kind = "funding-programmes"

    facets: ClassVar = (
        Facet(name="applicant", field="applicants", label=_("Who may apply"), choices=Applicant.choices),
        Facet(name="field", field="fields", label=_("What is funded"), choices=Field.choices),
        Facet(name="kind", field="kinds", label=_("Kind of funding"), choices=Kind.choices),
        Facet(name="level", field="levels", label=_("Who gives the money"), choices=Level.choices),
        Facet(name="area", field="areas", label=_("Where it applies"), choices=Area.choices),
    )

    q = TextFilter(method="search", label=_("Search text"))
    municipality = ByKeyFilter(
        queryset=Municipality.objects.current().with_places(),
        pattern=AGS,
        missing=_("There is no municipality with this key."),
        method="in_municipality",
        label=_("Municipality"),
    )
    applicant = ChoicesFilter(field_name="applicants", choices=Applicant.choices, label=_("Who may apply"))
    field = ChoicesFilter(field_name="fields", choices=Field.choices, label=_("What is funded"))
    kind = ChoicesFilter(field_name="kinds", choices=Kind.choices, label=_("Kind of funding"))
    level = ChoicesFilter(field_name="levels", choices=Level.choices, label=_("Who gives the money"))
    area = ChoicesFilter(field_name="areas", choices=Area.choices, label=_("Where it applies"))
    sort = SortFilter(
        orders={
            "match": ("title", "pk"),  # what matches best depends on the other filters: see filtered()
            "title": ("title", "pk"),
            "-checked": (F("checked_on").desc(nulls_last=True), "title", "pk"),
            "-imported": (F("imported_at").desc(nulls_last=True), "title", "pk"),
        },
        labels={
            "match": _("Best match"),
            "title": _("Title"),
            "-checked": _("Checked most recently"),
            "-imported": _("Imported most recently"),
        },
    )

    def in_municipality(self, queryset: ProgrammeQuerySet, _name: str, municipality: Municipality) -> ProgrammeQuerySet:
        """Keep the programmes that apply where a municipality lies."""
        return queryset.applying_in(municipality.land_id)

    def filtered(self, *, without: str | None = None) -> "QuerySet[Any]":
        """Apply the filters; without another order the best matches come first.

        Words decide by rank. For a municipality come first the programmes that municipalities may apply for, among
        them those of its own Land; then the title decides.
        """
        found = super().filtered(without=without)
        values = self.form.cleaned_data
        if without is not None or values.get("sort", "") not in {"", "match"}:
            return found
        order: list[Any] = ["-rank"] if values["q"] else []
        if values["municipality"]:
            order += [municipalities_first(), own_land_first(values["municipality"].land_id)]
        return found.order_by(*order, "title", "pk")

    def loosenings(self) -> list[Loosening]:
        """Say for each filter that is set how many results there are without it, in one statement; most first."""
        names = list(dict.fromkeys(entry["name"] for entry in self.active()))
        if not names:
            return []
        branches = [
            self.filtered(without=name)
            .order_by()
            .annotate(left=Value(name, output_field=TextField()))
            .values("left")
            .annotate(number=Count("pk"))
            .values_list("left", "number")
            for name in names
        ]
        counts = dict(branches[0].union(*branches[1:], all=True).order_by())
        found: list[Loosening] = [
            {"label": self.filters[name].label, "count": counts[name], "query": self._query_without_all(name)}
            for name in names
            if counts.get(name)
        ]
        return sorted(found, key=lambda entry: -entry["count"])

    def _query_without_all(self, name: str) -> str:
        rest = self.data.copy()
        rest.pop("page", None)
        rest.pop(name, None)
        if name in self.kept_empty:
            rest[name] = ""
        query: str = rest.urlencode()
        return query
