"""Jobs of the accounts."""

from celery import shared_task
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command

from portal.accounts import services


@shared_task
def purge_expired_sessions() -> None:
    """Delete the sessions that have run out: nobody can use them, and they name a person. Runs every night."""
    call_command("clearsessions")


@shared_task
def purge_sign_ins() -> None:
    """Delete what was noted about signing in and has had its time. Runs every night."""
    services.purge_sign_ins()


@shared_task(autoretry_for=(OSError,), retry_backoff=30, max_retries=8)
def send_mail(subject: str, text: str, html: str, to: str) -> None:
    """Send one mail about an account; if the mail server does not take it, try again for about two hours."""
    mail = EmailMultiAlternatives(subject, text, to=[to], headers={"Auto-Submitted": "auto-generated"})
    mail.attach_alternative(html, "text/html")
    mail.send()
