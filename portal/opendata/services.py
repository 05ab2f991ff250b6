"""Writing the files of the night: what everybody may read, in the words of the API."""

import gzip
import json
import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from functools import partial
from itertools import batched
from typing import IO, TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.test import RequestFactory
from django.utils import timezone
from django.utils.translation import override
from rest_framework.request import Request

from portal.areas import Resource, areas, fields_of
from portal.exports import write_csv
from portal.opendata.models import Dump

if TYPE_CHECKING:
    from portal.api import VisibleViewSet

logger = logging.getLogger(__name__)

CHUNK = 500
"""Things that are read from the database at once."""

DUMP_LOCK = 0x44554D50
"""Number of the advisory lock that lets one run at a time write (the letters DUMP)."""

type Row = dict[str, Any]


def open_resources() -> list[Resource]:
    """Return what there is in whole files: the resources that say under which licence."""
    return [resource for resource in areas.each("resources") if resource.licence]


def write_dumps() -> int:
    """Write all files anew and return how many; nothing where another run is at it.

    A resource whose file cannot be written keeps that of the night before; the others are not kept from theirs.
    """
    written = 0
    for resource in open_resources():
        try:
            written += _write(resource)
        except Exception:  # one list that fails must not keep the others from theirs; the log says why
            logger.exception("The file of %s could not be written", resource.slug)
    return written


@transaction.atomic
def _write(resource: Resource) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))", [DUMP_LOCK, resource.slug])
        if not cursor.fetchone()[0]:
            return 0
    with ExitStack() as open_files:
        finished = []
        for format_, write in WRITERS.items():
            file = open_files.enter_context(tempfile.TemporaryFile())
            with gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as packed, override(settings.LANGUAGE_CODE):
                rows = write(cast("IO[bytes]", packed), resource)
            finished.append((format_, file, rows))
        for one in finished:  # only now: if one format fails, nothing of the other is left behind
            _keep(resource, *one)
    return len(WRITERS)


def _keep(resource: Resource, format_: str, file: IO[bytes], rows: int) -> None:
    """Put a finished file in the place of the one before, which goes once the new one is certain."""
    now = timezone.now()
    before = Dump.objects.filter(resource=resource.slug, format=format_).first()
    size = file.tell()
    file.seek(0)
    name = default_storage.save(f"opendata/{resource.slug}-{now:%Y%m%d%H%M%S}.{format_}.gz", File(file))
    values = {"file": name, "rows": rows, "size": size, "written_at": now}
    Dump.objects.update_or_create(resource=resource.slug, format=format_, defaults=values)
    if before is not None:
        transaction.on_commit(partial(_forget, before.file.name or ""))


def _forget(name: str) -> None:
    with suppress(OSError):  # whoever reads it at this moment keeps what is open
        default_storage.delete(name)


def _rows(resource: Resource) -> Iterator[Row]:
    """Yield what the API answers of everything that everybody may read, in the order of its keys."""
    view = cast("VisibleViewSet[Any]", resource.viewset())
    address = urlsplit(settings.SITE_URL)
    request = Request(RequestFactory(SERVER_NAME=address.hostname or "localhost").get("/", secure=True))
    request._request.user = request.user = AnonymousUser()
    view.request, view.format_kwarg, view.action, view.kwargs = request, None, "list", {}
    found = view.get_queryset().order_by(*view.ordering)
    serializer = view.get_serializer()
    for chunk in batched(found.iterator(chunk_size=CHUNK), CHUNK):
        yield from map(serializer.to_representation, view.with_parts(chunk))


def _ndjson(file: IO[bytes], resource: Resource) -> int:
    number = 0
    for number, row in enumerate(_rows(resource), 1):  # noqa: B007 - the last number is how many there are
        file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=str).encode() + b"\n")
    return number


def _csv(file: IO[bytes], resource: Resource) -> int:
    header = fields_of(resource)
    return write_csv(file, header, ([_cell(row[name]) for name in header] for row in _rows(resource)))


def _cell(value: Any) -> Any:
    """Write a value so that it fits into a cell: codes for objects with a code, parts of a thing as JSON."""
    if isinstance(value, dict):
        return value["code"] if "code" in value else _packed(value)
    if isinstance(value, list):
        cells = [_cell(one) for one in value]
        is_flat = all(isinstance(one, str) and not one.startswith(("{", "[")) for one in cells)
        return "|".join(cells) if is_flat else _packed(value)
    return str(value).lower() if isinstance(value, bool) else value


def _packed(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


WRITERS: dict[str, Callable[[IO[bytes], Resource], int]] = {Dump.Format.NDJSON: _ndjson, Dump.Format.CSV: _csv}
