"""Filters: one set per resource for page, API and everything else that lists it.

A filter never silently gives more results: an unknown parameter, an unknown value or one value too many is a problem
with the parameter's name, and with a problem there are no results at all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NotRequired, Self, TypedDict

import django_filters
from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.validators import RegexValidator
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models import Value
from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise as StrOrPromise

MAX_TEXT = 200
"""Characters of a search text. Longer ones are answered with a problem, not cut."""

MAX_VALUES = 50
"""Values of one parameter. No closed list here is longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A filter whose values are shown with their numbers of results.

    Attributes:
        name: the filter's (and parameter's) name.
        field: the field that is counted, or the path to it; an array counts each of its elements.
        label: heading of the facet.
        choices: the closed list: value and label, in the order shown.
        show_empty: whether values without results are shown; they always are when chosen.
    """

    name: str
    field: str
    label: "StrOrPromise"
    choices: Sequence[tuple[Any, "StrOrPromise"]]
    show_empty: bool = False


class FacetValue(TypedDict):
    """One line of a facet."""

    value: str
    label: "StrOrPromise"
    count: int
    selected: bool


class FacetResult(TypedDict):
    """A facet with its lines."""

    name: str
    label: "StrOrPromise"
    values: list[FacetValue]
    open: bool


class ActiveFilter(TypedDict):
    """A filter that is set, and the parameters without it."""

    name: str
    label: "StrOrPromise"
    value: str
    value_label: "StrOrPromise"
    query_without: str
    remove_url: NotRequired[str]


class ClosedList(tuple[tuple[Any, "StrOrPromise"], ...]):
    """Choices as they are declared. Each request copies its filters; what nobody changes need not be copied."""

    __slots__ = ()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return the list itself."""
        return self


class ChoicesFilter(django_filters.MultipleChoiceFilter):
    """Any number of values of a closed list, combined by OR; works on arrays (overlap) and on plain fields."""

    def __init__(self, *args: Any, choices: Iterable[tuple[Any, "StrOrPromise"]], **kwargs: Any) -> None:
        """Take the closed list: value and label."""
        super().__init__(*args, choices=ClosedList(choices), **kwargs)

    def filter(self, qs: "QuerySet[Any]", value: Sequence[str]) -> "QuerySet[Any]":
        """Keep the rows that have one of the values."""
        if not value:
            return qs
        lookup = "overlap" if is_array(qs.model, self.field_name) else "in"
        return qs.filter(**{f"{self.field_name}__{lookup}": list(value)})


class DependentChoicesFilter(ChoicesFilter):
    """A closed list whose values mean something only together with another filter; without that it is a problem.

    The FilterSet names the method that filters; it finds the other filter's value in the form.
    """

    def __init__(self, *args: Any, beside: str, missing: "StrOrPromise", **kwargs: Any) -> None:
        """Take the other filter's name, and the message for a request that lacks it."""
        self.beside = beside
        self.missing = missing
        super().__init__(*args, **kwargs)


class TextFilter(django_filters.CharFilter):
    """A search text; the FilterSet names the method that searches."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Bound the length."""
        kwargs.setdefault("label", gettext_lazy("Search text"))
        super().__init__(*args, max_length=MAX_TEXT, **kwargs)


