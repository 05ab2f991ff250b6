"""Projects to take along: lines of a table, and the profile of one page for the council."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import batched
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.fields import ChoicesField
from portal.printing import heading, page_count, paragraph, table, terms, to_pdf
from projects.models import Evidence, Project, ProjectPlace, ProjectQuerySet, fetch_parts
from projects.services.columns import COLUMN_OF, LAYOUTS, written
from projects.vocabularies import Criterion, Known

type Cell = Callable[[Project], Any]

TOGETHER = 500
"""Projects that are read from the database at once."""


def read_whole(found: ProjectQuerySet) -> Iterator[Project]:
    """Yield projects with all that belongs to them; the number of statements for each piece is always the same."""
    rows = found.for_lists().defer(None).iterator(chunk_size=TOGETHER)
    for chunk in batched(rows, TOGETHER):
        yield from fetch_parts(chunk)


def header() -> list[str]:
    """Name the columns of a table, as far as they can be read in by the same names (``columns.COLUMN_OF``)."""
    return [name for name, _cell in _columns()]


def row(one: Project) -> list[Any]:
    """Return the cells of one project; needs ``fetch_parts``."""
    return [cell(one) for _name, cell in _columns()]


@cache
def _columns() -> tuple[tuple[str, Cell], ...]:
    return tuple(
        (COLUMN_OF[name], _cell_of(name)) if name in COLUMN_OF else (name, ONLY_TAKEN_ALONG[name]) for name in ORDER
    )


def _cell_of(name: str) -> Cell:
    """Return how the cell of a column is filled that can be read in again."""
    if name in LAYOUTS:
        return lambda one: written(one, name)
    if name == "places":
        return lambda one: "; ".join(_key(place) for place in one.places.all())
    field: Any = Project._meta.get_field(name)
    if isinstance(field, ChoicesField):
        return lambda one: "; ".join(one.labels(name))
    if field.choices:
        return lambda one: str(getattr(one, f"get_{name}_display")())
    return lambda one: getattr(one, name)


def _key(place: ProjectPlace) -> str:
    return place.municipality_id or place.association_id or place.district_id or ""


def _evidence(one: Project) -> str:
    """Write what shows the effects: an entry in each line, in words."""
    return "\n".join(" ".join(in_words(item).split()) for item in one.evidence.all())


def in_words(item: Evidence) -> str:
    """Say in a line what is claimed, by which figures, where it stands, and who has checked it."""
    further = [item.figures_in_words, *origin_of(item)]
    said = f"{item.get_criterion_display()}: {item.claim}"
    said += "".join(f" {part.rstrip('.')}." for part in further if part)
    return f"{said} [{item.get_grade_display()}]"


def origin_of(item: Evidence) -> list[str]:
    """Say how something was measured, where it stands, and who has checked it; what is not known is left out."""
    said = [item.method]
    if source := " ".join(filter(None, [item.source, item.source_url])):
        said.append(_("Source: %(source)s") % {"source": source})
    if item.checked_by and item.checked_on:
        checked = _("Checked by %(name)s on %(day)s")
        said.append(checked % {"name": item.checked_by, "day": date_format(item.checked_on)})
    return [part for part in said if part]


def _yes(is_so: bool) -> str:  # noqa: FBT001 - it is what the cell says
    return str(Known.YES.label) if is_so else ""


ONLY_TAKEN_ALONG: dict[str, Cell] = {
    "wo": lambda one: "; ".join(one.place_names()),
    "offener_quelltext": lambda one: one.open_source_in_words,
    "belege": _evidence,
    "beleggrad": lambda one: str(one.get_evidence_grade_display()),
    "nachgenutzt_von": lambda one: one.reuse_count,
    "bestaetigt_am": lambda one: one.checked_on,
    "bestaetigung_ueberfaellig": lambda one: _yes(one.is_check_overdue),
    "geschrieben_von": lambda one: one.writer,
    "eintrag_eines_anbieters": lambda one: _yes(one.is_of_a_supplier),
    "erfunden_zur_demonstration": lambda one: _yes(one.demonstration),
    "adresse": lambda one: settings.SITE_URL + one.get_absolute_url(),
}
"""Columns that nobody writes: the portal counts them, or somebody else has checked them."""

ORDER = (
    *("title", "summary", "wo", "places", "country", "place_abroad", "phase", "started_on", "ended_on"),
    *("fields_of_action", "spatial_effect", "description", "belege", "beleggrad", "cost_band", "cost_note"),
    *("effort_days", "financing", "technologies", "licence", "offener_quelltext", "repository", "suppliers"),
    *("partners", "interactions", "risks", "data_basis", "personal_data", "dpia", "lessons_learnt"),
    *("done_differently", "transferable_sizes", "transfer_conditions", "reuse_conditions", "what_would_change"),
    *("links", "contact_function", "nachgenutzt_von", "bestaetigt_am", "bestaetigung_ueberfaellig"),
    *("geschrieben_von", "eintrag_eines_anbieters", "erfunden_zur_demonstration", "adresse"),
)
"""The columns in the order of a project's page."""


