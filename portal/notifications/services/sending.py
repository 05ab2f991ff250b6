"""Sending mails, one by one: each is taken, handed over and noted in transactions of its own (domains 0.1, X3).

A worker that is killed before it hands a mail over has sent nothing: after its lease another takes it. One that is
killed while the mail server answers may have sent it: it goes out again under the same Message-ID.
"""

import logging
import re
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from portal.notifications.letters import compose
from portal.notifications.models import Delivery, DeliveryState, Rhythm
from portal.notifications.services.suppression import HARD, SOFT, count_bounce, is_suppressed
from portal.notifications.services.writing import letter_of, told

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
"""So long a worker has a mail for itself; a mail server that says nothing is given up long before."""

MOST_ATTEMPTS = 12
"""Then a mail is given up; with the pauses between them that is about a day and a half."""

LONGEST_PAUSE = timedelta(hours=4)
ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")


def deliver(limit: int | None = None) -> int:
    """Send what is due and return how many mails were sent. Several workers may do so at once."""
    release_abandoned()
    sent = 0
    done = 0
    connection = _connection()
    try:
        while (limit is None or done < limit) and (delivery := _take()) is not None:
            try:
                connection.open()  # does nothing while it is open
            except (SMTPException, OSError) as error:
                _try_later(delivery, type(error).__name__)
                break  # the mail server cannot be reached: the other mails need not find that out one by one
            sent += _send(delivery, connection)
            done += 1
    finally:
        connection.close()
    return sent


def release_abandoned(now: datetime | None = None) -> int:
    """Let mails be taken again whose worker is gone; return how many."""
    lost = Delivery.objects.filter(state=DeliveryState.SENDING, claimed_until__lt=now or timezone.now())
    return lost.update(state=DeliveryState.QUEUED)


def retry(delivery: Delivery) -> bool:
    """Send a mail again that was given up; tell whether it was one."""
    again = Delivery.objects.filter(pk=delivery.pk, state__in=["technical_failure", "permanent_failure", "suppressed"])
    return bool(again.update(state=DeliveryState.QUEUED, attempts=0, due_at=timezone.now(), reply=""))


def _take() -> Delivery | None:
    """Take one mail for this worker alone; it is known to all as soon as this returns."""
    now = timezone.now()
    with transaction.atomic():
        due = Delivery.objects.filter(state__in=["queued", "temporary_failure"], due_at__lte=now)
        whole = due.select_related("digest__recipient__person")
        one = whole.select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "pk").first()
        if one is None:
            return None
        one.state = DeliveryState.SENDING
        one.attempts += 1
        one.claimed_until = now + LEASE
        one.save(update_fields=["state", "attempts", "claimed_until"])
        return one


def _send(delivery: Delivery, connection: BaseEmailBackend) -> bool:
    """Write one mail and hand it over; whatever happens, the others are not kept from going out."""
    try:
        mail = _written(delivery)
    except Exception:  # what any area's message raises: logged, kept as a dead letter, and the next mail goes out
        logger.exception("A mail could not be written.")
        return _note(delivery, DeliveryState.TECHNICAL, reply="could not be written; the log says why")
    if mail is None:
        return False
    Delivery.objects.filter(pk=delivery.pk).update(handed_at=timezone.now())
    return _hand_over(delivery, mail, connection)


def _written(delivery: Delivery) -> EmailMessage | None:
    """Write the mail; None where none is to go out (now), which is noted."""
    digest = delivery.digest
    recipient = digest.recipient
    quiet = recipient.quiet_end(timezone.now())
    if quiet and digest.rhythm == Rhythm.NOW and not delivery.is_mandatory:
        _note(delivery, DeliveryState.QUEUED, due_at=quiet, attempts=delivery.attempts - 1)
    elif not delivery.is_mandatory and not recipient.is_reachable:
        _note(delivery, DeliveryState.CANCELLED)
    elif is_suppressed(recipient.address):
        _note(delivery, DeliveryState.SUPPRESSED)
    else:
        with override(recipient.language):
            rows = told(recipient, digest.notifications.order_by("created_at", "pk"))
            if rows:
                return compose(letter_of(digest, rows), recipient.address, message_id=str(delivery.key))
        _note(delivery, DeliveryState.CANCELLED)
    return None


def _hand_over(delivery: Delivery, mail: EmailMessage, connection: BaseEmailBackend) -> bool:
    """Give a mail to the mail server and note what it says."""
    try:
        connection.send_messages([mail])
    except SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()), (550, b""))
        return _refused(delivery, code, answer)
    except SMTPResponseException as error:
        return _refused(delivery, error.smtp_code, error.smtp_error)
    except (SMTPException, OSError) as error:
        connection.close()  # the next mail tries a new one
        return _try_later(delivery, type(error).__name__)
    return _note(delivery, DeliveryState.SENT, sent_at=timezone.now())


def _refused(delivery: Delivery, code: int, answer: bytes | str) -> bool:
    """Note what the mail server said: codes of 500 and more hold for good (RFC 5321, 4.2.1)."""
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)
    reply = ADDRESS.sub("…", f"{code} {text}")[:300]
    if code < 500:  # noqa: PLR2004 - the protocol's numbers
        return _try_later(delivery, reply)
    count_bounce(delivery.digest.recipient.address, points=HARD)
    return _note(delivery, DeliveryState.PERMANENT, reply=reply)


def _try_later(delivery: Delivery, reply: str) -> bool:
    if delivery.attempts >= MOST_ATTEMPTS:
        count_bounce(delivery.digest.recipient.address, points=SOFT)
        return _note(delivery, DeliveryState.TECHNICAL, reply=reply)
    pause = min(timedelta(minutes=2 ** (delivery.attempts - 1)), LONGEST_PAUSE)
    return _note(delivery, DeliveryState.TEMPORARY, reply=reply, due_at=timezone.now() + pause)


def _note(delivery: Delivery, state: DeliveryState, **fields: object) -> bool:
    """Write down what became of a mail; tell whether it was sent.

    A worker that was thought dead, and whose mail another has taken, writes nothing.
    """
    own = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.SENDING, claimed_until=delivery.claimed_until)
    return bool(own.update(state=state, **fields)) and state == DeliveryState.SENT


def _connection() -> BaseEmailBackend:
    """Open the way to the mail server for all mails of one run."""
    return mailers["default"]
