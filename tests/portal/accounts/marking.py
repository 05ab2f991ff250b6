"""Rows about one person in every declared model, each field with a mark of its own; and where marks are found."""

import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, models, transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry, Page

from portal.accounts.models import DataExport, User
from portal.audit.models import AuditEvent
from portal.content.models import BarrierReport, GuidePage
from portal.directory.models import Invitation
from portal.privacy import Erasure, PersonalData
from tests.factories import factories
from tests.factories.actors import InvitationFactory
from tests.factories.audit import AuditEventFactory
from tests.factories.content import BarrierReportFactory, GuideFactory

MARK = re.compile(r"mk7q3x\d+x")
Place = tuple[str, str]  # model, field


class Marks:
    """Hands out marks and remembers where each was put."""

    def __init__(self) -> None:
        self.places: dict[str, Place] = {}
        self.refused: set[Place] = set()

    def new(self, model: type[models.Model], field: str) -> str:
        mark = f"mk7q3x{len(self.places):04d}x"
        self.places[mark] = (model._meta.label, field)
        return mark

    def put(self, row: models.Model, names: set[str]) -> None:
        """Put a mark into each of the fields, past every rule of the code; rules of the database are kept."""
        model = type(row)
        for field in model._meta.concrete_fields:
            if field.name not in names or not can_be_marked(field):
                continue
            mark = self.new(model, field.name)
            try:
                with transaction.atomic():
                    model._base_manager.filter(pk=row.pk).update(**{field.attname: marked(field, mark)})
            except DatabaseError:
                del self.places[mark]
                self.refused.add((model._meta.label, field.name))


def can_be_marked(field: Any) -> bool:
    if isinstance(field, models.GeneratedField) or field.primary_key or field.choices:
        return False
    if isinstance(field, models.CharField) and (field.max_length or 99) < 12:
        return False
    if isinstance(field, ArrayField):
        inner = field.base_field
        return isinstance(inner, models.CharField | models.TextField) and not inner.choices
    return isinstance(field, models.CharField | models.TextField | models.JSONField | models.FileField)


def marked(field: Any, mark: str) -> Any:
    if isinstance(field, models.FileField):
        return field.storage.save(
            f"{field.upload_to}/{mark}.txt" if isinstance(field.upload_to, str) else f"{mark}.txt",
            ContentFile(mark.encode()),
        )
    if isinstance(field, ArrayField):
        return [mark]
    if isinstance(field, models.JSONField):
        return [mark] if isinstance(field.get_default(), list) else {"said": mark}
    if isinstance(field, models.EmailField):
        return f"{mark}@example.org"
    if isinstance(field, models.URLField):
        return f"https://example.org/{mark}"
    return mark


def build(model: type[models.Model], **given: Any) -> Any:
    """Make a row of any model: what is demanded is filled in."""
    if model in factories():
        return factories()[model](**given)
    values = dict(given)
    for field in model._meta.concrete_fields:
        optional = field.null and field.name != "context"  # a translation says it has none and needs one
        if field.name in values or field.has_default() or optional or field.auto_created:
            continue
        values[field.name] = demanded(field)
    row = model(**values)
    row.save_base(raw=True, force_insert=True)  # without the rules of the library's own code
    return row


def demanded(field: Any) -> Any:  # noqa: C901, PLR0911 - a table of kinds of fields
    if field.is_relation:
        target = field.related_model
        if target is ContentType:
            return ContentType.objects.get_for_model(GuidePage)
        if target is Page:
            return Page.objects.get(pk=GuideFactory().pk)
        return target._base_manager.first() or build(target)
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    if isinstance(field, models.DateField):
        return timezone.localdate()
    if isinstance(field, models.GenericIPAddressField):
        return "fd00::"
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    if isinstance(field, models.JSONField):
        return {}
    if isinstance(field, models.IntegerField | models.BooleanField):
        return 1
    if field.name == "object_id":
        return str(GuideFactory().pk)
    return ""


def signed_in(person: User) -> Any:
    client = Client()
    client.force_login(person)
    return client.session


# By these the rows are found, or they would not be what they are: a mark would make them somebody else's.
FOUND_BY = {
    "accounts.User": {"email"},
    "accounts.DataExport": {"file"},  # there is none before it was made
    "content.BarrierReport": {"email"},
    "directory.Invitation": {"email"},
    "sessions.Session": {"session_data"},
    "wagtailcore.ModelLogEntry": {"object_id"},
}