class SortFilter(django_filters.ChoiceFilter):
    """The order of the results, one of the names in ``orders``."""

    def __init__(self, *, orders: Mapping[str, Sequence[Any]], labels: Mapping[str, "StrOrPromise"]) -> None:
        """Take the orders; each must end with a unique field, so that pages are stable."""
        self.orders = orders
        super().__init__(label=gettext_lazy("Sort by"), choices=ClosedList(labels.items()), empty_label=None)

    def filter(self, qs: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        """Sort; without a value the FilterSet's ``default_order`` decides."""
        return qs.order_by(*self.orders[value]) if value else qs


class FilterSet(django_filters.FilterSet):
    """Base of all sets of filters.

    Subclasses declare filters and ``facets``. Parameters of the surface (page number, cursor) are its own business.
    """

    facets: ClassVar[tuple[Facet, ...]] = ()

    def __init__(
        self,
        data: QueryDict | None = None,
        queryset: "QuerySet[Any] | None" = None,
        *,
        request: HttpRequest | None = None,
        reserved: frozenset[str] = frozenset(),
        sortable: bool = True,
    ) -> None:
        """Take the parameters of a request.

        ``reserved`` are those that are none of the filters' business; where a surface has an order of its own
        (``sortable=False``) asking for another one is a problem instead of being ignored.
        """
        super().__init__(data if data is not None else QueryDict(), queryset, request=request)
        self.reserved_names = reserved
        if not sortable:
            for name in [name for name, one in self.filters.items() if isinstance(one, SortFilter)]:
                del self.filters[name]

    @property
    def values(self) -> dict[str, Any]:
        """The cleaned values; empty when there are problems."""
        return {} if self.problems else dict(self.form.cleaned_data)

    @cached_property
    def problems(self) -> dict[str, list[str]]:
        """What is wrong, by parameter; empty when all is well."""
        found: dict[str, list[str]] = {}
        data = self.data
        for name in data:
            values = data.getlist(name) if isinstance(data, QueryDict) else [data[name]]
            if "\x00" in name or any("\x00" in str(value) for value in values):
                found[name.replace("\x00", "")] = [_("Null characters are not allowed.")]
            elif name in self.reserved_names:
                continue
            elif name not in self.filters:
                known = ", ".join(sorted({*self.filters, *self.reserved_names}))
                found[name] = [_("This parameter is unknown. Known are: %(names)s.") % {"names": known}]
            elif isinstance(self.filters[name], ChoicesFilter):
                if len(values) > MAX_VALUES:
                    found[name] = [_("At most %(count)s values are possible here.") % {"count": MAX_VALUES}]
            elif len(values) > 1:
                found[name] = [_("Only one value is possible here.")]
        if found:
            return found
        found = {name: [str(message) for message in messages] for name, messages in self.form.errors.items()}
        return found or self._missing()

    def _missing(self) -> dict[str, list[str]]:
        """Name the filters that are set without the one they depend on."""
        values = self.form.cleaned_data
        return {
            name: [str(one.missing)]
            for name, one in self.filters.items()
            if isinstance(one, DependentChoicesFilter) and values.get(name) and not values.get(one.beside)
        }

    @property
    def named_problems(self) -> list[tuple[str, str, list[str]]]:
        """What is wrong, for a page: parameter, what people call it (nothing where it is unknown), messages."""
        labels = {name: str(one.label or "") for name, one in self.filters.items()}
        return [(name, labels.get(name, ""), messages) for name, messages in self.problems.items()]

    @property
    def qs(self) -> "QuerySet[Any]":
        """The results, or none at all when there is a problem."""
        return self._found

    @cached_property
    def _found(self) -> "QuerySet[Any]":
        assert self.queryset is not None  # noqa: S101 - every caller gives one; django-filter's type is wider
        return self.queryset.none() if self.problems else self.filtered()

    def filtered(self, *, without: str | None = None) -> "QuerySet[Any]":
        """Apply all filters but the one named ``without``."""
        assert self.queryset is not None  # noqa: S101 - as above
        found: QuerySet[Any] = self.queryset.all()
        for name, value in self.form.cleaned_data.items():
            if name != without and not (without is not None and isinstance(self.filters[name], SortFilter)):
                found = self.filters[name].filter(found, value)
        return found

    def counts(self) -> tuple[int, list[FacetResult]]:
        """Count the results and each facet's values, all in one statement.

        A facet's numbers say how many results choosing that value would give: they leave the facet's own choice out.
        """
        if self.problems:
            return 0, []
        counted = self._counted()
        chosen = {facet.name: {str(v) for v in self.form.cleaned_data.get(facet.name) or ()} for facet in self.facets}
        results: list[FacetResult] = []
        for facet in self.facets:
            lines: list[FacetValue] = []
            for value, label in facet.choices:
                number = counted.get((facet.name, str(value)), 0)
                selected = str(value) in chosen[facet.name]
                if number or selected or facet.show_empty:
                    lines.append({"value": str(value), "label": label, "count": number, "selected": selected})
            results.append(
                {"name": facet.name, "label": facet.label, "values": lines, "open": bool(chosen[facet.name])}
            )
        return counted.get(("", ""), 0), results

    def _counted(self) -> dict[tuple[str, str], int]:
        """Count by facet and value; the total stands under two empty names.

        The rows that a set of filters finds are read once: facets without a choice of their own share what all
        filters find, and are grouped side by side. Rows whose lists are alike are counted before the lists are taken
        apart. The ORM has no grouping sets, so the frame is written here.
        """
        groups: dict[str, list[Facet]] = {"": []}
        for facet in self.facets:
            groups.setdefault(facet.name if self.form.cleaned_data.get(facet.name) else "", []).append(facet)
        tables: list[str] = []
        branches: list[str] = []
        parameters: list[Any] = []
        for number, (without, facets) in enumerate(groups.items()):
            sql, values = self._rows(without, facets)
            tables.append(f"group_{number} AS MATERIALIZED ({_grouped(sql, len(facets))})")
            parameters += values
            if not without:
                branches.append(f"SELECT '', '', number FROM group_{number} WHERE merged = {_merged(len(facets))}")  # noqa: S608 - as below
            for position, facet in enumerate(facets):
                value = f"unnest(value_{position})" if self._is_array(facet) else f"value_{position}"
                lists = (
                    f"SELECT {value} AS value, number FROM group_{number}"  # noqa: S608 - as below
                    f" WHERE merged = {_merged(len(facets), position)}"
                )
                branches.append(
                    f"SELECT '{facet.name}', value::text, SUM(number)::bigint FROM ({lists}) AS lists GROUP BY 2"  # noqa: S608 - as below
                )
        with connection.cursor() as cursor:
            # Made of names and numbers of our own and of what the ORM writes; every value is a parameter.
            cursor.execute(f"WITH {', '.join(tables)} {' UNION ALL '.join(branches)}", parameters)
            return {(name, value): number for name, value, number in cursor.fetchall()}

    def _rows(self, without: str, facets: Sequence[Facet]) -> tuple[str, Sequence[Any]]:
        """Return SQL and parameters for the facets' fields of all rows found, the filter ``without`` left out."""
        fields = [facet.field for facet in facets]
        found = self.filtered(without=without).order_by()
        rows = found.values(*fields) if fields else found.annotate(row=Value(1)).values("row")
        return sql_of(rows)

    def _is_array(self, facet: Facet) -> bool:
        assert self.queryset is not None  # noqa: S101 - every caller gives one; django-filter's type is wider
        return is_array(self.queryset.model, facet.field)

    def active(self) -> list[ActiveFilter]:
        """List the filters that are set, each with the query string that would take it away."""
        return [] if self.problems else list(self._active())

    def _active(self) -> Iterator[ActiveFilter]:
        for name, chosen in self.form.cleaned_data.items():
            candidate = self.filters[name]
            if not chosen or isinstance(candidate, SortFilter):
                continue
            for value in chosen if isinstance(candidate, ChoicesFilter) else [chosen]:
                raw = self._raw(name, value)
                yield {
                    "name": name,
                    "label": candidate.label or name,
                    "value": raw,
                    "value_label": self.value_label(name, value),
                    "query_without": self._query_without(name, raw),
                }

    def value_label(self, name: str, value: Any) -> "StrOrPromise":
        """What people call a value; a closed list gives its label, an object what it calls itself."""
        field = self.form.fields[name]
        if isinstance(field, forms.MultipleChoiceField | forms.ChoiceField):
            return str(dict(_flat(field.choices)).get(str(value), value))
        label = getattr(value, "label", None)
        return str(label()) if callable(label) else str(value)

    def _raw(self, name: str, value: Any) -> str:
        if isinstance(value, models.Model):
            return str(self.data[name])
        return str(value)

    def _query_without(self, name: str, raw: str) -> str:
        rest = self.data.copy() if isinstance(self.data, QueryDict) else QueryDict(mutable=True)
        rest.pop("page", None)
        rest.pop("cursor", None)
        kept = [value for value in rest.getlist(name) if value != raw and isinstance(self.filters[name], ChoicesFilter)]
        if kept:
            rest.setlist(name, kept)
        elif name in self.kept_empty:
            rest[name] = ""  # absent would mean "preset it again"
        else:
            rest.pop(name, None)
        return rest.urlencode()

    kept_empty: ClassVar[frozenset[str]] = frozenset({"municipality"})
    """Parameters that stay in the address, empty, when they are taken away, because an absent one is preset."""


def _grouped(sql: str, facets: int) -> str:
    """SQL that counts the rows of ``sql`` altogether and by each of its columns; ``merged`` tells which is which."""
    if not facets:
        return f"SELECT COUNT(*) AS number, {_merged(0)} AS merged FROM ({sql}) AS found"  # noqa: S608 - made by us
    columns = ", ".join(f"value_{position}" for position in range(facets))
    sets = ", ".join(f"(value_{position})" for position in range(facets))
    return (
        f"SELECT {columns}, GROUPING({columns}) AS merged, COUNT(*) AS number"  # noqa: S608 - made by us
        f" FROM ({sql}) AS found ({columns}) GROUP BY GROUPING SETS ((), {sets})"
    )


def _merged(facets: int, position: int | None = None) -> int:
    """What PostgreSQL's GROUPING() gives: a bit, from the left, for each column that was not grouped by."""
    everything = (1 << facets) - 1
    return everything if position is None else everything - (1 << (facets - 1 - position))


def sql_of(rows: "QuerySet[Any, Any]") -> tuple[str, Sequence[Any]]:
    """Return the SQL of a query and its parameters, also where Django sees without asking that nothing can be found."""
    written: tuple[str, Sequence[Any]] = rows.query.get_compiler(DEFAULT_DB_ALIAS, elide_empty=False).as_sql()
    return written


def is_array(model: type[models.Model], path: str) -> bool:
    """Tell whether a path of field names ends in an array; one that leads over a relation never does here."""
    if "__" in path:
        return False
    try:
        field = model._meta.get_field(path)
        return isinstance(getattr(field, "output_field", field), ArrayField)  # also what the database generates
    except FieldDoesNotExist:  # what the database computes for a list is no array here
        return False


def _flat(choices: Any) -> Iterator[tuple[str, Any]]:
    for value, label in choices:
        yield str(value), label


class ByKeyField(forms.CharField):
    """A field for an official key that yields the object of that key."""

    def __init__(
        self, *, queryset: "QuerySet[Any]", pattern: str, missing: "StrOrPromise", key: str = "pk", **kwargs: Any
    ) -> None:
        """Take where to look, the key's pattern and its field, and the message for a key that nothing has."""
        super().__init__(**{"max_length": MAX_TEXT, **kwargs})
        self.queryset = queryset
        self.missing = missing
        self.key = key
        self.validators.append(RegexValidator(pattern, message=missing))

    def clean(self, value: Any) -> Any:
        """Return the object; None when nothing was given.

        Raises:
            ValidationError: no object has the key.
        """
        key = super().clean(value)
        if not key:
            return None
        found = self.queryset.all().filter(**{self.key: key}).first()
        if found is None:
            raise ValidationError(str(self.missing))
        return found


class ByKeyFilter(django_filters.Filter):
    """Keep the rows that belong to one object named by its official key.

    Give ``queryset`` (where to look), ``pattern`` and ``missing`` (the message); the form holds the object.
    """

    field_class = ByKeyField

    @property
    def pattern(self) -> str:
        """The key's pattern, for the API's description."""
        return str(self.extra["pattern"])
