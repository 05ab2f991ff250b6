"""Finding whom a change concerns: from the changed rows to the searches, not the other way round.

A saved search is a list of conditions, all of which a row has to satisfy (of several values of one filter, one is
enough). Each condition is asked once for all changed rows, however many searches have it; a row's own values answer
those of facets. One statement then finds the searches whose conditions are all satisfied.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import BigIntegerField, TextField, Value
from django.db.models.functions import Cast
from django.http import QueryDict

from portal.areas import Resource
from portal.filters import ChoicesFilter, DependentChoicesFilter, SortFilter
from portal.following.models import BESIDE, SEVERAL, Condition, Follow

ASKED_AT_ONCE = 100
"""Conditions that one statement asks for."""

# Follow and row, wherever a row satisfies one value at least of each of the search's filters; searches without any
# filter, and those who follow the very thing.
_JOIN = """
SELECT follow.id, satisfied.key
FROM unnest(%(conditions)s::bigint[], %(keys)s::text[]) AS satisfied (condition_id, key)
    JOIN following_condition_follows link USING (condition_id)
    JOIN following_condition condition ON condition.id = link.condition_id
    JOIN following_follow follow ON follow.id = link.follow_id
WHERE follow.confirmed_at IS NOT NULL AND follow.removed_at IS NULL
GROUP BY follow.id, satisfied.key
HAVING COUNT(DISTINCT condition.name) = follow.parameter_count
UNION ALL
SELECT follow.id, changed.key
FROM unnest(%(changed)s::text[]) AS changed (key)
    JOIN following_follow follow ON follow.resource = %(resource)s
        AND follow.confirmed_at IS NOT NULL AND follow.removed_at IS NULL
        AND (follow.object_key = changed.key OR (follow.object_key = '' AND follow.parameter_count = 0))
"""


def matches(resource: Resource, keys: Sequence[Any]) -> dict[str, list[Follow]]:
    """Return, by the key of each changed row, what is followed and concerned."""
    satisfied = list(_satisfied(resource, keys))
    values: dict[str, Any] = {
        "conditions": [condition for condition, _key in satisfied],
        "keys": [key for _condition, key in satisfied],
        "changed": [str(key) for key in keys],
        "resource": resource.slug,
    }
    with connection.cursor() as cursor:
        cursor.execute(_JOIN, values)
        pairs = cursor.fetchall()
    follows = Follow.objects.select_related("recipient__person").in_bulk({follow for follow, _key in pairs})
    left_out = _left_out_by_default(resource, keys)
    found: dict[str, list[Follow]] = defaultdict(list)
    for number, key in sorted(pairs):
        follow = follows[number]
        if follow.is_search and any(key in rows for name, rows in left_out.items() if name not in follow.parameters):
            continue
        found[key].append(follow)
    return found


def _left_out_by_default(resource: Resource, keys: Sequence[Any]) -> dict[str, set[str]]:
    """Return the rows that a filter leaves out when nothing is chosen in it: places that are no more, say."""
    rows = resource.model._default_manager.filter(pk__in=keys)
    filters = resource.filterset(queryset=rows)
    left_out = {}
    for name, one in filters.filters.items():
        if isinstance(one, SortFilter):
            continue
        nothing = one.field.clean([] if isinstance(one, ChoicesFilter) else "")
        found = one.filter(rows, nothing)
        if found is not rows:
            kept = {str(key) for key in found.values_list("pk", flat=True)}
            left_out[name] = {str(key) for key in keys} - kept
    return left_out


def _satisfied(resource: Resource, keys: Sequence[Any]) -> Iterator[tuple[int, str]]:
    """Yield each condition with each row that satisfies it."""
    filters = resource.filterset(queryset=resource.model._default_manager.filter(pk__in=keys))
    plain: dict[str, dict[str, int]] = defaultdict(dict)
    others: list[tuple[int, str, str]] = []
    conditions = Condition.objects.filter(resource=resource.slug)
    for key, name, value in conditions.values_list("pk", "name", "value"):
        if type(filters.filters.get(name)) is ChoicesFilter:
            plain[name][value] = key
        elif name in filters.filters:
            others.append((key, name, value))
    yield from _by_own_values(filters, plain)
    for start in range(0, len(others), ASKED_AT_ONCE):
        asked = [query for one in others[start : start + ASKED_AT_ONCE] if (query := _question(filters, *one))]
        if asked:
            yield from asked[0].union(*asked[1:], all=True).order_by() if len(asked) > 1 else asked[0]


def _by_own_values(filters: Any, plain: Mapping[str, Mapping[str, int]]) -> Iterator[tuple[int, str]]:
    """Yield what the rows' own values answer, of filters that are closed lists and nothing more; one statement."""
    names = sorted(plain)
    if not names:
        return
    fields = [filters.filters[name].field_name for name in names]
    for row, *values in filters.queryset.order_by().values_list("pk", *fields).distinct():
        for name, found in zip(names, values, strict=True):
            for value in found if isinstance(found, list) else [found]:
                if (condition := plain[name].get(str(value))) is not None:
                    yield condition, str(row)


def _question(filters: Any, condition: int, name: str, value: str) -> Any:
    """Ask which of the rows satisfy one condition; None when its value is none any more (a place that is gone)."""
    one = filters.filters[name]
    if isinstance(one, DependentChoicesFilter):
        return _marked(_together(filters, one, name, value), condition)
    try:
        cleaned = one.field.clean(value.split(SEVERAL) if isinstance(one, ChoicesFilter) else value)
    except ValidationError:
        return None
    return _marked(one.filter(filters.queryset.all(), cleaned), condition)


def _together(filters: Any, one: DependentChoicesFilter, name: str, value: str) -> Any:
    """Ask for a filter together with the one it depends on."""
    chosen, _mark, beside = value.partition(BESIDE)
    data = QueryDict(mutable=True)
    data.setlist(name, chosen.split(SEVERAL))
    data[one.beside] = beside
    return type(filters)(data, filters.queryset).qs


def _marked(rows: Any, condition: int) -> Any:
    """Say of each row which condition it satisfies."""
    found = rows.order_by()
    marked = found.annotate(
        condition_key=Value(condition, output_field=BigIntegerField()), row_key=Cast("pk", TextField())
    )
    return marked.values_list("condition_key", "row_key").distinct()
