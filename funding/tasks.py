"""Jobs of the funding area. Each may run twice without harm."""

from celery import shared_task

from funding.services.reminding import remind_of_applications as remind


@shared_task
def remind_of_applications() -> None:
    """Remind of what is due in organisations' applications. Runs every morning."""
    remind()
