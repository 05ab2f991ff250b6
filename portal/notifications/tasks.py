"""Jobs of the notifications. Each may run twice without harm, and several times at once."""

from celery import shared_task

from portal.notifications.services import building, heartbeat, sending

A_WHILE = 3_000
"""Mails that one run sends at most, so that it ends before the queue takes it for lost; the next goes on."""


@shared_task
def deliver() -> None:
    """Make the mails that are due and send them. Runs every minute, and when something cannot wait."""
    building.build_mails()
    sending.deliver(A_WHILE)


@shared_task
def beat() -> None:
    """Leave a sign of life of the timetable. Runs every five minutes."""
    heartbeat.beat()
