"""How templates show projects."""

import json
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from projects.models import Project
from projects.vocabularies import GRADES, Criterion, Grade, Phase

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


@register.filter
def by_criterion(project: Project) -> list[dict[str, Any]]:
    """Return all three criteria in their order, each with its evidence; also those without any."""
    found = list(project.evidence.all())
    return [
        {
            "criterion": criterion,
            "label": str(criterion.label),
            "evidence": [e for e in found if e.criterion == criterion],
        }
        for criterion in Criterion
    ]


@register.filter
def seen_by(reuses: list[tuple[str, list[Any]]] | None) -> dict[str, list[str]]:
    """Return who has seen which effect as well, by criterion."""
    names: dict[str, list[str]] = {}
    for _label, group in reuses or ():
        for reuse in group:
            for one in reuse.seen:
                if one.outcome == one.Outcome.CONFIRMED:
                    names.setdefault(one.criterion, []).append(reuse.organisation.name)
    return names


@register.filter
def item(values: dict[str, Any], key: str) -> Any:
    """Return a value of a mapping; None where there is none."""
    return values.get(key)


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
