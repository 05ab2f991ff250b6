"""Jobs of the accounts."""

from celery import shared_task
from django.core.management import call_command


@shared_task
def purge_expired_sessions() -> None:
    """Delete the sessions that have run out: nobody can use them, and they name a person. Runs every night."""
    call_command("clearsessions")
