"""What every page shows of the register: the reader's own municipality, and for whom she acts."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.directory.acting import acting_organisation
from portal.directory.choice import my_municipality as chosen_by


def my_municipality(request: HttpRequest) -> dict[str, Any]:
    """Give templates the reader's municipality; asked of the database only by a page that shows it."""
    return {"my_municipality": SimpleLazyObject(lambda: chosen_by(request))}


def acting_for(request: HttpRequest) -> dict[str, Any]:
    """Give templates the organisation that the reader acts for; asked of the database only for whoever is signed in."""
    return {"acting_for": SimpleLazyObject(lambda: acting_organisation(request))}