# Where no path of fields leads from the row to the person.
SPECIAL: dict[type[models.Model], Callable[[PersonalData, User, Marks], Any]] = {
    User: lambda _declared, person, _marks: person,
    Page: lambda _declared, person, _marks: Page.objects.get(pk=GuideFactory(owner=person, locked_by=person).pk),
    AuditEvent: lambda _declared, person, marks: AuditEventFactory(
        actor=person.uuid, reason=marks.new(AuditEvent, "reason"), changed=[marks.new(AuditEvent, "changed")]
    ),
    BarrierReport: lambda _declared, person, _marks: BarrierReportFactory(email=person.email),
    Invitation: lambda _declared, person, _marks: InvitationFactory(email=person.email),
}


def between(model: type[models.Model], name: str, path: str, person: User) -> Any:
    """Return the row that lies between a row and the person."""
    target = model._meta.get_field(name).related_model
    return target._base_manager.filter(**{path: person}).first() or build(target, **{path: person})


def make_row(declared: PersonalData, person: User, marks: Marks) -> Any:
    """Make a row that a declaration is about."""
    model = declared.model
    if declared.rows is not None or not declared.subject or model in SPECIAL:
        if model is ModelLogEntry:
            kind = ContentType.objects.get_for_model(User)
            return build(model, content_type=kind, object_id=str(person.pk))
        if model._meta.label == "sessions.Session":
            signed_in(person)
            return declared.rows_of(person).get()
        if model not in SPECIAL:
            raise AssertionError(f"Nobody has said how to make a row of {model._meta.label} about a person.")
        if declared.subject or declared.rows:
            return SPECIAL[model](declared, person, marks)
    given = {}
    if declared.subject:
        first, _dunder, rest = declared.subject.partition("__")
        given = {first: between(model, first, rest, person) if rest else person}
    if declared.erasure is Erasure.ANONYMISE:
        given |= {link.name: person for link in declared.links() if not link.many_to_many}
    return build(model, **given)


def mark_everything(declarations: list[PersonalData], person: User) -> tuple[Marks, dict[int, Any]]:
    """Make a row for each declaration and mark it: all its texts; of what is anonymised, those that are declared."""
    marks, rows = Marks(), {}
    for number, declared in enumerate(declarations):
        row = rows[number] = make_row(declared, person, marks)
        everything = {field.name for field in declared.model._meta.concrete_fields}
        names = set(declared.fields) | set(declared.files) if declared.erasure is Erasure.ANONYMISE else everything
        if declared.rows is not None or declared.model in {User, DataExport}:
            names -= FOUND_BY.get(declared.model._meta.label, set())
        if declared.model is not AuditEvent:  # nobody changes a line
            marks.put(row, names)
    return marks, rows


def marks_in_tables() -> dict[str, set[str]]:
    """Return every mark in the database with the columns that hold it."""
    found: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns JOIN information_schema.tables"
            " USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        columns = cursor.fetchall()
        assert len(columns) > 500
        for table, column, kind in columns:
            name = f'"{column}"'
            text = f"encode({name}, 'escape')" if kind == "bytea" else f"{name}::text"
            cursor.execute(f"SELECT {text} FROM \"{table}\" WHERE {text} ~ 'mk7q3x[0-9]+x'")  # noqa: S608 - from the catalogue
            for (value,) in cursor.fetchall():
                for mark in MARK.findall(value):
                    found.setdefault(mark, set()).add(f"{table}.{column}")
    return found


def marks_in_files(*folders: Path) -> set[str]:
    """Return every mark in names and contents of files."""
    return {mark for text in _texts(*folders) for mark in MARK.findall(text)}


def _texts(*folders: Path) -> Iterator[str]:
    for folder in folders:
        for path in folder.rglob("*"):
            yield path.name
            if path.is_file():
                yield path.read_bytes().decode("latin-1")


def marks_in_cache() -> set[str]:
    """Return every mark in the cache of this process."""
    held = {str(key).encode() + bytes(value) for key, value in cache._cache.items()}
    assert held
    return {mark for text in held for mark in MARK.findall(text.decode("latin-1"))}
