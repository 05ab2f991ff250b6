"""Mails about a person's own data. None holds any of them."""

import logging
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.accounts.models import ApiToken, DataExport, SupportView, User

logger = logging.getLogger(__name__)

SENDING = "portal.accounts.tasks.send_mail"
"""Name of the job that sends a mail, and tries again where the mail server does not take it."""


def tell_export_ready(export: DataExport) -> None:
    """Tell a person that her export can be fetched.

    Raises:
        OSError: the mail server does not take it.
    """
    _write("export_ready", _("Your data are ready to be fetched"), export.person.email, export=export).send()


def warn_of_erasure(person: User, **context: Any) -> None:
    """Tell a person that her account will be erased unless she signs in.

    Raises:
        OSError: the mail server does not take it.
    """
    _write("inactive", _("Your account will be deleted soon"), person.email, **context).send()


def confirm_erasure(address: str) -> None:
    """Tell a former address that its account is gone. Not tried again: the address would have to be kept for that."""
    try:
        _write("erased", _("Your account has been deleted"), address).send()
    except OSError:
        logger.warning("A confirmation of an erasure could not be sent.")


def tell_token_created(token: ApiToken) -> None:
    """Tell a person that a token was made in her name. Not tried again: her list of tokens shows it as well."""
    try:
        _write("token_created", _("A token was made for your account"), token.person.email, token=token).send()
    except OSError:
        logger.warning("A mail about a new token could not be sent.")


def warn_of_token_expiry(token: ApiToken) -> None:
    """Tell a person that a token is about to end.

    Raises:
        OSError: the mail server does not take it.
    """
    _write("token_expires", _("A token of yours ends soon"), token.person.email, token=token).send()


def tell_of_support_view(view: SupportView) -> None:
    """Tell a person that the support looks at the portal as she sees it; by the queue, so that nobody waits for it."""
    mail = _write(
        "support_view",
        _("The support has looked at the portal as you see it"),
        view.person.email,
        view=view,
        views_url=settings.SITE_URL + reverse("accounts:support_views"),
    )
    _queue(mail, view.person.email)


def tell_factors_removed(person: User) -> None:
    """Tell a person that the centre has taken her second factors away; by the queue, so that nobody waits for it."""
    mail = _write(
        "factors_removed",
        _("Your second factor has been removed"),
        person.email,
        factors_url=settings.SITE_URL + reverse("mfa_index"),
    )
    _queue(mail, person.email)


def hand_to_queue(subject: str, text: str, html: str, to: str) -> None:
    """Let a worker send a mail, so that nobody waits for the mail server; without a queue send it at once.

    Raises:
        OSError: there is no queue, and the mail server does not take it either.
    """
    try:
        current_app.send_task(SENDING, [subject, text, html, to])
    except Exception:  # each kind of queue fails in its own way; a mail about an account has to go out all the same
        logger.warning("The queue takes no mail; it is sent at once.", exc_info=True)
        compose(subject, text, html, to).send()


def compose(subject: str, text: str, html: str, to: str) -> EmailMultiAlternatives:
    """Make a mail of its two bodies; programs that answer mails by themselves leave it alone (RFC 3834)."""
    mail = EmailMultiAlternatives(subject, text, to=[to], headers={"Auto-Submitted": "auto-generated"})
    mail.attach_alternative(html, "text/html")
    return mail


def _queue(mail: EmailMultiAlternatives, to: str) -> None:
    hand_to_queue(str(mail.subject), str(mail.body), str(mail.alternatives[0][0]), to)


def _write(template: str, subject: str, to: str, **context: Any) -> EmailMultiAlternatives:
    """Write a mail with the same content as text and as HTML."""
    with override(settings.LANGUAGE_CODE):
        context |= {
            "subject": subject,
            "site_url": settings.SITE_URL,
            "tokens_url": settings.SITE_URL + reverse("accounts:api_tokens"),
            "own_data_url": settings.SITE_URL + reverse("accounts:own_data"),
            "operator_name": settings.OPERATOR_NAME,
            "operator_email": settings.OPERATOR_EMAIL,
        }
        text = render_to_string(f"accounts/mail/{template}.txt", context)
        html = render_to_string(f"accounts/mail/{template}.html", context)
    return compose(subject, text, html, to)
