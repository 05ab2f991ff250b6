"""How long somebody stays signed in: without doing anything, and altogether (ASVS 5.0, 7.3)."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from portal.accounts.support import signed_in

if TYPE_CHECKING:
    from portal.accounts.models import User

BEGAN, SEEN = "session_began", "session_seen"
WRITE_EVERY = 30  # seconds: the last use is not written with every request
WARN_BEFORE = 300  # seconds; WCAG 2.2.1 asks for twenty at least


@dataclass(frozen=True, slots=True)
class Limits:
    """When a session ends, in seconds since the epoch: at ``idle`` unless something is done, at ``absolute`` anyway."""

    idle: float
    absolute: float

    @property
    def end(self) -> datetime:
        """The moment in local time."""
        return datetime.fromtimestamp(min(self.idle, self.absolute), tz=timezone.get_current_timezone())

    @property
    def can_be_extended(self) -> bool:
        """Whether doing something makes it last longer."""
        return self.idle < self.absolute

    @property
    def seconds_left(self) -> int:
        """How long it lasts; 0 when it is over."""
        return max(0, int(min(self.idle, self.absolute) - time.time()))


def begin(request: HttpRequest) -> None:
    """Count from now on."""
    request.session[BEGAN] = request.session[SEEN] = int(time.time())


def limits_of(request: HttpRequest) -> Limits:
    """Return when the present session ends; the person must be signed in."""
    person = cast("User", signed_in(request))
    role = person.needs_second_factor
    idle = settings.SESSION_IDLE_MINUTES_ROLE if role else settings.SESSION_IDLE_MINUTES
    hours = settings.SESSION_HOURS_ROLE if role else settings.SESSION_HOURS
    return Limits(idle=request.session[SEEN] + idle * 60, absolute=request.session[BEGAN] + hours * 3600)


def use(request: HttpRequest) -> bool:
    """Note that the session is used and tell whether it should be written down elsewhere as well."""
    now = int(time.time())
    if now - request.session[SEEN] < WRITE_EVERY:
        return False
    request.session[SEEN] = now
    return True
