"""Programmes as lines of a table to take along, each with its source and licence."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from funding.models import Programme


def header() -> list[str]:
    """Name the columns."""
    return [
        *(_("Title"), _("Applications"), _("Next deadline"), _("Where it applies"), _("Who may apply")),
        *(_("Kind of funding"), _("What is funded"), _("Fields of action"), _("Who gives the money")),
        *(_("Funding rate from, percent"), _("Funding rate up to, percent"), _("Smallest grant, euros")),
        *(_("Largest grant, euros"), _("Own share, percent"), _("Other public money")),
        *(_("Start before the decision"), _("Granting authority"), _("Checked by us on"), _("Address")),
        *(_("Source"), _("Licence line")),
    ]


def row(programme: Programme) -> list[Any]:
    """Return the cells of one programme."""
    return [
        *(programme.title, str(programme.availability().label), programme.next_deadline()),
        *("; ".join(programme.labels(name)) for name in ("areas", "applicants", "kinds", "fields")),
        *("; ".join(programme.fields_of_action_in_words()), "; ".join(programme.labels("levels"))),
        *(_number(programme.rate_min), _number(programme.rate_max), _number(programme.amount_min)),
        *(_number(programme.amount_max), _number(programme.own_share_min), programme.get_cumulation_display()),
        *(programme.get_early_start_display(), programme.granting_authority, programme.checked_on),
        *(settings.SITE_URL + programme.get_absolute_url(), programme.source_url or programme.get_source_display()),
        programme.attribution,
    ]


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
