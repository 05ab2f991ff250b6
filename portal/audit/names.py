"""What the keys in the audit stand for today. What is gone since has no name any more; its lines stay."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models

from portal.audit.models import AuditEvent
from portal.privacy import is_person

ORGANISATION = "directory.organisation"
"""Kind of thing that people act for; named like the target of a relation, as the audit knows none of the areas."""


def kind_of_thing(label: str) -> str:
    """Name a kind of thing for people; one whose model is gone keeps its label."""
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except LookupError:
        return label


@dataclass(frozen=True, slots=True)
class NamedEvent:
    """A line with the things that its keys stand for; None: gone, or nobody.

    Attributes:
        actor: the person who did it.
        on_behalf_of: the organisation.
        thing: what it was done to.
        kind: what kind of thing that is, for people.
    """

    event: AuditEvent
    actor: models.Model | None
    on_behalf_of: models.Model | None
    thing: models.Model | None
    kind: str


def named(events: Iterable[AuditEvent]) -> list[NamedEvent]:
    """Look up what lines are about: one statement for each kind of thing, however many lines there are."""
    lines = list(events)
    people = get_user_model()._meta.label_lower
    wanted: dict[str, set[str]] = {}
    for line in lines:
        wanted.setdefault(line.object_type, set()).add(line.object_key)
        if line.actor:
            wanted.setdefault(people, set()).add(str(line.actor))
        if line.on_behalf_of:
            wanted.setdefault(ORGANISATION, set()).add(line.on_behalf_of)
    found = {label: _look_up(label, keys) for label, keys in wanted.items()}
    return [
        NamedEvent(
            event=line,
            actor=found.get(people, {}).get(str(line.actor)),
            on_behalf_of=found.get(ORGANISATION, {}).get(line.on_behalf_of),
            thing=found[line.object_type].get(line.object_key),
            kind=kind_of_thing(line.object_type),
        )
        for line in lines
    ]


def _look_up(label: str, keys: Iterable[str]) -> Mapping[str, models.Model]:
    try:
        model = apps.get_model(label)
    except LookupError:
        return {}
    field: Any = model._meta.get_field("uuid") if is_person(model) else model._meta.pk
    understood = []
    for key in keys:
        try:
            understood.append(field.to_python(key))
        except ValidationError:  # the key of a run, not of a row
            continue
    related = [one.name for one in model._meta.concrete_fields if one.is_relation and one is not model._meta.pk]
    rows = model._base_manager.filter(**{f"{field.name}__in": understood})
    rows = rows.select_related(*related) if related else rows
    return {str(getattr(row, field.attname)): row for row in rows}


def actors_named(words: str) -> list[UUID]:
    """Return the random keys of the people whose name or address has the words; at most a hundred."""
    people = get_user_model()._base_manager.filter(
        models.Q(display_name__icontains=words) | models.Q(email__icontains=words)
    )
    return list(people.order_by("pk").values_list("uuid", flat=True)[:100])
