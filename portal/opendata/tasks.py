"""Jobs of the open data. Each may run twice without harm."""

from celery import shared_task

from portal.opendata import services


@shared_task
def write_dumps() -> None:
    """Write the files with all that there is. Runs every night."""
    services.write_dumps()
