"""Deadlines to take along into one's own calendar (iCalendar, RFC 5545): whole days, each with a reminder."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.http import HttpResponse
from icalendar import Alarm, Calendar, Event

REMINDED_DAYS = 7
"""So many days before, a calendar program reminds of a deadline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One day in a calendar.

    Attributes:
        key: names it within the portal; the same day written again replaces the one before.
        summary: what the calendar shows.
        on: the day.
        changed_at: when it last changed.
        path: the page that it is about, without scheme and host.
    """

    key: str
    summary: str
    on: date
    changed_at: datetime
    path: str


def write_calendar(name: str, entries: Iterable[Entry]) -> bytes:
    """Write a calendar that programs fetch again every day."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.WAGTAIL_SITE_NAME}//DE")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(days=1), parameters={"VALUE": "DURATION"})
    for one in entries:
        calendar.add_component(_event(one))
    return bytes(calendar.to_ical())


def calendar_response(name: str, entries: Iterable[Entry], filename: str) -> HttpResponse:
    """Answer with a calendar as a file."""
    response = HttpResponse(write_calendar(name, entries), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}.ics"'
    return response


def _event(one: Entry) -> Event:
    event = Event()
    event.add("uid", f"{one.key}@{settings.SITE_URL.partition('://')[2]}")
    event.add("summary", one.summary)
    event.add("dtstart", one.on)
    event.add("dtend", one.on + timedelta(days=1))
    event.add("dtstamp", one.changed_at)
    event.add("url", settings.SITE_URL + one.path)
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", one.summary)
    alarm.add("trigger", timedelta(days=-REMINDED_DAYS))
    event.add_component(alarm)
    return event
