"""Importing the programmes of the Förderdatenbank."""

import datetime
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry

from funding.models import RESERVED_SLUGS, Contact, Difference, Link, Programme
from funding.services.differences import Values, differences, is_protected, take_over
from funding.services.records import Finding, ImportRunningError, ProgrammeRecord, Report, SourceShrankError
from portal.audit.models import Verb
from portal.audit.services import record as audit  # here a record is a programme as the source has it
from portal.editing import PublicationState, publication

MAX_TEXT = 300_000
"""Characters of all texts of one programme together: PostgreSQL's search vector holds 1 MiB."""

BATCH = 500
"""New programmes that are written with one statement."""

IMPORT_LOCK = 0x46554E44
"""Number of the advisory lock that lets one import run at a time (the letters FUND)."""


HISTORY_BATCH = 5_000
"""Entries of the history that are written with one statement."""

LOGGED_AS = "funding.import"
"""What the history calls an import; ``wagtail_hooks`` says it in words."""

NO_VERSION = {"latest_revision": None, "live_revision": None, "has_unpublished_changes": False}
"""What a version was made from is over once the source says something else: a draft would show it as the latest."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What an import has to know of a programme that is there already."""

    pk: int
    content_hash: str
    absent_since: datetime.date | None
    live: bool
    title: str
    waits: bool


PLAIN_FIELDS = tuple(
    name
    for name in ProgrammeRecord.__dataclass_fields__
    if name not in {"contacts", "links", "absent", "absent_since", "silent", "file", "line"}
)
"""Fields of a record that are fields of ``Programme`` as they stand."""


MOST_LOST = 0.2
"""A complete import stops when the source has lost more than this share of its programmes …"""

FEWEST_LOST = 5
"""… and at least so many, because of a handful one is a fifth."""


