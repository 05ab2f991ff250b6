"""Writing the register: the imports. Each is one transaction, and whatever does not fit refuses the whole of it."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from portal.audit.models import Verb
from portal.audit.services import record
from portal.directory.actors.register import follow_register
from portal.directory.choice import my_municipality
from portal.directory.comparison import comparable_municipalities
from portal.directory.imports import geometry, recognise, source, successions, writing
from portal.directory.imports.changes import ChangeList
from portal.directory.imports.describe import LEVELS
from portal.directory.imports.extract import Extract
from portal.directory.imports.gv100ad import Register
from portal.directory.imports.report import FileReport, Level, Rejected, Report, Status, Totals
from portal.directory.imports.source import Refused, Source
from portal.directory.models import (
    Association,
    District,
    Edition,
    Land,
    Municipality,
    Outline,
    TerritorialChange,
)

__all__ = [
    "Progress",
    "comparable_municipalities",
    "has_register",
    "import_geometry",
    "import_register",
    "my_municipality",
    "totals",
]
"""What other apps may use, whichever module it stands in."""

type Progress = Callable[[str, int, int], None]
"""Told what is being done, and how many of how many steps are behind it."""

DESTATIS = "Quelle: Gemeindeverzeichnis-Informationssystem GV-ISys, © Statistisches Bundesamt (Destatis), {year}"
DESTATIS_URL = "https://www.destatis.de/"
BKG = "© GeoBasis-DE / BKG {year} (Daten verändert)"
BKG_URL = "https://www.bkg.bund.de/"

IMPORT_LOCK = 7_246_001
"""Key of the database's advisory lock that one import at a time holds."""

STEPS_OF_A_FILE = 5
"""Four levels and the search index; files with fewer pass over the rest."""

MOST_GONE = 0.05
"""Share of the municipalities that may be missing in a newer register; reforms of whole Länder end fewer."""


def import_register(
    *, files: Sequence[Path], dry_run: bool = False, progress: Progress = lambda *_args: None
) -> Report:
    """Import registers, extracts and lists of territorial changes, recognised by their content, as one transaction.

    Registers are taken in the order of their dates, then the lists, then the extracts, in whatever order they are
    named. A file that was imported before changes nothing.

    Args:
        files: their paths; .gz is unpacked.
        dry_run: do everything and undo it, to see the report.
        progress: told each step.

    Raises:
        Refused: one of the files does not fit; none of them is imported.
    """
    steps = _Steps(progress, total=len(files) * (1 + STEPS_OF_A_FILE) + 1)
    parsed: list[tuple[Source, Register | Extract | ChangeList]] = []
    for path in files:
        steps.next(_("Reading %(file)s") % {"file": path.name})
        read = source.read_source(path)
        parsed.append((read, recognise.parse(read)))
    order = {Register: 0, ChangeList: 1, Extract: 2}
    parsed.sort(key=lambda item: (order[type(item[1])], item[1].as_of))
    report = Report(dry_run=dry_run)
    with single_import(dry_run=dry_run):
        for number, (read, content) in enumerate(parsed):
            steps.done = len(files) + number * STEPS_OF_A_FILE
            try:
                report.files.append(_import(read, content, report, steps))
            except Refused as refused:
                refused.file = read.name
                raise
        steps.done = steps.total - 1
        steps.next(_("Successors and comparison figures"))
        report.successions = successions.derive_successions()
        _date_new_municipalities(report, parsed)
        if not report.changes_nothing:
            writing.refresh_statistics()
            follow_register()
        writing.standardise()
        report.unresolved = successions.unresolved()
        report.totals = totals()
    steps.next(_("Done"))
    return report


class _Steps:
    """Counts the steps of one call for its progress display."""

    def __init__(self, progress: Progress, total: int) -> None:
        self.progress = progress
        self.done = 0
        self.total = total

    def next(self, words: str) -> None:
        """Say what is being done now."""
        self.progress(words, self.done, self.total)
        self.done += 1


