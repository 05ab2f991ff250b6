"""Jobs of the evaluation. Each may run twice without harm."""

from celery import shared_task

from portal.evaluation.services import measuring, radar, reviewing


@shared_task
def measure_all() -> None:
    """Measure all indicators. Runs every night; what failed is tried again an hour later."""
    measuring.measure_all()


@shared_task
def open_due_reviews() -> None:
    """Open the reviews that are due, and remind of measures and technologies. Runs every morning."""
    reviewing.open_due_reviews()
    reviewing.tell_of_due_measures()
    radar.tell_of_due_technologies()
