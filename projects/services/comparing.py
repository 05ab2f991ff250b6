"""Projects side by side: what decides between them, line by line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from projects.models import Project
from projects.services.showing import count_reuse, said_by_others
from projects.vocabularies import Criterion

if TYPE_CHECKING:
    from portal.directory.models import Municipality

MOST_COMPARED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line: a value for each project; empty where nothing is known."""

    label: str
    values: list[str]


def compare(projects: Sequence[Project], municipality: "Municipality | None" = None) -> list[Row]:
    """Put projects side by side; with a municipality also why each may help it."""
    lines: list[tuple[str, Callable[[Project], Any]]] = [
        (_("Where"), lambda one: one.where_in_words),
        (_("Summary"), lambda one: one.summary),
        (_("Phase"), lambda one: one.get_phase_display()),
        (_("Fields of action"), lambda one: ", ".join(one.labels("fields_of_action"))),
        (_("Size of the municipality"), lambda one: ", ".join(one.labels("size_classes"))),
        (_("Suits municipalities of this size"), lambda one: ", ".join(one.labels("transferable_sizes"))),
        *((str(criterion.label), _shown(criterion)) for criterion in Criterion),
        (_("Cost"), lambda one: " – ".join(filter(None, [str(one.get_cost_band_display()), one.cost_note]))),
        (_("Effort in days of work"), lambda one: "" if one.effort_days is None else number_format(one.effort_days)),
        (_("Technology"), lambda one: ", ".join(one.labels("technologies"))),
        (_("Licence of the software"), lambda one: one.get_licence_display()),
        (_("Personal data"), lambda one: one.get_personal_data_display()),
        (_("Risks and side effects"), lambda one: "; ".join(risk.description for risk in one.risks.all())),
        (_("What we would do differently"), lambda one: one.done_differently),
        (_("Used again by"), lambda one: number_format(one.reuse_count)),
        (_("Written by"), _writer),
        (_("Confirmed on"), _confirmed),
    ]
    rows = [Row(label=label, values=[str(value(one)) for one in projects]) for label, value in lines]
    count_reuse(projects)
    others = [said_by_others(one.reuse_summary) for one in projects]
    rows += [Row(label=told[0][0], values=[value for _label, value in told]) for told in zip(*others, strict=True)]
    if municipality is None:
        return rows
    reasons = [" ".join(one.reasons_for(municipality)) for one in projects]
    return [Row(label=_("Why it may help %(name)s") % {"name": municipality.name}, values=reasons), *rows]


def _writer(one: Project) -> str:
    """Who writes it; a company that writes about what it sells is named as such."""
    supplier = _("A supplier's own entry") if one.is_of_a_supplier else ""
    return " – ".join(filter(None, [one.writer, supplier]))


def _confirmed(one: Project) -> str:
    """When it was confirmed, and whether that was too long ago."""
    day = date_format(one.checked_on) if one.checked_on else ""
    overdue = _("Not confirmed for a long time") if one.is_check_overdue else ""
    return " – ".join(filter(None, [day, overdue]))


def _shown(criterion: Criterion) -> Callable[[Project], str]:
    def value(project: Project) -> str:
        found = [one for one in project.evidence.all() if one.criterion == criterion]
        return "; ".join(
            f"{' '.join(filter(None, [one.claim, one.figures_in_words]))} ({one.get_grade_display()})" for one in found
        )

    return value