def import_programmes(  # noqa: PLR0913 - keyword-only; each says something else
    *,
    records: Iterable[ProgrammeRecord | Finding],
    imported_from: str,
    licence: str,
    licence_url: str,
    complete: bool,
    dry_run: bool = False,
    accept_loss: bool = False,
    by_review: bool = False,
) -> Report:
    """Bring the programmes of the Förderdatenbank to the state of ``records``, in one transaction.

    New ones are published. Those there already are changed where the source changed them; nothing is written for the
    others. What editors have decided to keep or to protect stays. ``complete`` says that the records are all that the
    source has: what is missing is marked as absent, never deleted. Programmes of our own and demonstration data are
    not touched.

    Args:
        records: what the reader of a format yields; its findings go into the report.
        imported_from: short name of the format.
        licence: under which the texts are given.
        licence_url: where that licence stands.
        complete: whether a programme that is missing is no longer in the source.
        dry_run: do everything and take it back.
        accept_loss: go on although the source has lost more than a fifth of its programmes.
        by_review: let changes of what is there already wait for an editor, field by field.

    Raises:
        ImportRunningError: another import is at work.
        SourceShrankError: the source has lost so many that something is wrong with it rather than with them.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [IMPORT_LOCK])
            if not cursor.fetchone()[0]:
                raise ImportRunningError(_("Another import of funding programmes is running. Please try again later."))
        run = _Import(
            report=Report(dry_run=dry_run),
            by_review=by_review,
            origin={"imported_from": imported_from, "licence": licence, "licence_url": licence_url},
        )
        for record in records:
            run.take(record)
        run.write_new()
        if complete:
            run.mark_missing(accept_loss=accept_loss or dry_run)
        run.write_history()
        audit(Verb.IMPORTED, Programme, key=str(run.log_values["uuid"]), by=None)
        if dry_run:
            transaction.set_rollback(True)
    return run.report


class _Import:
    """One run of an import, inside its transaction."""

    def __init__(self, *, report: Report, origin: dict[str, str], by_review: bool) -> None:
        self.report = report
        self.by_review = by_review
        self.origin = origin
        self.now = timezone.now()
        self.today = timezone.localdate()
        self.seen: set[str] = set()
        self.keyless = False
        self.new: list[tuple[Programme, ProgrammeRecord]] = []
        self.history: list[ModelLogEntry] = []
        self.log_values = {
            "content_type": ContentType.objects.get_for_model(Programme),
            "action": LOGGED_AS,
            "timestamp": self.now,
            "uuid": uuid4(),
            "content_changed": True,
        }
        self.slugs = {*Programme.objects.values_list("slug", flat=True), *RESERVED_SLUGS}
        self.known = {
            row[0]: _Known(*row[1:])
            for row in Programme.objects.filter(source=Programme.Source.FDB)
            .annotate(waits=Exists(Difference.objects.open().filter(programme=OuterRef("pk"))))
            .values_list("source_key", "pk", "content_hash", "absent_since", "live", "title", "waits")
        }

    def take(self, record: ProgrammeRecord | Finding) -> None:
        """Put one record into the database, or one finding into the report."""
        if isinstance(record, Finding):
            self._note(record)
            return
        if finding := next(self._objections(record), None):
            self._note(finding)
            return
        self.seen.add(record.source_key)
        known = self.known.get(record.source_key)
        content_hash = fingerprint(record)
        absent_since = None
        if record.absent:
            absent_since = record.absent_since or (known and known.absent_since) or self.today
        if known is None:
            self._create(record, content_hash, absent_since)
        elif (known.content_hash, known.absent_since) == (content_hash, absent_since) and (
            self.by_review or not known.waits
        ):
            self.report.unchanged += 1
        else:
            self._change(record, known, content_hash, absent_since)
        if absent_since and (known is None or known.absent_since is None):
            self.report.absent += 1

    def write_new(self) -> None:
        """Write the new programmes that have gathered."""
        Programme.objects.bulk_create([programme for programme, _record in self.new])
        self._write_parts(self.new)
        for programme, _record in self.new:
            self._log(programme.pk, programme.title)
        self.new.clear()

    def mark_missing(self, *, accept_loss: bool) -> None:
        """Mark what the source no longer has; not where an unreadable row might be one of them.

        Raises:
            SourceShrankError: these are too many to be believed.
        """
        present = {key: known for key, known in self.known.items() if known.absent_since is None}
        missing = [known for key, known in present.items() if key not in self.seen]
        if not accept_loss and len(missing) >= FEWEST_LOST and len(missing) > len(present) * MOST_LOST:
            numbers = {"missing": len(missing), "total": len(present)}
            message = _("The source no longer has %(missing)s of %(total)s programmes. Nothing was imported.")
            raise SourceShrankError(message % numbers)
        if missing and self.keyless:
            message = _("The key of a rejected row cannot be read: nothing was marked as no longer in the source.")
            self.report.notes.append(Finding(file=self.report.rejected[0].file, message=message, rejected=False))
            return
        self.report.absent += Programme.objects.filter(pk__in=[known.pk for known in missing]).update(
            absent_since=self.today, updated_at=self.now
        )
        for known in missing:
            self._log(known.pk, known.title)

    def write_history(self) -> None:
        """Note in the history of each programme that the import has written it."""
        ModelLogEntry.objects.bulk_create(self.history, batch_size=HISTORY_BATCH)

    def _log(self, pk: int, title: str) -> None:
        self.history.append(ModelLogEntry(object_id=str(pk), label=title, **self.log_values))

    def _note(self, finding: Finding) -> None:
        if not finding.rejected:
            self.report.notes.append(finding)
            return
        self.report.rejected.append(finding)
        if finding.source_key:
            self.seen.add(finding.source_key)  # the source still has it, though we cannot take it
        else:
            self.keyless = True

    def _objections(self, record: ProgrammeRecord) -> Iterator[Finding]:
        """Name what the database would refuse, so that one bad record does not end the import."""

        def objection(message: str, column: str = "", value: str = "") -> Finding:
            return Finding(
                file=record.file,
                line=record.line,
                source_key=record.source_key,
                column=column,
                value=value[:80],
                message=message,
            )

        if record.source_key in self.seen:
            yield objection(
                _("This programme stands there twice; the first one counts."), "source_key", record.source_key
            )
        size = 0
        parts: list[tuple[type[models.Model], Any]] = [(Programme, record)]
        parts += [(Contact, contact) for contact in record.contacts] + [(Link, link) for link in record.links]
        for model, part in parts:
            for name, value in _strings(part):
                size += len(value)
                limit = _max_length(model, name)
                if "\x00" in value or (not value.isascii() and _has_surrogates(value)):
                    yield objection(_("The text has a character that cannot be stored."), name)
                elif limit is not None and len(value) > limit:
                    message = _("The text has %(length)s characters; at most %(limit)s are possible.")
                    yield objection(message % {"length": len(value), "limit": limit}, name, value)
        if size > MAX_TEXT:
            message = _("The texts have %(length)s characters altogether; at most %(limit)s are possible.")
            yield objection(message % {"length": size, "limit": MAX_TEXT})
        known = self.known.get(record.source_key)
        if known and known.live and not record.areas and "areas" not in record.silent:
            yield objection(_("The programme is published, but the source no longer says where it applies."), "areas")

    def _create(self, record: ProgrammeRecord, content_hash: str, absent_since: datetime.date | None) -> None:
        complete = bool(record.title and record.areas)
        programme = Programme(
            slug=self._free_slug(record.source_key),
            source=Programme.Source.FDB,
            **publication(PublicationState.PUBLISHED if complete else PublicationState.DRAFT, at=self.now),
            imported_at=self.now,
            content_hash=content_hash,
            absent_since=absent_since,
            **self.origin,
            **{name: _plain(getattr(record, name)) for name in PLAIN_FIELDS},
        )
        self.new.append((programme, record))
        self.report.created += 1
        if not complete:
            self.report.unpublished += 1
            message = _("Imported as a draft: the source does not say where the programme applies.")
            self.report.notes.append(
                Finding(
                    file=record.file,
                    line=record.line,
                    source_key=record.source_key,
                    message=message,
                    rejected=False,
                )
            )
        if len(self.new) >= BATCH:
            self.write_new()

    def _change(
        self, record: ProgrammeRecord, known: _Known, content_hash: str, absent_since: datetime.date | None
    ) -> None:
        # Locked before anything is read: an editor may be deciding about the same programme at this moment.
        locked = Programme.objects.select_for_update(of=("self",))
        programme = locked.prefetch_related("contacts", "links", "differences").get(pk=known.pk)
        wanted = self._sorted_out(programme, differences(record, programme))
        held = wanted if self.by_review and known.live else {}  # what nobody sees changes without asking
        Difference.objects.bulk_create(
            [Difference(programme=programme, field=name, value=said, seen_at=self.now) for name, said in held.items()]
        )
        self.report.held += len(held)
        values: dict[str, Any] = {"source_url": record.source_url, "attribution": record.attribution, **self.origin}
        values |= {"content_hash": content_hash, "absent_since": absent_since, "updated_at": self.now}
        stays = not wanted and absent_since == known.absent_since
        self.report.unchanged += stays
        if held or stays:
            Programme.objects.filter(pk=known.pk).update(**values)
            return
        if known.live:
            values["last_published_at"] = self.now
        take_over(programme, wanted, imported_at=self.now, **values, **NO_VERSION)
        if wanted.get("areas") == []:
            stop_publication(programme)
        self._log(known.pk, record.title)
        self.report.changed += 1

    def _sorted_out(self, programme: Programme, found: Values) -> Values:
        """Leave out what editors have protected or keep as it is, and forget the other differences of before."""
        left = {name: said for name, said in found.items() if not is_protected(name, programme)}
        self.report.protected += len(found) - len(left)
        kept = {one.field: one for one in programme.differences.all()}
        stays = {name for name, one in kept.items() if one.decided_at and name in left and one.value == left[name]}
        Difference.objects.filter(pk__in=[one.pk for name, one in kept.items() if name not in stays]).delete()
        return {name: said for name, said in left.items() if name not in stays}

    @staticmethod
    def _write_parts(written: list[tuple[Programme, ProgrammeRecord]]) -> None:
        contacts: list[Contact] = []
        links: list[Link] = []
        for programme, record in written:
            contacts += [Contact(programme=programme, position=n, **asdict(c)) for n, c in enumerate(record.contacts)]
            links += [Link(programme=programme, position=n, **asdict(k)) for n, k in enumerate(record.links)]
        Contact.objects.bulk_create(contacts)
        Link.objects.bulk_create(links)

    def _free_slug(self, source_key: str) -> str:
        base = slugify(source_key)[:180].strip("-") or "programm"
        slug, number = base, 2
        while slug in self.slugs:
            slug, number = f"{base}-{number}", number + 1
        self.slugs.add(slug)
        return slug


def stop_publication(programme: Programme) -> None:
    """End what would publish a programme of which the source no longer says where it applies."""
    programme.revisions.update(approved_go_live_at=None)
    if approval := programme.current_workflow_state:
        approval.cancel()


def fingerprint(record: ProgrammeRecord) -> str:
    """Return a hash over all that a record says, but where it stands and whether the source still has it."""
    said = asdict(record)
    for name in ("absent", "absent_since", "file", "line"):
        del said[name]
    said["silent"] = sorted(said["silent"])
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _strings(part: Any) -> Iterator[tuple[str, str]]:
    for name in part.__dataclass_fields__:
        value = getattr(part, name)
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, tuple):
            yield from ((name, one) for one in value if isinstance(one, str))


def _max_length(model: type[models.Model], name: str) -> int | None:
    if name in {"file", "line"}:
        return None
    candidate: Any = model._meta.get_field(name)
    base = getattr(candidate, "base_field", candidate)
    limit: int | None = base.max_length
    return limit


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
