"""How templates show projects."""

import json
from typing import Any, NamedTuple

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from projects.models import Evidence, Experience, Project, Reuse
from projects.vocabularies import GRADES, Criterion, Grade, Phase, ReuseStage

register = template.Library()

GRADE_KINDS = {
    Grade.CLAIMED: "info",
    Grade.DOCUMENTED: "info",
    Grade.CHECKED: "success",
    Grade.CONFIRMED: "success",
}
PHASE_KINDS = {Phase.FAILED: "danger", Phase.OPERATION: "success", Phase.SCALED: "success"}

JSON_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.filter
def labels(project: Project, name: str) -> list[str]:
    """Return what people call the codes of a field."""
    return project.labels(name)


@register.filter
def phase_kind(project: Project) -> str:
    """Return the kind of badge for a phase."""
    return PHASE_KINDS.get(Phase(project.phase), "info")


@register.filter
def grade_kind(grade: str) -> str:
    """Return the kind of badge for a grade of evidence."""
    return GRADE_KINDS[Grade(grade)] if grade else "warning"


@register.filter
def grade_marks(grade: str) -> str:
    """Return the mark of a grade: one to four filled dots; words stand beside it."""
    number = GRADES.index(grade) + 1 if grade in GRADES else 0
    return "●" * number + "○" * (len(GRADES) - number)


class Shown(NamedTuple):
    """A piece of evidence, and who of those who use the project again says what about it."""

    evidence: Evidence
    confirmed: list[str]
    seen: list[str]
    smaller: list[str]
    missing: list[str]


@register.filter
def shown_with(project: Project, reuses: list[tuple[str, list[Reuse]]] | None) -> list[dict[str, Any]]:
    """Return all three criteria in their order, each with its evidence and what others say about it; also empty ones.

    What others saw counts for the words and figures that they were asked about, and no longer than these stand.
    """
    said = [
        (reuse, one)
        for _label, group in reuses or ()
        for reuse in group
        if reuse.stage == ReuseStage.USING
        for one in reuse.seen  # type: ignore[attr-defined] # of showing.reuses_of()
    ]
    found = list(project.evidence.all())
    return [
        {
            "label": str(criterion.label),
            "shown": [_shown(one, said) for one in found if one.criterion == criterion],
        }
        for criterion in Criterion
    ]


def _shown(evidence: Evidence, said: list[tuple[Reuse, Experience]]) -> Shown:
    shown = Shown(evidence, [], [], [], [])
    for reuse, one in said:
        if one.criterion != evidence.criterion or evidence.statement not in one.statements:
            continue
        match one.outcome:
            case Experience.Outcome.CONFIRMED:
                names = shown.confirmed if reuse.is_of_another_place else shown.seen
            case Experience.Outcome.SMALLER:
                names = shown.smaller
            case _:
                names = shown.missing
        names.append(reuse.organisation.name)
    return shown


@register.filter
def reasons(project: Project, municipality: Any) -> list[str]:
    """Say why a project may help a municipality."""
    return project.reasons_for(municipality)


@register.simple_tag
def linked_data(content: dict[str, Any]) -> SafeString:
    """Write what a page says to machines (JSON-LD); nothing in it can end the element."""
    text = json.dumps(content, ensure_ascii=False).translate(JSON_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 - escaped above


@register.filter
def mail_subject(project: Project) -> str:
    """Return the subject of a mail that recommends a project."""
    return _("Project: %(title)s") % {"title": project.title}


@register.filter
def plural_name(model: Any) -> str:
    """Return what several of a model are called."""
    return str(model._meta.verbose_name_plural)


@register.filter
def single_name(model: Any) -> str:
    """Return what one of a model is called."""
    return str(model._meta.verbose_name)
