"""Reading all that belongs to things in one statement, however many kinds of it there are.

Django fetches each relation by a statement of its own; a page that shows nine kinds of parts would need nine. Here
each kind is a SELECT that gives its rows as JSON, and all go over the wire as one UNION ALL.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model


def by_position(part: Any) -> tuple[Any, ...]:
    """Sort parts as they were put in order."""
    return (part.position, part.pk)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of what belongs to a thing.

    Attributes:
        name: what the thing calls these parts (``related_name``).
        model: the parts.
        order: the key they are sorted by.
        further: a relation of the part to something that is shown with it, with its model and the fields needed.
    """

    name: str
    model: type[Model]
    order: Callable[[Any], tuple[Any, ...]] = by_position
    further: tuple[str, type[Model], tuple[str, ...]] | None = None


def gather(things: Sequence[Model], owner: str, kinds: Sequence[Kind]) -> None:
    """Fetch the parts of all kinds; ``thing.<name>.all()`` then asks the database no more.

    Args:
        things: stored rows of one model.
        owner: the foreign key by which the parts of every kind belong to it.
        kinds: of parts.
    """
    keys = [one.pk for one in things]
    found: dict[str, dict[Any, list[Model]]] = {kind.name: defaultdict(list) for kind in kinds}
    if keys:
        by_name = {kind.name: kind for kind in kinds}
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(_select(kind, owner) for kind in kinds), [keys] * len(kinds))
            for name, key, content, further in cursor.fetchall():
                found[name][key].append(_part(by_name[name], _read(content), _read(further)))
    for kind in kinds:
        for thing in things:
            queryset: Any = kind.model._default_manager.all()
            queryset._result_cache, queryset._prefetch_done = sorted(found[kind.name][thing.pk], key=kind.order), True
            thing.__dict__.setdefault("_prefetched_objects_cache", {})[kind.name] = queryset


def _select(kind: Kind, owner: str) -> str:
    """SQL for the parts of one kind, each with what it leads to; made of names of our own models alone."""
    further, joined = "NULL::jsonb", ""
    if kind.further is not None:
        relation, target, fields = kind.further
        listed = ", ".join(f"'{field}', further.{field}" for field in fields)
        further = f"jsonb_build_object({listed})"
        joined = f" LEFT JOIN {target._meta.db_table} further ON further.id = part.{relation}_id"
    return (
        f"SELECT '{kind.name}', part.{owner}_id, to_jsonb(part), {further}"  # noqa: S608 - see above
        f" FROM {kind.model._meta.db_table} part{joined} WHERE part.{owner}_id = ANY(%s)"
    )


def _read(content: "str | dict[str, Any] | None") -> dict[str, Any]:
    return json.loads(content) if isinstance(content, str) else content or {}


def _part(kind: Kind, content: dict[str, Any], further: dict[str, Any]) -> Model:
    part = kind.model(**dict(_values(kind.model, content)))
    part._state.adding, part._state.db = False, "default"
    if kind.further is not None and further.get("id") is not None:
        relation, target, _fields = kind.further
        names, values = zip(*_values(target, further), strict=True)
        setattr(part, relation, target.from_db("default", names, values))  # other fields are fetched when asked for
    return part


def _values(model: type[Model], content: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a row that PostgreSQL has written as JSON, in the model's order."""
    for field in model._meta.concrete_fields:
        if field.attname in content:
            yield field.attname, field.to_python(content[field.attname])
