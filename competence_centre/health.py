"""Whether the process lives and whether it can work; asked by whatever runs the portal.

Answered before any other middleware: a probe needs no host name, no TLS and no session.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from kombu.exceptions import KombuError

from competence_centre.celery import app
from portal.notifications.services import heartbeat

BROKER_TIMEOUT_SECONDS = 3


class HealthMiddleware:
    """Answers ``/healthz`` and ``/readyz``; everything else passes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Take what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a probe or pass the request on."""
        if request.path == "/healthz":
            return JsonResponse({"status": "alive"}, headers={"Cache-Control": "no-store"})
        if request.path == "/readyz":
            reasons = list(what_is_missing())
            body: dict[str, Any] = {"status": "not ready", "reasons": reasons} if reasons else {"status": "ready"}
            if not reasons and (warnings := list(what_is_worrying())):
                body["warnings"] = warnings
            return JsonResponse(body, status=503 if reasons else 200, headers={"Cache-Control": "no-store"})
        return self.get_response(request)


def what_is_missing() -> Iterator[str]:
    """Say in words what keeps the portal from working: database, migrations, broker."""
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        yield f"The database cannot be reached: {_first_line(error)}"
    else:
        if plan:
            yield f"The database lacks {len(plan)} migrations; run “manage.py migrate”."
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=BROKER_TIMEOUT_SECONDS)
            with broker.channel():
                pass
    except (KombuError, OSError) as error:
        yield f"The broker of the jobs cannot be reached: {_first_line(error)}"


def what_is_worrying() -> Iterator[str]:
    """Say in words what does not keep the portal from answering, but somebody has to look at; and tell somebody once.

    A timetable that stands still is no reason to take the pages from the readers, so the answer stays 200.
    """
    try:
        gone = heartbeat.silence()
        if gone is not None:
            heartbeat.alarm_once(gone)
            yield f"The scheduler has not run for {int(gone.total_seconds() // 3600)} hours."
    except DatabaseError as error:
        yield f"Nobody can say whether the scheduler runs: {_first_line(error)}"


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
