"""The deadlines of programmes, to take along into a calendar."""

from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from funding.models import Programme
from portal.calendars import Entry


def deadlines_of(programmes: Iterable[Programme]) -> Iterator[Entry]:
    """Yield every deadline of programmes that is not over, and the second stage of those in two."""
    today = timezone.localdate()
    for programme in programmes:
        days = {day: _("Deadline: %(title)s") for day in programme.deadlines_from(today)}
        if programme.full_application_on and programme.full_application_on >= today:
            days[programme.full_application_on] = _("Full application: %(title)s")
        for day, text in sorted(days.items()):
            yield Entry(
                key=f"funding-programmes-{programme.pk}-{day:%Y%m%d}",
                summary=text % {"title": programme.title},
                on=day,
                changed_at=programme.updated_at,
                path=programme.get_absolute_url(),
            )
