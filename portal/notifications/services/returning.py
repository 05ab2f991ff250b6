"""Mails that come back: what another mail server says about them (RFC 3464), read out of the operator's mailbox."""

import email
import re
from email import policy
from typing import TYPE_CHECKING, cast
from uuid import UUID

from portal.notifications.models import Delivery, DeliveryState
from portal.notifications.services.suppression import HARD, SOFT, count_bounce

if TYPE_CHECKING:
    from email.message import EmailMessage

KEY = re.compile(rb"<?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")
STATES = {"failed": DeliveryState.PERMANENT, "delayed": DeliveryState.TEMPORARY, "delivered": DeliveryState.DELIVERED}


def take_notice(raw: bytes) -> Delivery | None:
    """Read one notice about a mail; return the delivery that it is about, None when it is about none of ours.

    A mail that is only late stays with the other mail server; it is not sent again.
    """
    notice = email.message_from_bytes(raw, policy=policy.default)
    action = ""
    for part in notice.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in cast("list[EmailMessage]", part.get_payload()):
                action = str(block.get("Action", action)).strip().lower()
    state = STATES.get(action)
    if state is None:
        return None
    for key in KEY.findall(raw):
        sent = Delivery.objects.select_related("digest__recipient__person")
        delivery = sent.filter(key=UUID(key.decode()), state=DeliveryState.SENT).first()
        if delivery is None:
            continue
        address = delivery.digest.recipient.address
        if state == DeliveryState.TEMPORARY:
            count_bounce(address, points=SOFT)
            return delivery
        Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.SENT).update(
            state=state, reply=f"came back: {action}" if state == DeliveryState.PERMANENT else ""
        )
        if state == DeliveryState.PERMANENT:
            count_bounce(address, points=HARD)
        delivery.state = state
        return delivery
    return None