@contextmanager
def single_import(*, dry_run: bool = False) -> Iterator[None]:
    """Open a transaction that no other import runs beside; undone at its end in a dry run."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [IMPORT_LOCK])
            (free,) = cursor.fetchone()
        if not free:
            raise Refused(_("Another import is running. Wait until it has ended."))
        yield
        if dry_run:
            transaction.set_rollback(True)


def _new_edition(**values: Any) -> Edition:
    """Take up a file that was not here before. Only that is traced: the same file once more changes nothing."""
    edition: Edition = Edition.objects.create(**values)
    record(Verb.IMPORTED, edition, by=None)
    return edition


def _import(read: Source, content: Register | Extract | ChangeList, report: Report, steps: _Steps) -> FileReport:
    kinds = {
        Register: Edition.Kind.REGISTER,
        Extract: Edition.Kind.EXTRACT,
        ChangeList: Edition.Kind.CHANGES,
    }
    kind = kinds[type(content)]
    known = Edition.objects.filter(sha256=read.sha256).first()
    file = FileReport(
        name=read.name,
        kind=kind.value,
        as_of=content.as_of,
        sha256=read.sha256,
        status=Status.KNOWN if known else Status.IMPORTED,
        lines=content.lines if isinstance(content, Register) else len(content.rows),
    )
    newest = _newest(kind)
    if newest and content.as_of < newest.as_of and not isinstance(content, ChangeList):
        if not known:
            reason = _("The file is of %(date)s, older than that of %(newest)s, which is imported already.")
            raise Refused(reason % {"date": f"{content.as_of:%d.%m.%Y}", "newest": f"{newest.as_of:%d.%m.%Y}"})
        file.status = Status.SUPERSEDED
        return file
    edition = known or _new_edition(
        kind=kind,
        as_of=content.as_of,
        attribution=DESTATIS.format(year=content.as_of.year),
        attribution_url=DESTATIS_URL,
        sha256=read.sha256,
    )
    if isinstance(content, Register):
        file.levels = _import_register(read.name, content, edition, newest, steps)
        return file
    steps.next(read.name)
    if isinstance(content, ChangeList):
        file.levels = {"change": _import_changes(content, edition)}
    else:
        file.levels = {"municipality": _import_extract(read.name, content, edition, report)}
    return file


def _newest(kind: str) -> Edition | None:
    """Return the newest whole edition of a format; demonstration data do not count."""
    return Edition.objects.filter(kind=kind, partial=False).order_by("-as_of", "-pk").first()


def _import_register(
    name: str, register: Register, edition: Edition, newest: Edition | None, steps: _Steps
) -> dict[str, Level]:
    if newest:
        current = set(Municipality.objects.current().values_list("ags", flat=True))
        gone = current - {row.ags for row in register.municipalities}
        if (gone and register.as_of == newest.as_of) or len(gone) > MOST_GONE * len(current):
            reason = _(
                "The file is incomplete: %(count)s municipalities of the register of %(date)s are missing, "
                "for example %(key)s."
            )
            raise Refused(reason % {"count": len(gone), "date": f"{newest.as_of:%d.%m.%Y}", "key": min(gone)})
    levels, touched = writing.write_register(
        register, edition, step=lambda level: steps.next(f"{name}: {LEVELS[level]}")
    )
    steps.next(_("%(file)s: words to be found by") % {"file": name})
    writing.index_names(touched)
    return levels


def _import_changes(changes: ChangeList, edition: Edition) -> Level:
    level = Level()
    existing = set(edition.changes.values_list("line", flat=True))
    level.created = [row.line for row in changes.rows if row.line not in existing]
    level.unchanged = len(existing)
    TerritorialChange.objects.bulk_create(
        TerritorialChange(
            edition=edition,
            line=row.line,
            kind=row.kind,
            old_ags=row.old_ags,
            old_name=row.old_name,
            new_ags=row.new_ags,
            new_name=row.new_name,
            effective_on=row.effective_on,
        )
        for row in changes.rows
        if row.line not in existing
    )
    return level


def _import_extract(name: str, extract: Extract, edition: Edition, report: Report) -> Level:
    known = set(Municipality.objects.values_list("ags", flat=True))
    if not known:
        raise Refused(_("There is no register yet. Import the register of municipalities (GV100AD) first."))
    for row in extract.rows:
        if row.ags not in known:
            report.rejected.append(
                Rejected(name, row.line, row.ags, _("%(name)s is not in the register.") % {"name": row.name})
            )
    rows = [row for row in extract.rows if row.ags in known]
    newest = _newest(Edition.Kind.REGISTER)
    codes = {row.ags: row.postcode for row in rows if row.postcode}
    level = writing.write_extract(rows, edition)
    writing.index_names(writing.write_postcodes(codes, seat=newest is None or extract.as_of >= newest.as_of))
    return level


def _date_new_municipalities(report: Report, parsed: Sequence[tuple[Source, object]]) -> None:
    """Say since when those exist that a later register has and an earlier one had not."""
    contents = {read.sha256: content for read, content in parsed}
    for file in report.files:
        content = contents[file.sha256]
        if not isinstance(content, Register) or file.status is not Status.IMPORTED:
            continue
        if Edition.objects.filter(kind=file.kind, partial=False, as_of__lt=file.as_of).exists():
            lines = set(file.levels["municipality"].created)
            successions.date_new_municipalities({row.ags for row in content.municipalities if row.line in lines})


def totals() -> Totals:
    """Return what the register holds today."""
    current = Municipality.objects.current()
    sums = current.aggregate(population=Sum("population", default=0), area=Sum("area_km2", default=0))
    return Totals(
        laender=Land.objects.current().count(),
        districts=District.objects.current().count(),
        associations=Association.objects.current().count(),
        municipalities=current.municipalities().count(),
        unincorporated=current.unincorporated().count(),
        population=sums["population"],
        area_km2=sums["area"],
        retired_municipalities=Municipality.objects.exclude(valid_to=None).count(),
        with_coordinates=current.exclude(longitude=None).count(),
    )


# --- geometry ------------------------------------------------------------------------------------------------------


def import_geometry(
    *, files: Sequence[Path], year: int, dry_run: bool = False, progress: Progress = lambda *_args: None
) -> Report:
    """Import outlines of Länder and districts (GeoJSON) and points inside municipalities (CSV), as one transaction.

    Outlines replace those there are. A point is taken only where the register has no coordinates of its own.

    Args:
        files: their paths.
        year: the edition's year, for the attribution; the files do not say it.
        dry_run: do everything and undo it, to see the report.
        progress: told each step.

    Raises:
        Refused: one of the files does not fit; none of them is imported.
    """
    steps = len(files) * 2
    parsed = []
    for number, path in enumerate(files):
        progress(_("Reading %(file)s") % {"file": path.name}, number, steps)
        read = source.read_source(path)
        parsed.append((read, geometry.parse(read)))
    report = Report(dry_run=dry_run)
    with single_import(dry_run=dry_run):
        for number, (read, content) in enumerate(parsed, start=len(files)):
            progress(_("Comparing %(file)s with the register") % {"file": read.name}, number, steps)
            report.files.append(_import_geometry(read, content, year, report))
        report.totals = totals()
    progress(_("Done"), steps, steps)
    return report


def _import_geometry(
    read: Source, content: geometry.Outlines | geometry.Points, year: int, report: Report
) -> FileReport:
    as_of = dt.date(year, 1, 1)
    known = Edition.objects.filter(sha256=read.sha256).first()
    edition = known or _new_edition(
        kind=Edition.Kind.GEOMETRY,
        as_of=as_of,
        attribution=BKG.format(year=year),
        attribution_url=BKG_URL,
        sha256=read.sha256,
    )
    file = FileReport(
        name=read.name,
        kind=Edition.Kind.GEOMETRY.value,
        as_of=as_of,
        sha256=read.sha256,
        status=Status.KNOWN if known else Status.IMPORTED,
    )
    if isinstance(content, geometry.Points):
        file.lines = len(content.rows)
        file.levels = {"municipality": _write_points(read.name, content, edition, report)}
    else:
        file.lines = len(content.rings)
        file.levels = {"outline": _write_outlines(read.name, content, edition, report)}
    return file


def _write_outlines(name: str, outlines: geometry.Outlines, edition: Edition, report: Report) -> Level:
    level = Level()
    places = {(Outline.Level.LAND.value, key) for key in Land.objects.values_list("id", flat=True)}
    places |= {(Outline.Level.DISTRICT.value, key) for key in District.objects.values_list("id", flat=True)}
    if not places:
        raise Refused(_("There is no register yet. Import the register of municipalities (GV100AD) first."), file=name)
    existing = {(outline.level, outline.key): outline for outline in Outline.objects.all()}
    write = []
    for line, ((kind, key), rings) in enumerate(outlines.rings.items(), start=1):
        if (kind, key) not in places:
            report.rejected.append(Rejected(name, line, key, _("This key is not in the register.")))
            continue
        before = existing.get((kind, key))
        if before and before.polygons == rings and before.edition_id == edition.pk:
            level.unchanged += 1
            continue
        (level.changed if before else level.created).append(line)
        write.append(Outline(level=kind, key=key, polygons=rings, edition=edition))
    Outline.objects.bulk_create(
        write,
        update_conflicts=True,
        unique_fields=["level", "key"],
        update_fields=["polygons", "edition"],
    )
    return level


def _write_points(name: str, points: geometry.Points, edition: Edition, report: Report) -> Level:
    level = Level()
    before = {
        ags: (longitude, urbanisation)
        for ags, longitude, urbanisation in Municipality.objects.values_list("ags", "longitude", "urbanisation")
    }
    if not before:
        raise Refused(_("There is no register yet. Import the register of municipalities (GV100AD) first."), file=name)
    write = []
    for point in points.rows:
        if point.ags not in before:
            report.rejected.append(Rejected(name, point.line, point.ags, _("This key is not in the register.")))
            continue
        longitude, urbanisation = before[point.ags]
        if longitude is not None:
            level.unchanged += 1
            continue
        level.changed.append(point.line)
        write.append((point.ags, point.longitude, point.latitude, urbanisation, edition.pk))
    writing.set_locations(write)
    return level


def has_register() -> bool:
    """Tell whether a whole register has been imported, as against demonstration data or nothing."""
    return Edition.objects.filter(Q(kind=Edition.Kind.REGISTER), partial=False).exists()
