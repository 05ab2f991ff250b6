"""Jobs of the content. Each may run twice without harm."""

from celery import shared_task
from django.core.management import call_command

from portal.content.services import barriers, feedback, forms, links, reminders

HOUR = 3_600


@shared_task
def publish_scheduled() -> None:
    """Publish and withdraw what editors have given a time. Runs every five minutes."""
    call_command("publish_scheduled")


@shared_task(acks_late=False, time_limit=4 * HOUR)
def check_links() -> None:
    """Ask whether the links in the portal still lead somewhere. Runs every night, for up to three hours.

    It is acknowledged at its beginning: acknowledged at its end, as other jobs are, the queue would take it for lost
    after some minutes and start it again. A run that is broken off is made up for in the next night.
    """
    links.check_links()


@shared_task
def purge_submissions() -> None:
    """Delete answers to the editors' forms that are older than their form keeps them. Runs every night."""
    forms.purge_submissions()


@shared_task(autoretry_for=(OSError,), retry_backoff=30, max_retries=5)
def send_barrier_mails() -> None:
    """Send what is outstanding about reported barriers. Runs after each report and answer, and every ten minutes."""
    barriers.send_outstanding_mails()


@shared_task
def purge_readers_texts() -> None:
    """Delete old reports of barriers, and empty old comments on pages. Runs every night."""
    barriers.purge_barrier_reports()
    feedback.purge_feedback()


@shared_task(autoretry_for=(reminders.NotAllReminded,), retry_backoff=5 * 60, max_retries=5)
def remind_responsible() -> None:
    """Write to those whose texts are overdue. Runs once a week; who got the mail of this week gets no second one."""
    reminders.remind_responsible()
