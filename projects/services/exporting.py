"""Projects to take along: lines of a table, and the profile of one page for the council."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from portal.printing import heading, page_count, paragraph, table, terms, to_pdf
from projects.models import Project
from projects.vocabularies import Criterion


def header() -> list[str]:
    """Name the columns."""
    return [
        *(_("Title"), _("Summary"), _("Where"), _("Official keys"), _("Phase"), _("Begun on"), _("Ended on")),
        *(_("Fields of action"), _("Spatial effect"), _("Cost"), _("Effort in days of work"), _("Technology")),
        *(_("Licence of the software"), _("Open source"), _("Evidence"), _("Used again by"), _("Confirmed on")),
        *(_("Written by"), _("Invented for the demonstration"), _("Address")),
    ]


def row(one: Project) -> list[Any]:
    """Return the cells of one project; needs ``for_lists()``."""
    keys = [place.municipality_id or place.association_id or place.district_id for place in one.places.all()]
    return [
        *(one.title, one.summary, "; ".join(one.place_names()), "; ".join(str(key) for key in keys)),
        *(one.get_phase_display(), one.started_on, one.ended_on, "; ".join(one.labels("fields_of_action"))),
        *(one.get_spatial_effect_display(), one.get_cost_band_display(), one.effort_days),
        *("; ".join(one.labels("technologies")), one.get_licence_display(), one.open_source_in_words),
        *(one.get_evidence_grade_display(), one.reuse_count, one.checked_on),
        *(one.organisation.name if one.organisation else _("Competence centre"), _("yes") if one.demonstration else ""),
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


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest].rsplit(' ', 1)[0]} …"


def _lines(one: Project, longest: int, most: int) -> Iterator[str]:
    if one.demonstration:
        yield paragraph(_("Invented for the demonstration."))
    if one.is_of_a_supplier:
        yield paragraph(_("A company writes here about what it sells."))
    yield paragraph(one.summary)
    yield terms([(label, _cut(value, 200)) for label, value in facts(one) if value])
    evidence = list(one.evidence.all())[:most]
    if evidence:
        yield heading(2, _("What shows the effect"))
        yield table(
            [_("Criterion"), _("Effect"), _("Evidence")],
            [
                [
                    str(Criterion(item.criterion).label),
                    " ".join(filter(None, [item.claim, item.figures_in_words])),
                    str(item.get_grade_display()),
                ]
                for item in evidence
            ],
        )
    risks = list(one.risks.all())[:most]
    if risks:
        yield heading(2, _("Risks and side effects"))
        yield terms([(risk.description, risk.countermeasure) for risk in risks])
    for name in ("lessons_learnt", "done_differently", "transfer_conditions"):
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
