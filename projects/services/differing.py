"""What a newer version of a project changes, field by field, so that whoever reviews it overlooks nothing."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from projects.models import PARTS, Part, Project, ProjectPlace, Supplier

OF_THE_ROW = ("id", "project", "position")
"""Fields that say where a part stands, and nothing about it."""


class Change(NamedTuple):
    """A field or a part that differs: what it is, and what stood and stands there; empty for nothing."""

    label: str
    before: str
    after: str


def changes(before: Project, after: Project, names: Sequence[str]) -> list[Change]:
    """Say what differs between two versions of a project.

    Args:
        before: the one that readers see.
        after: the newer one.
        names: the project's own fields to look at; its places and parts are always looked at, with all they say.
    """
    found = []
    for name in names:
        field: Any = Project._meta.get_field(name)
        if getattr(before, name) != getattr(after, name):
            found.append(Change(str(field.verbose_name), _in_words(before, field), _in_words(after, field)))
    parts: list[tuple[str, type[Part]]] = [("places", ProjectPlace), *PARTS]
    for relation, model in parts:
        old, new = (list(getattr(one, relation).all()) for one in (before, after))
        found += _changes_of_parts(model, old, new)
    return found


def _changes_of_parts(model: type[Part], before: list[Part], after: list[Part]) -> Iterator[Change]:
    """Pair what says the same, then what has the same key, then the same name; what is left came or went."""
    old, new = list(before), list(after)
    pairs: list[tuple[Part, Part]] = []
    for is_same in SAME:
        for one in list(old):
            if (other := next((other for other in new if is_same(one, other)), None)) is not None:
                old.remove(one)
                new.remove(other)
                pairs.append((one, other))
    label = str(model._meta.verbose_name)
    for one, other in pairs:
        if differing := [field for field in _fields(one) if _value(one, field) != _value(other, field)]:
            yield Change(f"{label}: {one}", _lines(one, differing), _lines(other, differing))
    for one in old:
        yield Change(f"{label}: {one}", _lines(one, _fields(one)), _("(taken out)"))
    for other in new:
        yield Change(f"{label}: {other}", _("(not there yet)"), _lines(other, _fields(other)))
    if not old and not new and model is not Supplier:  # suppliers stand by name, whatever their order
        places = [after.index(other) for _one, other in sorted(pairs, key=lambda pair: before.index(pair[0]))]
        if places != sorted(places):
            plural = _("order: %(what)s") % {"what": model._meta.verbose_name_plural}
            yield Change(plural, "\n".join(map(str, before)), "\n".join(map(str, after)))


def _says_the_same(one: Part, other: Part) -> bool:
    return all(_value(one, field) == _value(other, field) for field in _fields(one))


def _has_the_same_key(one: Part, other: Part) -> bool:
    return one.pk is not None and one.pk == other.pk


def _has_the_same_name(one: Part, other: Part) -> bool:
    return str(one) == str(other)


SAME: tuple[Callable[[Part, Part], bool], ...] = (_says_the_same, _has_the_same_key, _has_the_same_name)
"""How parts of two versions are recognised; those that were new in a version have no key in it."""


def _fields(part: Part) -> list[Any]:
    return [field for field in part._meta.concrete_fields if field.name not in OF_THE_ROW]


def _value(part: Part, field: Any) -> Any:
    return getattr(part, field.attname)


def _lines(part: Part, fields: list[Any]) -> str:
    said = ((str(field.verbose_name), _in_words(part, field)) for field in fields)
    return "\n".join(f"{label[:1].upper()}{label[1:]}: {words or '–'}" for label, words in said)


def _in_words(one: Any, field: Any) -> str:
    shown = getattr(one, f"get_{field.name}_display", None)
    if shown is not None:
        return str(shown() or "")
    match getattr(one, field.name):
        case None:
            return ""
        case list():
            return ", ".join(one.labels(field.name))
        case date() as day:
            return date_format(day)
        case int() | Decimal() as number:
            return number_format(number, force_grouping=True)
        case value:
            return str(value)
