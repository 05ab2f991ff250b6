"""Imports as jobs: ordered by an editor or by the clock, done by a worker, with a report that stays."""

import logging
import tempfile
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from funding.imports import fdb, fdb_csv
from funding.imports.reading import Source, sources_of
from funding.models import ImportRun
from funding.permissions import can_edit
from funding.services import (
    COUNTS,
    IMPORT_LOCK,
    Finding,
    ImportRunningError,
    Report,
    SourceShrankError,
    import_programmes,
)
from funding.services.told import tell_editors
from portal.accounts.models import User
from portal.permissions import enforce

logger = logging.getLogger(__name__)

DOING = "funding.tasks.do_import"
"""Name of the job that does an import."""

MOST_FINDINGS = 500
"""Findings that a report keeps; how many there were is said."""

TOLD_EVERY = 100
"""After so many records the page is told how far the import is."""

FOR_SECONDS = 60 * 60
"""So long it is remembered how far an import is."""

AT_ONCE = 1 << 20
"""Bytes that are read of a source at once."""

ASKED_FOR_SECONDS = 60
"""So long the source's server may take before it answers."""

GIVEN_UP_AFTER = timedelta(hours=2)
"""After so long an import that nobody works on is one whose worker was stopped."""

type Ordered = UploadedFile[Any] | None


class NothingToImportError(Exception):
    """There is nothing that could be imported; the text says why, for people."""


@transaction.atomic
def order(*, by: User | None, file: Ordered = None, is_trial: bool = False, by_review: bool = True) -> ImportRun:
    """Order an import: of a file, else of the source that the settings name. A worker does it.

    Args:
        by: who orders it; None: the clock.
        file: what is to be imported.
        is_trial: change nothing.
        by_review: let changes of known programmes wait for an editor.

    Raises:
        PermissionDenied: ``by`` is no editor.
        NothingToImportError: there is neither a file nor a source.
    """
    if by is not None:
        enforce(can_edit(by, None))
    if file is None and not settings.FUNDING_SOURCE:
        raise NothingToImportError(_("No source is set for this portal. Please choose a file."))
    name = str(file.name if file else settings.FUNDING_SOURCE)[-500:]
    run = ImportRun(name=name, ordered_by=by, is_trial=is_trial, by_review=by_review)
    if file is not None:
        run.file.save(f"import{Path(name).suffix.lower()[:5]}", file, save=False)
    run.save()
    if by is not None:
        _hand_over(run)
    return run


@transaction.atomic
def go_on(*, run: ImportRun, by: User) -> ImportRun:
    """Agree that a source has lost so many programmes: the import begins again.

    Raises:
        PermissionDenied: ``by`` is no editor.
        NothingToImportError: it does not ask, or not any more.
    """
    enforce(can_edit(by, None))
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    if locked.state != ImportRun.State.ASKS:
        raise NothingToImportError(_("This import does not ask any more."))
    locked.state, locked.accepts_loss, locked.ordered_by = ImportRun.State.WAITING, True, by
    locked.finished_at, locked.message = None, ""
    locked.save()
    _hand_over(locked)
    return locked


def _hand_over(run: ImportRun) -> None:
    """Give an import to a worker once it is certain that it was ordered."""
    transaction.on_commit(lambda: current_app.send_task(DOING, [run.pk]), robust=True)


def progress_of(run: ImportRun) -> int:
    """Return how many records of a running import have been read."""
    return int(cache.get(_progress_key(run), 0))


def do(key: int) -> ImportRun | None:
    """Do an import that was ordered; nothing where another worker has begun it. Returns it with its report."""
    begun = ImportRun.objects.filter(pk=key, state=ImportRun.State.WAITING)
    if not begun.update(state=ImportRun.State.RUNNING, started_at=timezone.now()):
        return None
    run = ImportRun.objects.get(pk=key)
    reports: list[Report] = []
    refused: list[Finding] = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            sources, refused = sources_of([_content(run, Path(folder))], lambda loop, _name: _counted(loop, run))
            reports = [_import(run, source) for source in sources]
        state = ImportRun.State.DONE if reports else ImportRun.State.FAILED
        message = "" if reports else _("Nothing was imported.")
    except SourceShrankError as error:
        state, message = ImportRun.State.ASKS, str(error)
    except (fdb.FileRefusedError, ImportRunningError, NothingToImportError) as error:
        state, message = ImportRun.State.FAILED, str(error)
    except Exception:  # whatever it is, the report has to say that it is over; the log says why
        logger.exception("Import %s of funding programmes failed", run.pk)
        state, message = ImportRun.State.FAILED, _("Something went wrong on our side. Nothing was changed.")
    return _finish(run, state, message, reports, refused)


