"""Jobs of the search."""

from celery import shared_task

from portal.search import services


@shared_task
def purge_empty_searches() -> None:
    """Forget the searches without result that are older than 90 days. Runs every night."""
    services.purge_empty_searches()
