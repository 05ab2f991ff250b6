"""What every page shows of the register: the reader's own municipality."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.directory.choice import my_municipality as chosen_by


def my_municipality(request: HttpRequest) -> dict[str, Any]:
    """Give templates the reader's municipality; asked of the database only by a page that shows it."""
    return {"my_municipality": SimpleLazyObject(lambda: chosen_by(request))}
