"""Counting what happens, without anything about who did it: numbers by day, kept in memory until they are written.

Nothing here knows a person, an address or a session. What is counted goes to ``sink`` from time to time and when the
process ends; a process that is killed loses some seconds of it, which figures of a day bear.
"""

import atexit
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date

from django.utils import timezone

logger = logging.getLogger(__name__)

EVERY_SECONDS = 10
MOST_WAITING = 500
"""Different numbers that wait in memory at most."""

LONGEST_SUBJECT = 200

type Key = tuple[date, str, str]
"""Day, what is counted, and of what: a path, a kind of thing."""

type Sink = Callable[[Mapping[Key, int]], None]

_lock = threading.Lock()
_waiting: Counter[Key] = Counter()
_written_at = time.monotonic()
_sinks: list[Sink] = []


def sink(write: Sink) -> None:
    """Let an app write down what was counted."""
    _sinks[:] = [write]


def count(what: str, subject: str = "", number: int = 1) -> None:
    """Count something of today; the numbers are written after some seconds."""
    key = (timezone.localdate(), what, subject[:LONGEST_SUBJECT])
    with _lock:
        _waiting[key] += number
        due = time.monotonic() - _written_at > EVERY_SECONDS or len(_waiting) >= MOST_WAITING
    if due:
        _flush_quietly()


def flush() -> None:
    """Write down what was counted so far."""
    global _written_at  # noqa: PLW0603 - one for each process
    with _lock:
        counted = dict(_waiting)
        _waiting.clear()
        _written_at = time.monotonic()
    if counted:
        for write in _sinks:
            write(counted)


def forget() -> None:
    """Forget what waits, and begin to wait anew; for tests."""
    global _written_at  # noqa: PLW0603 - as above
    with _lock:
        _waiting.clear()
        _written_at = time.monotonic()


def _flush_quietly() -> None:
    """Write, but let no page fail because a number could not be written."""
    try:
        flush()
    except Exception:  # whatever the sink raises: a number is worth less than the page that is being answered
        logger.warning("Counts could not be written and are lost.", exc_info=True)


atexit.register(_flush_quietly)