def printed_header() -> list[str]:
    """Name what a printed list says of each project; all of it stands in its profile."""
    return [
        *(_("Title"), _("Summary"), _("Where"), _("Phase"), _("Begun on"), _("Ended on")),
        *(_("Fields of action"), _("Spatial effect"), _("Cost"), _("Effort in days of work"), _("Technology")),
        *(
            _("Licence of the software"),
            _("Open source"),
            pgettext("project", "Evidence"),
            _("Used again by"),
            _("Confirmed on"),
        ),
        *(_("Written by"), _("Please note"), _("Invented for the demonstration"), _("Address")),
    ]


def printed_row(one: Project) -> list[Any]:
    """Return what a printed list says of one project; needs ``for_lists()``."""
    return [
        *(one.title, one.summary, "; ".join(one.place_names())),
        *(one.get_phase_display(), one.started_on, one.ended_on, "; ".join(one.labels("fields_of_action"))),
        *(one.get_spatial_effect_display(), one.get_cost_band_display(), one.effort_days),
        *("; ".join(one.labels("technologies")), one.get_licence_display(), one.open_source_in_words),
        *(one.get_evidence_grade_display(), one.reuse_count, one.checked_on),
        *(one.writer, "; ".join(one.marks()), _yes(one.demonstration)),
        settings.SITE_URL + one.get_absolute_url(),
    ]


def profile(one: Project) -> bytes:
    """Print the profile (Steckbrief) of a project as an accessible PDF of one page: texts are cut until it is one."""
    for longest, most in SHORTER:
        printed = to_pdf(one.title, timezone.localdate(), lambda _folder: _lines(one, longest, most))  # noqa: B023 - called at once
        if page_count(printed) == 1:
            break
    return printed


SHORTER = ((600, 6), (300, 3), (120, 2), (60, 1), (0, 0))
"""Characters of each text, and entries of each list, on the printed profile: ever fewer; the page has the rest."""


SHORTEST = 60
"""Characters that a grade may have where the page has room for nothing else."""


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest].rsplit(' ', 1)[0]} …"


def _lines(one: Project, longest: int, most: int) -> Iterator[str]:
    if one.demonstration:
        yield paragraph(_("Invented for the demonstration."))
    if one.is_of_a_supplier:
        yield paragraph(_("A company writes here about what it sells."))
    if one.is_check_overdue:
        yield paragraph(
            _("Nobody has confirmed this entry for more than half a year. Please ask before you rely on it.")
        )
    yield paragraph(one.summary)
    financing = written(one, "financing").replace(" | ", ", ").replace("\n", "; ")
    confirmed = date_format(one.checked_on) if one.checked_on else ""
    known = [*facts(one), (_("Where the money came from"), financing), (_("Confirmed on"), confirmed)]
    yield terms([(label, _cut(value, 200)) for label, value in known if value])
    evidence = list(one.evidence.all())[:most]
    if evidence:
        yield heading(2, _("What shows the effect"))
        yield table(
            [_("Criterion"), _("Effect"), pgettext("project", "Evidence")],
            [
                [
                    str(Criterion(item.criterion).label),
                    " ".join(filter(None, [item.claim, item.figures_in_words])),
                    _cut(" – ".join([str(item.get_grade_display()), *origin_of(item)]), max(longest, SHORTEST)),
                ]
                for item in evidence
            ],
        )
    risks = list(one.risks.all())[:most]
    if risks:
        yield heading(2, _("Risks and side effects"))
        yield terms([(risk.description, risk.countermeasure) for risk in risks])
    for name in ("what_would_change", "lessons_learnt", "done_differently", "transfer_conditions"):
        if longest and (text := getattr(one, name)):
            field: Any = Project._meta.get_field(name)
            yield heading(2, str(field.verbose_name)[:1].upper() + str(field.verbose_name)[1:])
            yield paragraph(_cut(text, longest))
    yield paragraph(_("All of it: %(url)s") % {"url": settings.SITE_URL + one.get_absolute_url()})


def facts(one: Project) -> list[tuple[str, str]]:
    """Return what a profile says in short: label and value; values that are not known are empty."""
    period = " – ".join(date_format(day, "F Y") for day in (one.started_on, one.ended_on) if day)
    cost = " – ".join(filter(None, [str(one.get_cost_band_display()), one.cost_note]))
    return [
        (_("Where"), one.where_in_words),
        (_("Phase"), " · ".join(filter(None, [str(one.get_phase_display()), period]))),
        (_("Fields of action"), ", ".join(one.labels("fields_of_action"))),
        (_("Spatial effect"), str(one.get_spatial_effect_display())),
        (_("Cost"), cost),
        (_("Effort in days of work"), "" if one.effort_days is None else number_format(one.effort_days)),
        (_("Technology"), ", ".join(one.labels("technologies"))),
        (_("Licence of the software"), str(one.get_licence_display())),
        (_("Personal data"), str(one.get_personal_data_display())),
        (_("Data protection impact assessment"), str(one.get_dpia_display())),
        (_("Suits municipalities of this size"), ", ".join(one.labels("transferable_sizes"))),
        (_("Used again by"), number_format(one.reuse_count) if one.reuse_count else ""),
        (_("Contact"), str(one.get_contact_function_display())),
    ]
