"""Choosing programmes to calculate or compare."""

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from funding.models import Programme, ProgrammeQuerySet
from portal.choosing import Choice, Texts
from portal.visibility import visible_rows

PARAMETER = "programm"


def programmes_of(request: HttpRequest, *, most: int, among: Callable[[Any], Any] = lambda rows: rows) -> Choice:
    """Return the programmes that an address names; see ``portal.choosing.Choice``."""
    rows = cast("ProgrammeQuerySet", visible_rows(Programme, request.user)).for_lists()
    too_many = ngettext("At most %(most)s programme is possible.", "At most %(most)s programmes are possible.", most)
    texts = Texts(
        too_many=too_many % {"most": most},
        gone=_("One of the programmes is no longer there; it is left out."),
        nothing_found=_("No programme that could be added has these words in its title."),
        add=_("Add a programme"),
    )
    rows = rows.prefetch_related("conditions")
    return Choice(request, rows, parameter=PARAMETER, most=most, texts=texts, among=among)
