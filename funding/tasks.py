"""Jobs of the funding area. Each may run twice without harm."""

from celery import shared_task

from funding.imports import running
from funding.services import duplicates
from funding.services.reminding import remind_of_applications as remind


@shared_task
def remind_of_applications() -> None:
    """Remind of what is due in organisations' applications. Runs every morning."""
    remind()


@shared_task(time_limit=60 * 60)
def do_import(key: int) -> None:
    """Do an import that somebody has ordered."""
    running.do(key)


@shared_task(time_limit=60 * 60)
def import_from_source() -> None:
    """Import from the source that the settings name. Runs every night."""
    running.do_scheduled()


@shared_task
def find_duplicates() -> None:
    """Look for programmes that stand here twice. Runs every night."""
    duplicates.find()