def do_scheduled() -> ImportRun | None:
    """Import from the source that the settings name; None where they name none."""
    give_up_lost_ones()
    if not settings.FUNDING_SOURCE:
        return None
    return do(order(by=None).pk)


def give_up_lost_ones() -> int:
    """Close the imports whose worker was stopped: what they had begun was taken back by the database."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [IMPORT_LOCK])
        if not cursor.fetchone()[0]:
            return 0  # one is at work
        running = ImportRun.objects.filter(state=ImportRun.State.RUNNING)
        return running.filter(started_at__lt=timezone.now() - GIVEN_UP_AFTER).update(
            state=ImportRun.State.FAILED,
            finished_at=timezone.now(),
            message=_("The import was interrupted. Nothing was changed; please start it again."),
        )


def _content(run: ImportRun, folder: Path) -> Path:
    """Return where what is to be imported lies; what lies on another server is fetched into the folder."""
    if run.file:
        return Path(run.file.path)
    if not run.name.startswith("https://"):
        return Path(run.name)
    name = f"Kompetenzzentrum Digitale Staedte und Regionen (+{settings.SITE_URL})"
    request = urllib.request.Request(run.name, headers={"User-Agent": name})  # noqa: S310 - https alone, see above
    target = folder / "source.csv"
    left = fdb_csv.MAX_BYTES
    try:
        with urllib.request.urlopen(request, timeout=ASKED_FOR_SECONDS) as answer, target.open("wb") as file:  # noqa: S310 - as above
            while part := answer.read(AT_ONCE):
                left -= len(part)
                if left < 0:
                    raise NothingToImportError(_("The source is larger than an import may be."))
                file.write(part)
    except OSError as error:
        said = _("The source cannot be reached (%(reason)s).") % {"reason": getattr(error, "reason", error)}
        raise NothingToImportError(said) from error
    return target


def _import(run: ImportRun, source: Source) -> Report:
    return import_programmes(
        records=source.records,
        imported_from=source.imported_from,
        licence=fdb.LICENCE,
        licence_url=fdb.LICENCE_URL,
        complete=source.complete,
        dry_run=run.is_trial,
        accept_loss=run.accepts_loss,
        by_review=run.by_review,
    )


def _counted(loop: Iterable[Any], run: ImportRun) -> Iterator[Any]:
    for number, one in enumerate(loop):
        if number % TOLD_EVERY == 0:
            cache.set(_progress_key(run), number, FOR_SECONDS)
        yield one


def _progress_key(run: ImportRun) -> str:
    return f"funding-import:{run.pk}"


def _finish(
    run: ImportRun, state: str, message: str, reports: Sequence[Report], refused: Sequence[Finding]
) -> ImportRun:
    found = [*refused, *(one for report in reports for one in (*report.rejected, *report.notes))]
    run.state, run.message, run.finished_at = state, message, timezone.now()
    run.counts = {name: sum(getattr(report, name) for report in reports) for name in COUNTS}
    run.counts["rejected"] = len(refused) + sum(len(report.rejected) for report in reports)
    run.counts["findings"] = len(found)
    run.findings = [str(one) for one in found[:MOST_FINDINGS]]
    file = run.file.name
    if state != ImportRun.State.ASKS:
        run.file = ""  # whoever agrees later needs it
    with transaction.atomic():
        run.save()
        if not run.is_trial and (state != ImportRun.State.DONE or run.counts["held"] or run.counts["rejected"]):
            tell_editors(run)
    if file and not run.file:
        ImportRun._meta.get_field("file").storage.delete(file)
    return run
