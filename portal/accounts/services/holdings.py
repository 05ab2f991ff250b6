"""What the portal holds of a person, by the declarations of the areas; and how rows are deleted or made anonymous."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import Storage
from django.db import models, transaction

from portal.accounts.models import User
from portal.areas import areas
from portal.privacy import Erasure, PersonalData, field_label


@dataclass(frozen=True, slots=True)
class Holding:
    """What one declaration says of one person.

    Attributes:
        count: how many rows there are.
        details: what their fields are called.
    """

    declared: PersonalData
    count: int

    @property
    def label(self) -> str:
        """What the rows are called."""
        return self.declared.label

    @property
    def details(self) -> list[str]:
        """What the fields are called that hold something of a person."""
        return [field_label(self.declared.model, name) for name in self.declared.fields]


def declarations() -> list[PersonalData]:
    """Return every declaration that can be about a person with an account."""
    return [declared for declared in areas.each("personal_data") if declared.subject or declared.rows]


def holdings(person: User) -> list[Holding]:
    """Return what the portal holds of a person, in the order of the areas; what there is none of is left out."""
    counted = (Holding(declared, declared.rows_of(person).count()) for declared in declarations())
    return [holding for holding in counted if holding.count]


def delete_rows(declared: PersonalData, rows: "models.QuerySet[Any]") -> int:
    """Delete rows and, once that is stored, their files; return how many rows of this model there were."""
    _delete_files_later(declared, rows)
    rows = declared.model._base_manager.filter(pk__in=list(rows.values_list("pk", flat=True)))
    _deleted, by_model = rows.delete()
    return by_model.get(declared.model._meta.label, 0)


def anonymise_rows(declared: PersonalData, rows: "models.QuerySet[Any]", *, person: User | None = None) -> int:
    """Take everything out of rows that tells of a person; return how many there were.

    Args:
        declared: says what tells of a person.
        rows: rows of its model.
        person: only her links become null, and only rows whose subject she is are emptied; None: all of them.
    """
    keys = list(rows.values_list("pk", flat=True))
    these = declared.model._base_manager.filter(pk__in=keys)
    emptied = declared.emptied()
    about = these.filter(pk__in=_subject_rows(declared, these, person))
    if emptied or declared.files:
        _delete_files_later(declared, about)
        about.update(**emptied | dict.fromkeys(declared.files, ""))
    unlink(declared, these, person=person)
    return len(keys)


def unlink(declared: PersonalData, rows: "models.QuerySet[Any]", *, person: User | None = None) -> None:
    """Make the links of a declaration null, where they can be: those to one person, or all of them."""
    for link in declared.links():
        named = rows if person is None else rows.filter(**{link.name: person.pk})
        if link.many_to_many:
            for row in named:
                getattr(row, link.name).remove(*([person] if person else getattr(row, link.name).all()))
        elif link.null:
            named.update(**{link.name: None})


def in_order_of_deletion(declared: Iterable[PersonalData]) -> list[PersonalData]:
    """Sort declarations so that rows go before the rows that they point to."""
    waiting, sorted_ones = list(declared), []
    while waiting:
        pointed_to = {target for each in waiting for target in _targets(each.model)}
        free = [each for each in waiting if each.model not in pointed_to] or waiting[:1]  # a ring: begin anywhere
        sorted_ones += free
        waiting = [each for each in waiting if each not in free]
    return sorted_ones


def _targets(model: type[models.Model]) -> set[Any]:
    """Return the models that a model points to, itself left out."""
    return {f.related_model for f in model._meta.concrete_fields if f.is_relation} - {model}


def _subject_rows(declared: PersonalData, rows: "models.QuerySet[Any]", person: User | None) -> list[Any]:
    if person is not None and declared.subject and declared.rows is None:
        rows = rows.filter(**{declared.subject: person.pk})
    return list(rows.values_list("pk", flat=True))


def _delete_files_later(declared: PersonalData, rows: "models.QuerySet[Any]") -> None:
    """Delete the files of rows when the transaction is stored: an erasure that fails has deleted nothing."""
    for name in declared.files:
        for row in rows.exclude(**{name: ""}).exclude(**{f"{name}__isnull": True}):
            file = getattr(row, name)
            transaction.on_commit(_deletion(file.storage, file.name))


def _deletion(storage: Storage, name: str) -> Any:
    return lambda: storage.delete(name)


def erased_with(person: User) -> dict[Erasure, list[Holding]]:
    """Return what an erasure would delete, anonymise and keep of a person."""
    found = holdings(person)
    return {kind: [h for h in found if h.declared.erasure is kind] for kind in Erasure}
