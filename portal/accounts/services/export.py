"""A copy of what the portal holds of a person (Art. 15 and 20 GDPR): one ZIP with JSON, a readable page and files."""

import json
import logging
import tempfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from celery import current_app
from django.conf import settings
from django.core.files import File
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.accounts.models import DataExport, User
from portal.accounts.models.subject_rights import VALID_FOR
from portal.accounts.services import holdings, mails
from portal.areas import areas
from portal.audit.models import Verb
from portal.audit.services import record
from portal.privacy import PersonalData, field_label, is_person

logger = logging.getLogger(__name__)

MAKING = "portal.accounts.tasks.make_export"
"""Name of the job that makes an export."""


def request_export(*, person: User) -> DataExport:
    """Ask for an export; while one is in the making, that one is returned."""
    try:
        with transaction.atomic():
            wanted = DataExport.objects.create(person=person, expires_at=timezone.now() + VALID_FOR)
            record(Verb.DATA_EXPORTED, wanted, by=person)
            transaction.on_commit(lambda: current_app.send_task(MAKING, [str(wanted.uuid)]), robust=True)
    except IntegrityError:
        return DataExport.objects.get(person=person, state=DataExport.State.REQUESTED)
    return wanted


def make_export(*, export: DataExport) -> DataExport | None:
    """Make the file of an export and tell its person. Made, failed or gone already: None, nothing happens.

    Raises:
        OSError: the mail server does not take the mail; the export is ready nevertheless.
    """
    with transaction.atomic():
        wanted = DataExport.objects.filter(pk=export.pk, state=DataExport.State.REQUESTED)
        locked = wanted.select_related("person").select_for_update(of=("self",), skip_locked=True).first()
        if locked is None:
            return None
        with tempfile.TemporaryFile() as written:
            write_zip(locked.person, written)
            written.seek(0)
            locked.file.save(f"{locked.uuid}.zip", File(written), save=False)
        locked.state, locked.ready_at = DataExport.State.READY, timezone.now()
        locked.expires_at = locked.ready_at + VALID_FOR
        locked.save()
    mails.tell_export_ready(locked)
    return locked


def make_outstanding() -> int:
    """Make the exports whose job was lost, and return how many. What cannot be made is marked as failed."""
    made = 0
    for export in DataExport.objects.filter(state=DataExport.State.REQUESTED):
        try:
            made += make_export(export=export) is not None
        except Exception:  # one person's export must not keep all others from theirs
            logger.exception("An export could not be made or announced: %s", export.uuid)
            DataExport.objects.filter(pk=export.pk, state=DataExport.State.REQUESTED).update(
                state=DataExport.State.FAILED
            )
    return made


def note_fetched(*, export: DataExport) -> None:
    """Write down when an export was fetched first."""
    DataExport.objects.filter(pk=export.pk, fetched_at=None).update(fetched_at=timezone.now())


def purge_expired() -> int:
    """Delete the exports that have run out, with their files, and return how many. Runs every night."""
    declared = next(each for each in areas.each("personal_data") if each.model is DataExport)
    return holdings.delete_rows(declared, DataExport.objects.filter(expires_at__lt=timezone.now()))


def write_zip(person: User, target: Any) -> None:
    """Write the export of a person into a file opened for writing."""
    with override(settings.LANGUAGE_CODE), ZipFile(target, "w", ZIP_DEFLATED) as archive:
        parts = [_part(holding, person, archive) for holding in holdings.holdings(person)]
        made_at = timezone.now()
        data = {
            "format": 1,
            "portal": settings.SITE_URL,
            "made_at": made_at,
            "data": [
                {name: part[name] for name in ("model", "label", "purpose", "legal_basis", "rows")} for part in parts
            ],
        }
        archive.writestr("data.json", json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
        context = {
            "parts": parts,
            "made_at": made_at,
            "person": person,
            "site_url": settings.SITE_URL,
            "operator_name": settings.OPERATOR_NAME,
            "operator_email": settings.OPERATOR_EMAIL,
        }
        archive.writestr("index.html", render_to_string("accounts/export.html", context))


def _part(holding: holdings.Holding, person: User, archive: ZipFile) -> dict[str, Any]:
    """Return one declaration's rows, for programs (``rows``) and for people (``table``); put its files in."""
    declared = holding.declared
    fields = [declared.model._meta.get_field(name) for name in declared.fields]
    rows, table = [], []
    for row in declared.rows_of(person).order_by("pk"):
        values = {field.name: _value(row, field, person) for field in fields}
        shown = [_shown(row, field, values[field.name]) for field in fields]
        if files := list(_files(declared, row, archive)):
            values["files"] = files
        rows.append(values)
        table.append({"cells": shown, "files": files})
    return {
        "model": declared.model._meta.label_lower,
        "label": holding.label,
        "purpose": str(declared.purpose),
        "legal_basis": str(declared.legal_basis),
        "columns": [field_label(declared.model, name) for name in declared.fields],
        "rows": rows,
        "table": table,
        "with_files": any(line["files"] for line in table),
    }


def _value(row: models.Model, field: Any, person: User) -> Any:
    """Return a field's value for the JSON. Other people stay unnamed: their data are theirs (C-23)."""
    if field.many_to_many or field.one_to_many:
        named = getattr(row, field.get_accessor_name() if field.auto_created else field.name).all()
        return [_named(other, person) for other in named]
    value = getattr(row, field.name)
    if isinstance(value, models.Model):
        return _named(value, person)
    if isinstance(field, models.FileField):
        return PurePosixPath(value.name).name if value else ""
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value


def _named(other: models.Model, person: User) -> str:
    if is_person(type(other)):
        return _("yourself") if other.pk == person.pk else _("another person")
    return str(other)


def _shown(row: models.Model, field: Any, value: Any) -> Any:
    """Return a field's value as people read it."""
    if getattr(field, "choices", None) and hasattr(row, f"get_{field.name}_display"):
        return getattr(row, f"get_{field.name}_display")()
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if isinstance(value, dict):
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    return value


def _files(declared: PersonalData, row: models.Model, archive: ZipFile) -> Iterator[str]:
    """Put a row's files into the archive and yield their names there. An export holds no exports."""
    if declared.model is DataExport:
        return
    for name in declared.files:
        file = getattr(row, name)
        if not file or not file.storage.exists(file.name):
            continue
        inside = f"files/{row._meta.label_lower}/{row.pk}-{PurePosixPath(file.name).name}"
        with file.storage.open(file.name) as opened, archive.open(inside, "w") as written:
            for chunk in iter(lambda: opened.read(65_536), b""):
                written.write(chunk)
        yield inside
