"""Noting the day of a person's last visit, so that accounts that nobody uses can be found and erased."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.support import signed_in
from portal.middleware import GetResponse


def note_visit(get_response: GetResponse) -> GetResponse:
    """Write down the day, once a day; a warning that the account will be erased is void with it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        # A session that was never opened belongs to nobody whom we would have to know for this answer.
        if hasattr(request, "session") and request.session.accessed and request.user.is_authenticated:
            today = timezone.localdate()
            person = signed_in(request)
            if person.last_seen_on != today:
                User.objects.filter(pk=person.pk).update(last_seen_on=today, warned_at=None)
        return response

    return middleware
