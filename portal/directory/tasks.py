"""Jobs about actors. Each may run twice without harm."""

from celery import shared_task

from portal.directory.actors import mails, members


@shared_task(autoretry_for=(OSError,), retry_backoff=30, max_retries=5)
def send_actor_mails() -> None:
    """Send what is outstanding about memberships, claims and delegations. Runs after each, and every ten minutes."""
    mails.send_outstanding_mails()


@shared_task
def expire_invitations() -> None:
    """End invitations and requests that nobody has answered in time. Runs every night."""
    members.expire()
