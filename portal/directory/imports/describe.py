"""An import's report in plain words, for the terminal."""

from collections.abc import Iterator

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.directory.imports.report import FileReport, Level, Report, Status
from portal.directory.models import Edition

LEVELS = {
    "land": gettext_lazy("Länder"),
    "district": gettext_lazy("Districts"),
    "association": gettext_lazy("Associations of municipalities"),
    "municipality": gettext_lazy("Municipalities and unincorporated areas"),
    "change": gettext_lazy("Territorial changes"),
    "outline": gettext_lazy("Outlines"),
}
STATUS = {
    Status.IMPORTED: gettext_lazy("new"),
    Status.KNOWN: gettext_lazy("imported before"),
    Status.SUPERSEDED: gettext_lazy("imported before, and a newer one since: nothing to do"),
}
MOST_EXAMPLES = 10
MOST_REJECTED = 50


def describe(report: Report) -> str:
    """Return the whole report as lines of text."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    for file in report.files:
        yield from _file(file)
    if report.rejected:
        yield ngettext(
            "%(count)s line could not be used:", "%(count)s lines could not be used:", len(report.rejected)
        ) % {"count": _figure(len(report.rejected))}
        for rejected in report.rejected[:MOST_REJECTED]:
            yield "  " + _("%(file)s, line %(line)s, %(key)s: %(reason)s") % {
                "file": rejected.file,
                "line": rejected.line,
                "key": rejected.key,
                "reason": rejected.reason,
            }
        if len(report.rejected) > MOST_REJECTED:
            yield "  " + _("and %(count)s more; the JSON report names them all") % {
                "count": _figure(len(report.rejected) - MOST_REJECTED)
            }
    if report.successions:
        yield _("Successions added: %(count)s") % {"count": _figure(report.successions)}
    if report.unresolved:
        yield ngettext(
            "%(count)s municipality no longer exists and has no known successor:",
            "%(count)s municipalities no longer exist and have no known successor:",
            len(report.unresolved),
        ) % {"count": _figure(len(report.unresolved))}
        for lost in report.unresolved:
            yield f"  {lost.ags} {lost.name} ({formats.date_format(lost.valid_to)})"
    yield from _totals(report)
    if report.changes_nothing:
        yield _("Nothing has changed.")
    if report.dry_run:
        yield _("This was a dry run: nothing was saved.")


def _file(file: FileReport) -> Iterator[str]:
    yield _("%(file)s: %(kind)s, as of %(date)s, %(lines)s records (%(status)s)") % {
        "file": file.name,
        "kind": Edition.Kind(file.kind).label,
        "date": formats.date_format(file.as_of),
        "lines": _figure(file.lines),
        "status": STATUS[file.status],
    }
    for name, level in file.levels.items():
        yield "  " + _(
            "%(level)s: %(created)s created, %(changed)s changed, %(retired)s retired, %(unchanged)s unchanged"
        ) % {
            "level": LEVELS[name],
            "created": _figure(len(level.created)),
            "changed": _figure(len(level.changed)),
            "retired": _figure(len(level.retired)),
            "unchanged": _figure(level.unchanged),
        }
        yield from _examples(level)


def _examples(level: Level) -> Iterator[str]:
    """Name the lines and keys where there are few enough to read; all of them are in the JSON report."""
    for words, entries in (
        (_("created in the lines %(entries)s"), level.created),
        (_("changed in the lines %(entries)s"), level.changed),
        (_("retired: %(entries)s"), level.retired),
    ):
        if entries:
            shown = ", ".join(str(entry) for entry in entries[:MOST_EXAMPLES])
            more = len(entries) - MOST_EXAMPLES
            if more > 0:
                shown = _("%(entries)s and %(count)s more") % {"entries": shown, "count": _figure(more)}
            yield "    " + words % {"entries": shown}


def _totals(report: Report) -> Iterator[str]:
    if report.totals is None:
        return
    totals = report.totals
    yield _("The register now holds:")
    for label, value in (
        (_("Länder"), _figure(totals.laender)),
        (_("Districts"), _figure(totals.districts)),
        (_("Associations of municipalities"), _figure(totals.associations)),
        (_("Municipalities"), _figure(totals.municipalities)),
        (_("Unincorporated areas"), _figure(totals.unincorporated)),
        (_("Inhabitants"), _figure(totals.population)),
        (_("Area in km²"), formats.number_format(totals.area_km2, 2, use_l10n=True, force_grouping=True)),
        (_("With coordinates"), _figure(totals.with_coordinates)),
        (_("Municipalities that no longer exist"), _figure(totals.retired_municipalities)),
    ):
        yield f"  {label}: {value}"


def _figure(number: int) -> str:
    return str(formats.number_format(number, use_l10n=True, force_grouping=True))
