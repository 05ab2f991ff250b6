"""What the pages for editors have in common."""

from django.http import HttpRequest

from funding.permissions import can_edit
from portal.accounts.models import User
from portal.permissions import enforce


def editor_of(request: HttpRequest) -> User:
    """Return who asks.

    Raises:
        PermissionDenied: she is no editor.
    """
    enforce(can_edit(request.user, None))
    assert isinstance(request.user, User)  # noqa: S101 - it is an editor
    return request.user
