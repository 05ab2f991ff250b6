"""Where a record of a source differs from the programme that stands here, field by field, and taking it over."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import connection

from funding.models import LONG_TEXTS, REVIEWED_FIELDS, Contact, Link, Programme
from funding.services.records import ContactRecord, LinkRecord, ProgrammeRecord

TEXTS = ("summary", *LONG_TEXTS)
"""Written in the format that ``text_format`` names: when that changes, all of them change together."""

FORMAT = "text_format"

PARTS: Mapping[str, tuple[type[Contact | Link], type[ContactRecord | LinkRecord]]] = {
    "contacts": (Contact, ContactRecord),
    "links": (Link, LinkRecord),
}

type Values = dict[str, Any]
"""What fields say, as JSON writes it."""


def differences(record: ProgrammeRecord, programme: Programme) -> Values:
    """Return what a record says otherwise than the programme; of fields that it says nothing about, nothing."""
    said, stands = _said(record), _stands(programme)
    found = {name: value for name, value in said.items() if value != stands[name]}
    if FORMAT not in found:
        return found
    texts = {name: said[name] for name in TEXTS if name in said}
    others = {name: value for name, value in found.items() if name not in {FORMAT, *TEXTS}}
    return {**others, FORMAT: {FORMAT: record.text_format, **texts}}


def is_protected(field: str, programme: Programme) -> bool:
    """Whether imports leave a field alone. All texts in another format do so if one of them is protected."""
    asked = {FORMAT, *TEXTS} if field == FORMAT else {field}
    return not asked.isdisjoint(programme.protected_fields)


def take_over(programme: Programme, wanted: Values, **besides: Any) -> None:
    """Write what a source says into a programme.

    Args:
        programme: which one; the object itself stays as it was read.
        wanted: values by reviewed field.
        besides: values of further fields, written with them.
    """
    plain = {name: value for name, value in wanted.items() if name not in PARTS and name != FORMAT}
    if plain.get("issued_on"):
        plain["issued_on"] = date.fromisoformat(plain["issued_on"])
    with origin("source"):
        Programme.objects.filter(pk=programme.pk).update(**plain, **wanted.get(FORMAT, {}), **besides)
    for name, (model, _record) in PARTS.items():
        if name in wanted:
            model._default_manager.filter(programme=programme).delete()
            rows: list[Any] = [model(programme=programme, position=n, **one) for n, one in enumerate(wanted[name])]
            model._default_manager.bulk_create(rows)


@contextmanager
def origin(by: str) -> Iterator[None]:
    """Say within a transaction who changes fields of programmes; a trigger writes it down."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('funding.origin', %s, true)", [by])
        yield
        cursor.execute("SELECT set_config('funding.origin', '', true)")


def _said(record: ProgrammeRecord) -> Values:
    said = {name: _plain(getattr(record, name)) for name in REVIEWED_FIELDS if name not in PARTS}
    said |= {name: [asdict(part) for part in getattr(record, name)] for name in PARTS}
    return {name: value for name, value in said.items() if name not in record.silent}


def _stands(programme: Programme) -> Values:
    stands = {name: _plain(getattr(programme, name)) for name in REVIEWED_FIELDS if name not in PARTS}
    for name, (_model, record) in PARTS.items():
        fields = record.__dataclass_fields__
        stands[name] = [{field: getattr(part, field) for field in fields} for part in getattr(programme, name).all()]
    return stands


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
