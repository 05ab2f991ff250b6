"""Jobs of the search."""

from celery import shared_task

from portal.search import indexing, services


@shared_task
def purge_log() -> None:
    """Forget the searches that are older than 90 days. Runs every night."""
    services.purge_log()


@shared_task
def index_pending() -> None:
    """Read again what has changed without a page or a form, an import say. Runs every minute."""
    indexing.index_pending()


@shared_task
def rebuild() -> None:
    """Read everything anew and count the words. Runs every night."""
    indexing.rebuild()
