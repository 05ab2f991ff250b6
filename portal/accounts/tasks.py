"""Jobs of the accounts. Each may run twice without harm."""

from celery import shared_task

from portal.accounts.models import DataExport
from portal.accounts.services import export, mails, retention, sessions, support, tokens


@shared_task
def purge_expired_sessions() -> None:
    """Delete the sessions that have run out: nobody can use them, and they name a person. Runs every night."""
    sessions.purge_expired()
    sessions.purge_traces()


@shared_task(autoretry_for=(OSError,), retry_backoff=30, max_retries=8)
def send_mail(subject: str, text: str, html: str, to: str) -> None:
    """Send one mail about an account; if the mail server does not take it, try again for about two hours."""
    mails.compose(subject, text, html, to).send()


@shared_task
def make_export(key: str) -> None:
    """Make the export that somebody asked for. If this fails, the timetable tries again a little later."""
    for wanted in DataExport.objects.filter(uuid=key):
        export.make_export(export=wanted)


@shared_task
def make_outstanding_exports() -> None:
    """Make the exports whose job was lost. Runs every ten minutes."""
    export.make_outstanding()


@shared_task(autoretry_for=(OSError,), retry_backoff=5 * 60, max_retries=5)
def apply_retention() -> None:
    """Forget what is older than it may be, and warn those whose accounts are next. Runs every night."""
    retention.apply_retention()
    retention.warn_unused()


@shared_task(autoretry_for=(OSError,), retry_backoff=5 * 60, max_retries=5)
def warn_of_token_expiry() -> None:
    """Tell people whose API tokens are about to end. Runs every night."""
    tokens.warn_of_expiry()


@shared_task
def end_support_views() -> None:
    """End the views of the support whose time is up and whose administrator has opened no page since."""
    support.end_run_out()
