"""The filters of funding programmes, one set for page and API."""

from typing import TYPE_CHECKING, Any, ClassVar, TypedDict, cast

from django.db.models import Case, Count, F, IntegerField, TextField, Value, When
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding.models import (
    Facts,
    Programme,
    ProgrammeQuerySet,
    availability_on,
    municipalities_first,
    next_deadline_on,
    own_land_first,
    verdict_for,
)
from funding.services.answers import Place, facts_about
from funding.vocabularies import Applicant, Area, Availability, EarlyStart, Field, Kind, Level, Verdict
from portal.directory.models import AGS, Association, District, Municipality
from portal.directory.vocabularies import FieldOfAction
from portal.filters import (
    ByKeyFilter,
    ChoicesFilter,
    DependentChoicesFilter,
    Facet,
    FilterSet,
    SortFilter,
    TextFilter,
)
from portal.search.within import SearchWithin

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise as StrOrPromise


class Loosening(TypedDict):
    """What taking one filter away would give."""

    label: "StrOrPromise"
    count: int
    query: str


PLACES = ("municipality", "association", "district")
"""Filters that name for whom a programme is to fit; one of them at a time."""

SOONEST = F("coming_deadline").asc(nulls_last=True)


class ProgrammeFilterSet(SearchWithin, FilterSet):
    """Filters of funding programmes.

    Each row has ``availability_code`` and ``coming_deadline``, and ``fit`` where somebody is named for whom it is to
    fit. A nation-wide programme and what a Land makes of it are never both among the results.
    """

    search_kind = "funding-programmes"
    search_key = Case(
        When(variant_of__live=True, then=Cast("variant_of", TextField())), default=Cast("pk", TextField())
    )

    facets: ClassVar = (
        Facet(name="fit", field="fit", label=_("Does it fit us?"), choices=Verdict.choices),
        Facet(name="availability", field="availability_code", label=_("Deadline"), choices=Availability.choices),
        Facet(name="action", field="fields_of_action", label=_("Field of action"), choices=FieldOfAction.choices),
        Facet(name="applicant", field="applicants", label=_("Who may apply"), choices=Applicant.choices),
        Facet(name="field", field="fields", label=_("What is funded"), choices=Field.choices),
        Facet(name="kind", field="kinds", label=_("Kind of funding"), choices=Kind.choices),
        Facet(name="level", field="levels", label=_("Who gives the money"), choices=Level.choices),
        Facet(name="area", field="areas", label=_("Where it applies"), choices=Area.choices),
        Facet(name="start", field="early_start", label=_("Start before the decision"), choices=EarlyStart.choices),
    )

    q = TextFilter(method="search", label=_("Search text"))
    municipality = ByKeyFilter(
        queryset=Municipality.objects.current().with_places(),
        pattern=AGS,
        missing=_("There is no municipality with this key."),
        method="in_place",
        label=_("Municipality"),
    )
    association = ByKeyFilter(
        queryset=Association.objects.current().select_related("district__land"),
        pattern=r"^[0-9]{9}$",
        missing=_("There is no association of municipalities with this key."),
        method="in_place",
        label=_("Association of municipalities"),
    )
    district = ByKeyFilter(
        queryset=District.objects.current().select_related("land"),
        pattern=r"^[0-9]{5}$",
        missing=_("There is no district with this key."),
        method="in_place",
        label=_("District"),
    )
    fit = DependentChoicesFilter(
        choices=Verdict.choices,
        beside="municipality",
        missing=_("Please choose your municipality first: then we can say what fits."),
        method="fitting",
        label=_("Fit"),
    )
    availability = ChoicesFilter(field_name="availability_code", choices=Availability.choices, label=_("Deadline"))
    action = ChoicesFilter(field_name="fields_of_action", choices=FieldOfAction.choices, label=_("Field of action"))
    applicant = ChoicesFilter(field_name="applicants", choices=Applicant.choices, label=_("Who may apply"))
    field = ChoicesFilter(field_name="fields", choices=Field.choices, label=_("What is funded"))
    kind = ChoicesFilter(field_name="kinds", choices=Kind.choices, label=_("Kind of funding"))
    level = ChoicesFilter(field_name="levels", choices=Level.choices, label=_("Who gives the money"))
    area = ChoicesFilter(field_name="areas", choices=Area.choices, label=_("Where it applies"))
    start = ChoicesFilter(field_name="early_start", choices=EarlyStart.choices, label=_("Start before the decision"))
    sort = SortFilter(
        orders={
            "match": ("title", "pk"),  # what matches best depends on the other filters: see filtered()
            "deadline": (SOONEST, "title", "pk"),
            "title": ("title", "pk"),
            "-checked": (F("checked_on").desc(nulls_last=True), "title", "pk"),
            "-imported": (F("imported_at").desc(nulls_last=True), "title", "pk"),
        },
        labels={
            "match": _("Best match"),
            "deadline": _("Nearest deadline"),
            "title": _("Title"),
            "-checked": _("Checked most recently"),
            "-imported": _("Imported most recently"),
        },
    )

    def __init__(self, data: Any = None, queryset: "QuerySet[Any] | None" = None, **kwargs: Any) -> None:
        """Have the database say of each row whether an application is possible today."""
        today = timezone.localdate()
        if queryset is not None:
            soon = queryset.annotate(coming_deadline=next_deadline_on(today))
            queryset = soon.annotate(availability_code=availability_on(today))
        super().__init__(data, queryset, **kwargs)
        self.knows_the_visit = kwargs.get("sortable", True) and isinstance(self.request, HttpRequest)

    @cached_property
    def problems(self) -> dict[str, list[str]]:
        """What is wrong; also that two places are named at once."""
        found = super().problems
        named = [] if found else [name for name in PLACES if self.form.cleaned_data.get(name)]
        if len(named) > 1:
            return {named[1]: [gettext("Please name one place only: a municipality, an association or a district.")]}
        return found

    def _missing(self) -> dict[str, list[str]]:
        """Whether something fits can be asked for an association or a district as well."""
        return {} if self._place else super()._missing()

    @property
    def _place(self) -> Place | None:
        values = self.form.cleaned_data
        return next((values[name] for name in PLACES if values.get(name)), None)

    @cached_property
    def facts(self) -> Facts | None:
        """What is known of the place that is named; of the API's readers nothing but what the register says."""
        place = self._place
        if place is None:
            return None
        return facts_about(place, self.request if self.knows_the_visit else None)

    @property
    def facts_asked(self) -> Facts | None:
        """The same, and None as well where a parameter cannot be understood."""
        return None if self.problems else self.facts

    def in_place(self, queryset: ProgrammeQuerySet, _name: str, place: Place) -> ProgrammeQuerySet:
        """Keep the programmes that apply where a place lies."""
        return queryset.applying_in(place.pk[:2])

    def fitting(self, queryset: ProgrammeQuerySet, _name: str, verdicts: list[str]) -> ProgrammeQuerySet:
        """Keep what fits, does not fit, or is unknown."""
        if not verdicts or self.facts is None:
            return queryset
        return queryset.alias(fits=verdict_for(self.facts)).filter(fits__in=verdicts)

    def filtered(self, *, without: str | None = None) -> "QuerySet[Any]":
        """Apply the filters; without another order the best matches come first.

        Words decide by rank. For a place come first the programmes that fit it, among them those that can be applied
        for, then those of its own Land; then the title decides.
        """
        found = cast("ProgrammeQuerySet", super().filtered(without=without))
        values = self.form.cleaned_data
        land = self._place.pk[:2] if self._place else None
        if not (land is None and values.get("area")):  # whoever looks for a Land finds what that Land makes of it
            found = found.without_doubles(land)
        fit: Any = verdict_for(self.facts) if self.facts else Value("")
        found = found.annotate(fit=fit)
        if without is not None or values.get("sort", "") not in {"", "match"}:
            return found
        order: list[Any] = ["-rank"] if values["q"] else []
        if self.facts is not None and land is not None:
            order += [best_first("fit", Verdict), municipalities_first()]
            order += [best_first("availability_code", Availability), own_land_first(land)]
        return found.order_by(*order, "title", "pk")

    def loosenings(self) -> list[Loosening]:
        """Say for each filter that is set how many results there are without it, in one statement; most first."""
        names = list(dict.fromkeys(entry["name"] for entry in self.active()))
        names = [name for name in names if not (name in PLACES and self.form.cleaned_data.get("fit"))]
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

    class Meta:
        """Of the programmes."""

        model = Programme
        fields: ClassVar[list[str]] = []


def best_first(name: str, choices: type[Verdict] | type[Availability]) -> Case:
    """SQL to sort by a closed list's own order."""
    whens = [When(**{name: code}, then=Value(number)) for number, code in enumerate(choices.values)]
    return Case(*whens, default=Value(len(whens)), output_field=IntegerField())
